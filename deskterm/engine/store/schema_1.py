"""Step 1: the desk. Never changed again; what comes later is a later step."""

SCRIPT = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE role (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    permissions TEXT NOT NULL,
    extends TEXT REFERENCES role(key),
    default_level INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE organization (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    shared INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE organization_domain (
    domain TEXT PRIMARY KEY COLLATE NOCASE,
    organization_id INTEGER NOT NULL REFERENCES organization(id)
) WITHOUT ROWID;

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    login TEXT UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL,
    email TEXT NOT NULL COLLATE NOCASE,
    role TEXT NOT NULL REFERENCES role(key),
    organization_id INTEGER REFERENCES organization(id),
    os_login TEXT UNIQUE,
    active INTEGER NOT NULL DEFAULT 1,
    is_system INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX person_email ON person(email) WHERE email <> '';
CREATE INDEX person_organization ON person(organization_id);

CREATE TABLE queue (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    description TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    follow_up TEXT NOT NULL DEFAULT 'new',
    active INTEGER NOT NULL DEFAULT 1,
    is_default INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE queue_grant (
    id INTEGER PRIMARY KEY,
    queue_id INTEGER NOT NULL REFERENCES queue(id),
    person_id INTEGER REFERENCES person(id),
    role TEXT REFERENCES role(key),
    level INTEGER NOT NULL,
    CHECK ((person_id IS NULL) <> (role IS NULL))
);
CREATE UNIQUE INDEX queue_grant_person ON queue_grant(person_id, queue_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX queue_grant_role ON queue_grant(role, queue_id) WHERE role IS NOT NULL;

CREATE TABLE ticket_type (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    description TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    active INTEGER NOT NULL DEFAULT 1,
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE status (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    category INTEGER NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    waits_for_requester INTEGER NOT NULL DEFAULT 0,
    is_default INTEGER NOT NULL DEFAULT 0,
    active INTEGER NOT NULL DEFAULT 1,
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE ticket (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    type_id INTEGER NOT NULL REFERENCES ticket_type(id),
    status_id INTEGER NOT NULL REFERENCES status(id),
    category INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    impact TEXT,
    urgency TEXT,
    major INTEGER NOT NULL DEFAULT 0,
    queue_id INTEGER NOT NULL REFERENCES queue(id),
    assignee_id INTEGER REFERENCES person(id),
    requester_id INTEGER NOT NULL REFERENCES person(id),
    organization_id INTEGER REFERENCES organization(id),
    channel TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    first_response_due INTEGER,
    next_response_due INTEGER,
    resolution_due INTEGER,
    next_due INTEGER,
    sla_policy TEXT,
    sla_state INTEGER NOT NULL DEFAULT 0,
    first_response_at INTEGER,
    resolved_at INTEGER,
    closed_at INTEGER,
    pending_until INTEGER,
    snoozed_until INTEGER,
    custom TEXT NOT NULL DEFAULT '{}',
    merged_into INTEGER REFERENCES ticket(id),
    deleted_at INTEGER,
    routed INTEGER NOT NULL DEFAULT 0,
    last_message_id INTEGER,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX ticket_queue_open ON ticket(queue_id, updated_at DESC, id DESC)
    WHERE is_open = 1 AND deleted_at IS NULL;
CREATE INDEX ticket_queue_all ON ticket(queue_id, updated_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX ticket_updated ON ticket(updated_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX ticket_updated_open ON ticket(updated_at DESC, id DESC) WHERE is_open = 1 AND deleted_at IS NULL;
CREATE INDEX ticket_assignee_open ON ticket(assignee_id, updated_at DESC, id DESC)
    WHERE is_open = 1 AND deleted_at IS NULL;
CREATE INDEX ticket_status ON ticket(status_id, updated_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX ticket_priority_open ON ticket(priority DESC, updated_at DESC, id DESC)
    WHERE is_open = 1 AND deleted_at IS NULL;
CREATE INDEX ticket_due_open ON ticket(next_due, id DESC)
    WHERE is_open = 1 AND deleted_at IS NULL AND next_due IS NOT NULL;
CREATE INDEX ticket_requester ON ticket(requester_id, updated_at DESC, id DESC);
CREATE INDEX ticket_organization ON ticket(organization_id, updated_at DESC, id DESC)
    WHERE organization_id IS NOT NULL;
CREATE INDEX ticket_created ON ticket(created_at);
CREATE INDEX ticket_resolved ON ticket(resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX ticket_unrouted ON ticket(id) WHERE routed = 0;
CREATE INDEX ticket_merged ON ticket(merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE ticket_counter (
    queue_id INTEGER NOT NULL,
    status_id INTEGER NOT NULL,
    category INTEGER NOT NULL,
    type_id INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    assignee_id INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (queue_id, status_id, category, type_id, priority, assignee_id, deleted)
) WITHOUT ROWID;
CREATE TRIGGER ticket_counter_insert AFTER INSERT ON ticket BEGIN
    INSERT INTO ticket_counter VALUES (new.queue_id, new.status_id, new.category, new.type_id, new.priority,
        ifnull(new.assignee_id, 0), new.deleted_at IS NOT NULL, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ticket_counter_update
AFTER UPDATE OF queue_id, status_id, category, type_id, priority, assignee_id, deleted_at ON ticket BEGIN
    UPDATE ticket_counter SET n = n - 1 WHERE queue_id = old.queue_id AND status_id = old.status_id
        AND category = old.category AND type_id = old.type_id AND priority = old.priority
        AND assignee_id = ifnull(old.assignee_id, 0) AND deleted = (old.deleted_at IS NOT NULL);
    INSERT INTO ticket_counter VALUES (new.queue_id, new.status_id, new.category, new.type_id, new.priority,
        ifnull(new.assignee_id, 0), new.deleted_at IS NOT NULL, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ticket_counter_delete AFTER DELETE ON ticket BEGIN
    UPDATE ticket_counter SET n = n - 1 WHERE queue_id = old.queue_id AND status_id = old.status_id
        AND category = old.category AND type_id = old.type_id AND priority = old.priority
        AND assignee_id = ifnull(old.assignee_id, 0) AND deleted = (old.deleted_at IS NOT NULL);
END;

CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE
);
CREATE TABLE ticket_tag (
    ticket_id INTEGER NOT NULL REFERENCES ticket(id),
    tag_id INTEGER NOT NULL REFERENCES tag(id),
    PRIMARY KEY (ticket_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX ticket_tag_tag ON ticket_tag(tag_id, ticket_id);

CREATE TABLE ticket_link (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES ticket(id),
    other_id INTEGER NOT NULL REFERENCES ticket(id),
    kind TEXT NOT NULL,
    UNIQUE (ticket_id, other_id, kind)
);
CREATE INDEX ticket_link_other ON ticket_link(other_id);

CREATE TABLE participant (
    ticket_id INTEGER NOT NULL REFERENCES ticket(id),
    person_id INTEGER NOT NULL REFERENCES person(id),
    kind TEXT NOT NULL,
    PRIMARY KEY (ticket_id, person_id, kind)
) WITHOUT ROWID;
CREATE INDEX participant_person ON participant(person_id, kind, ticket_id);

CREATE TABLE ticket_seen (
    person_id INTEGER NOT NULL REFERENCES person(id),
    ticket_id INTEGER NOT NULL REFERENCES ticket(id),
    message_id INTEGER NOT NULL,
    PRIMARY KEY (person_id, ticket_id)
) WITHOUT ROWID;

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES ticket(id),
    kind INTEGER NOT NULL,
    author_id INTEGER NOT NULL REFERENCES person(id),
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    inbound INTEGER NOT NULL DEFAULT 0,
    automatic INTEGER NOT NULL DEFAULT 0,
    mail_id INTEGER REFERENCES mail(id),
    rfc_message_id TEXT,
    recipients TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX message_ticket ON message(ticket_id, id);
CREATE INDEX message_rfc ON message(rfc_message_id) WHERE rfc_message_id IS NOT NULL;
CREATE INDEX message_note ON message(ticket_id) WHERE kind = 2;

CREATE TABLE attachment (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message(id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL
);
CREATE INDEX attachment_message ON attachment(message_id);
CREATE INDEX attachment_sha256 ON attachment(sha256);

CREATE VIRTUAL TABLE ticket_search USING fts5(
    subject, names, content='', contentless_delete=1, tokenize="porter unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE message_search USING fts5(
    body, content='', contentless_delete=1, tokenize="porter unicode61 remove_diacritics 2"
);

CREATE TABLE mail (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    dedup TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    sender TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    queue_id INTEGER REFERENCES queue(id),
    ticket_id INTEGER REFERENCES ticket(id),
    message_id INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (channel, dedup)
);
CREATE INDEX mail_state ON mail(state, id);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    ticket_id INTEGER REFERENCES ticket(id),
    message_id INTEGER REFERENCES message(id),
    payload TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER NOT NULL,
    last_error TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
);
CREATE INDEX outbox_due ON outbox(state, next_try_at);
CREATE INDEX outbox_message ON outbox(message_id);

CREATE TABLE rule (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    position INTEGER NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    stop INTEGER NOT NULL DEFAULT 0,
    queue_id INTEGER REFERENCES queue(id),
    definition TEXT NOT NULL,
    problem TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE saved_view (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    owner_id INTEGER REFERENCES person(id),
    queue_id INTEGER REFERENCES queue(id),
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE preference (
    person_id INTEGER NOT NULL REFERENCES person(id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (person_id, key)
) WITHOUT ROWID;

CREATE TABLE job_lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE job_run (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT NOT NULL DEFAULT 'running',
    did TEXT NOT NULL DEFAULT '',
    holder TEXT NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX job_run_name ON job_run(name, id DESC);

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    command_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor_id INTEGER NOT NULL REFERENCES person(id),
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    field TEXT NOT NULL DEFAULT '',
    cause TEXT NOT NULL DEFAULT '',
    digest BLOB NOT NULL,
    hash BLOB NOT NULL
);
CREATE INDEX event_subject ON event(kind, subject_id, id);
CREATE TABLE event_value (
    event_id INTEGER PRIMARY KEY REFERENCES event(id),
    salt BLOB NOT NULL,
    old TEXT,
    new TEXT
);
CREATE TABLE stamp (
    rights INTEGER NOT NULL,
    words INTEGER NOT NULL,
    rules INTEGER NOT NULL
);
INSERT INTO stamp VALUES (1, 1, 1);
CREATE TRIGGER stamp_role_insert AFTER INSERT ON role BEGIN
    UPDATE stamp SET rights = rights + 1;
END;
CREATE TRIGGER stamp_role_update AFTER UPDATE ON role BEGIN
    UPDATE stamp SET rights = rights + 1;
END;
CREATE TRIGGER stamp_role_delete AFTER DELETE ON role BEGIN
    UPDATE stamp SET rights = rights + 1;
END;
CREATE TRIGGER stamp_queue_grant_insert AFTER INSERT ON queue_grant BEGIN
    UPDATE stamp SET rights = rights + 1;
END;
CREATE TRIGGER stamp_queue_grant_update AFTER UPDATE ON queue_grant BEGIN
    UPDATE stamp SET rights = rights + 1;
END;
CREATE TRIGGER stamp_queue_grant_delete AFTER DELETE ON queue_grant BEGIN
    UPDATE stamp SET rights = rights + 1;
END;
CREATE TRIGGER stamp_organization_update AFTER UPDATE ON organization BEGIN
    UPDATE stamp SET rights = rights + 1;
END;
CREATE TRIGGER stamp_person_insert AFTER INSERT ON person WHEN new.login IS NOT NULL BEGIN
    UPDATE stamp SET rights = rights + 1;
END;
CREATE TRIGGER stamp_person_update AFTER UPDATE ON person WHEN new.login IS NOT NULL OR old.login IS NOT NULL BEGIN
    UPDATE stamp SET rights = rights + 1;
END;
CREATE TRIGGER stamp_queue_insert AFTER INSERT ON queue BEGIN
    UPDATE stamp SET words = words + 1, rights = rights + 1;
END;
CREATE TRIGGER stamp_queue_update AFTER UPDATE ON queue BEGIN
    UPDATE stamp SET words = words + 1;
END;
CREATE TRIGGER stamp_queue_delete AFTER DELETE ON queue BEGIN
    UPDATE stamp SET words = words + 1;
END;
CREATE TRIGGER stamp_status_insert AFTER INSERT ON status BEGIN
    UPDATE stamp SET words = words + 1;
END;
CREATE TRIGGER stamp_status_update AFTER UPDATE ON status BEGIN
    UPDATE stamp SET words = words + 1;
END;
CREATE TRIGGER stamp_status_delete AFTER DELETE ON status BEGIN
    UPDATE stamp SET words = words + 1;
END;
CREATE TRIGGER stamp_ticket_type_insert AFTER INSERT ON ticket_type BEGIN
    UPDATE stamp SET words = words + 1;
END;
CREATE TRIGGER stamp_ticket_type_update AFTER UPDATE ON ticket_type BEGIN
    UPDATE stamp SET words = words + 1;
END;
CREATE TRIGGER stamp_ticket_type_delete AFTER DELETE ON ticket_type BEGIN
    UPDATE stamp SET words = words + 1;
END;
CREATE TRIGGER stamp_rule_insert AFTER INSERT ON rule BEGIN
    UPDATE stamp SET rules = rules + 1;
END;
CREATE TRIGGER stamp_rule_update AFTER UPDATE ON rule BEGIN
    UPDATE stamp SET rules = rules + 1;
END;
CREATE TRIGGER stamp_rule_delete AFTER DELETE ON rule BEGIN
    UPDATE stamp SET rules = rules + 1;
END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN
    SELECT raise(ABORT, 'events are never changed');
END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN
    SELECT raise(ABORT, 'events are never deleted');
END;
CREATE TRIGGER event_value_no_delete BEFORE DELETE ON event_value BEGIN
    SELECT raise(ABORT, 'event values are only ever erased, never deleted');
END;
"""
