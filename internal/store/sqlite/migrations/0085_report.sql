-- Every version of every report; the organisation's has the team ''.
CREATE TABLE report (
  quarter TEXT NOT NULL,
  team_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  newest  INTEGER NOT NULL, -- 1 in the newest version
  state   TEXT NOT NULL,
  head    TEXT NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (quarter, team_id, version)
) WITHOUT ROWID;
CREATE INDEX report_of_team ON report (team_id, newest, quarter);

CREATE TABLE report_file (
  quarter  TEXT NOT NULL,
  team_id  TEXT NOT NULL,
  version  INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  locale   TEXT NOT NULL,
  code     TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  bytes    BLOB,
  UNIQUE (quarter, team_id, version, kind, locale)
);
