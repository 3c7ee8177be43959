"""Step 3: people without a login by name, with what they are searched by, so that a million are paged through."""

SCRIPT = """
CREATE INDEX person_name ON person(name COLLATE NOCASE, id, email, active) WHERE login IS NULL;
"""
