package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
)

const importChild = "RAPPORT_TEST_IMPORT_CHILD"

const killedRows = 60_000

func killedFile() fact.Input {
	var b bytes.Buffer
	b.WriteString("id,team,at,score\n")
	for i := range killedRows {
		_, _ = fmt.Fprintf(&b, "%d,Team %d,2025-%02d-01,%d\n", i, i%20, 1+i%12, i%11)
	}
	return fact.Input{
		File: bytes.NewReader(b.Bytes()), Size: int64(b.Len()), Name: "x.csv", By: auth.System("test"),
		Mapping: intake.Mapping{Kind: intake.Feedback, SourceID: []string{"id"}, Team: "team", CreateTeams: true, ScoreType: "nps", Relation: "transactional", Columns: map[string]string{"answered_at": "at", "score": "score"}},
	}
}

// TestImportChild is the import that TestFaultsAKilledImportIsAllOrNothing kills; by itself it does nothing.
func TestImportChild(t *testing.T) {
	db := os.Getenv(importChild)
	if db == "" {
		t.Skip("a process of another test")
	}
	a, err := build(t.Context(), Config{DB: db, Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>"}.complete())
	require.NoError(t, err)
	fmt.Println("begin")
	_, err = a.Feedback.Import(t.Context(), killedFile())
	require.NoError(t, err)
	a.close()
}

// An import killed with SIGKILL at any moment has brought in all of its file or nothing, and again brings in the rest.
func TestFaultsAKilledImportIsAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "k.db")
	counted := func() int64 {
		a, err := build(context.Background(), Config{DB: db, Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>"}.complete())
		require.NoError(t, err)
		defer a.close()
		n := int64(0)
		require.NoError(t, a.Facts.EachSum(context.Background(), org.Everything, intake.Feedback, func(x fact.Sum) error {
			if x.Grain == "month" {
				n += x.N
			}
			return nil
		}))
		return n
	}
	for range 6 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestImportChild$")
		cmd.Env = append(os.Environ(), importChild+"="+db)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		_, err = out.Read(make([]byte, 64)) // it has begun
		require.NoError(t, err)
		<-time.After(time.Duration(rand.IntN(900)) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		n := counted()
		require.Contains(t, []int64{0, killedRows}, n, "a part of a file is visible")
	}
	a, err := build(context.Background(), Config{DB: db, Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>"}.complete())
	require.NoError(t, err)
	_, err = a.Feedback.Import(context.Background(), killedFile())
	require.NoError(t, err)
	a.close()
	require.EqualValues(t, killedRows, counted())
}
