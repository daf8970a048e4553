CREATE TABLE user_account (
  id            TEXT PRIMARY KEY,
  email         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  role          TEXT NOT NULL,
  team_ids      TEXT NOT NULL,
  locale        TEXT NOT NULL,
  active        INTEGER NOT NULL,
  demo          INTEGER NOT NULL,
  password_hash TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  seen_at       INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE user_session (
  id         TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX user_session_user ON user_session (user_id);
CREATE INDEX user_session_end ON user_session (expires_at);

CREATE TABLE user_token (
  hash       TEXT PRIMARY KEY,
  purpose    TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX user_token_user ON user_token (user_id, purpose);

CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,
  hash       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE attempt (
  key      TEXT PRIMARY KEY,
  n        INTEGER NOT NULL,
  until_at INTEGER NOT NULL
) WITHOUT ROWID;
