package method

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"rapport/internal/comment"
	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "driver-groups",
		Title: Text{"What loyalty goes with: function and feeling", "עם מה הולכת נאמנות: תפקוד ורגש", "Z czym idzie lojalność: funkcja i uczucie"},
		Summary: Text{
			"How what is explained of an outcome divides between groups of scores, such as what customers got and how it felt.",
			"איך מתחלק מה שמוסבר בתוצאה בין קבוצות של ציונים, כגון מה הלקוחות קיבלו ואיך זה הרגיש.",
			"Jak to, co w wyniku objaśnione, dzieli się między grupy ocen, na przykład to, co klienci dostali, i to, jak się z tym czuli.",
		},
		Assumes: Text{
			"What matters was asked, relations are straight lines, and customers answer independently of each other. What somebody says of a feeling and of loyalty on the same day colours both. Shares are not effects.",
			"מה שחשוב נשאל, הקשרים ליניאריים, והלקוחות משיבים בלי תלות זה בזה. מה שנאמר באותו יום על רגש ועל נאמנות צובע את שניהם. חלקים אינם השפעות.",
			"To, co ważne, było w pytaniach, zależności są liniowe, a klienci odpowiadają niezależnie od siebie. To, co ktoś tego samego dnia mówi o uczuciu i o lojalności, zabarwia jedno i drugie. Udziały nie są wpływami.",
		},
		Formula:    "share of A = ½ (R²(A) + R²(A,B) − R²(B)) / R²(A,B); more groups: Shapley value with groups as players",
		Reference:  "Shapley (1953), doi:10.1515/9781400881970-018; Grömping (2006), doi:10.18637/jss.v017.i01",
		Convention: "plain R² (not adjusted), complete rows; percentile intervals of 499 bootstrap draws of rows (in 500 bunches where there are more), or of whole -cluster; -by names the group of each -x",
		Example:    "rapport stat driver-groups -data answers.csv -y recommend -x waiting,ease,emotion -by function,function,feeling",
		Needs:      []string{"data", "y", "x", "by"},
		Uses:       []string{"cluster"},
		Figures:    []string{"R2"},
		Run:        runDriverGroups,
	})
	Register(Method{
		Name:  "comments",
		Title: Text{"Reading comments with word lists", "קריאת הערות בעזרת רשימות מילים", "Czytanie komentarzy według list słów"},
		Summary: Text{
			"Which side a customer's comment takes, what it feels like and what it is about, read with lists of words that anybody can look at, without leaving the machine.",
			"איזה צד נוקטת הערה של לקוח, מה הרגש בה ובמה היא עוסקת, לפי רשימות מילים שכל אחד יכול לעיין בהן, בלי לצאת מן המחשב.",
			"Po której stronie stoi komentarz klienta, jakie w nim uczucie i o czym jest, według list słów, do których każdy może zajrzeć, bez opuszczania komputera.",
		},
		Assumes: Text{
			"The words of the list mean in a comment what they mean in the list: irony, comparisons and stories without a verdict are misread or left undecided. Read changes and shares, not single comments.",
			"למילים ברשימה יש בהערה אותה משמעות שיש להן ברשימה: אירוניה, השוואות וסיפורים בלי שיפוט נקראים לא נכון או נשארים בלי הכרעה. קראו שינויים וחלקים, לא הערות בודדות.",
			"Słowa z listy znaczą w komentarzu to samo co na liście: ironia, porównania i opowieści bez oceny są źle czytane albo pozostają nierozstrzygnięte. Czytaj zmiany i udziały, nie pojedyncze komentarze.",
		},
		Formula:    "s = Σ weights of the words found (× −0.7 up to three words after a negation, × 1.3 or 0.7 after an emphasis, × 0.5 before and × 1.5 after a but); tone = s / √(s² + 15); favourable from .05, unfavourable to −.05, mixed between, unclear without a word of the list",
		Reference:  "The damping is that of Hutto & Gilbert (2014), doi:10.1609/icwsm.v8i1.14550; the lists are Rapport's own",
		Convention: "one list per language (en, he, pl, pt); the language is told from the letters and words where it is not given; what was read keeps the version of its list",
		Example:    "rapport stat comments -data reviews.csv -x comment -y favourable",
		Needs:      []string{"data", "x"},
		Figures:    []string{"comments", "favourable", "unfavourable", "mixed", "unclear"},
		Measured:   measuredComments(),
		Run:        runComments,
	})
}

// measuredComments says how often the side was read right on the labelled samples.
func measuredComments() Text {
	var en, he, pl []string
	for _, m := range comment.Measured {
		lo, hi := m.Interval()
		figures := fmt.Sprintf("%s %.0f %% (%.0f–%.0f %%)", m.Language, 100*float64(m.Right)/float64(m.N), 100*lo, 100*hi)
		en = append(en, fmt.Sprintf("%s of %d", figures, m.N))
		he = append(he, fmt.Sprintf("%s מתוך %d", figures, m.N))
		pl = append(pl, fmt.Sprintf("%s z %d", figures, m.N))
	}
	join := func(list []string) string { return strings.Join(list, "; ") }
	return Text{
		"Side read as labelled, with its 95 % interval: " + join(en) + ". Portuguese: real reviews by their stars; the others: comments written for this purpose.",
		"הצד נקרא כפי שסומן, עם רווח של 95 %: " + join(he) + ". פורטוגזית: ביקורות אמיתיות לפי הכוכבים; האחרות: הערות שנכתבו לשם כך.",
		"Strona odczytana tak, jak oznaczono, z przedziałem 95 %: " + join(pl) + ". Portugalski: prawdziwe opinie według gwiazdek; pozostałe: komentarze napisane w tym celu.",
	}
}

func runDriverGroups(ctx context.Context, in Input) (*Result, error) {
	if len(in.By) != len(in.X) {
		return nil, errs.Invalid("groups_needed").Because(fmt.Errorf("-by: name the group of each of the %d columns of -x", len(in.X)))
	}
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	var x [][]float64
	var groups []int
	var names []string
	for i, name := range in.X {
		v, err := in.laggedX(name, in.Lag)
		if err != nil {
			return nil, err
		}
		x = append(x, v)
		g := slices.Index(names, in.By[i])
		if g < 0 {
			g, names = len(names), append(names, in.By[i])
		}
		groups = append(groups, g)
	}
	cluster, err := in.clusters()
	if err != nil {
		return nil, err
	}
	opt := in.bootOptions()
	if opt.Reps == 0 {
		opt.Reps = 499
	}
	d, err := stats.DriverGroups(ctx, y, x, in.X, groups, cluster, opt)
	if err != nil {
		return nil, err
	}
	res := &Result{}
	res.Add("R2", d.R2)
	res.Add("R2_ci_lo", d.R2CI.Lo)
	res.Add("R2_ci_hi", d.R2CI.Hi)
	res.Add("n_obs", d.N)
	res.Columns = []string{"group", "share", "share_ci_lo", "share_ci_hi", "alone_r2", "last_r2"}
	for g, name := range names {
		res.Rows = append(res.Rows, []any{name, d.Share[g], d.ShareCI[g].Lo, d.ShareCI[g].Hi, d.Alone[g], d.Last[g]})
		res.Vary("share."+name, d.Share[g])
	}
	res.Notes = append(res.Notes, "Shares of explained variance among what was measured, not effects.")
	return res, nil
}

// runComments reads the comments of -x; with -y (1 favourable, 0 unfavourable) it says how often the side was read right.
func runComments(_ context.Context, in Input) (*Result, error) {
	texts, err := in.Table.Text(in.X[0])
	if err != nil {
		return nil, err
	}
	var label []float64
	if in.Y != "" {
		if label, err = in.Table.Num(in.Y); err != nil {
			return nil, err
		}
	}
	n, right, wrong, judged := map[comment.Polarity]int{}, 0, 0, 0
	all := 0
	for i, text := range texts {
		if strings.TrimSpace(text) == "" {
			continue
		}
		p := comment.Read(text, "").Polarity
		n[p]++
		all++
		if label == nil || math.IsNaN(label[i]) {
			continue
		}
		judged++
		switch {
		case p == comment.Mixed || p == comment.Unclear:
		case (p == comment.Favourable) == (label[i] > 0):
			right++
		default:
			wrong++
		}
	}
	res := &Result{}
	res.Add("comments", all)
	for _, p := range []comment.Polarity{comment.Favourable, comment.Unfavourable, comment.Mixed, comment.Unclear} {
		res.Add(string(p), n[p])
	}
	if label != nil {
		a := comment.Accuracy{N: judged, Right: right}
		res.Add("labelled", judged)
		res.Add("right", right)
		res.Add("wrong", wrong)
		if judged > 0 {
			lo, hi := a.Interval()
			res.Add("share_right", float64(right)/float64(judged))
			res.Add("ci_lo", lo)
			res.Add("ci_hi", hi)
		}
	}
	return res, nil
}
