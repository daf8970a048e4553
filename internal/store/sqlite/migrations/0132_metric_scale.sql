-- The scale people answered on, as JSON, empty where none is declared.
ALTER TABLE metric ADD COLUMN scale TEXT NOT NULL DEFAULT '';
