package comment

import (
	"encoding/csv"
	"errors"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// judged is one labelled comment.
type judged struct {
	favourable bool
	text       string
}

func measured(lang string, sample []judged) (right, undecided int, wrong []string) {
	for _, c := range sample {
		switch p := Read(c.text, lang).Polarity; {
		case p == Mixed || p == Unclear:
			undecided++
			wrong = append(wrong, "? "+c.text)
		case (p == Favourable) == c.favourable:
			right++
		default:
			wrong = append(wrong, "! "+c.text)
		}
	}
	return right, undecided, wrong
}

func card(t *testing.T, lang string) Accuracy {
	t.Helper()
	for _, a := range Measured {
		if a.Language == lang {
			return a
		}
	}
	t.Fatalf("no figures for %s", lang)
	return Accuracy{}
}

func TestTheCardSaysWhatIsMeasuredOnTheOwnSamples(t *testing.T) {
	for _, lang := range []string{"en", "he", "pl"} {
		text, err := os.ReadFile(filepath.Join("testdata", lang+".tsv"))
		require.NoError(t, err)
		var sample []judged
		for line := range strings.Lines(string(text)) {
			side, words, ok := strings.Cut(strings.TrimSpace(line), "\t")
			require.True(t, ok, line)
			sample = append(sample, judged{side == "+", words})
		}
		right, undecided, wrong := measured(lang, sample)
		t.Logf("%s\n%s", lang, strings.Join(wrong, "\n"))
		require.Equal(t, Accuracy{lang, "own", len(sample), right, undecided}, card(t, lang))
	}
}

func TestIntervalOfAShare(t *testing.T) { // Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E: 81 of 263 gives .2553 to .3662
	lo, hi := Accuracy{N: 263, Right: 81}.Interval()
	require.InDelta(t, .2553, lo, 5e-5)
	require.InDelta(t, .3662, hi, 5e-5)
}

func TestTheCardSaysWhatIsMeasuredOnRealReviews(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "real", "olist-reviews.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		if _, there := os.Stat(filepath.Join("..", "..", "..", "shared")); there == nil && os.Getenv("CI") == "true" {
			t.Fatal("the folder of real files is there, but the reviews are not")
		}
		t.Skip("left out: the real reviews are not here")
	}
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var sample []judged
	for _, r := range rows[1:] {
		id, score, title, words := r[0], r[2], r[3], r[4]
		h := fnv.New32a()
		_, _ = h.Write([]byte(id))
		if h.Sum32()%2 == 0 || score == "3" || title+words == "" {
			continue
		}
		sample = append(sample, judged{score > "3", title + ". " + words})
	}
	right, undecided, _ := measured("pt", sample)
	require.Equal(t, Accuracy{"pt", "reviews", len(sample), right, undecided}, card(t, "pt"))
}
