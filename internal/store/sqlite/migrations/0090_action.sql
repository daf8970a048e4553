CREATE TABLE action (
  id       TEXT PRIMARY KEY,
  team_id  TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  state    TEXT NOT NULL,
  due_on   INTEGER NOT NULL,
  version  INTEGER NOT NULL,
  body     TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX action_due ON action (state, due_on, id);

-- What the figure of an action did since it was agreed.
CREATE TABLE action_movement (
  action_id TEXT PRIMARY KEY,
  body      TEXT NOT NULL
) WITHOUT ROWID;
