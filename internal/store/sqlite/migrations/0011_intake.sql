CREATE TABLE batch (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL,
  source      TEXT NOT NULL,
  state       TEXT NOT NULL,
  by_id       TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  beat_at     INTEGER NOT NULL,
  can_undo    INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  mapping     TEXT NOT NULL,
  result      TEXT NOT NULL,
  made        TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX batch_started ON batch (started_at, id);

CREATE TABLE mapping_memory (
  signature TEXT PRIMARY KEY,
  mapping   TEXT NOT NULL,
  at        INTEGER NOT NULL,
  by_id     TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE upload (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  by_id      TEXT NOT NULL,
  size       INTEGER NOT NULL,
  chunks     INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  whole      INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE upload_chunk (
  upload TEXT NOT NULL,
  n      INTEGER NOT NULL,
  bytes  BLOB NOT NULL,
  PRIMARY KEY (upload, n)
);
