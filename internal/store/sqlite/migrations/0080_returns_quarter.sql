-- Statements by quarter; '' stands for those over whole windows.
CREATE TABLE returns_stated (
  quarter TEXT NOT NULL,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (quarter, kind, subject)
) WITHOUT ROWID;
INSERT INTO returns_stated (quarter, kind, subject, body)
  SELECT '', CASE instr(subject, ':') WHEN 0 THEN subject ELSE substr(subject, 1, instr(subject, ':') - 1) END, subject, body FROM returns_statement;
DROP TABLE returns_statement;
