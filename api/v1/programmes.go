package v1

import (
	"cmp"
	"context"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

// ListQuestions gives the question library.
func (s *Server) ListQuestions(_ context.Context, _ ListQuestionsRequestObject) (ListQuestionsResponseObject, error) {
	lib, err := pulse.LoadLibrary()
	if err != nil {
		return nil, err
	}
	out := ListQuestions200JSONResponse{Languages: lib.Languages, Index: lib.Index, Forms: []AnswerForm{}, Drivers: []Driver{}, Questions: questionBodies(lib.Questions)}
	for _, lang := range lib.Languages {
		form := AnswerForm{Language: lang, Direction: AnswerFormDirection(i18n.Direction(lang)), Words: map[string]string{}}
		for _, key := range i18n.Keys("en") {
			if word, ok := strings.CutPrefix(key, "respond."); ok {
				form.Words[word] = i18n.Text(lang, key, nil)
			}
		}
		out.Forms = append(out.Forms, form)
	}
	for _, d := range lib.Drivers {
		out.Drivers = append(out.Drivers, Driver{Key: d.Key, Side: DriverSide(d.Side), Name: d.Name})
	}
	return out, nil
}

// ListProgrammes lists all programmes by name.
func (s *Server) ListProgrammes(ctx context.Context, _ ListProgrammesRequestObject) (ListProgrammesResponseObject, error) {
	list, err := s.Pulse.Programmes(ctx)
	if err != nil {
		return nil, err
	}
	out := ListProgrammes200JSONResponse{Items: []Programme{}}
	for _, p := range list {
		out.Items = append(out.Items, s.programmeBody(p))
	}
	return out, nil
}

// CreateProgramme makes a programme.
func (s *Server) CreateProgramme(ctx context.Context, r CreateProgrammeRequestObject) (CreateProgrammeResponseObject, error) {
	p, err := s.saveProgramme(ctx, "", *r.Body)
	return CreateProgramme201JSONResponse(p), err
}

// GetProgramme gives one programme.
func (s *Server) GetProgramme(ctx context.Context, r GetProgrammeRequestObject) (GetProgrammeResponseObject, error) {
	p, err := s.Pulse.Programme(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return GetProgramme200JSONResponse(s.programmeBody(p)), nil
}

// UpdateProgramme changes a programme.
func (s *Server) UpdateProgramme(ctx context.Context, r UpdateProgrammeRequestObject) (UpdateProgrammeResponseObject, error) {
	p, err := s.saveProgramme(ctx, r.Id, *r.Body)
	return UpdateProgramme200JSONResponse(p), err
}

func (s *Server) saveProgramme(ctx context.Context, id string, e ProgrammeEdit) (Programme, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return Programme{}, err
	}
	p, err := s.Pulse.SaveProgramme(ctx, programmeOf(id, e), who.ID)
	if err != nil {
		return Programme{}, err
	}
	return s.programmeBody(p), nil
}

func programmeOf(id string, e ProgrammeEdit) pulse.Programme {
	p := pulse.Programme{
		ID: id, Name: e.Name, Languages: e.Languages, Subset: value(e.Subset), K: e.K, Attribute: value(e.Attribute), RetentionDays: value(e.RetentionDays),
		Reminders: value(e.Reminders), FatigueDays: value(e.FatigueDays), LeadsSeeAfterDays: value(e.LeadsSeeAfterDays), MaskComments: value(e.MaskComments), Help: value(e.Help), Version: value(e.Version), Channels: value(e.ChannelIds),
		Cadence: pulse.Cadence{Rule: pulse.Rule(e.Cadence.Rule), Hour: value(e.Cadence.Hour), TimeZone: e.Cadence.TimeZone, OpenDays: e.Cadence.OpenDays, From: value(e.Cadence.OpenFrom), Until: value(e.Cadence.OpenUntil)},
		Audience: pulse.Audience{
			TeamIDs: e.Audience.TeamIds, Population: pulse.Population(value(e.Audience.Population)), AttributeName: value(e.Audience.AttributeName),
			AttributeValues: value(e.Audience.AttributeValues), DaysSinceJoining: value(e.Audience.DaysSinceJoining),
			Moment: pulse.Moment(value(e.Audience.Moment)), Days: value(e.Audience.Days),
		},
	}
	if e.Cadence.FirstOn != nil {
		p.Cadence.FirstOn = e.Cadence.FirstOn.Time
	}
	for _, d := range value(e.Cadence.Workdays) {
		p.Cadence.Workdays = append(p.Cadence.Workdays, time.Weekday(d))
	}
	for _, h := range value(e.Cadence.Holidays) {
		p.Cadence.Holidays = append(p.Cadence.Holidays, h.Time)
	}
	for _, q := range e.Questions {
		x := pulse.Question{Key: q.Key, Driver: value(q.Driver), Type: pulse.Type(q.Type), Text: q.Text, Ends: value(q.Ends), Options: value(q.Options), Required: value(q.Required)}
		if q.If != nil {
			x.If = &pulse.Condition{Question: q.If.Question, AtLeast: q.If.AtLeast, AtMost: q.If.AtMost}
		}
		p.Questions = append(p.Questions, x)
	}
	return p
}

func (s *Server) programmeBody(p pulse.Programme) Programme {
	population := AudiencePopulation(cmp.Or(p.Audience.Population, pulse.Staff))
	out := Programme{
		Id: p.ID, Name: p.Name, Languages: p.Languages, Subset: &p.Subset, K: p.K, Attribute: filled(p.Attribute), RetentionDays: &p.RetentionDays, Reminders: &p.Reminders,
		FatigueDays: &p.FatigueDays, LeadsSeeAfterDays: &p.LeadsSeeAfterDays, MaskComments: &p.MaskComments, Help: filled(p.Help), Version: p.Version, Minutes: p.Minutes(), CreatedAt: p.CreatedAt, Questions: questionBodies(p.Questions),
		Cadence:  Cadence{Rule: CadenceRule(p.Cadence.Rule), FirstOn: day(p.Cadence.FirstOn), Hour: &p.Cadence.Hour, TimeZone: p.Cadence.TimeZone, OpenDays: p.Cadence.OpenDays},
		Audience: Audience{TeamIds: append([]string{}, p.Audience.TeamIDs...), Population: &population, AttributeName: filled(p.Audience.AttributeName)},
	}
	if len(p.Audience.AttributeValues) > 0 {
		out.Audience.AttributeValues = &p.Audience.AttributeValues
	}
	if p.Audience.DaysSinceJoining > 0 {
		out.Audience.DaysSinceJoining = &p.Audience.DaysSinceJoining
	}
	if p.Audience.Moment != "" {
		moment := AudienceMoment(p.Audience.Moment)
		out.Audience.Moment, out.Audience.Days = &moment, &p.Audience.Days
	}
	if p.Cadence.Until > 0 {
		out.Cadence.OpenFrom, out.Cadence.OpenUntil = &p.Cadence.From, &p.Cadence.Until
	}
	if len(p.Cadence.Workdays) > 0 {
		days := make([]int, len(p.Cadence.Workdays))
		for i, d := range p.Cadence.Workdays {
			days[i] = int(d)
		}
		out.Cadence.Workdays = &days
	}
	if len(p.Channels) > 0 {
		out.ChannelIds = &p.Channels
	}
	holidays := []openapi_types.Date{}
	for _, h := range p.Cadence.Holidays {
		holidays = append(holidays, openapi_types.Date{Time: h})
	}
	out.Cadence.Holidays = &holidays
	if next, ok := p.Cadence.NextAfter(s.Now()); ok {
		out.NextAt = &next
	}
	return out
}

func questionBodies(list []pulse.Question) []Question {
	out := []Question{}
	for _, q := range list {
		x := Question{Key: q.Key, Version: q.Version, Driver: filled(q.Driver), Type: QuestionType(q.Type), Text: q.Text, Required: &q.Required}
		if q.Ends != nil {
			x.Ends = &q.Ends
		}
		if q.Options != nil {
			x.Options = &q.Options
		}
		if q.If != nil {
			x.If = &QuestionCondition{Question: q.If.Question, AtLeast: q.If.AtLeast, AtMost: q.If.AtMost}
		}
		out = append(out, x)
	}
	return out
}

// ListWaves lists waves, newest first.
func (s *Server) ListWaves(ctx context.Context, r ListWavesRequestObject) (ListWavesResponseObject, error) {
	list, err := s.Pulse.Waves(ctx)
	if err != nil {
		return nil, err
	}
	out := ListWaves200JSONResponse{Items: []Wave{}}
	for _, w := range list {
		if id := value(r.Params.ProgrammeId); id == "" || id == w.ProgrammeID {
			out.Items = append(out.Items, waveBody(w))
		}
	}
	return out, nil
}

// GetWave gives one wave, on demand with its results once there are any for the caller.
func (s *Server) GetWave(ctx context.Context, r GetWaveRequestObject) (GetWaveResponseObject, error) {
	w, err := s.Pulse.Wave(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	out := waveBody(w)
	if r.Params.With != nil {
		results, err := s.results(ctx, r.Id)
		if err != nil && errs.CodeOf(err) != "not_released" {
			return nil, err
		}
		if err == nil {
			out.Results = &results
		}
	}
	return GetWave200JSONResponse(out), nil
}

// ChangeWave extends a wave, closes it early or stops it.
func (s *Server) ChangeWave(ctx context.Context, r ChangeWaveRequestObject) (ChangeWaveResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case r.Body.Stop != nil && (value(r.Body.CloseNow) || r.Body.ClosesAt != nil):
		return nil, errs.Invalid("wave_change_unclear") // what is destroyed cannot be published
	case r.Body.Stop != nil:
		err = s.Pulse.Stop(ctx, r.Id, strings.TrimSpace(*r.Body.Stop), who.ID)
	case value(r.Body.CloseNow):
		err = s.Pulse.CloseEarly(ctx, r.Id, who.ID)
	case r.Body.ClosesAt != nil:
		err = s.Pulse.Extend(ctx, r.Id, *r.Body.ClosesAt, who.ID)
	}
	if err != nil {
		return nil, err
	}
	w, err := s.Pulse.Wave(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return ChangeWave200JSONResponse(waveBody(w)), nil
}

func waveBody(w pulse.Wave) Wave {
	link := "/p/" + w.ID
	out := Wave{
		Id: w.ID, ProgrammeId: w.ProgrammeID, Title: w.Title, State: WaveState(w.State), Rehearsal: &w.Rehearsal, OpensAt: w.OpensAt, ClosesAt: w.ClosesAt, K: w.K,
		Attribute: filled(w.Attribute), Invited: w.Invited, Link: &link,
	}
	if w.Population != "" {
		population := WavePopulation(w.Population)
		out.Population = &population
	}
	if w.Imported {
		out.Imported, out.Link = &w.Imported, nil
	}
	if w.Participation >= 0 && w.State == pulse.Open {
		out.ParticipationPercent = &w.Participation
	}
	return out
}
