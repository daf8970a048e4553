package v1

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"

	"rapport/internal/auth"
	"rapport/internal/disclosure"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

// GetResults gives the released cells a caller may see.
func (s *Server) GetResults(ctx context.Context, r GetResultsRequestObject) (GetResultsResponseObject, error) {
	out, err := s.results(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return GetResults200JSONResponse(out), nil
}

func (s *Server) results(ctx context.Context, wave string) (PulseResults, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return PulseResults{}, err
	}
	res, err := s.Pulse.Results(ctx, wave, who.Scope)
	if err != nil {
		return PulseResults{}, err
	}
	loc := locale(ctx)
	lib, err := pulse.LoadLibrary()
	if err != nil {
		return PulseResults{}, err
	}
	out := PulseResults{Wave: waveBody(res.Wave), Columns: []PulseColumn{}, Rows: []PulseRow{}, Comments: []PulseComment{}, Sentences: resultSentences(res, lib, loc)}
	for _, c := range res.Columns {
		out.Columns = append(out.Columns, columnBody(c, lib, loc))
	}
	for _, row := range res.Rows {
		x := PulseRow{NodeId: row.Node, Name: row.Name, Depth: row.Depth, AttributeValue: filled(row.Value), ResponsePercent: row.Response, Cells: []PulseCell{}}
		if x.Name == "" {
			x.Name = i18n.Text(loc, "pulse.organisation", nil)
		}
		for _, f := range row.Cells {
			x.Cells = append(x.Cells, cellBody(f))
		}
		out.Rows = append(out.Rows, x)
	}
	out.detail(res, lib, loc)
	if x := res.Proof; x.Cells > 0 {
		out.Proof = &PulseProof{Cells: x.Cells, Derivable: x.Derivable, Insiders: insidersBody(x.Smallest)}
	}
	for _, c := range res.Comments {
		out.Comments = append(out.Comments, PulseComment{NodeId: c.Node, Question: c.Question, Text: c.Text})
	}
	return out, nil
}

func columnBody(c pulse.Column, lib pulse.Library, loc string) PulseColumn {
	out := PulseColumn{Key: c.Key, Kind: PulseColumnKind(c.Kind), Title: columnTitle(c, lib, loc), Driver: filled(c.Driver)}
	for _, d := range lib.Drivers {
		if d.Key == c.Driver {
			out.Side = filled(d.Side)
		}
	}
	if c.Kind == pulse.SideColumn {
		out.Side = &c.Key
	}
	if c.Kind == pulse.QuestionColumn {
		out.Version = &c.Question.Version
	}
	company := cellBody(c.Company)
	out.Company = &company
	if c.Previous != nil {
		before := cellBody(c.Previous)
		out.Previous = &before
	}
	trend := trendPoints(c.Trend)
	out.Trend = &trend
	if len(c.Beside) > 0 {
		list := make([]Benchmark, len(c.Beside))
		for i, b := range c.Beside {
			list[i] = benchmarkBody(b, "")
		}
		out.Benchmarks = &list
	}
	return out
}

func columnTitle(c pulse.Column, lib pulse.Library, loc string) string {
	switch c.Kind {
	case pulse.IndexColumn:
		return i18n.Text(loc, "pulse.index", nil)
	case pulse.SideColumn:
		return i18n.Text(loc, "pulse.side."+c.Key, nil)
	case pulse.DriverColumn:
		for _, d := range lib.Drivers {
			if d.Key == c.Driver {
				return pulse.Texts(d.Name, loc)
			}
		}
	}
	title := pulse.Texts(c.Question.Text, loc)
	if c.Option >= 0 {
		if o := c.Question.Options[loc]; c.Option < len(o) {
			return title + " – " + o[c.Option]
		}
	}
	return title
}

// cellBody writes a figure; one that may not be shown says so and nothing else.
func cellBody(f *pulse.Figure) PulseCell {
	if f == nil {
		hidden := true
		return PulseCell{NotShown: &hidden}
	}
	band := string(f.NBand)
	out := PulseCell{Score: &f.Score, Lo: &f.Low, Hi: &f.High, Favourable: f.Favourable, Enps: f.ENPS, NBand: &band}
	if lo, hi, ok := f.ENPSMargin(); ok {
		out.EnpsLo, out.EnpsHi = &lo, &hi
	}
	if f.Distribution != nil {
		d := f.Distribution[:]
		out.Distribution = &d
	}
	return out
}

// resultSentences says what changed and, once, kindly, why some cells are not shown.
func resultSentences(res pulse.Results, lib pulse.Library, loc string) []Sentence {
	tell := func(key string, params map[string]any) Sentence {
		return Sentence{Key: key, Params: &params, Text: i18n.Text(loc, key, params)}
	}
	var out []Sentence
	changes := res.Changes()
	switch {
	case len(changes) > 0:
		c := changes[0]
		key := "results.rose"
		if c.Points < 0 {
			key = "results.fell"
		}
		out = append(out, tell(key, map[string]any{"what": columnTitle(c.Column, lib, loc), "points": max(c.Points, -c.Points), "others": len(changes) - 1}))
	case hasPrevious(res):
		out = append(out, tell("results.unchanged", map[string]any{}))
	default:
		out = append(out, tell("results.first", map[string]any{}))
	}
	return append(out, tell("results.not_shown", map[string]any{"k": res.Wave.K}))
}

func hasPrevious(res pulse.Results) bool {
	for _, c := range res.Columns {
		if c.Previous != nil {
			return true
		}
	}
	return false
}

// GetAnonymityAudit gives the last audit.
func (s *Server) GetAnonymityAudit(ctx context.Context, _ GetAnonymityAuditRequestObject) (GetAnonymityAuditResponseObject, error) {
	a, err := s.Pulse.LastAudit(ctx)
	if errs.KindOf(err) == errs.KindNotFound && err != nil {
		return GetAnonymityAudit200JSONResponse{Ran: false}, nil
	}
	if err != nil {
		return nil, err
	}
	return GetAnonymityAudit200JSONResponse(auditBody(a, locale(ctx))), nil
}

// insidersBody says what is left of the smallest group when nobody, one or two of its people pool what they know.
func insidersBody(smallest int) *[]InsiderAudit {
	if smallest == 0 {
		return nil
	}
	out := []InsiderAudit{}
	for c := range 3 {
		out = append(out, InsiderAudit{Insiders: c, SmallestGroup: smallest - c})
	}
	return &out
}

func auditBody(a pulse.AnonymityAudit, loc string) AnonymityAudit {
	out := AnonymityAudit{Ran: true, At: &a.At, Waves: a.Waves, Cells: a.Cells, Derivable: a.Derivable}
	if a.Eligible > 0 {
		share := float64(a.Cells) / float64(a.Eligible)
		out.ShownShare = &share
	}
	out.Insiders = insidersBody(a.Smallest)
	broken := a.Broken()
	out.Broken = &broken
	if a.Crawl != nil {
		out.Crawl = crawlBody(*a.Crawl, loc)
	}
	teeth := []ToothTest{}
	for _, b := range a.Teeth {
		if !b.Honest {
			teeth = append(teeth, ToothTest{Mutant: b.Publisher, Caught: b.Caught})
		}
	}
	out.Teeth = &teeth
	return out
}

func crawlBody(c pulse.Crawl, loc string) *AnonymityCrawl {
	out := AnonymityCrawl{
		Roles: append([]string{}, c.Roles...), Leads: c.Leads, Routes: c.Routes, Requests: c.Requests, Channels: []CrawlChannel{}, Figures: c.Figures, Comments: c.Comments,
		Cells: c.Cells, Derivable: c.Derivable, Found: c.Found, Findings: []CrawlFinding{}, Unreached: append([]string{}, c.Unreached...),
	}
	for _, name := range slices.Sorted(maps.Keys(c.Channels)) {
		out.Channels = append(out.Channels, CrawlChannel{Name: name, Answers: c.Channels[name]})
	}
	for _, f := range c.Findings {
		out.Findings = append(out.Findings, CrawlFinding{
			Kind: CrawlFindingKind(f.Kind), Text: i18n.Text(loc, "crawl."+f.Kind, nil), Viewer: f.Viewer, Channel: f.Channel, Route: f.Route,
			Wave: filled(f.Wave), Column: filled(f.Column), Node: filled(f.Node),
		})
	}
	return &out
}

// RunAnonymityAudit runs the audit in the background.
func (s *Server) RunAnonymityAudit(ctx context.Context, _ RunAnonymityAuditRequestObject) (RunAnonymityAuditResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.Operations.Start(ctx, "anonymity_audit", who.ID, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		_, err := s.Pulse.RunAudit(ctx, who.ID, s.Crawl, progress)
		return "", nil, err
	})
	if err != nil {
		return nil, err
	}
	return RunAnonymityAudit202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// GetAnonymityStatement gives a printable page made from the real settings.
func (s *Server) GetAnonymityStatement(ctx context.Context, r GetAnonymityStatementRequestObject) (GetAnonymityStatementResponseObject, error) {
	list, err := s.Pulse.Programmes(ctx)
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	if x := string(value(r.Params.Locale)); slices.Contains(i18n.Locales, x) {
		loc = x
	}
	p := printed{Lang: loc, Languages: i18n.Locales, Title: i18n.Text(loc, "statement.title", nil), Lead: i18n.Text(loc, "statement.lead", nil)}
	for _, key := range []string{"statement.collection", "statement.key", "statement.floor", "statement.comments", "statement.audit", "statement.remains"} {
		p.Points = append(p.Points, i18n.Text(loc, key, map[string]any{"k": disclosure.FloorK, "comments": disclosure.CommentsRespondents}))
	}
	p.Head = []string{i18n.Text(loc, "statement.programme", nil), i18n.Text(loc, "statement.k", nil), i18n.Text(loc, "statement.attribute", nil), i18n.Text(loc, "statement.retention", nil)}
	for _, x := range list {
		attribute := x.Attribute
		if attribute == "" {
			attribute = "–"
		}
		p.Table = append(p.Table, []string{x.Name, i18n.Text(loc, "statement.people", map[string]any{"count": x.K}), attribute, i18n.Text(loc, "statement.days", map[string]any{"count": x.RetentionDays})})
	}
	b, err := p.render()
	if err != nil {
		return nil, err
	}
	return GetAnonymityStatement200TexthtmlResponse{Body: bytes.NewReader(b), ContentLength: int64(len(b))}, nil
}

// DownloadCodes gives the printed codes of an open wave.
func (s *Server) DownloadCodes(ctx context.Context, r DownloadCodesRequestObject) (DownloadCodesResponseObject, error) {
	w, err := s.Pulse.Wave(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	slips, err := s.Pulse.Slips(ctx, r.Id, s.URL)
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	p := printed{Lang: loc, Title: w.Title, Lead: i18n.Text(loc, "codes.lead", nil), HowTo: i18n.Text(loc, "codes.how", map[string]any{"address": s.URL + "/p/" + w.ID})}
	if w.PaperBy != "" {
		p.Points = append(p.Points, i18n.Text(loc, "codes.paper_by", map[string]any{"name": w.PaperBy}))
	}
	for _, x := range slips {
		svg, err := qrSVG(x.Link)
		if err != nil {
			return nil, err
		}
		p.Slips = append(p.Slips, slip{Name: x.Name, Code: x.Code, QR: svg})
	}
	b, err := p.render()
	if err != nil {
		return nil, err
	}
	return DownloadCodes200TexthtmlResponse{Body: bytes.NewReader(b), ContentLength: int64(len(b))}, nil
}

// DownloadResults gives the same table as the page, as a workbook.
func (s *Server) DownloadResults(ctx context.Context, r DownloadResultsRequestObject) (DownloadResultsResponseObject, error) {
	res, err := s.results(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	b, err := workbook(resultTables(res, locale(ctx)), locale(ctx))
	if err != nil {
		return nil, err
	}
	return DownloadResults200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: io.NopCloser(bytes.NewReader(b)), ContentLength: int64(len(b))}, nil
}
