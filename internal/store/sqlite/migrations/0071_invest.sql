CREATE TABLE proposal (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;

-- One estimate per person and round; never changed.
CREATE TABLE proposal_estimate (
  proposal TEXT NOT NULL,
  round    INTEGER NOT NULL,
  by       TEXT NOT NULL,
  at       INTEGER NOT NULL,
  body     TEXT NOT NULL,
  PRIMARY KEY (proposal, round, by)
) WITHOUT ROWID;

CREATE TABLE proposal_standing (
  proposal TEXT PRIMARY KEY,
  body     TEXT NOT NULL
) WITHOUT ROWID;
