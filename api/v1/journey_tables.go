package v1

import (
	"bytes"
	"context"
	"io"
	"math"

	"rapport/internal/i18n"
	"rapport/internal/journey"
)

// journeyTable makes one table of the customer pages, of the same values that the pages show.
func (s *Server) journeyTable(ctx context.Context, table JourneyTable, q DownloadJourneyCsvParams) (resultTable, error) {
	loc := locale(ctx)
	t := func(key string) string { return i18n.Text(loc, "journey."+key, nil) }
	out := resultTable{key: "journey.table." + string(table)}
	if table == JourneyTablePains {
		list, err := s.pains(ctx)
		if err != nil {
			return out, err
		}
		return painTable(out, list, t), nil
	}
	if table == JourneyTableDeliveries {
		list, err := s.lateDeliveries(ctx)
		if err != nil {
			return out, err
		}
		return deliveryTable(out, list, t), nil
	}
	if table == JourneyTableCases {
		list, err := s.listCases(ctx, ListCasesParams{TeamId: q.TeamId, Limit: new(int)})
		if err != nil {
			return out, err
		}
		out.head = []string{t("opened"), t("touchpoint"), t("team"), t("score_type"), t("score"), t("owner"), t("due"), t("status"), t("reason"), t("reopened_times"), t("closed")}
		for _, c := range list.Items {
			row := []any{c.OpenedAt.Format("2006-01-02"), c.Touchpoint, c.Team, string(c.Type), c.Score, c.Owner, c.DueAt.String(), string(c.Status), nil, c.Reopened, nil}
			if c.Reason != nil {
				row[8] = string(*c.Reason)
			}
			if c.ClosedAt != nil {
				row[10] = c.ClosedAt.Format("2006-01-02")
			}
			out.rows = append(out.rows, row)
		}
		return out, nil
	}
	f, _, err := s.journeyFilter(ctx, GetJourneyMapParams{TeamId: q.TeamId, Segment: q.Segment, Product: q.Product, Channel: q.Channel, Months: q.Months, Population: q.Population})
	if err != nil {
		return out, err
	}
	if table == JourneyTableTouchpoint {
		p, _, err := s.Journeys.Point(ctx, value(q.TouchpointId), f)
		if err != nil {
			return out, err
		}
		return pointTable(out, p, t), nil
	}
	m, err := s.Journeys.View(ctx, f)
	if err != nil {
		return out, err
	}
	if table == JourneyTableWays {
		out.head = []string{t("journey"), t("way"), t("whole"), t("n"), t("share")}
		for _, c := range m.Courses {
			for _, w := range c.Ways {
				way, whole := "", ""
				for i, step := range w.Steps {
					if i > 0 {
						way += " → "
					}
					way += step
				}
				if w.Whole {
					whole = "×"
				}
				out.rows = append(out.rows, []any{c.Journey.Name, way, whole, w.N, tenth(w.Share)})
			}
		}
		return out, nil
	}
	out.head = []string{
		t("journey"), t("stage"), t("touchpoint"), t("interactions"), t("score_type"), t("score"), t("from"), t("to"), t("n"), t("change"), t("desired"), t("gap"), t("feeling"), t("surprise"),
		t("median"), t("p90"), t("over"), t("ease"), t("contacts"), t("switches"), t("open"), t("reopened"), t("took"), t("barriers"),
	}
	add := func(j, stage string, list []journey.Point) {
		for _, p := range list {
			out.rows = append(out.rows, mapRow(j, stage, p))
		}
	}
	for _, c := range m.Courses {
		for _, st := range c.Stages {
			add(c.Journey.Name, st.Name, st.Points)
		}
	}
	add("", "", m.Loose)
	return out, nil
}

func mapRow(j, stage string, p journey.Point) []any {
	row := []any{j, stage, p.Touchpoint.Name, p.N, nil, nil, nil, nil, nil, figureCell(p.Change), nil, nil, figureCell(p.Feeling), figureCell(p.Surprise)}
	if len(p.Scores) > 0 {
		row[4], row[8] = string(p.Scores[0].Type), p.Scores[0].N
		if f := p.Scores[0].Figure; f != nil {
			row[5], row[6], row[7] = tenth(f.Value), tenth(f.Lo), tenth(f.Hi)
		}
	}
	if p.Desired != nil {
		row[10] = tenth(*p.Desired)
	}
	if p.Gap != nil {
		row[11] = tenth(*p.Gap)
	}
	h := p.Hurts
	for _, f := range []*journey.Figure{h.Median, h.P90, h.Over, h.Ease, h.Contacts, h.Switches, h.Open, h.Reopened, h.Took} {
		row = append(row, figureCell(f))
	}
	return append(row, len(p.Barriers))
}

func pointTable(out resultTable, p journey.Point, t func(string) string) resultTable {
	out.head = []string{t("month"), t("score_type"), t("score"), t("from"), t("to"), t("n")}
	for _, d := range p.Trend {
		row := []any{d.Month.String(), string(p.Scores[0].Type), nil, nil, nil, d.N}
		if d.Figure != nil {
			row[2], row[3], row[4] = tenth(d.Figure.Value), tenth(d.Figure.Lo), tenth(d.Figure.Hi)
		}
		out.rows = append(out.rows, row)
	}
	return out
}

func painTable(out resultTable, list PainList, t func(string) string) resultTable {
	out.head = []string{
		t("pain"), t("horizon"), t("since"), t("met"), t("lost"), t("spared"), t("lost"), t("difference"), t("from"), t("to"), t("at_stake"), t("from"), t("to"), t("currency"), t("of"),
	}
	for _, x := range list.Items {
		row := []any{
			t("pain." + string(x.Kind)), x.HorizonDays, x.From.String(), x.Met.Customers, nil, x.Spared.Customers, nil, nil, nil, nil, nil, nil, nil, x.Currency, t("revenue"),
		}
		if x.OfMargin {
			row[14] = t("margin")
		}
		for at, f := range map[int]*CxFigure{4: x.Met.Lost, 6: x.Spared.Lost} {
			if f != nil {
				row[at] = tenth(f.Value)
			}
		}
		if f := x.Difference; f != nil {
			row[7], row[8], row[9] = tenth(f.Value), tenth(f.Lo), tenth(f.Hi)
		}
		if f := x.AtStake; f != nil {
			row[10], row[11], row[12] = math.Round(f.Value)/100, math.Round(f.Lo)/100, math.Round(f.Hi)/100
		}
		out.rows = append(out.rows, row)
	}
	return out
}

func figureCell(f *journey.Figure) any {
	if f == nil {
		return nil
	}
	return tenth(f.Value)
}

func tenth(v float64) float64 { return math.Round(10*v) / 10 }

// DownloadJourneyCsv implements StrictServerInterface.
func (s *Server) DownloadJourneyCsv(ctx context.Context, r DownloadJourneyCsvRequestObject) (DownloadJourneyCsvResponseObject, error) {
	t, err := s.journeyTable(ctx, r.Table, r.Params)
	if err != nil {
		return nil, err
	}
	b, err := t.csv()
	return DownloadJourneyCsv200TextcsvResponse{Body: bytes.NewReader(b), ContentLength: int64(len(b))}, err
}

// DownloadJourneyXlsx implements StrictServerInterface.
func (s *Server) DownloadJourneyXlsx(ctx context.Context, r DownloadJourneyXlsxRequestObject) (DownloadJourneyXlsxResponseObject, error) {
	t, err := s.journeyTable(ctx, r.Table, DownloadJourneyCsvParams(r.Params))
	if err != nil {
		return nil, err
	}
	b, err := workbook([]resultTable{t}, locale(ctx))
	return DownloadJourneyXlsx200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: io.NopCloser(bytes.NewReader(b)), ContentLength: int64(len(b))}, err
}
