CREATE TABLE subscription (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX subscription_oldest ON subscription (created_at, id);
