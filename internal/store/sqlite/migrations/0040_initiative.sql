CREATE TABLE initiative (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX initiative_newest ON initiative (created_at DESC, id DESC);

CREATE TABLE initiative_change (
  initiative_id TEXT NOT NULL,
  version       INTEGER NOT NULL,
  body          TEXT NOT NULL,
  PRIMARY KEY (initiative_id, version)
) WITHOUT ROWID;

CREATE TABLE initiative_outlook (
  initiative_id TEXT PRIMARY KEY,
  body          TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE initiative_evaluation (
  initiative_id TEXT PRIMARY KEY,
  body          TEXT NOT NULL
) WITHOUT ROWID;

-- Finance's settings, every version kept.
CREATE TABLE returns_settings (
  version INTEGER PRIMARY KEY,
  body    TEXT NOT NULL
);
