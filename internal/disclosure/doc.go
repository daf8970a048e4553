// Package disclosure decides what may be published about groups of people who were promised anonymity, and proves it.
//
// The publisher works on a fixed lattice: the hierarchy of an organisation plus one attribute at its upper levels.
// The smallest thing anybody could ever tell apart is a label, a team crossed with a value of the attribute. A cell is
// a set of labels. Which cells are shown depends on how many people stand behind each label and on nothing else
// (Lattice.Decide); the totals behind the shown cells are then moved away from unanimity (Decision.Move) and rounded
// (Publisher.Publish), which may depend on the answers.
//
// The audits share no code with the publisher. Audit looks, in any set of cells, for sums and differences over fewer
// than k people (span audit, modulo 2^61-1). AuditRanges asks what totals a group may still have had once the
// rounded figures are known. Teeth runs both against publishers that are wrong on purpose.
//
// The package does no I/O, keeps no state and imports nothing of ours. It never sees a person, only counts.
package disclosure

// FloorK is the smallest group about which anything is ever shown. A wave may be stricter, never laxer.
const FloorK = 5

// CommentsRespondents and CommentsCount are the floors for showing comments: respondents and comments of the group.
const (
	CommentsRespondents = 10
	CommentsCount       = 5
)

// ParticipationFloor is the smallest number of invited people whose participation is shown while a wave is open.
const ParticipationFloor = 10

// sharesGroup is the smallest cell whose favourable share is shown and the smallest group that may be derived from
// favourable shares and distributions. Below it a score and a favourable share together come too close to saying that
// all agreed; and with fewer than six people three classes cannot each hold two of them, which is what keeps a class
// from being empty for sure. distributionFloor is the smallest cell whose distribution over three classes is shown.
const (
	sharesGroup       = 10
	distributionFloor = 20
)
