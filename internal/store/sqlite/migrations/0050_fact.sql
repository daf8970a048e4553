-- One import or batch of facts; visible iff live.
CREATE TABLE fact_batch (
  n    INTEGER PRIMARY KEY,
  id   TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  live INTEGER NOT NULL
);

-- One answer or order. id = batch number · 2³² + line, so that an import only ever appends.
CREATE TABLE fact (
  id       INTEGER PRIMARY KEY,
  key      BLOB NOT NULL,
  team     TEXT NOT NULL,
  at       INTEGER NOT NULL,
  customer TEXT NOT NULL,
  body     BLOB NOT NULL
);

-- Which facts are versions of which record; written in the order of the keys.
CREATE TABLE fact_key (
  key    BLOB NOT NULL,
  fact   INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  PRIMARY KEY (key, fact)
) WITHOUT ROWID;

-- A fact that a batch takes the place of, while that batch is live.
CREATE TABLE fact_replaced (
  fact  INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  PRIMARY KEY (fact, batch)
) WITHOUT ROWID;
CREATE INDEX fact_replaced_batch ON fact_replaced (batch);

-- What a batch adds to the sums.
CREATE TABLE fact_sum (
  kind    TEXT NOT NULL,
  team    TEXT NOT NULL,
  measure TEXT NOT NULL,
  grain   INTEGER NOT NULL,
  period  INTEGER NOT NULL,
  bucket  INTEGER NOT NULL,
  batch   INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  sum     REAL NOT NULL,
  squares REAL NOT NULL,
  PRIMARY KEY (kind, team, measure, grain, period, bucket, batch)
) WITHOUT ROWID;
CREATE INDEX fact_sum_batch ON fact_sum (batch);

CREATE TABLE fact_edition (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  edition INTEGER NOT NULL
);
INSERT INTO fact_edition VALUES (1, 0);
