-- What names used by sources mean.
CREATE TABLE team_alias (
  name_key TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  team     TEXT NOT NULL,
  at       INTEGER NOT NULL,
  by_id    TEXT NOT NULL
) WITHOUT ROWID;

-- Where records came from, and when last.
CREATE TABLE fact_arrival (
  kind    TEXT NOT NULL,
  source  TEXT NOT NULL,
  door    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  newest  INTEGER NOT NULL,
  records INTEGER NOT NULL,
  queued  INTEGER NOT NULL,
  PRIMARY KEY (kind, source, door)
) WITHOUT ROWID;
