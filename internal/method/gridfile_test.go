package method

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapport/internal/stats"
)

func gridOf(t testing.TB, text string) (*GridFile, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "g.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return ReadGrid(path, "", "", nil)
}

// withPiece cuts the file into tiny pieces, so that every line is cut somewhere.
func withPiece(t testing.TB, n int64) {
	old := gridPiece
	gridPiece = n
	t.Cleanup(func() { gridPiece = old })
}

func TestReadGrid(t *testing.T) {
	text := "\ufeff\"team\",\"week\",name,\"ex\",cx,m3\r\n" +
		"b,2024-W52,hello,1.5,-2,.25\r\n" +
		"\"a\",2024-W52,\"x, y\",NA,3e2,5.\r\n" +
		"\r\n" +
		"b,2025-W01,,, 7 ,123456789012345678901\r\n" +
		"a,2025-W01,z,9007199254740993,0.1,\r\n" +
		"c,2025-W02,z,1,2,-0.000000000000000000001"
	for _, piece := range []int64{3, 17, 64, 1 << 20} {
		t.Run(fmt.Sprint(piece), func(t *testing.T) {
			withPiece(t, piece)
			g, err := gridOf(t, text)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(g.Metrics, " "); got != "ex cx m3" {
				t.Fatal(got)
			}
			want := []float64{1.5, -2, .25, math.NaN(), 300, 5, math.NaN(), 7, 123456789012345678901, 9007199254740993, .1, math.NaN(), 1, 2, -1e-21}
			if fmt.Sprint(values(g)) != fmt.Sprint(want) {
				t.Errorf("values %v", values(g))
			}
			if fmt.Sprint(g.Grid.Unit, g.Grid.Time) != "[0 1 0 1 2] [0 0 1 1 2]" {
				t.Errorf("units and periods %v %v", g.Grid.Unit, g.Grid.Time)
			}
		})
	}
}

// values unpacks a grid.
func values(g *GridFile) []float64 {
	if g.Grid.Packed == nil {
		return g.Grid.Values
	}
	var out []float64
	for i, v := range g.Grid.Packed {
		if v == stats.PackedMissing {
			out = append(out, math.NaN())
			continue
		}
		out = append(out, float64(v)/g.Grid.Scale[i%g.Grid.M])
	}
	return out
}

// TestReadGridPacked keeps plain decimals in fixed point, and gives that up when a later number does not fit.
func TestReadGridPacked(t *testing.T) {
	var text strings.Builder
	text.WriteString("team,week,ex\n")
	for i := range 20000 {
		fmt.Fprintf(&text, "a,%d,%d.%03d\n", i, i%90-45, i%1000)
	}
	g, err := gridOf(t, text.String())
	if err != nil || g.Grid.Packed == nil || g.Grid.Scale[0] != 1000 {
		t.Fatal(err, g.Grid.Scale)
	}
	if v := values(g); v[1007] != -28.007 || v[19999] != -26.999 {
		t.Error(v[1007], v[19999])
	}
	for _, last := range []string{"0.12345", "99999999", "1e3"} {
		g, err := gridOf(t, text.String()+"a,20000,"+last+"\n")
		if err != nil || g.Grid.Packed != nil || g.Grid.Values[1007] != -28.007 {
			t.Error(last, err)
		}
	}
}

func TestReadGridErrors(t *testing.T) {
	head := "team,week,ex\n"
	for name, c := range map[string]struct{ text, want string }{
		"text":      {head + "a,1,1\na,2,x\n", `line 3, column ex: "x"`},
		"nan first": {head + "a,1,NaN\n", `line 2, column ex: "NaN"`},
		"inf":       {head + "a,1,1\n\na,2,-inf\n", `line 4, column ex: "-inf"`},
		"huge":      {head + "a,1,1\na,2,1e309\n", `line 3, column ex: "1e309"`},
		"more":      {head + "a,1,1\na,2,1,3\n", "line 3: wrong number of fields"},
		"fewer":     {head + "a,1,1\na,2\n", "line 3: wrong number of fields"},
		"unit":      {head + ",1,1\n", "line 2, column team: the row names no unit"},
		"period":    {head + "a,1,1\na,later,2\n", `line 3, column week: "later" is no period`},
		"mixed":     {head + "a,2024-01,1\na,2024-W03,2\n", "mixes kinds"},
		"empty":     {"", "file_empty"},
		"words":     {"team,week,name\na,1,b\n", "no column beside"},
		"twice":     {"team,week,ex,ex\n", "column_twice"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := gridOf(t, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestReadGridQuoted follows line breaks within quotes through the general reader.
func TestReadGridQuoted(t *testing.T) {
	withPiece(t, 11)
	g, err := gridOf(t, "team,week,note,ex\n\"a \"\"b\"\"\",1,\"one\ntwo\",1\n\"a \"\"b\"\"\",2,x,2\n")
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(values(g), g.Grid.Unit, g.Metrics) != "[1 2] [0 0] [ex]" {
		t.Error(g)
	}
}

// FuzzReadGrid holds the fast reader to the general one: same figures, or an error from both.
func FuzzReadGrid(f *testing.F) {
	f.Add("t,w,x\na,1,2\nb,2,\n", int64(5))
	f.Add("t,w,x,y\r\n\"a\",1,2.5,NA\r\n\"b\",2,-1e3,0.1", int64(64))
	f.Add("t,w,x\na,1,\"2\"\n\n\"b\nc\",3,4\n", int64(7))
	f.Fuzz(func(t *testing.T, text string, piece int64) {
		withPiece(t, 1+(piece&0xff))
		g, err := gridOf(t, text)
		if err != nil {
			return
		}
		table, err := ParseTable(strings.NewReader(text))
		if err != nil {
			if strings.Contains(text, `"`) || strings.Contains(text, "\r") {
				return // the general reader is stricter about quotes in cells nobody reads
			}
			t.Fatalf("the general reader refuses: %v", err)
		}
		if table.Rows() != len(g.Grid.Unit) {
			t.Fatalf("%d rows, want %d", len(g.Grid.Unit), table.Rows())
		}
		for j, name := range g.Metrics {
			want, err := table.Num(name)
			if err != nil {
				t.Fatalf("the general reader refuses: %v", err)
			}
			for i, w := range want {
				if got := values(g)[i*g.Grid.M+j]; got != w && !(math.IsNaN(got) && math.IsNaN(w)) {
					t.Fatalf("row %d %s: %v, want %v", i, name, got, w)
				}
			}
		}
	})
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		in   string
		want string
	}{
		{"1990 1991 1993", "[1990 1991 1993]"},
		{"2024-Q4 2025-Q1", "[8099 8100]"},
		{"2024-12 2025-01", "[24299 24300]"},
		{"2024-12-31 2025-03-31 2025-06-30", "[0 1 2]"},
		{"2024-12-31 2025-01-31 2025-03-31", "[24299 24300 24302]"},
		{"2024-12-30 2025-01-06 2025-01-20", "[0 1 3]"},
		{"202412 202501 202503", "[24299 24300 24302]"},
		{"202412 202411", "[202412 202411]"},
		{"2024-01-01 2026-01-01", "[0 2]"},
		{"5.0 7", "[5 7]"},
	} {
		got, bad := periodsOf(strings.Fields(c.in))
		if fmt.Sprint(got) != c.want || bad != -1 {
			t.Errorf("%s: %v (%d), want %s", c.in, got, bad, c.want)
		}
	}
	weeks, _ := periodsOf([]string{"2020-W53", "2021-W01", "2021-W02"})
	if weeks[1]-weeks[0] != 1 || weeks[2]-weeks[1] != 1 {
		t.Error(weeks)
	}
	if _, bad := periodsOf([]string{"2021-W53"}); bad != 0 {
		t.Error("2021 has no week 53")
	}
}

// BenchmarkStatsReadGrid reads a file of 1,000 teams, 104 weeks and 24 metrics.
func BenchmarkStatsReadGrid(b *testing.B) {
	path := filepath.Join(b.TempDir(), "panel.csv")
	var text strings.Builder
	text.WriteString("team,week")
	for m := range 24 {
		fmt.Fprintf(&text, ",m%02d", m+1)
	}
	text.WriteByte('\n')
	for u := range 1000 {
		for w := range 104 {
			fmt.Fprintf(&text, "T%04d,%d", u, w+1)
			for m := range 24 {
				fmt.Fprintf(&text, ",%.4f", 50+math.Sin(float64(u*7+w*13+m*29))*9)
			}
			text.WriteByte('\n')
		}
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadGrid(path, "", "", nil); err != nil {
			b.Fatal(err)
		}
	}
}
