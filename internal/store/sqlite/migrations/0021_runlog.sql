CREATE TABLE job_run (
  id          TEXT PRIMARY KEY,
  job         TEXT NOT NULL,
  slot        TEXT NOT NULL,
  occurrence  INTEGER NOT NULL,
  as_of       INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  state       TEXT NOT NULL,
  attempts    INTEGER NOT NULL,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  code        TEXT NOT NULL,
  result_id   TEXT NOT NULL,
  UNIQUE (job, slot)
) WITHOUT ROWID;
CREATE INDEX job_run_newest ON job_run (job, occurrence DESC, id DESC);

-- One lease per job. The fence only grows; a write under an older one is refused.
CREATE TABLE job_lease (
  job         TEXT PRIMARY KEY,
  fence       INTEGER NOT NULL,
  run_id      TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  first_seen  INTEGER NOT NULL
) WITHOUT ROWID;
