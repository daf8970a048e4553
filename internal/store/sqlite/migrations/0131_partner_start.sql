-- Partners get a first day, so that people added shortly before a launch are noticed among them too. Those who are known
-- already have none and count as long known.
ALTER TABLE partner ADD COLUMN started_on TEXT NOT NULL DEFAULT '';
