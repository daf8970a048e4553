-- Matters that customers raised.
CREATE TABLE case_file (
  id        TEXT PRIMARY KEY,
  team      TEXT NOT NULL,
  status    TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  due_at    INTEGER NOT NULL,
  token     TEXT,
  version   INTEGER NOT NULL,
  body      TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX case_file_opened ON case_file (opened_at, id);
CREATE UNIQUE INDEX case_file_token ON case_file (token) WHERE token IS NOT NULL;

CREATE TABLE case_rule (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;

-- How far answers were looked at (JSON).
CREATE TABLE case_seen (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  body TEXT NOT NULL
);
