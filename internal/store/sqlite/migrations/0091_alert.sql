CREATE TABLE alert (
  id   TEXT PRIMARY KEY,
  key  TEXT NOT NULL UNIQUE,
  at   INTEGER NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX alert_newest ON alert (at DESC, id DESC);

CREATE TABLE alert_desk (
  user_id TEXT PRIMARY KEY,
  body    TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE webhook (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  last_at    INTEGER NOT NULL,
  last_code  TEXT NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;
