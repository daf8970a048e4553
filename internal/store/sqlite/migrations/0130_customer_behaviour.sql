-- How the customers behaved per team and month, as computed with a report (packed).
ALTER TABLE customer_value ADD COLUMN behaviours BLOB;
