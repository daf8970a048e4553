package method

import "math"

func init() {
	Register(Method{
		Name:  "alpha",
		Title: Text{"Cronbach's alpha", "אלפא של קרונבך", "Alfa Cronbacha"},
		Summary: Text{
			"How consistently a set of items measures one thing: the reliability of their sum.",
			"באיזו עקביות קבוצת פריטים מודדת דבר אחד: המהימנות של סכומם.",
			"Jak spójnie zestaw pozycji mierzy jedną rzecz: rzetelność ich sumy.",
		},
		Assumes: Text{
			"Items that all reflect one thing to a similar degree, keyed in one direction; otherwise alpha is a lower bound. Rows with a missing answer are left out.",
			"כל הפריטים משקפים דבר אחד במידה דומה ומנוסחים באותו כיוון; אחרת אלפא היא חסם תחתון. שורות עם תשובה חסרה אינן נכללות.",
			"Wszystkie pozycje oddają jedną rzecz w podobnym stopniu i w jednym kierunku; w przeciwnym razie alfa jest dolnym ograniczeniem. Wiersze z brakującą odpowiedzią są pomijane.",
		},
		Formula:    "α = k/(k−1) · (1 − Σ s²_j / s²_total); interval 1 − (1−α)·F(n−1, (n−1)(k−1))",
		Reference:  "Cronbach (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16:297–334, doi:10.1007/BF02310555; Feldt (1965), doi:10.1007/BF02289499",
		Convention: "complete rows, covariances with n − 1; alpha_raw_pairwise is what psych::alpha prints",
		Example:    "rapport stat alpha -data attitude.csv -x rating,complaints,privileges,learning,raises,critical,advance",
		Needs:      []string{"data"},
		Figures:    []string{"alpha_raw", "alpha_std", "feldt_lo", "feldt_hi", "ci_lo", "ci_hi"},
		Run:        runAlpha,
	})
	Register(Method{
		Name:  "omega",
		Title: Text{"McDonald's omega", "אומגה של מקדונלד", "Omega McDonalda"},
		Summary: Text{
			"The reliability of a sum of items when they reflect the one thing to different degrees.",
			"המהימנות של סכום פריטים כאשר הם משקפים את אותו דבר במידות שונות.",
			"Rzetelność sumy pozycji, gdy oddają one tę samą rzecz w różnym stopniu.",
		},
		Assumes: Text{
			"One factor behind the items and unrelated residuals; cfa_chisq tests that. Variants of omega differ in the second or third decimal, so each is named.",
			"גורם אחד מאחורי הפריטים ושאריות שאינן קשורות; cfa_chisq בודק זאת. גרסאות האומגה נבדלות בספרה השנייה או השלישית, ולכן כל אחת נקובה בשמה.",
			"Jeden czynnik stojący za pozycjami i niepowiązane reszty; sprawdza to cfa_chisq. Odmiany omegi różnią się na drugim lub trzecim miejscu, dlatego każda jest nazwana.",
		},
		Formula:    "ω = (Σλ)² / ((Σλ)² + Σθ), λ and θ from a one-factor model fitted by maximum likelihood",
		Reference:  "McDonald (1999), Test Theory: A Unified Treatment; Jöreskog (1969), doi:10.1007/BF02289343",
		Convention: "ML on the covariances of complete rows, model-implied total variance (lavaan)",
		Example:    "rapport stat omega -data attitude.csv -x rating,complaints,privileges,learning,raises,critical,advance",
		Needs:      []string{"data"},
		Figures:    []string{"omega_cfa_ml_raw", "omega_cfa_ml_standardized", "omega_minres_standardized"},
		Run:        runOmega,
	})
	Register(Method{
		Name:  "icc",
		Title: Text{"Intraclass correlation", "מתאם תוך־קבוצתי", "Korelacja wewnątrzklasowa"},
		Summary: Text{
			"How much of what people say depends on the group they are in, and how reliable the group means are.",
			"כמה ממה שאנשים אומרים תלוי בקבוצה שלהם, ועד כמה ממוצעי הקבוצות מהימנים.",
			"Ile z tego, co ludzie mówią, zależy od ich grupy i jak rzetelne są średnie grup.",
		},
		Assumes: Text{
			"Groups drawn from a population of groups, the same spread within all of them. Without -unit the columns are judges who all rated the same rows (Shrout and Fleiss).",
			"הקבוצות הן מדגם מאוכלוסיית קבוצות, עם פיזור דומה בתוך כולן. בלי \u200e-unit העמודות הן שופטים שדירגו את אותן שורות (שראוט ופלייס).",
			"Grupy są próbą z populacji grup i mają podobny rozrzut wewnątrz. Bez -unit kolumny są sędziami, którzy ocenili te same wiersze (Shrout i Fleiss).",
		},
		Formula:    "ICC(1) = (MSB−MSW)/(MSB+(k−1)MSW); ICC(2) = (MSB−MSW)/MSB; k = N/J, or n₀ = (N − Σn²/N)/(J−1)",
		Reference:  "Shrout & Fleiss (1979), Intraclass correlations, Psychological Bulletin 86:420–428, doi:10.1037/0033-2909.86.2.420; Bliese (2000)",
		Convention: "ICC1_n0 is unbiased with unequal sizes, ICC1_meansize is what multilevel::ICC1 prints, ICC1_reml what lme4 gives; interval by F",
		Example:    "rapport stat icc -data bh1996.csv -y HRS -unit GRP",
		Needs:      []string{"data"},
		Figures:    []string{"ICC1_n0", "ICC1_meansize", "ICC2_ms", "F", "p_F", "ci_lo", "ci_hi"},
		Run:        runICC,
	})
	Register(Method{
		Name:  "rwg",
		Title: Text{"Within-group agreement", "הסכמה בתוך הקבוצה", "Zgodność wewnątrz grupy"},
		Summary: Text{
			"Whether the members of each group agree, compared with answers given at random.",
			"האם חברי כל קבוצה מסכימים ביניהם, בהשוואה לתשובות אקראיות.",
			"Czy członkowie każdej grupy są zgodni w porównaniu z odpowiedziami na chybił trafił.",
		},
		Assumes: Text{
			"Random answers would be spread evenly over the options, which flatters agreement when people avoid the ends. The line .70 is a habit, not a proof; a group of one has no agreement.",
			"תשובות אקראיות היו מתפזרות באופן שווה בין האפשרויות, הנחה שמחמיאה להסכמה כשנמנעים מהקצוות. הקו \u200e.70 הוא הרגל ולא הוכחה; לקבוצה של אדם אחד אין הסכמה.",
			"Odpowiedzi losowe rozkładałyby się równo po opcjach, co zawyża zgodność, gdy ludzie unikają skrajności. Granica 0,70 to zwyczaj, a nie dowód; grupa jednoosobowa nie ma zgodności.",
		},
		Formula:    "r_wg = 1 − s²/σ², σ² = (A²−1)/12; r_wg(J) = J(1−q)/(J(1−q)+q), q the mean item variance over σ²; negative set to 0",
		Reference:  "James, Demaree & Wolf (1984), Estimating within-group interrater reliability, J. Applied Psychology 69:85–98, doi:10.1037/0021-9010.69.1.85",
		Convention: "uniform null; one item gives r_wg, several r_wg(J)",
		Example:    "rapport stat rwg -data lq2002.csv -unit COMPID -x LEAD01,LEAD02,LEAD03 -options 5",
		Needs:      []string{"data", "unit", "x"},
		Params: []Param{
			{Name: "options", Default: 5, Help: "number of answer options A"},
			{Name: "null", Default: math.NaN(), Optional: true, Help: "variance of random answers, instead of (A²−1)/12"},
			{Name: "line", Default: .7, Help: "the line of share_ge"},
		},
		Figures: []string{"mean", "median", "share_ge_.7"},
		Run:     runRWG,
	})
	Register(Method{
		Name:  "nps",
		Title: Text{"Net promoter score", "ציון ממליצים נטו (NPS)", "Wskaźnik NPS"},
		Summary: Text{
			"The share of 9–10 minus the share of 0–6, and how much of it is chance: a small group's score mostly is.",
			"שיעור ה־9–10 פחות שיעור ה־0–6, וכמה מזה מקרי: בקבוצה קטנה – רובו.",
			"Udział ocen 9–10 minus udział 0–6 oraz ile w tym przypadku: w małej grupie większość.",
		},
		Assumes: Text{
			"Answers 0 to 10 from people who are like those who did not answer. The adjusted interval is the one Rapport shows; the plain one is too narrow below about 50 answers.",
			"תשובות 0 עד 10 מאנשים הדומים לאלה שלא ענו. הרווח המתוקן הוא זה שמוצג ב־Rapport; הפשוט צר מדי מתחת לכ־50 תשובות.",
			"Odpowiedzi od 0 do 10 od osób podobnych do tych, które nie odpowiedziały. Rapport pokazuje przedział skorygowany; zwykły jest za wąski poniżej około 50 odpowiedzi.",
		},
		Formula:    "NPS = 100(p−d); SE = 100√((p+d−(p−d)²)/n); adjusted: n′ = n+3, promoters + ¾, detractors + ¾",
		Reference:  "Rocks (2016), Interval estimation for the Net Promoter Score, The American Statistician 70:365–372, doi:10.1080/00031305.2016.1158124",
		Convention: "ci_lo and ci_hi are plain Wald (divisor n, normal quantile), adjusted_lo and adjusted_hi what Rapport shows; -convention adjusted puts these into ci_lo and ci_hi",
		Example:    "rapport stat nps -data answers.csv -y score -by team",
		Needs:      []string{"data", "y"},
		Params:     []Param{{Name: "population", Default: 0, Help: "people the score is about, for the finite-population correction; 0: unlimited"}},
		Figures:    []string{"nps", "se", "ci_lo", "ci_hi", "adjusted_lo", "adjusted_hi"},
		Run:        runNPS,
	})
	Register(Method{
		Name:  "shrink",
		Title: Text{"Shrinkage of small groups", "כיווץ של קבוצות קטנות", "Ściąganie małych grup"},
		Summary: Text{
			"Each group's best estimate: its own mean pulled towards the common one, the more the smaller the group.",
			"האומדן הטוב ביותר לכל קבוצה: הממוצע שלה נמשך אל הממוצע המשותף, ככל שהקבוצה קטנה יותר.",
			"Najlepsze oszacowanie każdej grupy: jej średnia przyciągnięta do wspólnej, tym mocniej, im mniejsza grupa.",
		},
		Assumes: Text{
			"Group effects that are roughly normal and unrelated to group size, one spread within all groups.",
			"השפעות קבוצה נורמליות בקירוב שאינן קשורות לגודל הקבוצה, ופיזור אחיד בתוך כל הקבוצות.",
			"Efekty grup w przybliżeniu normalne i niezwiązane z wielkością grupy, jednakowy rozrzut we wszystkich grupach.",
		},
		Formula:    "θ̂_j = μ + B_j(ȳ_j − μ), B_j = τ²/(τ²+σ²/n_j), μ the precision-weighted mean",
		Reference:  "Laird & Ware (1982), doi:10.2307/2529876; Morris (1983), doi:10.1080/01621459.1983.10477920; Efron & Morris (1975), doi:10.1080/01621459.1975.10479864",
		Convention: "REML (-convention ml; james-stein for one mean per row, with -trials N where -y holds counts; known-reml, known-ml, known-dl, known-pm for one estimate per row with its standard error in -x); post_sd is given the variances, as lme4",
		Example:    "rapport stat shrink -data bh1996.csv -y HRS -unit GRP",
		Needs:      []string{"data", "y", "unit"},
		Params:     []Param{{Name: "trials", Default: math.NaN(), Optional: true, Help: "james-stein: trials per row, -y then holds counts"}, {Name: "sigma2", Default: math.NaN(), Optional: true, Help: "james-stein: known error variance of each -y"}},
		Figures:    []string{"mu", "tau2", "sigma2", "se_mu"},
		Run:        runShrink,
	})
}
