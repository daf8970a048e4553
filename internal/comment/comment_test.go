package comment

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSidesLanguagesTopicsAndEmotions(t *testing.T) {
	for _, c := range []struct {
		text, declared, language string
		polarity                 Polarity
		emotion                  Emotion
		topics                   []string
	}{
		{"The staff were very helpful", "", "en", Favourable, None, []string{"staff"}},
		{"The staff were not helpful at all", "", "en", Unfavourable, None, []string{"staff"}},
		{"No. Helpful staff", "en", "en", Favourable, None, []string{"staff"}},
		{"It's a good phone but the battery is terrible and I am angry", "", "en", Unfavourable, Anger, []string{"contact"}},
		{"Never again", "en-GB", "en", Unfavourable, None, []string{}},
		{"Przesylka dotarla na czas, jestem bardzo zadowolona", "", "pl", Favourable, Joy, []string{"delivery"}},
		{"Paczka nie dotarła", "pl", "pl", Unfavourable, None, []string{"delivery"}},
		{"Não recebi o produto, um absurdo", "", "pt", Unfavourable, Anger, []string{"delivery", "product"}},
		{"N recebi ainda", "pt", "pt", Unfavourable, None, []string{"delivery"}},
		{"Bom dia, gostaria de saber do meu pedido", "pt", "pt", Unclear, None, []string{}},
		{"השירות מעולה והצוות אדיב", "", "he", Favourable, None, []string{"staff"}},
		{"לא מרוצה, והמשלוח באיחור", "en", "he", Unfavourable, None, []string{"delivery", "waiting"}}, // a feeling that is denied is not the feeling,
		{"sehr gut", "de", "", Unclear, None, []string{}},
		{"12345 !!!", "", "", Unclear, None, []string{}},
		{"", "", "", Unclear, None, []string{}},
	} {
		r := Read(c.text, c.declared)
		require.Equal(t, c.language, r.Language, c.text)
		require.Equal(t, c.polarity, r.Polarity, "%s %v", c.text, r.Hits)
		require.Equal(t, c.emotion, r.Emotion, c.text)
		require.Equal(t, c.topics, r.Topics, c.text)
	}
}

func TestMarksAndShortFormsDoNotMatter(t *testing.T) {
	require.Equal(t, Read("Świetna obsługa", "pl").Hits, Read("swietna obsluga", "pl").Hits)
	require.Equal(t, Read("não chegou", "pt").Hits, Read("N CHEGOU", "pt").Hits)
	require.Equal(t, Read("שֵׁרוּת מְעֻלֶּה", "").Language, "he")
}

func TestEveryListIsWhole(t *testing.T) {
	for _, lang := range Languages {
		require.Positive(t, Version(lang))
		require.Greater(t, Size(lang), 100, lang)
		for _, topic := range Topics {
			require.NotEmpty(t, lists[lang].topics[topic].length, "%s %s", lang, topic)
		}
		require.Len(t, lists[lang].topics, len(Topics), lang)
		for _, e := range Emotions {
			require.NotEmpty(t, lists[lang].emotions[string(e)].length, "%s %s", lang, e)
		}
		require.Len(t, lists[lang].emotions, len(Emotions), lang)
	}
	for _, text := range []string{"version x", "version 1\n[words]\ngood", "version 1\n[words]\ngood 9", "version 1\n[mood]\ngood", "version 1\n[alias]\nn"} {
		_, err := parse(text, "en")
		require.Error(t, err, text)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("not good, but the שירות was świetny … n't", "en")
	f.Add("\x00\xff'-'", "")
	f.Fuzz(func(t *testing.T, text, declared string) {
		r := Read(text, declared)
		if math.IsNaN(r.Sentiment) || r.Sentiment < -1 || r.Sentiment > 1 {
			t.Fatalf("sentiment %v", r.Sentiment)
		}
		if r.Topics == nil || r.Hits == nil {
			t.Fatal("a list is nil")
		}
	})
}
