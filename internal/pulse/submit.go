package pulse

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/ident"
)

// Service runs the waves.
type Service struct {
	Store
	directory Directory
	keys      *KeyRing
	now       func() time.Time
	asked     asked
	poster    Poster
}

// NewService makes a service.
func NewService(store Store, directory Directory, keys *KeyRing, now func() time.Time) *Service {
	return &Service{Store: store, directory: directory, keys: keys, now: now}
}

// Form is what a respondent's page sends: the token from the link (or a typed code), a receipt of 32 random bytes made
// by the browser, a revision that grows with each edit, the questions this page showed, and the answers.
type Form struct {
	Wave     string
	Token    string
	Receipt  string
	Revision int
	Asked    []string
	Answers  Answers
}

// sealed is what an envelope holds.
type sealed struct {
	Label    int               `json:"l"`
	Revision int               `json:"r"`
	Numbers  map[string]int    `json:"n,omitempty"`
	Sets     map[string][]int  `json:"s,omitempty"`
	Comments map[string]string `json:"c,omitempty"`
}

const (
	receiptLength = 32 // at least, in characters
	sealAnswer    = "answer"
	sealLabel     = "label"
)

// Submit records an answer. It is safe to repeat any number of times: the same receipt replaces its own answer when
// the revision is newer and is acknowledged when it is not. Errors: code_unknown, already_recorded (409), wave_closed, wave_stopped,
// answer_outside_scale, answer_missing, comment_too_long, wave_key_missing, wave_key_other.
func (s *Service) Submit(ctx context.Context, f Form) error {
	w, err := s.Asked(ctx, f.Wave)
	if err != nil {
		return err
	}
	if err := w.takes(s.now()); err != nil {
		return err
	}
	token, ok := ParseCode(f.Token)
	if !ok || len(f.Receipt) < receiptLength || len(f.Receipt) > 128 {
		return errs.NotFound("code_unknown")
	}
	key, err := s.keys.Open(w.ID, w.Fingerprint)
	if err != nil { // perhaps another process has ended the wave within the last second
		s.asked.forget(w.ID)
		if w, now := s.Wave(ctx, f.Wave); now == nil && w.State != Open {
			return w.takes(s.now())
		}
		if _, released, kept := s.keys.Kept(f.Wave); kept == nil && released {
			return errs.Conflict("wave_closed") // an older backup: the wave is over
		}
		return err
	}
	credential, err := s.Credential(ctx, w.ID, key.CredentialID(token))
	if err != nil {
		return err
	}
	if err := f.Answers.check(w.Questions, f.Asked); err != nil {
		return err
	}
	f.Answers = f.Answers.visible(w.Questions)
	label, err := openLabel(key, credential)
	if err != nil {
		return err
	}
	return s.store(ctx, w, key, credential, f, label, key.AnswerID(token, f.Receipt))
}

// takes says why a wave takes no answer now: wave_stopped, wave_closed.
func (w Wave) takes(now time.Time) error {
	switch {
	case w.State == Stopping || w.State == Stopped:
		return errs.Conflict("wave_stopped")
	case w.State != Open || now.Before(w.OpensAt) || !now.Before(w.ClosesAt):
		return errs.Conflict("wave_closed")
	}
	return nil
}

// store repeats until no other submit of the same browser came between reading and writing.
func (s *Service) store(ctx context.Context, w Wave, key *Key, c Credential, f Form, label int, id string) error {
	for {
		before, err := s.Envelope(ctx, w.ID, id)
		if err != nil {
			return err
		}
		if before != nil {
			old, err := openAnswer(key, before)
			if err != nil {
				return err
			}
			if old.Revision >= f.Revision {
				return nil // a late duplicate must not undo an edit
			}
		}
		seal, err := sealAnswers(key, w, label, f)
		if err != nil {
			return err
		}
		err = s.SubmitAnswer(ctx, Submission{Wave: w.ID, Credential: c.ID, Answer: id, Seal: seal, Before: before, Random: ident.New()})
		if errs.CodeOf(err) != "answer_changed" {
			return err
		}
	}
}

func sealAnswers(key *Key, w Wave, label int, f Form) ([]byte, error) {
	x := sealed{Label: label, Revision: f.Revision, Numbers: map[string]int{}, Sets: map[string][]int{}, Comments: map[string]string{}}
	for _, q := range w.Questions {
		a, ok := f.Answers[q.Key]
		switch {
		case !ok || !f.Answers.shows(q):
		case q.Type == Comment:
			if text := strings.TrimSpace(a.Comment); text != "" {
				x.Comments[q.Key] = text
			}
		case q.Type == Multiple:
			x.Sets[q.Key] = a.Set
		default:
			x.Numbers[q.Key] = a.Number
		}
	}
	b, err := json.Marshal(x)
	if err != nil {
		return nil, err
	}
	return key.Seal(b, w.SealSize, sealAnswer)
}

func openAnswer(key *Key, seal []byte) (sealed, error) {
	var x sealed
	b, err := key.Unseal(seal, sealAnswer)
	if err != nil {
		return x, err
	}
	return x, json.Unmarshal(b, &x)
}

func openLabel(key *Key, c Credential) (int, error) {
	b, err := key.Unseal(c.Label, sealLabel)
	if err != nil {
		return 0, err
	}
	var n int
	return n, json.Unmarshal(b, &n)
}
