-- The business case of a plan as it was drawn up last.
CREATE TABLE forecast (
  initiative_id TEXT PRIMARY KEY,
  body          TEXT NOT NULL
) WITHOUT ROWID;

-- What was frozen at an approval; never changed.
CREATE TABLE forecast_approved (
  initiative_id TEXT NOT NULL,
  hash          TEXT NOT NULL,
  approved_at   INTEGER NOT NULL,
  body          TEXT NOT NULL,
  PRIMARY KEY (initiative_id, hash)
) WITHOUT ROWID;

CREATE TABLE forecast_score (
  initiative_id TEXT NOT NULL,
  hash          TEXT NOT NULL,
  body          TEXT NOT NULL,
  PRIMARY KEY (initiative_id, hash)
) WITHOUT ROWID;
