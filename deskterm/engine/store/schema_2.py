"""Step 2: what people keep for themselves: drafts of what they write, and where they are at work."""

SCRIPT = """
CREATE TABLE draft (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person(id),
    ticket_id INTEGER REFERENCES ticket(id),
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    fields TEXT NOT NULL DEFAULT '{}',
    version INTEGER,
    saved_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX draft_place ON draft(person_id, ifnull(ticket_id, 0), kind);
CREATE INDEX draft_ticket ON draft(ticket_id) WHERE ticket_id IS NOT NULL;

CREATE TABLE presence (
    person_id INTEGER NOT NULL REFERENCES person(id),
    place TEXT NOT NULL,
    ticket_id INTEGER NOT NULL REFERENCES ticket(id),
    doing TEXT NOT NULL,
    since INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (person_id, place)
) WITHOUT ROWID;
CREATE INDEX presence_ticket ON presence(ticket_id);
"""
