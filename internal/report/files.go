package report

import (
	"context"
	"fmt"
	"log/slog"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/operation"
)

// Printer makes a PDF of a page that stands for itself; errs.Unavailable("pdf_unavailable") where it cannot now.
type Printer interface {
	Print(ctx context.Context, page []byte) ([]byte, error)
}

// StartFiles makes the files of a report of a quarter ("" is the organisation's) in the background.
func (s *Service) StartFiles(ctx context.Context, by, quarter, team string) (operation.Operation, error) {
	return s.ops.Start(ctx, "report-files", by, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		r, err := s.store.Report(ctx, quarter, team, 0)
		if err != nil {
			return quarter, nil, fmt.Errorf("make files: %w", err)
		}
		locales, err := s.locales(ctx, team)
		if err != nil {
			return quarter, nil, err
		}
		return quarter, nil, s.make(ctx, r.keys(locales), progress)
	})
}

// MakeFiles makes the workbook and the PDF of the organisation's report of a quarter in every language, those that are
// not there yet. What could not be made says why and is tried again by the next call.
func (s *Service) MakeFiles(ctx context.Context, quarter string, progress func(done, total int64)) error {
	r, err := s.store.Report(ctx, quarter, "", 0)
	if err != nil {
		return fmt.Errorf("make files: %w", err)
	}
	return s.make(ctx, r.keys(i18n.Locales), progress)
}

// MakeOutstanding makes every file that should be there and is not: those of the organisation's reports in every
// language, and of the newest quarter those of each team in the languages of the people who sign in. Where no PDF can be
// made now, the workbooks are made all the same, and errs.Unavailable("pdf_unavailable") is told.
func (s *Service) MakeOutstanding(ctx context.Context, progress func(done, total int64)) error {
	quarters, err := s.heads(ctx, "")
	if err != nil {
		return fmt.Errorf("make files: %w", err)
	}
	locales, err := s.locales(ctx, "any")
	if err != nil {
		return err
	}
	var todo []FileKey
	for i, q := range quarters {
		heads := []Head{q}
		if i == 0 {
			if heads, err = s.store.QuarterHeads(ctx, q.Quarter.String()); err != nil {
				return fmt.Errorf("make files: %w", err)
			}
		}
		there, err := s.store.ReportFiles(ctx, q.Quarter.String())
		if err != nil {
			return fmt.Errorf("make files: %w", err)
		}
		kept := map[FileKey]bool{}
		for _, k := range there {
			kept[k] = true
		}
		for _, h := range heads {
			in := i18n.Locales
			if h.TeamID != "" {
				in = locales
			}
			for _, k := range (Report{Head: h}).keys(in) {
				if !kept[k] {
					todo = append(todo, k)
				}
			}
		}
	}
	return s.make(ctx, todo, progress)
}

// noPaper is the code of a PDF that cannot be made now.
const noPaper = "pdf_unavailable"

// WithoutPaper says that nothing but a missing browser kept files from being made: they are made later by themselves.
func WithoutPaper(err error) bool { return err != nil && errs.CodeOf(err) == noPaper }

// locales are the languages in which the files of a team's report are made before anybody asks for them.
func (s *Service) locales(ctx context.Context, team string) ([]string, error) {
	if team == "" || s.from.Readers == nil {
		return i18n.Locales, nil
	}
	out, err := s.from.Readers.Locales(ctx)
	if err != nil {
		return nil, fmt.Errorf("read languages: %w", err)
	}
	return out, nil
}

// make makes files one after the other. The report stands whatever comes of it, and the next file may do better; only
// where there is no browser now, the other PDFs wait for the next call, too: each would wait for it as long as this one.
func (s *Service) make(ctx context.Context, todo []FileKey, progress func(done, total int64)) error {
	var failed error
	paper := true
	for i, k := range todo {
		if progress != nil {
			progress(int64(i), int64(len(todo)))
		}
		var err error
		if k.Kind == PDF && !paper {
			err = s.explain(ctx, k)
		} else {
			err = s.again(ctx, k)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			paper = paper && errs.CodeOf(err) != noPaper
			if failed == nil || errs.CodeOf(failed) == noPaper { // a missing browser is told where nothing worse happened
				failed = err
			}
		}
	}
	return failed
}

func (s *Service) again(ctx context.Context, k FileKey) error {
	r, err := s.store.Report(ctx, k.Quarter, k.TeamID, k.Version)
	if err == nil {
		_, err = s.file(ctx, r, k)
	}
	return err
}

// explain keeps why a PDF is not there, where nobody tried yet, for those who look for it.
func (s *Service) explain(ctx context.Context, k FileKey) error {
	_, err := s.store.ReportFile(ctx, k)
	if err == nil || errs.KindOf(err) != errs.KindNotFound {
		return err
	}
	return s.store.SaveReportFile(ctx, File{FileKey: k, Code: noPaper, At: s.now()})
}

func (r Report) key(kind FileKind, locale string) FileKey {
	return FileKey{Quarter: r.Quarter.String(), TeamID: r.TeamID, Version: r.Version, Kind: kind, Locale: locale}
}

// keys names the files of a report, workbooks first: they need no browser.
func (r Report) keys(locales []string) []FileKey {
	var out []FileKey
	for _, kind := range []FileKind{XLSX, PDF} {
		for _, locale := range locales {
			out = append(out, r.key(kind, locale))
		}
	}
	return out
}

// ReadFile gives a report as a file, made now where it is not kept.
func (s *Service) ReadFile(ctx context.Context, who auth.Principal, k FileKey) (File, error) {
	r, err := s.Get(ctx, who, k.Quarter, k.TeamID, k.Version)
	if err != nil {
		return File{}, err
	}
	k.Version = r.Version
	f, err := s.file(ctx, r, k)
	if err != nil && len(f.Bytes) > 0 { // made, and the disk has no room to keep it: whoever asked gets it all the same
		slog.WarnContext(ctx, "a file was made and could not be kept", "error", err)
		return f, nil
	}
	return f, err
}

// FileState says how the file of a report stands without making it: the code is empty when it is there.
func (s *Service) FileState(ctx context.Context, k FileKey) (made bool, code string, err error) {
	f, err := s.store.ReportFile(ctx, k)
	if errs.KindOf(err) == errs.KindNotFound && err != nil {
		return false, "", nil
	}
	return err == nil && len(f.Bytes) > 0, f.Code, err
}

// file gives a kept file, or makes and keeps it. Why one could not be made is kept, too. Everybody who may read a report
// gets the same file: a team's holds no money, the organisation's is for those who may see it.
func (s *Service) file(ctx context.Context, r Report, k FileKey) (File, error) {
	old, err := s.store.ReportFile(ctx, k)
	if err == nil && len(old.Bytes) > 0 {
		return old, nil
	}
	if err != nil && errs.KindOf(err) != errs.KindNotFound {
		return old, fmt.Errorf("read file: %w", err)
	}
	for {
		f, err := s.render(ctx, r, k)
		f.Attempts, f.At = old.Attempts+1, s.now()
		if err != nil {
			if ctx.Err() != nil {
				return f, ctx.Err()
			}
			f.Code = errs.CodeOf(err)
			if kept := s.store.SaveReportFile(ctx, f); kept != nil {
				return f, fmt.Errorf("keep why there is no file: %w", kept)
			}
			return f, err
		}
		if err := s.store.SaveReportFile(ctx, f); err != nil {
			return f, fmt.Errorf("keep file: %w", err)
		}
		// Somebody may have put a name under the report while its draft was printed: what is kept bears the name.
		now, err := s.store.Report(ctx, k.Quarter, k.TeamID, k.Version)
		if err != nil {
			return f, fmt.Errorf("read report: %w", err)
		}
		if now.State == r.State {
			return f, nil
		}
		r = now
	}
}

func (s *Service) render(ctx context.Context, r Report, k FileKey) (File, error) {
	f := File{FileKey: k}
	if r.TeamID != "" {
		r.leaveOutMoney()
	}
	var err error
	doc := r.In(k.Locale)
	switch k.Kind {
	case XLSX:
		f.Bytes, err = doc.XLSX()
	case PDF:
		if s.from.Printer == nil {
			return f, errs.Unavailable(noPaper)
		}
		var page []byte
		if page, err = doc.HTML(); err == nil {
			f.Bytes, err = s.from.Printer.Print(ctx, page)
		}
	default:
		err = errs.Invalid("report_file_kind")
	}
	return f, err
}
