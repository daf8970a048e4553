package method

import "math"

func init() {
	Register(Method{
		Name:  "km",
		Title: Text{"Kaplan–Meier curve", "עקומת קפלן–מאייר", "Krzywa Kaplana–Meiera"},
		Summary: Text{
			"What share of customers is still there after each length of time, counting those who have not left yet.",
			"איזה חלק מהלקוחות נשאר אחרי כל פרק זמן, כולל התחשבות במי שעדיין לא עזב.",
			"Jaka część klientów pozostaje po każdym czasie, z uwzględnieniem tych, którzy jeszcze nie odeszli.",
		},
		Assumes: Text{
			"Leaving observation says nothing about leaving for good. Where fewer than ten are still at risk the curve is mostly chance.",
			"היציאה ממעקב אינה מלמדת על עזיבה ממש. היכן שנותרו פחות מעשרה במעקב העקומה מקרית ברובה.",
			"Zakończenie obserwacji nic nie mówi o odejściu. Tam, gdzie pozostaje mniej niż dziesięć osób, krzywa jest głównie przypadkiem.",
		},
		Formula:    "S(t) = Π(1 − d_i/n_i); Var log S = Σ d_i/(n_i(n_i−d_i)); intervals on log S and on log(−log S)",
		Reference:  "Kaplan & Meier (1958), Nonparametric estimation from incomplete observations, JASA 53:457–481, doi:10.1080/01621459.1958.10501452",
		Convention: "-time: length of follow-up, -y: event (1, or -event CODE), -cohort: time of late entry; lo_log as R, lo_loglog as lifelines and SAS; log-rank with -by",
		Example:    "rapport stat km -data lung.csv -time time -y status -event 2 -by sex -lags 180,365",
		Needs:      []string{"data", "time", "y"},
		Params: []Param{
			{Name: "event", Default: 1, Help: "the value of -y that means the event happened"},
			{Name: "at", Default: math.NaN(), Optional: true, Help: "a time to read the curve at (several whole ones: -lags 180,365)"},
			{Name: "tau", Default: math.NaN(), Optional: true, Help: "restricted mean time up to here"},
		},
		Figures: []string{"median_log", "median_lo_log", "median_hi_log"},
		Run:     runKM,
	})
	Register(Method{
		Name:  "cox",
		Title: Text{"Cox regression", "רגרסיית קוקס", "Regresja Coxa"},
		Summary: Text{
			"What makes customers leave sooner: by which factor each column multiplies the rate of leaving.",
			"מה גורם ללקוחות לעזוב מוקדם יותר: פי כמה כל עמודה מגדילה את קצב העזיבה.",
			"Co sprawia, że klienci odchodzą wcześniej: przez ile każda kolumna mnoży tempo odejść.",
		},
		Assumes: Text{
			"The factor stays the same over time (zph tests it), and about ten events for each column. Rows with a missing cell are left out.",
			"הגורם נשאר קבוע לאורך זמן (zph בודק זאת), וכעשרה אירועים לכל עמודה. שורות עם תא חסר אינן נכללות.",
			"Mnożnik nie zmienia się w czasie (sprawdza to zph), około dziesięciu zdarzeń na kolumnę. Wiersze z brakującą komórką są pomijane.",
		},
		Formula:    "h(t|x) = h₀(t)·exp(xβ), partial likelihood; score test of x·g(t) with g = 1 − KM(t−)",
		Reference:  "Cox (1972), Regression models and life-tables, JRSS B 34:187–220, doi:10.1111/j.2517-6161.1972.tb00899.x; Efron (1977), doi:10.1080/01621459.1977.10480613; Grambsch & Therneau (1994), doi:10.1093/biomet/81.3.515",
		Convention: "Efron ties (-convention breslow for the other); wald rounded to two digits as R prints it, wald_chisq in full",
		Example:    "rapport stat cox -data rossi.csv -time week -y arrest -x fin,age,prio",
		Needs:      []string{"data", "time", "y", "x"},
		Params:     []Param{{Name: "event", Default: 1, Help: "the value of -y that means the event happened"}},
		Figures:    []string{"loglik", "LR", "score", "wald", "concordance"},
		Run:        runCox,
	})
	history := "columns x (repeat purchases), t_x (time of the last since the first), T (time since the first), named by -x x,t_x,T"
	Register(Method{
		Name:  "bgnbd",
		Title: Text{"Purchases to come (BG/NBD)", "רכישות צפויות (BG/NBD)", "Przyszłe zakupy (BG/NBD)"},
		Summary: Text{
			"How often customers without a contract will buy, and how likely each is still a customer.",
			"באיזו תדירות יקנו לקוחות ללא חוזה, ומה הסיכוי שכל אחד מהם עדיין לקוח.",
			"Jak często będą kupować klienci bez umowy i jak prawdopodobne, że każdy z nich nadal jest klientem.",
		},
		Assumes: Text{
			"Purchases at random while a customer, leaving only right after a purchase, no seasons. Whoever bought once counts as alive with certainty: a property of the model, not of the customer.",
			"רכישות אקראיות כל עוד הלקוח פעיל, עזיבה רק מיד אחרי רכישה, בלי עונתיות. מי שקנה פעם אחת נחשב פעיל בוודאות: תכונה של המודל ולא של הלקוח.",
			"Zakupy losowe, dopóki ktoś jest klientem, odejście tylko tuż po zakupie, bez sezonów. Kto kupił raz, uchodzi za aktywnego na pewno: to cecha modelu, nie klienta.",
		},
		Formula:    "L = Γ(r+x)αʳ/Γ(r) · B(a,b+x)/B(a,b) · [(α+T)^−(r+x) + 1{x>0}·a/(b+x−1)·(α+t_x)^−(r+x)]",
		Reference:  "Fader, Hardie & Lee (2005), Counting your customers the easy way, Marketing Science 24:275–284, doi:10.1287/mksc.1040.0098",
		Convention: history + "; any unit of time; with -r -alpha -a -b nothing is fitted; with -y the purchases of the hold-out of length -t are forecast and scored",
		Example:    "rapport stat bgnbd -data cdnow.csv -x x,t_x,T -y x_star -t 39",
		Needs:      []string{"data"},
		Params: []Param{
			{Name: "t", Default: math.NaN(), Optional: true, Help: "time ahead to forecast"},
			{Name: "r", Default: math.NaN(), Optional: true, Help: "given parameter"},
			{Name: "alpha", Default: math.NaN(), Optional: true, Help: "given parameter"},
			{Name: "a", Default: math.NaN(), Optional: true, Help: "given parameter"},
			{Name: "b", Default: math.NaN(), Optional: true, Help: "given parameter"},
		},
		Figures: []string{"ll_max", "r", "alpha", "a", "b"},
		Run:     runBGNBD,
	})
	Register(Method{
		Name:  "gammagamma",
		Title: Text{"Amount per purchase (Gamma-Gamma)", "סכום לרכישה (Gamma-Gamma)", "Kwota zakupu (Gamma-Gamma)"},
		Summary: Text{
			"What a customer will spend per purchase, when the few purchases seen are pulled towards everyone's average.",
			"כמה יוציא לקוח בכל רכישה, כאשר מעט הרכישות שנראו נמשכות אל הממוצע של כולם.",
			"Ile klient wyda na jeden zakup, gdy nieliczne zakupy są przyciągane do średniej wszystkich.",
		},
		Assumes: Text{
			"How much people spend has nothing to do with how often they buy (corr_x_m should be near 0) and does not change over time.",
			"גובה ההוצאה אינו קשור לתדירות הרכישה (corr_x_m צריך להיות קרוב ל־0) ואינו משתנה עם הזמן.",
			"Wysokość wydatku nie zależy od częstości zakupów (corr_x_m powinno być bliskie 0) i nie zmienia się w czasie.",
		},
		Formula:    "f(m|x) = Γ(px+q)/(Γ(px)Γ(q)) · v^q m^(px−1) x^(px)/(v+mx)^(px+q); E = p(v+xm)/(px+q−1)",
		Reference:  "Fader, Hardie & Lee (2005), RFM and CLV, J. Marketing Research 42:415–430, doi:10.1509/jmkr.2005.42.4.415",
		Convention: "columns x (repeat purchases) and m (mean amount of one), named by -x x,m; customers with x = 0 are left out of the fit",
		Example:    "rapport stat gammagamma -data cdnow.csv -x x,m",
		Needs:      []string{"data"},
		Params: []Param{
			{Name: "p", Default: math.NaN(), Optional: true, Help: "given parameter"},
			{Name: "q", Default: math.NaN(), Optional: true, Help: "given parameter"},
			{Name: "v", Default: math.NaN(), Optional: true, Help: "given parameter"},
		},
		Figures: []string{"ll_max", "p", "q", "v"},
		Run:     runGammaGamma,
	})
	Register(Method{
		Name:  "clv",
		Title: Text{"Customer lifetime value", "ערך חיי לקוח", "Wartość życiowa klienta"},
		Summary: Text{
			"What a customer is worth in today's money: by a constant margin, or by the models fitted to a file.",
			"כמה שווה לקוח בכסף של היום: לפי מרווח קבוע, או לפי המודלים שהותאמו לקובץ.",
			"Ile klient jest wart w dzisiejszych pieniądzach: przy stałej marży albo według modeli dopasowanych do pliku.",
		},
		Assumes: Text{
			"Without -data: margin and retention stay the same for ever (or for -periods). With -data: what BG/NBD and Gamma-Gamma assume.",
			"בלי \u200e-data: המרווח והשימור קבועים לעד (או למשך \u200e-periods). עם \u200e-data: ההנחות של BG/NBD ושל Gamma-Gamma.",
			"Bez -data: marża i utrzymanie są stałe zawsze (albo przez -periods). Z -data: to, co zakładają BG/NBD i Gamma-Gamma.",
		},
		Formula:    "m·r/(1+i−r) − AC; with a file Σ_k [E(k) − E(k−1)]·amount·share/(1+i)^k",
		Reference:  "Gupta & Lehmann (2003), Customers as assets, J. Interactive Marketing 17:9–24, doi:10.1002/dir.10045; Fader, Hardie & Lee (2005), doi:10.1509/jmkr.2005.42.4.415",
		Convention: "margins at the end of each period; columns x,t_x,T,m named by -x, customers by -unit, -width the length of a period in their unit of time (default a month in weeks), -discount per period",
		Example:    "rapport stat clv -margin 420 -retention 0.82 -discount 0.1 -acquisition 50",
		Params: []Param{
			{Name: "margin", Default: math.NaN(), Optional: true, Help: "margin per period"},
			{Name: "retention", Default: math.NaN(), Optional: true, Help: "share of customers kept per period"},
			{Name: "discount", Default: .01, Help: "discount rate per period"},
			{Name: "acquisition", Default: 0, Help: "cost of winning the customer"},
			{Name: "periods", Default: math.NaN(), Optional: true, Help: "number of periods; without: for ever (12 with a file)"},
			{Name: "width", Default: 365.25 / 84, Help: "with a file: length of a period"},
			{Name: "share", Default: 1, Help: "with a file: margin share of the amount"},
			{Name: "r", Default: math.NaN(), Optional: true, Help: "given BG/NBD parameter"},
			{Name: "alpha", Default: math.NaN(), Optional: true, Help: "given BG/NBD parameter"},
			{Name: "a", Default: math.NaN(), Optional: true, Help: "given BG/NBD parameter"},
			{Name: "b", Default: math.NaN(), Optional: true, Help: "given BG/NBD parameter"},
			{Name: "p", Default: math.NaN(), Optional: true, Help: "given Gamma-Gamma parameter"},
			{Name: "q", Default: math.NaN(), Optional: true, Help: "given Gamma-Gamma parameter"},
			{Name: "v", Default: math.NaN(), Optional: true, Help: "given Gamma-Gamma parameter"},
		},
		Figures: []string{"clv"},
		Run:     runCLV,
	})
}
