package draw

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	chainNodes = []Node{
		{Kind: "Employees", Name: "Engagement", Colour: EX},
		{Kind: "Customers", Name: "Customer satisfaction", Colour: CX},
		{Kind: "Behaviour", Name: "Customers lost", Colour: Other},
		{Kind: "Money", Name: "Revenue per customer", Colour: Money},
	}
	chainArrows = []Arrow{
		{Text: "0.36 (0.34 … 0.37)", Verdict: "supported", Mark: "supported"},
		{Text: "−0.021 (−0.024 … −0.018)", Verdict: "supported", Mark: "supported"},
		{Text: "0.01 (−0.09 … 0.11)", Verdict: "no link seen", Mark: "no_link_seen"},
	}
	pastLoyalty = Arrow{Text: "0.18 (0.17 … 0.20)", Verdict: "supported", Mark: "supported"}
)

var yOfText = regexp.MustCompile(`<text x="([0-9.]+)" y="([0-9.]+)"`)

// TestAChainWithAWayPastLoyaltyFitsItsPicture: every word of both pictures lies inside, and the arrow that goes past
// loyalty is told in both.
func TestAChainWithAWayPastLoyaltyFitsItsPicture(t *testing.T) {
	for _, width := range []int{Wide, Narrow} {
		p := New(width, "en", "chain")
		Chain(p, chainNodes, chainArrows, &pastLoyalty)
		svg := p.SVG()
		require.Contains(t, svg, "0.18 (0.17 … 0.20)")
		found := yOfText.FindAllStringSubmatch(svg, -1)
		require.NotEmpty(t, found)
		for _, m := range found {
			x, err := strconv.ParseFloat(m[1], 64)
			require.NoError(t, err)
			y, err := strconv.ParseFloat(m[2], 64)
			require.NoError(t, err)
			require.LessOrEqual(t, x, p.Width)
			require.LessOrEqual(t, y, p.Height)
		}
		without := New(width, "en", "chain")
		Chain(without, chainNodes[:3], chainArrows[:2], nil)
		require.Less(t, without.Height, p.Height)
	}
}

// TestAPictureIsReadFromTheReadersSide: in Hebrew the chain begins on the right and names stand on the right, while larger
// values stay on the right in every language.
func TestAPictureIsReadFromTheReadersSide(t *testing.T) {
	at := func(svg, words string) float64 {
		m := regexp.MustCompile(`<text x="([0-9.]+)"[^>]*>` + regexp.QuoteMeta(words)).FindStringSubmatch(svg)
		require.NotNil(t, m, words)
		x, err := strconv.ParseFloat(m[1], 64)
		require.NoError(t, err)
		return x
	}
	dots := regexp.MustCompile(`<circle cx="([0-9.]+)"`)
	for locale, right := range map[string]bool{"en": false, "he": true} {
		for _, width := range []int{Wide, Narrow} {
			returns := New(width, locale, "returns")
			Dots(returns, []Estimate{{Name: "ROI", Text: "−20%", Value: -.2, Lo: -.4, Hi: 0}, {Name: "ROV", Text: "+20%", Value: .2, Lo: 0, Hi: .4}}, "0")
			svg := returns.SVG()
			require.Equal(t, right, at(svg, "ROI") > returns.Width/2)
			found := dots.FindAllStringSubmatch(svg, -1)
			require.Len(t, found, 2)
			low, err := strconv.ParseFloat(found[0][1], 64)
			require.NoError(t, err)
			high, err := strconv.ParseFloat(found[1][1], 64)
			require.NoError(t, err)
			require.Less(t, low, high)
		}
		chain := New(Wide, locale, "chain")
		Chain(chain, chainNodes, chainArrows, &pastLoyalty)
		svg := chain.SVG()
		require.Equal(t, right, at(svg, "Employees") > at(svg, "Behaviour"))
	}
	require.Equal(t, "a → b", leads("a", "b"))
	require.Equal(t, "אמון ← הכנסה", leads("אמון", "הכנסה"))
}
