package auth

import (
	"context"
	"time"

	"rapport/internal/audit"
	"rapport/internal/outbox"
)

// User is somebody who signs in.
type User struct {
	ID           string
	Email        string // lower case, unique
	Name         string
	Role         Role
	TeamIDs      []string // the subtrees a lead sees
	Locale       string
	Active       bool
	Demo         bool   // belongs to the demo company; may be signed in with one click
	PasswordHash string // argon2id; empty until a password is set
	CreatedAt    time.Time
	SeenAt       time.Time
}

// Session is one sign-in. ID is the hash of the secret in the cookie: who reads the store cannot sign in with it.
type Session struct {
	ID        string
	UserID    string
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time // absolute end
}

// Purpose of a single-use token.
type Purpose string

// The purposes.
const (
	ForSetup  Purpose = "setup"
	ForInvite Purpose = "invite"
	ForReset  Purpose = "reset"
)

// Token is a secret that works once; only its hash is stored.
type Token struct {
	Hash      string
	Purpose   Purpose
	UserID    string // empty for set-up
	ExpiresAt time.Time
}

// Key is an API key that acts with a role; only its hash is stored.
type Key struct {
	ID        string
	Hash      string
	Name      string
	Role      Role
	CreatedAt time.Time
	UsedAt    time.Time
}

// NewUser is everything that is stored at once with a new user. With Setup set, the user is the first one: the set-up
// token is spent, and the change is refused (errs.Conflict "already_set_up") when there is a user or no such token.
type NewUser struct {
	User    User
	Setup   string // hash of the set-up code
	Token   *Token
	Session *Session
	Mail    []outbox.Message
	Audit   []audit.Entry
}

// Attempts is how often something was tried in a running window.
type Attempts struct {
	Count int
	Until time.Time
}

// Store keeps users, sessions, tokens, keys and counted attempts.
type Store interface {
	// Users lists users by id, those after the one named.
	Users(ctx context.Context, after string, limit int) ([]User, error)
	// User finds one by id or by e-mail; errs.NotFound("user_unknown").
	User(ctx context.Context, idOrEmail string) (User, error)
	// AddUser stores a new user; errs.Conflict("email_taken").
	AddUser(ctx context.Context, n NewUser) error
	// ChangeUser replaces a user; with endSessions the user's sessions and open tokens end. It refuses
	// (errs.Conflict "last_admin") when no active administrator with a password would be left.
	ChangeUser(ctx context.Context, u User, endSessions bool, entries ...audit.Entry) error
	// AddToken stores a token in place of the user's others of that purpose, with the mail that brings it.
	AddToken(ctx context.Context, t Token, mail []outbox.Message, entries ...audit.Entry) error
	// SpendToken sets a password with an unexpired token: the token and the user's others go, the user's sessions end,
	// and the given one begins (its UserID and the entries' Actor and Object are filled in when empty).
	// errs.NotFound("token_unknown") when there is none, or its user is not active.
	SpendToken(ctx context.Context, hash, passwordHash string, s Session, entries ...audit.Entry) (User, error)
	// StartSession stores a session, forgets the attempts named and removes sessions whose end has passed.
	StartSession(ctx context.Context, s Session, forget []string, entries ...audit.Entry) error
	// Session finds a session with its user; errs.NotFound("session_unknown").
	Session(ctx context.Context, id string) (Session, User, error)
	// TouchSession notes that session and user were seen.
	TouchSession(ctx context.Context, id, userID string, seen time.Time) error
	// EndSession removes a session; one that is gone already is no error.
	EndSession(ctx context.Context, id string, entries ...audit.Entry) error
	// Keys lists the API keys, oldest first.
	Keys(ctx context.Context) ([]Key, error)
	// Key finds a key by its hash and notes when it was used; errs.NotFound("key_unknown").
	Key(ctx context.Context, hash string, used time.Time) (Key, error)
	// AddKey stores a key.
	AddKey(ctx context.Context, k Key, entries ...audit.Entry) error
	// RemoveKey removes one; errs.NotFound("key_unknown").
	RemoveKey(ctx context.Context, id string, entries ...audit.Entry) error
	// CountAttempts counts one more attempt under each key; a window that is over at now begins anew and ends at until.
	CountAttempts(ctx context.Context, keys []string, now, until time.Time) ([]Attempts, error)
}
