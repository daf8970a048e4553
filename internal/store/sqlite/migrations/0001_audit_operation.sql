CREATE TABLE audit_entry (
  seq    INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  actor  TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL,
  prev   TEXT NOT NULL,
  hash   TEXT NOT NULL
);

CREATE TABLE operation (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL,
  by_id       TEXT NOT NULL,
  state       TEXT NOT NULL,
  done        INTEGER NOT NULL,
  total       INTEGER NOT NULL,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  beat_at     INTEGER NOT NULL,
  result_id   TEXT NOT NULL,
  result      TEXT NOT NULL,
  code        TEXT NOT NULL,
  detail      TEXT NOT NULL
) WITHOUT ROWID;
