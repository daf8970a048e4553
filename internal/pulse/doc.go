// Package pulse asks employees and partners, and publishes what may be published.
//
// It keeps three envelopes apart: identity (who is invited), credential (who may still answer) and answer (what was
// said). While a wave is open an answer exists only sealed under the wave's key, which lies outside the database;
// closing opens the seals in memory, keeps counts per group and comments in random order, publishes the release under
// disclosure control, and then destroys seals, credentials and key. Downstream of this package only the Release exists.
//
// It never stores when, from where or in which language somebody answered, and never shows a result before the close.
package pulse
