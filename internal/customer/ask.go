package customer

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/mail"
	"slices"
	"strings"

	"rapport/internal/fact"
	"rapport/internal/intake"
)

// Asker asks customers about orders that came in from a system, each of which has an address, and says how many letters
// there will be. An order that it was told of before asks nobody again.
type Asker func(ctx context.Context, source string, orders []Order) (letters int, err error)

// AskBy says who asks customers about their orders. Without one nobody is asked.
func (s *Service) AskBy(a Asker) { s.ask = a }

// asksAtOnce is how many orders the asker is told of at once.
const asksAtOnce = 500

// askAbout tells the asker of orders that are stored. It is told of orders that were known already, too: a call that was
// broken off after the orders were stored asks when it is sent again.
func (s *Service) askAbout(ctx context.Context, source string, list []Order) (letters int, err error) {
	if s.ask == nil {
		return 0, nil
	}
	var told []Order
	for i := range list {
		if list[i].Email != "" && !list[i].Void() {
			told = append(told, list[i])
		}
	}
	for part := range slices.Chunk(told, asksAtOnce) {
		n, err := s.ask(ctx, source, part)
		letters += n
		if err != nil {
			return letters, err
		}
	}
	return letters, nil
}

// askFile reads a file that went in once more, for the addresses, which are stored nowhere.
func (s *Service) askFile(ctx context.Context, in fact.Input) (letters int, err error) {
	if s.ask == nil || in.Mapping.Columns["email"] == "" {
		return 0, nil
	}
	f, err := intake.Open(in.File, in.Size, in.Name, in.Mapping.Options())
	if err != nil {
		return 0, err
	}
	var met error
	letters, err = s.askRows(ctx, in.Mapping, f.Columns, func(yield func([]string) bool) {
		for {
			row, err := f.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					met = err
				}
				return
			}
			if !yield(row.Cells) {
				return
			}
		}
	})
	return letters, errors.Join(met, err)
}

// askRows tells the asker of the orders in rows that went in.
func (s *Service) askRows(ctx context.Context, m intake.Mapping, columns []string, cells iter.Seq[[]string]) (letters int, err error) {
	if s.ask == nil || m.Columns["email"] == "" {
		return 0, nil
	}
	reader, err := kind{}.Rows(columns, m, s.now())
	if err != nil {
		return 0, err
	}
	r, team := reader.(*rows), -1
	if m.Team != "" {
		if team, err = intake.Index(columns, m.Team); err != nil {
			return 0, err
		}
	}
	var list []Order
	tell := func() error {
		n, err := s.askAbout(ctx, m.Source, list)
		letters, list = letters+n, list[:0]
		return err
	}
	for row := range cells {
		var rec fact.Record
		if _, wrong := r.Read(intake.Row{Cells: row}, &rec); len(wrong) > 0 || r.Text("email") == "" {
			continue
		}
		o := Of(fact.Fact{At: rec.At, Customer: rec.Customer, Body: rec.Body})
		o.Email, o.Locale = strings.Clone(r.Text("email")), strings.Clone(r.Text("language"))
		if team >= 0 {
			o.Team = strings.Clone(strings.TrimSpace(row[team]))
		}
		if list = append(list, o); len(list) == asksAtOnce {
			if err := tell(); err != nil {
				return letters, err
			}
		}
	}
	return letters, tell()
}

// addressable reports whether a letter could go there; no address is fine.
func addressable(email string) bool {
	if email == "" {
		return true
	}
	a, err := mail.ParseAddress(email)
	return err == nil && a.Address == email && len(email) <= 254
}
