CREATE TABLE wave (
  id           TEXT PRIMARY KEY,
  programme_id TEXT NOT NULL,
  state        TEXT NOT NULL,
  opens_at     INTEGER NOT NULL,
  closes_at    INTEGER NOT NULL,
  participation INTEGER NOT NULL,
  fence        TEXT NOT NULL,
  body         TEXT NOT NULL
) WITHOUT ROWID;

-- No rowid anywhere here: it would tell the order in which people answered.
CREATE TABLE credential (
  wave   TEXT NOT NULL REFERENCES wave (id),
  id     TEXT NOT NULL,
  label  BLOB NOT NULL,
  spent  INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  random TEXT NOT NULL,
  PRIMARY KEY (wave, id)
) WITHOUT ROWID;

CREATE TABLE envelope (
  wave TEXT NOT NULL REFERENCES wave (id),
  id   TEXT NOT NULL,
  seal BLOB NOT NULL,
  PRIMARY KEY (wave, id)
) WITHOUT ROWID;

CREATE TABLE wave_release (
  wave TEXT PRIMARY KEY REFERENCES wave (id),
  body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE wave_count (
  wave     TEXT NOT NULL REFERENCES wave (id),
  grp      TEXT NOT NULL,
  question TEXT NOT NULL,
  options  TEXT NOT NULL,
  PRIMARY KEY (wave, grp, question)
) WITHOUT ROWID;

CREATE TABLE programme (
  id      TEXT PRIMARY KEY,
  name    TEXT NOT NULL,
  version INTEGER NOT NULL,
  body    TEXT NOT NULL
) WITHOUT ROWID;

-- The identity envelope: letters still to send. A row is erased once it is sent.
CREATE TABLE invitation (
  wave    TEXT NOT NULL,
  mailing INTEGER NOT NULL,
  person  TEXT NOT NULL,
  due_at  INTEGER NOT NULL,
  tries   INTEGER NOT NULL,
  PRIMARY KEY (wave, mailing, person)
) WITHOUT ROWID;
CREATE INDEX invitation_due ON invitation (due_at) WHERE mailing >= 0;

-- When somebody was last asked anything, for the fatigue cap; not which wave, and nothing about answering.
CREATE TABLE contact (
  person  TEXT PRIMARY KEY,
  last_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE anonymity_audit (
  id   INTEGER PRIMARY KEY CHECK (id = 1), -- the newest only; the audit log holds the history
  body TEXT NOT NULL
);
