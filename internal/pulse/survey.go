package pulse

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/disclosure"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// SurveyInput is a finished survey from elsewhere, one row per respondent.
type SurveyInput struct {
	File     io.ReaderAt
	Size     int64
	Name     string // of the file
	Mapping  intake.Mapping
	DryRun   bool
	By       auth.Principal
	Progress func(done, total int64) // may be nil
}

// surveyPrefix marks the waves, and their keys, that came from elsewhere.
const surveyPrefix = "survey-"

// ImportSurvey reads a finished survey, keeps its rows sealed under a key of their own for as long as that takes, and
// publishes them by the rules of every wave; then rows and key are destroyed. One bad row and nothing is taken in. One
// survey (title and day) is released once: a second release of nearly the same rows would tell, by subtraction, what
// the rows say that differ. Errors: survey_already_released, import_running, survey_too_small, import_rejected.
func (s *Service) ImportSurvey(ctx context.Context, in SurveyInput) (intake.Result, error) {
	none := intake.Result{}
	if !in.By.May(auth.PulsesRun) || !in.By.Scope.All() {
		return none, errs.Forbidden("not_allowed").With("permission", string(auth.PulsesRun))
	}
	if in.Progress == nil {
		in.Progress = func(int64, int64) {}
	}
	w, err := s.surveyWave(ctx, in.Mapping)
	if err != nil {
		return none, err
	}
	if err := s.mayStage(ctx, w); err != nil {
		return none, err
	}
	teams, err := s.directory.Teams(ctx, org.Everything)
	if err != nil {
		return none, err
	}
	tree := org.NewTree(teams)
	read := newSurveyReader(in.Mapping, w.Questions, tree.Names())
	total := in.Size * 2 // read once to check, once to seal
	if err := read.file(in, func(done int64) { in.Progress(done, total) }, read.check); err != nil {
		return none, err
	}
	res := intake.Result{DryRun: in.DryRun, Rows: read.rows, Unchanged: read.empty, Rejected: read.rejected, Errors: read.errors()}
	switch {
	case res.Rejected > 0 && in.DryRun:
		return res, nil
	case res.Rejected > 0:
		return res, errs.Invalid("import_rejected").With("count", res.Rejected).At(res.Errors...)
	case len(read.people) < w.K:
		return none, errs.Invalid("survey_too_small").With("k", w.K)
	}
	res.Imported = len(read.people)
	w.Nodes = hierarchy(tree, read.closed(tree))
	labels, of := groups(Plan{Nodes: w.Nodes, People: read.people})
	w.SealSize = read.longest + 256
	for i := range labels {
		labels[i].Invited = 0 // nobody was asked from here
	}
	w.Labels = labels
	if in.DryRun {
		return res, nil
	}
	if err := s.stage(ctx, &w, in, read, of, total); err != nil {
		return none, err
	}
	res.WaveID = w.ID
	if err := s.release(ctx, w, in.By.ID); err != nil {
		return none, err // the rows are in, sealed: closing is tried again by the job
	}
	in.Progress(total, total)
	return res, nil
}

// surveyWave is the wave of a mapping, without its groups. Its id follows from what the survey is called and when it
// closed, never from its rows, so that no second one can come into being.
func (s *Service) surveyWave(ctx context.Context, m intake.Mapping) (Wave, error) {
	questions, on, err := checkSurvey(m)
	if err != nil {
		return Wave{}, err
	}
	x := m.Survey
	title, said := strings.TrimSpace(x.Title), Staff
	line := []string{fold(title)} // surveys of one title are one line over the years
	if m.Population == partnerRows {
		said, line = Partners, append(line, m.Population) // and never one line with those of staff
	}
	w := Wave{
		ID: surveyPrefix + fingerprint(append([]string{fold(title), x.On}, line[1:]...)...), Population: said, ProgrammeID: x.Programme, Title: title, State: Staging, Imported: true, StagedAt: s.now(),
		OpensAt: on, ClosesAt: on.AddDate(0, 0, 1).Add(-time.Second), K: max(x.K, disclosure.FloorK), Attribute: x.Attribute, Questions: questions,
		Languages: []string{x.Language}, Mask: x.MaskComments, Participation: -1,
	}
	if w.ProgrammeID == "" {
		w.ProgrammeID = surveyPrefix + fingerprint(line...)
	} else if p, err := s.Programme(ctx, w.ProgrammeID); err != nil {
		return w, err
	} else if cmp.Or(p.Audience.Population, Staff) != said {
		return w, errs.Invalid("mapping_invalid").At(errs.Field{Path: "/population", Code: "population_differs", Value: p.Name})
	}
	return w, s.sameAsBefore(ctx, &w)
}

// sameAsBefore gives each question the version it had in this line of surveys, or the next one where it asks something else.
func (s *Service) sameAsBefore(ctx context.Context, w *Wave) error {
	releases, err := s.Releases(ctx)
	if err != nil {
		return err
	}
	for i, q := range w.Questions {
		for _, r := range releases {
			if r.ProgrammeID != w.ProgrammeID {
				continue
			}
			for _, old := range r.Questions {
				switch {
				case old.Question.Key != q.Key:
				case sameQuestion(old.Question, q) && old.Question.Low == q.Low && old.Question.High == q.High:
					w.Questions[i].Version = old.Question.Version
				default:
					w.Questions[i].Version = max(w.Questions[i].Version, old.Question.Version+1)
				}
			}
		}
	}
	return nil
}

func fold(s string) string {
	return strings.ToLower(norm.NFC.String(strings.Join(strings.Fields(s), " ")))
}

func fingerprint(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:12])
}

// stagingTime is how long rows may be coming in before they count as left behind by a process that died.
const stagingTime = 30 * time.Minute

// mayStage refuses a survey that is released already, or coming in just now; what a dead import left is cleared.
func (s *Service) mayStage(ctx context.Context, w Wave) error {
	old, err := s.Wave(ctx, w.ID)
	switch {
	case errs.KindOf(err) == errs.KindNotFound:
		return nil
	case err != nil:
		return err
	case old.State != Staging:
		return errs.Conflict("survey_already_released").With("title", w.Title).With("on", w.OpensAt.Format(time.DateOnly)).With("wave", w.ID)
	case s.now().Sub(old.StagedAt) < stagingTime:
		return errs.Conflict("import_running")
	}
	return s.dropStaged(ctx, old.ID)
}

func (s *Service) dropStaged(ctx context.Context, wave string) error {
	return errors.Join(s.DropSurvey(ctx, wave), s.keys.Destroy(wave))
}

// sweepStaged clears what dead imports left: sealed rows, and keys without a wave.
func (s *Service) sweepStaged(ctx context.Context) error {
	all, err := s.Store.Waves(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	var failed error
	for _, w := range all {
		known[w.ID] = true
		if w.State == Staging && s.now().Sub(w.StagedAt) >= stagingTime {
			failed = errors.Join(failed, s.dropStaged(ctx, w.ID))
		}
	}
	left, err := s.keys.left(surveyPrefix, s.now().Add(-stagingTime))
	for _, w := range left {
		if !known[w] {
			failed = errors.Join(failed, s.keys.Destroy(w))
		}
	}
	return errors.Join(failed, err)
}

// Waves lists the waves, newest first; what is still coming in from elsewhere is none yet.
func (s *Service) Waves(ctx context.Context) ([]Wave, error) {
	all, err := s.Store.Waves(ctx)
	return slices.DeleteFunc(all, func(w Wave) bool { return w.State == Staging }), err
}

// chunkEnvelopes is how many sealed rows are stored at once.
const chunkEnvelopes = 500

// surveyKey makes the key of a survey that comes in; one that a dead import left behind is destroyed first.
func (s *Service) surveyKey(wave string) (*Key, error) {
	old, err := s.keys.left(wave, s.now().Add(-stagingTime))
	if err != nil {
		return nil, errs.Unavailable("keys_unwritable").With("folder", s.keys.dir).Because(err)
	}
	for _, k := range old {
		if err := s.keys.Destroy(k); err != nil {
			return nil, err
		}
	}
	key, err := s.keys.Create(wave)
	if errs.CodeOf(err) == "wave_key_exists" {
		err = errs.Conflict("import_running")
	}
	return key, err
}

// stage stores the wave and, sealed, its rows. What fails half-way is cleared at once.
func (s *Service) stage(ctx context.Context, w *Wave, in SurveyInput, read *surveyReader, of []int, total int64) error {
	key, err := s.surveyKey(w.ID)
	if err != nil {
		return err
	}
	w.Fingerprint = key.Fingerprint
	entry := audit.Entry{At: s.now(), Actor: in.By.ID, Action: "survey.import", Object: w.ID, Detail: map[string]string{"title": w.Title, "on": w.OpensAt.Format(time.DateOnly), "k": itoa(w.K), "attribute": w.Attribute, "source": in.Name}}
	if err := s.LaunchWave(ctx, *w, nil, nil, entry); err != nil {
		if errs.CodeOf(err) == "wave_exists" {
			err = errs.Conflict("import_running")
		}
		return errors.Join(err, s.keys.Destroy(w.ID)) // it is ours: keys are made exclusively
	}
	var chunk []Envelope
	flush := func() error {
		err := s.StageEnvelopes(ctx, w.ID, chunk)
		chunk = chunk[:0]
		return err
	}
	seal := func(row surveyRow) error {
		b, err := json.Marshal(sealed{Label: of[row.at], Revision: 1, Numbers: row.numbers, Sets: row.sets, Comments: row.comments})
		if err != nil {
			return err
		}
		x, err := key.Seal(b, w.SealSize, sealAnswer)
		if err != nil {
			return err
		}
		if chunk = append(chunk, Envelope{ID: ident.New(), Seal: x}); len(chunk) == chunkEnvelopes {
			return flush()
		}
		return nil
	}
	again := newSurveyReader(in.Mapping, w.Questions, read.names)
	err = again.file(in, func(done int64) { in.Progress(in.Size+done, total) }, func(row surveyRow) error {
		if err := again.check(row); err != nil {
			return err
		}
		if again.rejected > 0 || row.at >= len(of) {
			return errs.Conflict("upload_changed")
		}
		return seal(row)
	})
	if err == nil && len(again.people) != len(of) {
		err = errs.Conflict("upload_changed")
	}
	if err == nil {
		err = flush()
	}
	if err != nil {
		return errors.Join(err, s.dropStaged(context.WithoutCancel(ctx), w.ID))
	}
	return nil
}
