CREATE TABLE linkage_run (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  origin     TEXT NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX linkage_run_newest ON linkage_run (created_at DESC, id DESC);
CREATE UNIQUE INDEX linkage_run_origin ON linkage_run (origin) WHERE origin <> '';

CREATE TABLE linkage_finding (
  run_id TEXT NOT NULL,
  pos    INTEGER NOT NULL,
  id     TEXT NOT NULL,
  body   TEXT NOT NULL,
  PRIMARY KEY (run_id, pos)
) WITHOUT ROWID;
CREATE UNIQUE INDEX linkage_finding_id ON linkage_finding (run_id, id);

-- A blob is written before its run and seen by nobody until the run is there.
CREATE TABLE linkage_blob (
  run_id     TEXT NOT NULL,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  bytes      BLOB NOT NULL,
  UNIQUE (run_id, name)
);
