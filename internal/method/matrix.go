package method

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "rmcorr-matrix",
		Title: Text{"All-pairs repeated-measures correlation", "מתאמים במדידות חוזרות לכל הזוגות", "Korelacje pomiarów powtarzanych dla wszystkich par"},
		Summary: Text{
			"The repeated-measures correlation of every ordered pair of metrics at every lag, in one pass over a large panel.",
			"המתאם במדידות חוזרות של כל זוג סדור של מדדים בכל פיגור, במעבר אחד על פאנל גדול.",
			"Korelacja pomiarów powtarzanych każdej uporządkowanej pary wskaźników przy każdym opóźnieniu, w jednym przejściu przez duży panel.",
		},
		Assumes: Text{
			"As rmcorr for each pair; with thousands of pairs the p-values must be adjusted before any is called a finding.",
			"כמו rmcorr לכל זוג; עם אלפי זוגות יש לתקן את ערכי ה-p לפני שמכנים אחד מהם ממצא.",
			"Jak rmcorr dla każdej pary; przy tysiącach par wartości p trzeba skorygować, zanim którąkolwiek nazwie się odkryciem.",
		},
		Formula:    "per pair and lag: Pearson of unit-centred x_{t−l} and y_t over the cells where both are there; df = N − k − 1",
		Reference:  "Bakdash & Marusich (2017), doi:10.3389/fpsyg.2017.00456",
		Convention: "interval as rmcorr 0.5.4 and later; first two columns are unit and time unless -unit and -time name them",
		Example:    "rapport stat rmcorr-matrix -data panel_b.csv -lags 0-12 -out out.csv",
		Needs:      []string{"data"},
		OwnReader:  true,
		Run:        runMatrix,
	})
}

func runMatrix(ctx context.Context, in Input) (*Result, error) {
	f, err := ReadGrid(in.Data, in.Unit, in.Time, in.X)
	if err != nil {
		return nil, err
	}
	pairs, err := stats.RMCorrMatrix(ctx, &f.Grid, in.LagList(), in.Level)
	if err != nil {
		return nil, err
	}
	res := &Result{}
	res.Add("n_tests", len(pairs))
	res.Add("n_metrics", len(f.Metrics))
	res.Add("n_rows", len(f.Grid.Unit))
	if in.Out != "" {
		res.Add("out", in.Out)
		return res, writePairs(in.Out, f.Metrics, pairs)
	}
	res.Columns = []string{"x", "y", "lag", "n", "k", "df", "r", "p", "ci_lo", "ci_hi"}
	for _, q := range pairs {
		res.Rows = append(res.Rows, []any{f.Metrics[q.X], f.Metrics[q.Y], q.Lag, q.N, q.K, q.DF, q.R, q.P, q.Lo, q.Hi})
	}
	return res, nil
}

// writePairs writes the matrix as CSV; a figure that is not defined is an empty cell.
func writePairs(path string, names []string, pairs []stats.PairLag) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return errs.Invalid("file_not_writable").With("file", path).Because(err)
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("write %s: %w", path, e)
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	line := make([]byte, 0, 256)
	line = append(line, "x,y,lag,n,k,df,r,p,ci_lo,ci_hi\n"...)
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quotedCell(n)
	}
	for _, q := range pairs {
		line = append(line, quoted[q.X]...)
		line = append(line, ',')
		line = append(line, quoted[q.Y]...)
		for _, v := range [...]int{q.Lag, q.N, q.K, q.DF} {
			line = strconv.AppendInt(append(line, ','), int64(v), 10)
		}
		for _, v := range [...]float64{q.R, q.P, q.Lo, q.Hi} {
			line = append(line, ',')
			if !math.IsNaN(v) {
				line = strconv.AppendFloat(line, v, 'g', 16, 64)
			}
		}
		line = append(line, '\n')
		if _, err := w.Write(line); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		line = line[:0]
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// quotedCell quotes a name that CSV needs quoted.
func quotedCell(s string) string {
	for _, r := range s {
		if r == ',' || r == '"' || r == '\n' || r == '\r' {
			return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		}
	}
	return s
}
