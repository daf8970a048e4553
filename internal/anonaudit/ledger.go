package anonaudit

import (
	"context"

	"rapport/internal/audit"
	"rapport/internal/pulse"
)

// logPiece is how many entries of the audit log are read at a time.
const logPiece = 1000

// ledger holds every release against the audit log: its fingerprint was written there in the same change. A log that is
// no chain any more, or a release that no longer fits it, was changed behind the program's back. Releases of versions
// before the fingerprint have none to compare.
func (c *crawler) ledger(ctx context.Context) error {
	if c.in.Log == nil {
		return nil
	}
	v, err := c.in.Log.Verify(ctx)
	if err != nil {
		return err
	}
	if !v.Whole {
		c.find(pulse.CrawlFinding{Kind: "rewritten", Viewer: "anonaudit", Channel: "log"})
	}
	digests, err := releaseDigests(ctx, c.in.Log)
	if err != nil {
		return err
	}
	for _, r := range c.known.releases {
		if d, ok := digests[r.WaveID]; ok && d != r.Digest() {
			c.find(pulse.CrawlFinding{Kind: "rewritten", Viewer: "anonaudit", Channel: "ledger", Wave: r.WaveID})
		}
	}
	return nil
}

func releaseDigests(ctx context.Context, log *audit.Service) (map[string]string, error) {
	out := map[string]string{}
	for after := int64(0); ; {
		entries, err := log.AuditChain(ctx, after, logPiece)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			after = e.Seq
			if d := e.Detail[pulse.ReleaseDigest]; e.Action == pulse.ReleaseAction && d != "" {
				out[e.Object] = d
			}
		}
		if len(entries) < logPiece {
			return out, nil
		}
	}
}
