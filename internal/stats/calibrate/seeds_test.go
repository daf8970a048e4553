//go:build calibrate

package calibrate

// seeds is the list fixed beforehand: one stream per section, never changed after a look at the figures. A replication
// draws from PCG(seed, replication), so that a figure does not depend on how the work is split over cores.
var seeds = map[string]uint64{
	"linkage":     202511220101,
	"did":         202511220102,
	"coverage":    202511220103,
	"planted":     202511220104,
	"measurement": 202511220105,
	"customer":    202511220106,
	"power":       202511220107,
	"cause":       202511220108,
}
