-- What others reached, to stand beside a released figure.
CREATE TABLE benchmark (
  id   TEXT PRIMARY KEY,
  body TEXT NOT NULL
) WITHOUT ROWID;
