package v1

import (
	"bytes"
	"context"
	"time"

	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/report"
	"rapport/internal/returns"
)

// quarterNamed resolves "latest" to the newest closed quarter of a team.
func (s *Server) quarterNamed(ctx context.Context, who auth.Principal, quarter, team string) (string, error) {
	if quarter != "latest" {
		return quarter, nil
	}
	r, err := s.Reports.Newest(ctx, who, team)
	return r.Quarter.String(), err
}

func deref[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}

// ListReports lists the closed quarters.
func (s *Server) ListReports(ctx context.Context, r ListReportsRequestObject) (ListReportsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	heads, err := s.Reports.List(ctx, who, deref(r.Params.Team))
	if err != nil {
		return nil, err
	}
	return ListReports200JSONResponse(headList(heads)), nil
}

// ListReportVersions lists all versions of one.
func (s *Server) ListReportVersions(ctx context.Context, r ListReportVersionsRequestObject) (ListReportVersionsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	team := deref(r.Params.Team)
	quarter, err := s.quarterNamed(ctx, who, r.Quarter, team)
	if err != nil {
		return nil, err
	}
	heads, err := s.Reports.Versions(ctx, who, quarter, team)
	if err != nil {
		return nil, err
	}
	return ListReportVersions200JSONResponse(headList(heads)), nil
}

// GetReport gives one in the caller's language.
func (s *Server) GetReport(ctx context.Context, r GetReportRequestObject) (GetReportResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	team := deref(r.Params.Team)
	quarter, err := s.quarterNamed(ctx, who, r.Quarter, team)
	if err != nil {
		return nil, err
	}
	rep, err := s.Reports.Get(ctx, who, quarter, team, deref(r.Params.Version))
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	made, code, err := s.Reports.FileState(ctx, report.FileKey{Quarter: quarter, TeamID: team, Version: rep.Version, Kind: report.PDF, Locale: loc})
	if err != nil {
		return nil, err
	}
	out := reportBody(rep, loc)
	out.Pdf.Made = made
	if code != "" {
		out.Pdf.Problem = text(i18n.Text(loc, "error."+code, nil))
	}
	return GetReport200JSONResponse(out), nil
}

// ApproveReport puts the caller's name under it.
func (s *Server) ApproveReport(ctx context.Context, r ApproveReportRequestObject) (ApproveReportResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	team := deref(r.Params.Team)
	quarter, err := s.quarterNamed(ctx, who, r.Quarter, team)
	if err != nil {
		return nil, err
	}
	rep, err := s.Reports.Approve(ctx, who, quarter, team, r.Body.Version)
	if err != nil {
		return nil, err
	}
	// The draft's files are gone: those with the name under them are made while people read on.
	if _, err := s.Reports.StartFiles(ctx, who.ID, quarter, team); err != nil {
		return nil, err
	}
	return ApproveReport200JSONResponse(headBody(rep.Head)), nil
}

// wanted is which file somebody asks for.
type wanted struct {
	quarter string
	team    *string
	version *int
	locale  string
}

func (s *Server) reportFile(ctx context.Context, w wanted, kind report.FileKind) ([]byte, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	team := deref(w.team)
	quarter, err := s.quarterNamed(ctx, who, w.quarter, team)
	if err != nil {
		return nil, err
	}
	if w.locale == "" {
		w.locale = locale(ctx)
	}
	key := report.FileKey{Quarter: quarter, TeamID: team, Version: deref(w.version), Kind: kind, Locale: w.locale}
	if kind == "csv" {
		rep, err := s.Reports.Get(ctx, who, quarter, team, key.Version)
		if err != nil {
			return nil, err
		}
		return rep.In(w.locale).CSV()
	}
	f, err := s.Reports.ReadFile(ctx, who, key)
	return f.Bytes, err
}

// DownloadReportPdf gives the report on paper.
func (s *Server) DownloadReportPdf(ctx context.Context, r DownloadReportPdfRequestObject) (DownloadReportPdfResponseObject, error) {
	b, err := s.reportFile(ctx, wanted{r.Quarter, r.Params.Team, r.Params.Version, string(deref(r.Params.Locale))}, report.PDF)
	if err != nil {
		return nil, err
	}
	return DownloadReportPdf200ApplicationpdfResponse{Body: bytes.NewReader(b), ContentLength: int64(len(b))}, nil
}

// DownloadReportXlsx gives the report as a workbook.
func (s *Server) DownloadReportXlsx(ctx context.Context, r DownloadReportXlsxRequestObject) (DownloadReportXlsxResponseObject, error) {
	b, err := s.reportFile(ctx, wanted{r.Quarter, r.Params.Team, r.Params.Version, string(deref(r.Params.Locale))}, report.XLSX)
	if err != nil {
		return nil, err
	}
	return DownloadReportXlsx200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: bytes.NewReader(b), ContentLength: int64(len(b))}, nil
}

// DownloadReportCsv gives every table.
func (s *Server) DownloadReportCsv(ctx context.Context, r DownloadReportCsvRequestObject) (DownloadReportCsvResponseObject, error) {
	b, err := s.reportFile(ctx, wanted{r.Quarter, r.Params.Team, r.Params.Version, string(deref(r.Params.Locale))}, "csv")
	if err != nil {
		return nil, err
	}
	return DownloadReportCsv200TextcsvResponse{Body: bytes.NewReader(b), ContentLength: int64(len(b))}, nil
}

func headList(heads []report.Head) ReportList {
	out := ReportList{Items: []ReportHead{}}
	for _, h := range heads {
		out.Items = append(out.Items, headBody(h))
	}
	return out
}

func headBody(h report.Head) ReportHead {
	out := ReportHead{Quarter: h.Quarter.String(), From: date(h.Quarter.From()), To: date(h.Quarter.To()), TeamId: text(h.TeamID), TeamName: text(h.TeamName), Version: h.Version, State: ReportHeadState(h.State), ClosedAt: h.ClosedAt, ApprovedBy: text(h.ApprovedBy)}
	if h.ApprovedAt.After(time.Time{}) {
		out.ApprovedAt = &h.ApprovedAt
	}
	return out
}

func reportBody(rep report.Report, loc string) Report {
	d, c := rep.In(loc), rep.Content
	out := Report{
		Head: headBody(rep.Head), Locale: d.Locale, Title: d.Title, Subtitle: d.Subtitle, Standing: d.Standing, Headline: d.Headline, Nothing: c.Nothing,
		ChainEstablished: c.Chain != nil && c.Chain.Established, Currency: text(c.Currency), Sections: []ReportSection{},
	}
	if c.Statement != nil && c.Statement.Result != nil {
		r := c.Statement.Result
		out.Investment = &r.Investment
		for _, x := range []struct {
			to *(*ReturnsFigure)
			r  returns.Return
		}{{&out.Roi, r.ROI}, {&out.Rov, r.ROV}, {&out.Rox, r.ROX}} {
			*x.to = figureBody(x.r, loc)
		}
	}
	for _, s := range d.Sections {
		sec := ReportSection{Id: s.ID, Title: s.Title, Text: s.Text, Tables: []ReportTable{}}
		if p := s.Picture; p != nil {
			sec.Picture = &ReportPicture{Title: p.Title, Alt: p.Alt, Wide: p.Wide, Narrow: p.Narrow}
		}
		for _, t := range s.Tables {
			sec.Tables = append(sec.Tables, reportTable(t))
		}
		out.Sections = append(out.Sections, sec)
	}
	return out
}

func reportTable(t report.Table) ReportTable {
	out := ReportTable{Id: t.ID, Caption: t.Caption, Rows: [][]ReportCell{}}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, struct {
			Id      string `json:"id"`
			Name    string `json:"name"`
			Numeric bool   `json:"numeric"`
		}{c.ID, c.Name, c.Numeric})
	}
	for _, r := range t.Rows {
		row := make([]ReportCell, len(r.Cells))
		for i, c := range r.Cells {
			row[i] = ReportCell{Text: c.Text, Value: c.Value, Unit: text(c.Unit), Note: text(c.Note), Spark: text(c.Spark)}
			if c.Form != "" {
				form := ReportCellForm(c.Form)
				row[i].Form = &form
			}
			if c.Ref.Kind != "" {
				row[i].Ref = &struct {
					Id   string            `json:"id"`
					Kind ReportCellRefKind `json:"kind"`
				}{c.Ref.ID, ReportCellRefKind(c.Ref.Kind)}
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
