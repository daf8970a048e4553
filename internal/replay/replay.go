// Package replay remembers the answers to requests that carry an idempotency key, so that a request sent twice has one
// effect and both get the same answer. It knows no HTTP.
package replay

import (
	"context"
	"time"
)

// Keep is how long an answer is remembered.
const Keep = 24 * time.Hour

// Answer is what a request with a key got. Until Status is set the request is under way.
type Answer struct {
	Key       string // digest of who asks, what, and the caller's key
	Body      string // digest of the request's body: the same key with another body is a mistake
	Status    int
	Type      string // content type
	Content   []byte
	ExpiresAt time.Time
}

// Store keeps answers.
type Store interface {
	// ClaimAnswer stores a if its key is free or its answer has expired at now, and returns mine = true; otherwise it
	// returns the answer that stands.
	ClaimAnswer(ctx context.Context, a Answer, now time.Time) (standing Answer, mine bool, err error)
	// KeepAnswer completes a claimed answer.
	KeepAnswer(ctx context.Context, a Answer) error
	// DropAnswer gives a claim up, so that the request may be tried again.
	DropAnswer(ctx context.Context, key string) error
}
