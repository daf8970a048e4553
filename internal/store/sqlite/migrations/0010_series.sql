CREATE TABLE metric (
  id               TEXT PRIMARY KEY,
  key              TEXT NOT NULL UNIQUE,
  name             TEXT NOT NULL,
  kind             TEXT NOT NULL,
  unit             TEXT NOT NULL,
  higher_is_better INTEGER NOT NULL,
  aggregation      TEXT NOT NULL,
  definition       TEXT NOT NULL,
  formula          TEXT NOT NULL,
  owner            TEXT NOT NULL,
  default_lag      INTEGER NOT NULL,
  about_people     INTEGER NOT NULL,
  version          INTEGER NOT NULL,
  created_at       INTEGER NOT NULL
) WITHOUT ROWID;

-- What one import says about one line of figures; visible iff its batch is done.
CREATE TABLE series_block (
  metric  TEXT NOT NULL,
  team    TEXT NOT NULL,
  grain   INTEGER NOT NULL,
  batch   TEXT NOT NULL,
  first   INTEGER NOT NULL,
  last    INTEGER NOT NULL,
  points  BLOB NOT NULL,
  PRIMARY KEY (metric, team, grain, batch)
) WITHOUT ROWID;
CREATE INDEX series_block_batch ON series_block (batch);

CREATE TABLE series_edition (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  edition INTEGER NOT NULL
);
INSERT INTO series_edition VALUES (1, 0);

CREATE TABLE event (
  id     TEXT PRIMARY KEY,
  on_ms  INTEGER NOT NULL,
  until  INTEGER NOT NULL,
  title  TEXT NOT NULL,
  kind   TEXT NOT NULL,
  source TEXT NOT NULL
) WITHOUT ROWID;
