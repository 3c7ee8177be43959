"""The audit chain: each event's hash covers the one before, its own facts, and a salted digest of its values.

The values (old, new) live apart from the chain, so that a person can be erased from them later and the chain
still verifies; the salt keeps a digest from being guessed back to a name.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass

GENESIS = bytes(32)
"""What the first event is chained to."""


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """What the chain covers of one event. `at` is UTC milliseconds."""

    id: int
    command_id: int
    at: int
    actor_id: int
    source: str
    action: str
    kind: str
    subject_id: int
    field: str
    cause: str
    digest: bytes


def value_text(value: object) -> str | None:
    """A value as the JSON text that is stored and digested; None stays None."""
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def value_digest(salt: bytes, old: str | None, new: str | None) -> bytes:
    """SHA-256 over salt, old and new; the lengths keep the three apart."""
    found = hashlib.sha256(salt)
    for text in (old, new):
        part = b"\x00" if text is None else b"\x01" + text.encode("utf-8", "surrogatepass")
        found.update(len(part).to_bytes(8, "big") + part)
    return found.digest()


def chain_hash(key: bytes, previous: bytes, event: ChainedEvent) -> bytes:
    """HMAC-SHA256 of the previous hash and this event's facts."""
    facts = (
        event.id,
        event.command_id,
        event.at,
        event.actor_id,
        event.source,
        event.action,
        event.kind,
        event.subject_id,
        event.field,
        event.cause,
        event.digest.hex(),
    )
    body = json.dumps(facts, ensure_ascii=True, separators=(",", ":")).encode()
    return hmac.digest(key, previous + body, "sha256")


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as read back: its chained facts, the hash stored, and the values if they are still there."""

    facts: ChainedEvent
    hash: bytes
    salt: bytes | None
    old: str | None
    new: str | None
    erased: bool = False


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What a verification found: the first broken event and what is wrong with it, if any."""

    ok: bool
    events: int
    head: str
    first_broken: int | None = None
    detail: str = ""


def verify_chain(key: bytes, events: Iterable[StoredEvent]) -> AuditVerdict:
    """Walk the chain from the first event; events come in order of their id."""
    previous, count = GENESIS, 0
    for event in events:
        count += 1
        problem = _problem(key, previous, count, event)
        if problem:
            return AuditVerdict(False, count, previous.hex(), event.facts.id, problem)
        previous = event.hash
    return AuditVerdict(True, count, previous.hex())


def _problem(key: bytes, previous: bytes, expected_id: int, event: StoredEvent) -> str:
    if event.facts.id != expected_id:
        return f"event {expected_id} is missing before it"
    if not hmac.compare_digest(chain_hash(key, previous, event.facts), event.hash):
        return "it or the event before it was changed"
    if event.salt is None:
        return "its values are missing"
    if not event.erased and value_digest(event.salt, event.old, event.new) != event.facts.digest:
        return "its values were changed"
    return ""
