package v1

import (
	"context"
	"strconv"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/comment"
	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/org"
	"rapport/internal/series"
)

// aboutComments narrows a question about comments to the caller's scope.
func (s *Server) aboutComments(ctx context.Context, team *string, relation string, who feedback.Population, from, to *openapi_types.Date) (a feedback.About, p auth.Principal, tree *org.Tree, err error) {
	if p, err = auth.Require(ctx, auth.MetricsRead); err != nil {
		return a, p, nil, err
	}
	if tree, err = s.Org.Tree(ctx); err != nil {
		return a, p, nil, err
	}
	a.Scope = p.Scope
	if id := value(team); id != "" {
		a.Scope = a.Scope.Within(tree.Subtree(id))
	}
	if a.Relation = feedback.Relation(relation); a.Relation == "" {
		a.Relation = feedback.Transactional
	}
	a.Population = who
	month := func(d *openapi_types.Date) time.Time {
		if d == nil {
			return time.Time{}
		}
		return series.PeriodOf(d.Time, series.Month).Start()
	}
	a.From, a.To = month(from), month(to)
	return a, p, tree, nil
}

// GetCommentSummary implements StrictServerInterface.
func (s *Server) GetCommentSummary(ctx context.Context, r GetCommentSummaryRequestObject) (GetCommentSummaryResponseObject, error) {
	about, _, _, err := s.aboutComments(ctx, r.Params.TeamId, string(value(r.Params.Relation)), population(r.Params.Population), r.Params.From, r.Params.To)
	if err != nil {
		return nil, err
	}
	w, err := s.Feedback.Comments(ctx, about)
	if err != nil {
		return nil, err
	}
	out := CommentSummary{Comments: w.Comments, Read: w.Read, Methods: cards(ctx, "comments")}
	grow(&out.Sides, len(w.Sides))
	for i, name := range []CommentSummarySidesSide{Against, Between, For} {
		out.Sides[i].Side, out.Sides[i].Scores, out.Sides[i].Comments = name, w.Sides[i].Scores, w.Sides[i].Comments
	}
	grow(&out.Topics, len(w.Topics))
	for i, t := range w.Topics {
		x := &out.Topics[i]
		x.Topic, x.Comments, x.Plain, x.Scored, x.Against = CommentTopic(t.Name), t.Comments, t.Plain, t.Scored, t.Against
		if t.Weighted != nil {
			lo, hi := max(0, t.Weighted.CI.Lo), min(1, t.Weighted.CI.Hi)
			x.Weighted, x.Lo, x.Hi = &t.Weighted.Mean, &lo, &hi
		}
	}
	grow(&out.Emotions, len(comment.Emotions))
	for i, e := range comment.Emotions {
		out.Emotions[i].Emotion, out.Emotions[i].Comments = CommentEmotion(e), w.Emotions[e]
	}
	grow(&out.Tones, len(w.Tones))
	for i, t := range w.Tones {
		out.Tones[i].Month, out.Tones[i].Mean, out.Tones[i].Comments = openapi_types.Date{Time: t.Month.Start()}, t.Mean, t.N
	}
	grow(&out.Accuracy, len(comment.Measured))
	for i, m := range comment.Measured {
		x := &out.Accuracy[i]
		x.Language, x.Sample, x.N, x.Right, x.Undecided = CommentSummaryAccuracyLanguage(m.Language), CommentSummaryAccuracySample(m.Sample), m.N, m.Right, m.Undecided
		x.Lo, x.Hi = m.Interval()
		x.Version, x.Terms = comment.Version(m.Language), comment.Size(m.Language)
	}
	return GetCommentSummary200JSONResponse(out), nil
}

// grow makes a list of n, never null in JSON.
func grow[T any](list *[]T, n int) { *list = make([]T, n) }

// commentsAPage is how many comments a page has unless asked.
const commentsAPage = 50

// ListComments implements StrictServerInterface. Names and numbers are taken out for those who do not bring feedback in.
func (s *Server) ListComments(ctx context.Context, r ListCommentsRequestObject) (ListCommentsResponseObject, error) {
	about, p, tree, err := s.aboutComments(ctx, r.Params.TeamId, string(value(r.Params.Relation)), population(r.Params.Population), r.Params.From, r.Params.To)
	if err != nil {
		return nil, err
	}
	q := feedback.Search{
		About: about, Text: value(r.Params.Q), Topic: string(value(r.Params.Topic)), Emotion: comment.Emotion(value(r.Params.Emotion)), Polarity: comment.Polarity(value(r.Params.Polarity)),
		Limit: value(r.Params.Limit),
	}
	if q.Limit == 0 {
		q.Limit = commentsAPage
	}
	if c := value(r.Params.Cursor); c != "" {
		if q.After, err = strconv.ParseInt(c, 10, 64); err != nil || q.After <= 0 {
			return nil, errs.Invalid("cursor_invalid")
		}
	}
	found, more, err := s.Feedback.FindComments(ctx, q)
	if err != nil {
		return nil, err
	}
	out := CommentList{Items: make([]Comment, 0, len(found)), Masked: r.Params.Mask == nil || *r.Params.Mask || !p.May(auth.ImportCX)}
	if more > 0 {
		next := strconv.FormatInt(more, 10)
		out.NextCursor = &next
	}
	for _, f := range found {
		out.Items = append(out.Items, commentBody(f, tree, out.Masked))
	}
	return ListComments200JSONResponse(out), nil
}

func commentBody(f feedback.Feedback, tree *org.Tree, masked bool) Comment {
	show := func(s string) string {
		if masked {
			return comment.Mask(s)
		}
		return s
	}
	out := Comment{
		Id: strconv.FormatInt(f.ID, 10), At: f.At, Title: said(show(f.Title)), Text: show(f.Comment), Touchpoint: said(f.Touchpoint), ScoreType: said(string(f.Type)),
		Polarity: CommentSide(comment.Unclear), Topics: []CommentTopic{},
	}
	if t, ok := tree.Get(f.Team); ok {
		out.TeamId, out.Team = &t.ID, &t.Name
	}
	if f.Type != "" {
		out.Score = &f.Score
	}
	if h := f.Heard; h != nil {
		out.Language, out.Polarity, out.Sentiment, out.Version = said(h.Language), CommentSide(h.Polarity), &h.Sentiment, &h.Version
		if h.Emotion != comment.None {
			e := CommentEmotion(h.Emotion)
			out.Emotion = &e
		}
		for _, t := range h.Topics {
			out.Topics = append(out.Topics, CommentTopic(t))
		}
	}
	return out
}
