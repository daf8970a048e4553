-- Dates are text, 2025-03-31, empty where there is none: they sort, and 1970-01-01 is a date like any other.
CREATE TABLE org_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL);
INSERT INTO org_version VALUES (1, 0);

CREATE TABLE team (
  id          TEXT PRIMARY KEY,
  external_id TEXT NOT NULL,
  name        TEXT NOT NULL,
  parent_id   TEXT NOT NULL,
  created_on  TEXT NOT NULL,
  closed_on   TEXT NOT NULL,
  merged_into TEXT NOT NULL,
  history     TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX team_external ON team (external_id) WHERE external_id <> '';

CREATE TABLE employee (
  id          TEXT PRIMARY KEY,
  external_id TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  email       TEXT NOT NULL,
  team_id     TEXT NOT NULL,
  joined_on   TEXT NOT NULL,
  left_on     TEXT NOT NULL,
  locale      TEXT NOT NULL,
  attributes  TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX employee_team ON employee (team_id, external_id);

CREATE TABLE employee_stay (
  employee_id TEXT NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
  from_on     TEXT NOT NULL,
  to_on       TEXT NOT NULL,
  team_id     TEXT NOT NULL,
  by_leaving  INTEGER NOT NULL,
  PRIMARY KEY (employee_id, from_on)
) WITHOUT ROWID;
CREATE INDEX employee_stay_team ON employee_stay (team_id, from_on, to_on);

CREATE TABLE partner (
  id          TEXT PRIMARY KEY,
  external_id TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  email       TEXT NOT NULL,
  company     TEXT NOT NULL,
  ended_on    TEXT NOT NULL,
  locale      TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE partner_team (
  partner_id TEXT NOT NULL REFERENCES partner (id) ON DELETE CASCADE,
  team_id    TEXT NOT NULL,
  PRIMARY KEY (partner_id, team_id)
) WITHOUT ROWID;
CREATE INDEX partner_team_team ON partner_team (team_id);
