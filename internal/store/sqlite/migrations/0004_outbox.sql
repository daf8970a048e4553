CREATE TABLE outbox_message (
  id         TEXT PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE,
  recipient  TEXT NOT NULL,
  template   TEXT NOT NULL,
  params     TEXT NOT NULL,
  locale     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  attempts   INTEGER NOT NULL,
  claim      TEXT NOT NULL,
  state      TEXT NOT NULL,
  last_error TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox_message (due_at) WHERE state = 'waiting';
