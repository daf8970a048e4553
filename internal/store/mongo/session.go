package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/auth"
)

func init() {
	indexes["attempt"] = []mongo.IndexModel{plain("until_at")}
}

type sessionDoc struct {
	ID        string `bson:"_id"`
	UserID    string `bson:"user_id"`
	CreatedAt int64  `bson:"created_at"`
	SeenAt    int64  `bson:"seen_at"`
	ExpiresAt int64  `bson:"expires_at"`
}

func (s *Store) putSession(ctx context.Context, x auth.Session) error {
	if _, err := s.db.Collection("user_session").InsertOne(ctx, sessionDoc{x.ID, x.UserID, millis(x.CreatedAt), millis(x.SeenAt), millis(x.ExpiresAt)}); err != nil {
		return err
	}
	_, err := s.db.Collection("user_account").UpdateByID(ctx, x.UserID, set(bson.E{Key: "seen_at", Value: millis(x.SeenAt)}))
	return err
}

// StartSession implements auth.Store.
func (s *Store) StartSession(ctx context.Context, x auth.Session, forget []string, entries ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if _, err := s.db.Collection("user_session").DeleteMany(ctx, eq("expires_at", bson.D{{Key: "$lte", Value: millis(x.CreatedAt)}})); err != nil {
			return err
		}
		if len(forget) > 0 {
			if _, err := s.db.Collection("attempt").DeleteMany(ctx, eq("_id", bson.D{{Key: "$in", Value: forget}})); err != nil {
				return err
			}
		}
		if err := s.putSession(ctx, x); err != nil {
			return err
		}
		return s.appendAudit(ctx, entries...)
	})
}

// Session implements auth.Store.
func (s *Store) Session(ctx context.Context, id string) (auth.Session, auth.User, error) {
	var d sessionDoc
	if err := s.db.Collection("user_session").FindOne(ctx, eq("_id", id)).Decode(&d); err != nil {
		return auth.Session{}, auth.User{}, s.missing(err, "session_unknown")
	}
	var u userDoc
	err := s.db.Collection("user_account").FindOne(ctx, eq("_id", d.UserID)).Decode(&u)
	return auth.Session{ID: d.ID, UserID: d.UserID, CreatedAt: fromMillis(d.CreatedAt), SeenAt: fromMillis(d.SeenAt), ExpiresAt: fromMillis(d.ExpiresAt)},
		u.user(), s.missing(err, "session_unknown")
}

// TouchSession implements auth.Store.
func (s *Store) TouchSession(ctx context.Context, id, userID string, seen time.Time) error {
	at := set(bson.E{Key: "seen_at", Value: millis(seen)})
	if _, err := s.db.Collection("user_session").UpdateByID(ctx, id, at); err != nil {
		return s.classify(err)
	}
	_, err := s.db.Collection("user_account").UpdateByID(ctx, userID, at)
	return s.classify(err)
}

// EndSession implements auth.Store.
func (s *Store) EndSession(ctx context.Context, id string, entries ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if _, err := s.db.Collection("user_session").DeleteOne(ctx, eq("_id", id)); err != nil {
			return err
		}
		return s.appendAudit(ctx, entries...)
	})
}

// CountAttempts implements auth.Store.
func (s *Store) CountAttempts(ctx context.Context, keys []string, now, until time.Time) ([]auth.Attempts, error) {
	attempts := s.db.Collection("attempt")
	if _, err := attempts.DeleteMany(ctx, eq("until_at", bson.D{{Key: "$lte", Value: millis(now)}})); err != nil {
		return nil, s.classify(err)
	}
	out := make([]auth.Attempts, len(keys))
	for i, k := range keys {
		var d struct {
			N     int   `bson:"n"`
			Until int64 `bson:"until_at"`
		}
		count := func() error {
			return attempts.FindOneAndUpdate(ctx, eq("_id", k), bson.D{{Key: "$inc", Value: eq("n", 1)}, {Key: "$setOnInsert", Value: eq("until_at", millis(until))}},
				options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&d)
		}
		err := count()
		if mongo.IsDuplicateKeyError(err) { // two first attempts at once: the second one finds the first
			err = count()
		}
		if err != nil {
			return nil, s.classify(err)
		}
		out[i] = auth.Attempts{Count: d.N, Until: fromMillis(d.Until)}
	}
	return out, nil
}
