CREATE TABLE hook (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE feed (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE feed_state (
  id   TEXT PRIMARY KEY,
  body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE feed_file (
  feed   TEXT NOT NULL,
  digest TEXT NOT NULL,
  at     INTEGER NOT NULL,
  PRIMARY KEY (feed, digest)
) WITHOUT ROWID;
