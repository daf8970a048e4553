-- A launch with people who joined lately, waiting for a second person.
CREATE TABLE launch_approval (
  id           TEXT PRIMARY KEY,
  programme_id TEXT NOT NULL,
  state        TEXT NOT NULL,
  at           INTEGER NOT NULL,
  body         TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX launch_approval_programme ON launch_approval (programme_id, at);

-- Rooms of Slack and Teams that hear of a wave. No personal link ever goes there.
CREATE TABLE pulse_channel (
  id        TEXT PRIMARY KEY,
  name      TEXT NOT NULL,
  last_at   INTEGER NOT NULL,
  last_code TEXT NOT NULL,
  body      TEXT NOT NULL
) WITHOUT ROWID;
