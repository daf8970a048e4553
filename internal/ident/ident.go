// Package ident makes identifiers: 128 random bits as 26 lower-case characters. They carry no time and no counter, so
// an id tells nothing about when or in which order things were stored.
package ident

import (
	"crypto/rand"
	"encoding/base32"
)

var alphabet = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// New returns a fresh identifier.
func New() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand aborts the program instead
	return alphabet.EncodeToString(b[:])
}

// Secret returns a fresh secret of 256 random bits, for tokens that are shown once.
func Secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return alphabet.EncodeToString(b[:])
}
