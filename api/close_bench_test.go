package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/pulse"
)

// BenchmarkClose closes a wave of the whole library through the store: seals opened, cells published and proved, counts
// kept, everything else destroyed. rotating: each person answers fifteen of the questions, drawn at random, so that hardly
// two questions have the same people. Run it with -benchtime 1x; peak-MB is the most memory the process ever held.
func BenchmarkClose(b *testing.B) {
	for _, x := range []struct {
		teams    int
		rotating bool
	}{{500, false}, {500, true}, {2000, false}} {
		b.Run(fmt.Sprintf("teams=%d/rotating=%v", x.teams, x.rotating), func(b *testing.B) {
			for range b.N {
				benchmarkClose(b, x.teams, x.rotating)
			}
		})
	}
}

func benchmarkClose(b *testing.B, teams int, rotating bool) {
	b.StopTimer()
	dir := b.TempDir()
	a, err := build(b.Context(), Config{DB: "sqlite:" + filepath.Join(dir, "s.db"), Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>", Keys: filepath.Join(dir, "keys")})
	require.NoError(b, err)
	defer a.close()
	lib, err := pulse.LoadLibrary()
	require.NoError(b, err)
	plan := pulse.Plan{Title: "Close", OpensAt: time.Now().Add(-time.Hour), ClosesAt: time.Now().Add(time.Hour), K: 5, Languages: lib.Languages, Attribute: "site", Nodes: []pulse.Node{{ID: "co", Name: "Co"}}}
	for _, q := range lib.Questions {
		if q.Scored() && len(plan.Questions) < 45 {
			q.Required = !rotating
			plan.Questions = append(plan.Questions, q)
		}
	}
	if rotating {
		plan.Subset = 15
	}
	r := rand.New(rand.NewPCG(1, 2))
	for d := range 10 {
		plan.Nodes = append(plan.Nodes, pulse.Node{ID: fmt.Sprint("d", d), Parent: "co", Name: fmt.Sprint("Division ", d)})
	}
	for t := range teams {
		if t%10 == 0 {
			plan.Nodes = append(plan.Nodes, pulse.Node{ID: fmt.Sprint("p", t/10), Parent: fmt.Sprint("d", t/10%10), Name: fmt.Sprint("Department ", t/10)})
		}
		plan.Nodes = append(plan.Nodes, pulse.Node{ID: fmt.Sprint("t", t), Parent: fmt.Sprint("p", t/10), Name: fmt.Sprint("Team ", t)})
		for p := range 4 + r.IntN(11) {
			plan.People = append(plan.People, pulse.Person{ID: fmt.Sprintf("e%d-%d", t, p), Team: fmt.Sprint("t", t), Value: []string{"x", "y", "z"}[r.IntN(3)]})
		}
	}
	w, key, err := a.Pulse.Launch(b.Context(), plan, "u1")
	require.NoError(b, err)
	next := make(chan pulse.Form)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for f := range next {
				if err := a.Pulse.Submit(b.Context(), f); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, x := range plan.People {
		if r.Float64() > .8 {
			continue
		}
		f := pulse.Form{Wave: w.ID, Token: key.Token(x.ID), Receipt: fmt.Sprintf("%064s", x.ID), Revision: 1, Answers: pulse.Answers{}}
		asked := r.Perm(len(plan.Questions))
		if rotating {
			asked = asked[:15]
		}
		for _, q := range asked {
			low, n, _ := plan.Questions[q].Range()
			f.Answers.Number(plan.Questions[q].Key, low+r.IntN(n))
			f.Asked = append(f.Asked, plan.Questions[q].Key)
		}
		next <- f
	}
	close(next)
	wg.Wait()
	b.StartTimer()
	require.NoError(b, a.Pulse.Close(b.Context(), w.ID, "u1"))
	b.StopTimer()
	release, err := a.Pulse.Release(b.Context(), w.ID)
	require.NoError(b, err)
	require.Zero(b, release.Proof.Derivable)
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	b.ReportMetric(float64(usage.Maxrss)/1024, "peak-MB")
	b.ReportMetric(float64(release.Proof.Cells), "cells")
	b.ReportMetric(float64(len(plan.People)), "people")
	b.StartTimer()
}
