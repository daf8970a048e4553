package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkImportProcess is the whole of `rapport import series` on a million rows, as a process: its time and the most
// memory it held. RAPPORT_BENCH_DB names another database, e.g. mongodb://…; each round needs a fresh one.
func BenchmarkImportProcess(b *testing.B) {
	dir := b.TempDir()
	bin := filepath.Join(dir, "rapport")
	require.NoError(b, exec.Command("go", "build", "-o", bin, ".").Run())
	writeMillion(b, filepath.Join(dir, "million.csv"), filepath.Join(dir, "map.json"))
	round := 0
	for b.Loop() {
		round++
		db := os.Getenv("RAPPORT_BENCH_DB")
		if db == "" {
			db = fmt.Sprintf("sqlite:%s/%d.db", dir, round)
		}
		cmd := exec.Command(bin, "import", "series", "-file", filepath.Join(dir, "million.csv"), "-map", filepath.Join(dir, "map.json"), "-json")
		cmd.Env = append(os.Environ(), "RAPPORT_DB="+db)
		start := time.Now()
		out, err := cmd.CombinedOutput()
		require.NoError(b, err, string(out))
		b.ReportMetric(time.Since(start).Seconds(), "s/million-rows")
		if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			b.ReportMetric(float64(use.Maxrss)/1024, "rss-MB")
		}
	}
}

func writeMillion(b *testing.B, file, mapping string) {
	b.Helper()
	f, err := os.Create(file)
	require.NoError(b, err)
	w := bufio.NewWriter(f)
	_, _ = fmt.Fprintln(w, "team,period,metric,value,n")
	r := rand.New(rand.NewPCG(1, 1))
	for i := range 1_000_000 {
		day := time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 7*(i/9600))
		_, _ = fmt.Fprintf(w, "team %03d,%s,metric_%02d,%.4f,%d\n", i/24%400, day.Format(time.DateOnly), i%24, 50+10*r.NormFloat64(), 3+r.IntN(40))
	}
	require.NoError(b, w.Flush())
	require.NoError(b, f.Close())
	m := `{"kind":"series","team":"team","period":"period","grain":"week","respondents":"n","create_teams":true,"long":{"metric":"metric","value":"value"},"metrics":[`
	for k := range 24 {
		if k > 0 {
			m += ","
		}
		m += fmt.Sprintf(`{"column":"metric_%02d","metric":"metric_%02d","kind":"cx","higher_is_better":true,"aggregation":"mean"}`, k, k)
	}
	require.NoError(b, os.WriteFile(mapping, []byte(m+"]}"), 0o600))
}
