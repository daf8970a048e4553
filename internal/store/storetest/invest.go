package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/initiative"
	"rapport/internal/invest"
	"rapport/internal/store"
)

func aProposal(id string, minute int) invest.Proposal {
	at := runAt.Add(time.Duration(minute) * time.Minute)
	return invest.Proposal{
		ID: id, State: invest.Estimating, Round: 1, Version: 1, CreatedAt: at, CreatedBy: "u1", EditedAt: at,
		Idea: invest.Idea{Name: "Call back", Behaviour: "call back within the hour", Metric: "cx", Team: "t1", Purpose: initiative.Process, Side: initiative.CustomerSide, Price: &invest.Price{PerYear: 5000, Source: "finance"}},
	}
}

func init() {
	add("invest: a proposal is changed only by who has seen it", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.Proposal(ctx, "p1")
		require.Equal(t, "proposal_unknown", errs.CodeOf(err))
		none, err := s.Proposals(ctx)
		require.NoError(t, err)
		require.NotNil(t, none)
		p, newer := aProposal("p1", 1), aProposal("p2", 2)
		require.NoError(t, s.SaveProposal(ctx, p, 0, entryOf("proposal.add", "p1")))
		require.NoError(t, s.SaveProposal(ctx, newer, 0, entryOf("proposal.add", "p2")))
		require.Equal(t, "proposal_changed", errs.CodeOf(s.SaveProposal(ctx, p, 0, entryOf("proposal.add", "p1"))))
		p.Version, p.State = 2, invest.Estimated
		require.NoError(t, s.SaveProposal(ctx, p, 1, entryOf("proposal.close_round", "p1")))
		require.Equal(t, "proposal_changed", errs.CodeOf(s.SaveProposal(ctx, p, 1, entryOf("proposal.close_round", "p1"))))
		require.Equal(t, "proposal.close_round", lastAudit(t, s).Action)
		got, err := s.Proposal(ctx, "p1")
		require.NoError(t, err)
		require.Equal(t, p, got)
		all, err := s.Proposals(ctx)
		require.NoError(t, err)
		require.Equal(t, []invest.Proposal{newer, p}, all)
	})
	add("invest: an estimate is given once a round, and only to what was seen", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		p := aProposal("p1", 1)
		e := invest.Estimate{Proposal: "p1", Round: 1, By: "u1", Name: "Ada", At: runAt, Share: .3, Probability: .6, Cost: 100}
		require.Equal(t, "proposal_unknown", errs.CodeOf(s.AddEstimate(ctx, e, 1, entryOf("proposal.estimate", "p1"))))
		require.NoError(t, s.SaveProposal(ctx, p, 0, entryOf("proposal.add", "p1")))
		require.Equal(t, "proposal_changed", errs.CodeOf(s.AddEstimate(ctx, e, 2, entryOf("proposal.estimate", "p1"))))
		none, err := s.Estimates(ctx, "")
		require.NoError(t, err)
		require.NotNil(t, none)
		require.Empty(t, none)
		require.NoError(t, s.AddEstimate(ctx, e, 1, entryOf("proposal.estimate", "p1")))
		require.Equal(t, "estimate_given", errs.CodeOf(s.AddEstimate(ctx, e, 1, entryOf("proposal.estimate", "p1"))))
		second, later := e, e
		second.By, second.At = "u2", runAt.Add(time.Second)
		later.Round = 2
		require.NoError(t, s.AddEstimate(ctx, second, 1, entryOf("proposal.estimate", "p1")))
		require.NoError(t, s.AddEstimate(ctx, later, 1, entryOf("proposal.estimate", "p1")))
		got, err := s.Estimates(ctx, "p1")
		require.NoError(t, err)
		require.Equal(t, []invest.Estimate{e, second, later}, got)
		got, err = s.Estimates(ctx, "p2")
		require.NoError(t, err)
		require.Empty(t, got)
	})
	add("invest: standings, the newest replaces", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		none, err := s.Standings(ctx)
		require.NoError(t, err)
		require.NotNil(t, none)
		gap := 2.5
		a := invest.Standing{Proposal: "p1", At: runAt, List: invest.Watch, Gap: &gap, Reasons: []evidence.Sentence{{Key: "invest.why.round_open"}}, Worth: invest.Worth{Currency: "EUR", NotEnough: &invest.Reason{Code: "chain_none_found"}}}
		b := invest.Standing{Proposal: "p2", At: runAt, List: invest.Invest, Rank: 1, Ratio: &invest.Ratio{Value: 2, Pays: .95}, Value: &invest.Money{Value: 5}}
		require.NoError(t, s.SaveStandings(ctx, []invest.Standing{a, b}, entryOf("proposal.rank", "proposals")))
		a.List, a.LookAgain = invest.Park, runAt.AddDate(0, 6, 0)
		require.NoError(t, s.SaveStandings(ctx, []invest.Standing{a}, entryOf("proposal.rank", "proposals")))
		got, err := s.Standings(ctx)
		require.NoError(t, err)
		require.Equal(t, []invest.Standing{a, b}, got)
	})
}
