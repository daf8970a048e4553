CREATE TABLE answer (
  key        TEXT PRIMARY KEY,
  body       TEXT NOT NULL,
  status     INTEGER NOT NULL,
  type       TEXT NOT NULL,
  content    BLOB NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX answer_expires ON answer (expires_at);
