"""Step 4: people without a login by when they came, so that a flood of new ones is noticed.

Their index by name is made anew with `login` in it: SQLite asks the table for a column that only the index's own
condition names.
"""

SCRIPT = """
CREATE INDEX person_created ON person(created_at, email, login) WHERE login IS NULL;
DROP INDEX person_name;
CREATE INDEX person_name ON person(name COLLATE NOCASE, id, email, active, login) WHERE login IS NULL;
"""
