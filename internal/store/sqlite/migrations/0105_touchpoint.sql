CREATE TABLE touchpoint (
  id       TEXT PRIMARY KEY,
  name_key TEXT NOT NULL UNIQUE,
  version  INTEGER NOT NULL,
  place    TEXT NOT NULL,
  body     TEXT NOT NULL
) WITHOUT ROWID;
