CREATE TABLE link (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE invitation_sent (
  id          TEXT PRIMARY KEY,
  link        TEXT NOT NULL,
  event       TEXT NOT NULL,
  customer    TEXT NOT NULL,
  team        TEXT NOT NULL,
  order_id    TEXT NOT NULL,
  address     TEXT NOT NULL,
  token       TEXT NOT NULL UNIQUE,
  sent_at     INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  answered_at INTEGER NOT NULL,
  UNIQUE (link, event)
) WITHOUT ROWID;
CREATE INDEX invitation_sent_address ON invitation_sent (address, sent_at);
CREATE INDEX invitation_sent_customer ON invitation_sent (customer, sent_at);

-- Digests of addresses that do not want to be asked.
CREATE TABLE opt_out (
  address TEXT PRIMARY KEY,
  at      INTEGER NOT NULL
) WITHOUT ROWID;
