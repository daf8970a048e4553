CREATE TABLE returns_statement (
  subject TEXT PRIMARY KEY,
  body    TEXT NOT NULL
) WITHOUT ROWID;
