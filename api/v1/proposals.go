package v1

import (
	"context"

	"rapport/internal/action"
	"rapport/internal/auth"
	"rapport/internal/initiative"
	"rapport/internal/invest"
	"rapport/internal/operation"
)

// ListProposals lists where the next money is best spent.
func (s *Server) ListProposals(ctx context.Context, _ ListProposalsRequestObject) (ListProposalsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	page, err := s.Invest.Page(ctx, who.Scope, who.ID)
	if err != nil {
		return nil, err
	}
	people, err := s.peopleNames(ctx)
	if err != nil {
		return nil, err
	}
	out := ListProposals200JSONResponse{
		RankedAt: moment(page.At), Currency: page.Settings.Currency, Items: make([]Proposal, 0, len(page.Items)),
		Rules: ProposalRules{EnoughEstimates: invest.EnoughEstimates, Sure: invest.Sure, Unlikely: invest.Unlikely, HorizonMonths: invest.HorizonMonths, EmployeeHorizonMonths: invest.EmployeeHorizonMonths},
	}
	for _, v := range page.Items {
		out.Items = append(out.Items, proposalBody(v, page.Settings, people, locale(ctx)))
	}
	return out, nil
}

// CreateProposal enters one.
func (s *Server) CreateProposal(ctx context.Context, r CreateProposalRequestObject) (CreateProposalResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.Invest.Propose(ctx, who.Scope, who.ID, ideaOf(*r.Body))
	if err != nil {
		return nil, err
	}
	b, err := s.proposal(ctx, who, p.ID)
	return CreateProposal201JSONResponse(b), err
}

// GetProposal gives one.
func (s *Server) GetProposal(ctx context.Context, r GetProposalRequestObject) (GetProposalResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	b, err := s.proposal(ctx, who, r.Id)
	return GetProposal200JSONResponse(b), err
}

// UpdateProposal changes what is proposed.
func (s *Server) UpdateProposal(ctx context.Context, r UpdateProposalRequestObject) (UpdateProposalResponseObject, error) {
	b, err := s.turned(ctx, r.Id, func(who auth.Principal) error {
		_, err := s.Invest.Revise(ctx, who.Scope, who.ID, r.Id, r.Body.Version, ideaOf(r.Body.Idea))
		return err
	})
	return UpdateProposal200JSONResponse(b), err
}

// GiveEstimate keeps the caller's estimate.
func (s *Server) GiveEstimate(ctx context.Context, r GiveEstimateRequestObject) (GiveEstimateResponseObject, error) {
	b, err := s.turned(ctx, r.Id, func(who auth.Principal) error {
		return s.Invest.Give(ctx, who.Scope, invest.Estimate{
			Proposal: r.Id, By: who.ID, Name: who.Name, Share: r.Body.Share, Probability: r.Body.Probability, Cost: r.Body.Cost, Note: value(r.Body.Note),
		})
	})
	return GiveEstimate201JSONResponse(b), err
}

// TurnRound closes the round of estimates or opens another.
func (s *Server) TurnRound(ctx context.Context, r TurnRoundRequestObject) (TurnRoundResponseObject, error) {
	b, err := s.turned(ctx, r.Id, func(who auth.Principal) error {
		turn := s.Invest.CloseRound
		if r.Body.Open {
			turn = s.Invest.Reopen
		}
		_, err := turn(ctx, who.Scope, who.ID, r.Id, r.Body.Version)
		return err
	})
	return TurnRound200JSONResponse(b), err
}

// ParkProposal puts one aside, or takes it back.
func (s *Server) ParkProposal(ctx context.Context, r ParkProposalRequestObject) (ParkProposalResponseObject, error) {
	b, err := s.turned(ctx, r.Id, func(who auth.Principal) error {
		_, err := s.Invest.ParkUntil(ctx, who.Scope, who.ID, r.Id, r.Body.Version, invest.Parking{Until: dayOf(r.Body.Until), Reason: value(r.Body.Reason)})
		return err
	})
	return ParkProposal200JSONResponse(b), err
}

// AcceptProposal makes a draft initiative of one.
func (s *Server) AcceptProposal(ctx context.Context, r AcceptProposalRequestObject) (AcceptProposalResponseObject, error) {
	b, err := s.turned(ctx, r.Id, func(who auth.Principal) error {
		_, err := s.Invest.Accept(ctx, who.Scope, who.ID, r.Id, r.Body.Version, r.Body.StartsOn.Time, r.Body.EndsOn.Time)
		return err
	})
	return AcceptProposal201JSONResponse(b), err
}

// ActOnProposal makes an action of one.
func (s *Server) ActOnProposal(ctx context.Context, r ActOnProposalRequestObject) (ActOnProposalResponseObject, error) {
	b, err := s.turned(ctx, r.Id, func(who auth.Principal) error {
		d := actionDraft(r.Body.Action)
		_, err := s.Invest.AcceptAsAction(ctx, who.Scope, who.ID, r.Id, r.Body.Version, func(p invest.Proposal) (string, error) {
			d.Origin = action.Origin{From: action.FromProposal, Of: p.ID, Path: "/invest/" + p.ID}
			v, err := s.Actions.Add(ctx, who, d)
			return v.ID, err
		})
		return err
	})
	return ActOnProposal201JSONResponse(b), err
}

// WithdrawProposal takes one out.
func (s *Server) WithdrawProposal(ctx context.Context, r WithdrawProposalRequestObject) (WithdrawProposalResponseObject, error) {
	b, err := s.turned(ctx, r.Id, func(who auth.Principal) error {
		_, err := s.Invest.Withdraw(ctx, who.Scope, who.ID, r.Id, r.Body.Version)
		return err
	})
	return WithdrawProposal200JSONResponse(b), err
}

// RankProposals ranks all of them now.
func (s *Server) RankProposals(ctx context.Context, _ RankProposalsRequestObject) (RankProposalsResponseObject, error) {
	o, err := s.started(ctx, func(who auth.Principal) (operation.Operation, error) { return s.Invest.StartRank(ctx, who.ID) })
	return RankProposals202JSONResponse(o), err
}

// AskWhatIf asks what moving a metric would go along with.
func (s *Server) AskWhatIf(ctx context.Context, r AskWhatIfRequestObject) (AskWhatIfResponseObject, error) {
	o, err := s.started(ctx, func(who auth.Principal) (operation.Operation, error) {
		return s.Invest.StartWhatIf(ctx, who.Scope, who.ID, invest.Question{Metric: r.Body.Metric, Team: value(r.Body.TeamId), Delta: r.Body.Delta})
	})
	return AskWhatIf202JSONResponse(o), err
}

func (s *Server) started(ctx context.Context, start func(auth.Principal) (operation.Operation, error)) (Operation, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return Operation{}, err
	}
	o, err := start(who)
	if err != nil {
		return Operation{}, err
	}
	return operationBody(o, locale(ctx), s.Now()), nil
}

// turned changes a proposal and gives it as it stands then.
func (s *Server) turned(ctx context.Context, id string, change func(auth.Principal) error) (Proposal, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return Proposal{}, err
	}
	if err := change(who); err != nil {
		return Proposal{}, err
	}
	return s.proposal(ctx, who, id)
}

func (s *Server) proposal(ctx context.Context, who auth.Principal, id string) (Proposal, error) {
	v, set, err := s.Invest.Get(ctx, who.Scope, who.ID, id)
	if err != nil {
		return Proposal{}, err
	}
	people, err := s.peopleNames(ctx)
	if err != nil {
		return Proposal{}, err
	}
	return proposalBody(v, set, people, locale(ctx)), nil
}

func ideaOf(b ProposalIdea) invest.Idea {
	out := invest.Idea{
		Name: b.Name, Behaviour: b.Behaviour, Solution: value(b.Solution), Metric: b.Metric, Team: value(b.TeamId), Barrier: value(b.Barrier),
		Purpose: initiative.Purpose(b.Purpose), Side: initiative.Side(b.Side),
	}
	if b.Price != nil {
		out.Price = &invest.Price{PerYear: b.Price.PerYear, Source: b.Price.Source}
	}
	return out
}

func proposalBody(v invest.View, set initiative.Settings, people map[string]string, loc string) Proposal {
	i := v.Idea
	out := Proposal{
		Id: v.ID, State: ProposalState(v.State), Round: v.Round, Version: v.Version, CreatedAt: v.CreatedAt, CreatedBy: named(people, v.CreatedBy), EditedAt: v.EditedAt,
		Idea: ProposalIdea{
			Name: i.Name, Behaviour: i.Behaviour, Solution: text(i.Solution), Metric: i.Metric, TeamId: text(i.Team), Barrier: text(i.Barrier),
			Purpose: ProposalIdeaPurpose(i.Purpose), Side: ProposalIdeaSide(i.Side),
		},
		Metric: goalMetric(v.Metric), TeamName: text(v.TeamName), BarrierName: text(v.BarrierName), Given: v.Given, Mine: v.Mine, Due: v.Due, Currency: set.Currency, Estimates: make([]ProposalEstimate, 0, len(v.Seen)),
	}
	if i.Price != nil {
		out.Idea.Price = &ProposalPrice{PerYear: i.Price.PerYear, Source: i.Price.Source}
	}
	for _, e := range v.Seen {
		name := named(people, e.By)
		if name == e.By && e.Name != "" {
			name = e.Name // somebody who has left
		}
		out.Estimates = append(out.Estimates, ProposalEstimate{By: name, At: e.At, Share: e.Share, Probability: e.Probability, Cost: e.Cost, Note: text(e.Note)})
	}
	if c := v.Combined; c != nil {
		of := func(x invest.Spread) EstimateSpread {
			return EstimateSpread{Mean: x.Mean, Least: x.Least, Most: x.Most}
		}
		out.Combined = &ProposalCombined{N: c.N, Share: of(c.Share), Probability: of(c.Probability), Cost: of(c.Cost)}
	}
	if v.Standing != nil {
		st := standingBody(*v.Standing, loc)
		out.Standing = &st
	}
	if v.Parked != nil {
		out.ParkedUntil, out.ParkedWhy = day(v.Parked.Until), text(v.Parked.Reason)
	}
	if v.Accepted != nil {
		out.Initiative, out.Action = text(v.Accepted.Initiative), text(v.Accepted.Action)
	}
	return out
}

func standingBody(st invest.Standing, loc string) ProposalStanding {
	out := ProposalStanding{
		At: st.At, List: ProposalStandingList(st.List), Reasons: sentences(st.Reasons, loc), LookAgain: day(st.LookAgain), Desired: st.Desired, Gap: st.Gap, Worth: worthBody(st.Worth, loc),
		Value: moneyRange(st.Value), Run: text(st.RunID),
	}
	if st.Rank > 0 {
		out.Rank = &st.Rank
	}
	if st.Actual != nil {
		e := estimateBody(*st.Actual, loc)
		out.Actual = &e
	}
	if r := st.Ratio; r != nil {
		out.Ratio = &ProposalRatio{Value: r.Value, P5: r.P5, P10: r.P10, P50: r.P50, P95: r.P95, Pays: r.Pays, First: r.First}
	}
	return out
}

func moneyRange(m *invest.Money) *MoneyRange {
	if m == nil {
		return nil
	}
	return &MoneyRange{Value: m.Value, P5: m.P5, P50: m.P50, P95: m.P95}
}
