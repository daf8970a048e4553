-- Journeys with their stages in order.
CREATE TABLE journey (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;

-- What customers said by touchpoint, counted (packed); one row, replaced at every count.
CREATE TABLE journey_atlas (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  at   INTEGER NOT NULL,
  body BLOB NOT NULL
);
