-- What the customers were worth, as computed at a time (JSON).
CREATE TABLE customer_value (
  id   INTEGER PRIMARY KEY,
  at   INTEGER NOT NULL,
  body TEXT NOT NULL
);
