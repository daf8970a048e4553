package v1

import (
	"context"
	"time"

	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/runlog"
)

// ListJobs implements StrictServerInterface.
func (s *Server) ListJobs(ctx context.Context, _ ListJobsRequestObject) (ListJobsResponseObject, error) {
	list, err := s.Jobs.List(ctx)
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	out := ListJobs200JSONResponse{Items: []Job{}}
	for _, st := range list {
		policy := JobPolicy(st.Job.Policy)
		j := Job{
			Name: st.Job.Name, Title: i18n.Text(loc, "job."+st.Job.Name+".title", nil), Summary: text(i18n.Text(loc, "job."+st.Job.Name+".summary", nil)), Spec: st.Job.Spec,
			TimeZone: text(st.Job.Zone), Policy: &policy, State: JobState(st.State), NextAt: moment(st.NextAt),
		}
		if st.Last != nil {
			last := jobRunBody(*st.Last, loc)
			j.Last = &last
		}
		out.Items = append(out.Items, j)
	}
	return out, nil
}

// ListJobRuns implements StrictServerInterface.
func (s *Server) ListJobRuns(ctx context.Context, r ListJobRunsRequestObject) (ListJobRunsResponseObject, error) {
	runs, next, err := s.Jobs.History(ctx, r.Name, pageSize(r.Params.Limit), value(r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	out := ListJobRuns200JSONResponse{Items: []JobRun{}, NextCursor: text(next)}
	for _, run := range runs {
		out.Items = append(out.Items, jobRunBody(run, locale(ctx)))
	}
	return out, nil
}

// RunJob implements StrictServerInterface.
func (s *Server) RunJob(ctx context.Context, r RunJobRequestObject) (RunJobResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	var asOf time.Time
	if r.Body != nil && r.Body.AsOf != nil {
		asOf = r.Body.AsOf.Time
	}
	o, err := s.Jobs.Start(ctx, who.ID, r.Name, asOf)
	if err != nil {
		return nil, err
	}
	return RunJob202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

func jobRunBody(r runlog.Run, loc string) JobRun {
	trigger := JobRunTrigger(r.Trigger)
	out := JobRun{Id: r.ID, Job: r.Job, Occurrence: r.Occurrence, State: JobRunState(r.State), Trigger: &trigger, StartedAt: r.StartedAt, FinishedAt: moment(r.FinishedAt), ResultId: text(r.ResultID)}
	if r.Code != "" {
		out.Error = text(i18n.Text(loc, "error."+r.Code, map[string]any{"job": r.Job}))
	}
	return out
}
