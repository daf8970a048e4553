package comment

import "testing"

var benchTexts = []string{
	"Recebi bem antes do prazo estipulado.", "Não recebi o produto e ninguém responde, um absurdo. Quero meu dinheiro de volta.",
	"The staff were very helpful but the delivery took three weeks and the box was broken.", "Paczka dotarła na czas, jestem bardzo zadowolona", "השירות היה מעולה והצוות אדיב, אבל המשלוח הגיע באיחור",
}

// BenchmarkRead measures the reading of one comment of everyday length whose language has to be recognised.
func BenchmarkRead(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Read(benchTexts[i%len(benchTexts)], "")
	}
}
