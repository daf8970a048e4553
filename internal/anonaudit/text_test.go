package anonaudit

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPagesAreReadLineByLine(t *testing.T) {
	text := htmlText([]byte("<html><style>td{x:9}</style><script>var n = 7</script><table><tr><td>Own</td><td>Care &amp; pride</td><td>60</td></tr>\n<tr><td>Other</td></tr></table></html>"))
	require.Contains(t, text, "Own Care & pride 60")
	require.NotContains(t, text, "7")
	require.NotContains(t, text, "60 Other", "a row is a line")
	require.Contains(t, htmlText([]byte("• \u2066Own\u2069 · ציון: \u206660\u2069")), "• Own · ציון: 60", "marks of direction hide nothing")
}

// Of a row of a letter's table only what stands under a group's own heading is its figure; the ends of the interval are none.
func TestARowOfALetterSpeaksOfOneGroupAtATime(t *testing.T) {
	row := "• Care · Organisation: 70 (64–76) · East: 60 (50–70) · West: −3.5 (−8–1)"
	require.Equal(t, " 60  ", ofGroup(row, "East"))
	require.Equal(t, " −3.5  ", ofGroup(row, "West"))
	require.Equal(t, "East: Care fell to 3", ofGroup("East: Care fell to 3", "East"), "anything else is read as a whole")
	require.Equal(t, row, ofGroup(row, "North"))
}

// packed is a PDF stream as browsers write it.
func packed(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\n", b.Len(), b.String())
}

func TestTextOfAPDF(t *testing.T) {
	table := "/CIDInit begincmap 2 beginbfchar <0001> <004F> <0002> <05E9> endbfchar 1 beginbfrange <0003> <000C> <0030> endbfrange endcmap"
	page := "BT /F1 12 Tf <0001> Tj [<0002> -20 <0009>] TJ ET BT (plain) Tj ET"
	text := pdfText([]byte("%PDF-1.4\n1 0 obj\n" + packed(table) + "endobj\n2 0 obj\n" + packed(page) + "endobj\n"))
	require.Contains(t, text, "Oש6")
	require.Contains(t, text, "plain")
}

func TestRoutesBelowOthersKnowTheirList(t *testing.T) {
	routes := []route{{path: "/runs"}, {path: "/runs/{id}"}, {path: "/runs/{id}/findings/{findingId}/data"}, {path: "/lone/{id}"}}
	require.Equal(t, "/runs", parentOf("/runs/{id}", routes))
	require.Equal(t, "/runs/{id}", parentOf("/runs/{id}/findings/{findingId}/data", routes))
	require.Empty(t, parentOf("/lone/{id}", routes))
	require.Empty(t, parentOf("/runs", routes))
}

func TestAWordStandsByItself(t *testing.T) {
	require.True(t, word("Own: 60", "Own"))
	require.True(t, word("Owner and Own", "Own"))
	require.False(t, word("Owner", "Own"))
	require.False(t, word("", "Own"))
}

func FuzzText(f *testing.F) {
	f.Add([]byte("%PDF-1.4\n" + packed("BT <0001> Tj ET")))
	f.Add([]byte(packed("begincmap 1 beginbfrange <0000> <FFFFFFFF> <> endbfrange")))
	f.Add([]byte(packed("begincmap 1 beginbfrange <FFFFFFF0> <FFFFFFFF> <0041> endbfrange"))) // once went round for ever
	f.Add([]byte("<p>a</p><br>&#0;"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		_ = pdfText(b)
		_ = htmlText(b)
	})
}
