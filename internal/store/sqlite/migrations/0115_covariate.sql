-- What is allowed for where a metric is to be explained (JSON list of metric ids).
CREATE TABLE covariate (
  metric TEXT PRIMARY KEY,
  list   TEXT NOT NULL
) WITHOUT ROWID;
