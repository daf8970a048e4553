package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/outbox"
)

func init() {
	indexes["user_account"] = []mongo.IndexModel{unique("email")}
	indexes["user_session"] = []mongo.IndexModel{plain("user_id"), plain("expires_at")}
	indexes["user_token"] = []mongo.IndexModel{plain("user_id", "purpose")}
	indexes["api_key"] = []mongo.IndexModel{unique("hash")}
}

type userDoc struct {
	ID           string   `bson:"_id"`
	Email        string   `bson:"email"`
	Name         string   `bson:"name"`
	Role         string   `bson:"role"`
	TeamIDs      []string `bson:"team_ids"`
	Locale       string   `bson:"locale"`
	Active       bool     `bson:"active"`
	Demo         bool     `bson:"demo"`
	PasswordHash string   `bson:"password_hash"`
	CreatedAt    int64    `bson:"created_at"`
	SeenAt       int64    `bson:"seen_at"`
}

func (d userDoc) user() auth.User {
	return auth.User{
		ID: d.ID, Email: d.Email, Name: d.Name, Role: auth.Role(d.Role), TeamIDs: d.TeamIDs, Locale: d.Locale, Active: d.Active, Demo: d.Demo,
		PasswordHash: d.PasswordHash, CreatedAt: fromMillis(d.CreatedAt), SeenAt: fromMillis(d.SeenAt),
	}
}

// missing gives not when err says that there is no document.
func (s *Store) missing(err error, code string) error {
	if errors.Is(err, mongo.ErrNoDocuments) {
		return errs.NotFound(code)
	}
	return s.classify(err)
}

func eq(field string, value any) bson.D { return bson.D{{Key: field, Value: value}} }

func set(fields ...bson.E) bson.D { return bson.D{{Key: "$set", Value: bson.D(fields)}} }

// Users implements auth.Store.
func (s *Store) Users(ctx context.Context, after string, limit int) ([]auth.User, error) {
	return list(ctx, s, "user_account", userDoc.user, eq("_id", bson.D{{Key: "$gt", Value: after}}), ascending("_id", limit))
}

// User implements auth.Store.
func (s *Store) User(ctx context.Context, idOrEmail string) (auth.User, error) {
	var d userDoc
	err := s.db.Collection("user_account").FindOne(ctx, eq("$or", bson.A{eq("_id", idOrEmail), eq("email", idOrEmail)})).Decode(&d)
	return d.user(), s.missing(err, "user_unknown")
}

// AddUser implements auth.Store.
func (s *Store) AddUser(ctx context.Context, n auth.NewUser) error {
	u := n.User
	return s.tx(ctx, func(ctx context.Context) error {
		if n.Setup != "" {
			if err := s.spendSetup(ctx, n); err != nil {
				return err
			}
		}
		_, err := s.db.Collection("user_account").InsertOne(ctx, userDoc{
			u.ID, u.Email, u.Name, string(u.Role), append([]string{}, u.TeamIDs...), u.Locale, u.Active, u.Demo,
			u.PasswordHash, millis(u.CreatedAt), millis(u.SeenAt),
		})
		if mongo.IsDuplicateKeyError(err) {
			return errs.Conflict("email_taken").With("value", u.Email).At(errs.Field{Path: "/email", Code: "email_taken", Value: u.Email})
		}
		if err != nil {
			return err
		}
		if n.Token != nil {
			if err := s.putToken(ctx, *n.Token); err != nil {
				return err
			}
		}
		if n.Session != nil {
			if err := s.putSession(ctx, *n.Session); err != nil {
				return err
			}
		}
		if err := s.appendOutbox(ctx, n.Mail...); err != nil {
			return err
		}
		return s.appendAudit(ctx, n.Audit...)
	})
}

// spendSetup removes all set-up codes, so that two first users conflict here instead of both finding nobody.
func (s *Store) spendSetup(ctx context.Context, n auth.NewUser) error {
	users, err := s.db.Collection("user_account").CountDocuments(ctx, bson.D{}, options.Count().SetLimit(1))
	if err != nil {
		return err
	}
	if users > 0 {
		return errs.Conflict("already_set_up")
	}
	codes, err := s.db.Collection("user_token").CountDocuments(ctx, bson.D{
		{Key: "_id", Value: n.Setup},
		{Key: "purpose", Value: string(auth.ForSetup)},
		{Key: "expires_at", Value: bson.D{{Key: "$gt", Value: millis(n.User.CreatedAt)}}},
	})
	if err != nil {
		return err
	}
	if codes == 0 {
		return errs.Invalid("setup_code_wrong").At(errs.Field{Path: "/code", Code: "setup_code_wrong"})
	}
	_, err = s.db.Collection("user_token").DeleteMany(ctx, eq("purpose", string(auth.ForSetup)))
	return err
}

// ChangeUser implements auth.Store.
func (s *Store) ChangeUser(ctx context.Context, u auth.User, endSessions bool, entries ...audit.Entry) error {
	users := s.db.Collection("user_account")
	return s.tx(ctx, func(ctx context.Context) error {
		// The audit head comes first: two changes at once conflict on it, so neither counts an administrator whom the
		// other is just removing.
		if err := s.appendAudit(ctx, entries...); err != nil {
			return err
		}
		res, err := users.UpdateByID(ctx, u.ID, set(bson.E{Key: "email", Value: u.Email}, bson.E{Key: "name", Value: u.Name}, bson.E{Key: "role", Value: string(u.Role)},
			bson.E{Key: "team_ids", Value: append([]string{}, u.TeamIDs...)}, bson.E{Key: "locale", Value: u.Locale}, bson.E{Key: "active", Value: u.Active},
			bson.E{Key: "password_hash", Value: u.PasswordHash}))
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return errs.NotFound("user_unknown")
		}
		if !endSessions {
			return nil
		}
		admins, err := users.CountDocuments(ctx, bson.D{
			{Key: "role", Value: string(auth.Admin)},
			{Key: "active", Value: true},
			{Key: "$or", Value: bson.A{eq("demo", true), eq("password_hash", bson.D{{Key: "$ne", Value: ""}})}},
		}, options.Count().SetLimit(1))
		if err != nil {
			return err
		}
		if admins == 0 {
			return errs.Conflict("last_admin")
		}
		return s.endSessionsOf(ctx, u.ID)
	})
}

func (s *Store) endSessionsOf(ctx context.Context, user string) error {
	for _, coll := range []string{"user_session", "user_token"} {
		if _, err := s.db.Collection(coll).DeleteMany(ctx, eq("user_id", user)); err != nil {
			return err
		}
	}
	return nil
}

type tokenDoc struct {
	Hash      string `bson:"_id"`
	Purpose   string `bson:"purpose"`
	UserID    string `bson:"user_id"`
	ExpiresAt int64  `bson:"expires_at"`
}

func (s *Store) putToken(ctx context.Context, t auth.Token) error {
	if t.UserID != "" {
		if _, err := s.db.Collection("user_token").DeleteMany(ctx, append(eq("user_id", t.UserID), bson.E{Key: "purpose", Value: string(t.Purpose)})); err != nil {
			return err
		}
	}
	_, err := s.db.Collection("user_token").InsertOne(ctx, tokenDoc{t.Hash, string(t.Purpose), t.UserID, millis(t.ExpiresAt)})
	return err
}

// AddToken implements auth.Store.
func (s *Store) AddToken(ctx context.Context, t auth.Token, mail []outbox.Message, entries ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.putToken(ctx, t); err != nil {
			return err
		}
		if err := s.appendOutbox(ctx, mail...); err != nil {
			return err
		}
		return s.appendAudit(ctx, entries...)
	})
}

// SpendToken implements auth.Store.
func (s *Store) SpendToken(ctx context.Context, hash, passwordHash string, sess auth.Session, entries ...audit.Entry) (auth.User, error) {
	var u userDoc
	err := s.tx(ctx, func(ctx context.Context) error {
		u = userDoc{}
		var t tokenDoc
		err := s.db.Collection("user_token").FindOneAndDelete(ctx, bson.D{
			{Key: "_id", Value: hash},
			{Key: "purpose", Value: bson.D{{Key: "$ne", Value: string(auth.ForSetup)}}},
			{Key: "expires_at", Value: bson.D{{Key: "$gt", Value: millis(sess.CreatedAt)}}},
		}).Decode(&t)
		if err == nil {
			err = s.db.Collection("user_account").FindOneAndUpdate(ctx, append(eq("_id", t.UserID), bson.E{Key: "active", Value: true}),
				set(bson.E{Key: "password_hash", Value: passwordHash}), options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&u)
		}
		if errors.Is(err, mongo.ErrNoDocuments) {
			return errs.NotFound("token_unknown")
		}
		if err != nil {
			return err
		}
		if err := s.endSessionsOf(ctx, u.ID); err != nil {
			return err
		}
		sess.UserID = u.ID
		if err := s.putSession(ctx, sess); err != nil {
			return err
		}
		return s.appendAudit(ctx, audit.About(u.ID, entries)...)
	})
	return u.user(), err
}

type keyDoc struct {
	ID        string `bson:"_id"`
	Hash      string `bson:"hash"`
	Name      string `bson:"name"`
	Role      string `bson:"role"`
	CreatedAt int64  `bson:"created_at"`
	UsedAt    int64  `bson:"used_at"`
}

func (d keyDoc) key() auth.Key {
	return auth.Key{ID: d.ID, Hash: d.Hash, Name: d.Name, Role: auth.Role(d.Role), CreatedAt: fromMillis(d.CreatedAt), UsedAt: fromMillis(d.UsedAt)}
}

// Keys implements auth.Store.
func (s *Store) Keys(ctx context.Context) ([]auth.Key, error) {
	return list(ctx, s, "api_key", keyDoc.key, bson.D{}, options.Find().SetSort(bson.D{{Key: "created_at", Value: 1}, {Key: "_id", Value: 1}}))
}

// Key implements auth.Store.
func (s *Store) Key(ctx context.Context, hash string, used time.Time) (auth.Key, error) {
	var d keyDoc
	if err := s.db.Collection("api_key").FindOne(ctx, eq("hash", hash)).Decode(&d); err != nil {
		return auth.Key{}, s.missing(err, "key_unknown")
	}
	var err error
	if used.Sub(fromMillis(d.UsedAt)) > time.Minute { // the day and hour are what people look at; a write for each request would not be
		d.UsedAt = millis(used)
		_, err = s.db.Collection("api_key").UpdateByID(ctx, d.ID, set(bson.E{Key: "used_at", Value: d.UsedAt}))
	}
	return d.key(), s.classify(err)
}

// AddKey implements auth.Store.
func (s *Store) AddKey(ctx context.Context, k auth.Key, entries ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if _, err := s.db.Collection("api_key").InsertOne(ctx, keyDoc{k.ID, k.Hash, k.Name, string(k.Role), millis(k.CreatedAt), millis(k.UsedAt)}); err != nil {
			return err
		}
		return s.appendAudit(ctx, entries...)
	})
}

// RemoveKey implements auth.Store.
func (s *Store) RemoveKey(ctx context.Context, id string, entries ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("api_key").DeleteOne(ctx, eq("_id", id))
		if err != nil {
			return err
		}
		if res.DeletedCount == 0 {
			return errs.NotFound("key_unknown")
		}
		return s.appendAudit(ctx, entries...)
	})
}
