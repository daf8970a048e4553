-- Desired and market levels; never overwritten, a newer one follows.
CREATE TABLE goal_level (
  id   TEXT PRIMARY KEY,
  body TEXT NOT NULL
) WITHOUT ROWID;

-- Where each metric stands: one row per metric, replaced at every look-up.
CREATE TABLE goal_actual (
  metric TEXT PRIMARY KEY,
  body   TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE barrier (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;
