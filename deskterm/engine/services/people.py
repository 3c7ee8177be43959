"""People and organizations."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Conflict, Denied, Invalid, NotFound
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import OrganizationRow, PersonRow
from deskterm.engine.domain.text import one_line
from deskterm.engine.door.actions import Command, Query, action
from deskterm.engine.model.enums import Level
from deskterm.engine.services.roles import level_by_word, require_grantable
from deskterm.engine.services.tickets import mail_address
from deskterm.engine.services.vocabulary import yes_or_no

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.people import Person

MOST_IN_PAGE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPeople(Query[tuple[PersonRow, ...]]):
    """People of the desk, optionally only those with a login, or those a word is found in."""

    search: str = ""
    agents_only: bool = False
    include_inactive: bool = False
    limit: int = 1000


@action("user.list", needs=Permission.SEE_PEOPLE)
def list_people(tx: "ReadTx", query: ListPeople) -> tuple[PersonRow, ...]:
    """By login, then name."""
    return tx.people(query.search, logins_only=query.agents_only, inactive=query.include_inactive, limit=query.limit)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Neighbours in the list of people; `first` and `last` are the places of the two at its ends.

    `is_last`: nobody stands beyond it in the direction it was read in.
    """

    rows: tuple[PersonRow, ...]
    first: str
    last: str
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPeople(Query[PeoplePage]):
    """People that follow a place of the list, or with `backward` come before it, each with their last ticket.

    Without a place from the top, or from the end. Each word of `text` must stand in login, name or address.
    """

    text: str = ""
    agents_only: bool = False
    include_inactive: bool = False
    place: str = ""
    backward: bool = False
    limit: int = 250


@action("user.find", needs=Permission.SEE_PEOPLE)
def find_people(tx: "ReadTx", query: FindPeople) -> PeoplePage:
    """By login, then everybody without one by name; of the last ticket, one that I may see."""
    if not 1 <= query.limit <= MOST_IN_PAGE:
        raise Invalid(f"A page holds from 1 to {MOST_IN_PAGE:,} people.")
    rows, first, last = tx.find_people(
        query.text,
        query.limit,
        query.place,
        backward=query.backward,
        logins_only=query.agents_only,
        inactive=query.include_inactive,
    )
    return PeoplePage(rows, first, last, len(rows) < query.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPerson(Query[PersonRow]):
    """One person by login or mail address."""

    who: str


@action("user.show", needs=Permission.SEE_PEOPLE)
def show_person(tx: "ReadTx", query: ShowPerson) -> PersonRow:
    """With the levels granted to them."""
    return tx.person(query.who)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAssignees(Query[tuple[PersonRow, ...]]):
    """Who can be given a ticket: of one number, or of one queue."""

    number: int | None = None
    queue: str | None = None


@action("ticket.assignees", needs=Permission.WORK)
def list_assignees(tx: "ReadTx", query: ListAssignees) -> tuple[PersonRow, ...]:
    """People with a login who may work on that queue; without one, on any."""
    queue = tx.ticket_row(query.number).queue if query.number is not None else query.queue
    ids = {row.name: row.id for row in tx.queues()}
    if queue is not None and queue not in ids:
        raise NotFound(f'There is no queue "{queue}".')
    wanted = [ids[queue]] if queue else list(ids.values())
    found = []
    for person in tx.people(logins_only=True):
        actor = tx.actor_of(person.id)
        if actor and any(actor.may(Permission.WORK, one, owns=False) for one in wanted):
            found.append(person)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPerson(Command[PersonRow]):
    """Add somebody with a login; `levels` by queue name: none, read, work or full."""

    login: str
    email: str
    name: str = ""
    role: str = "agent"
    levels: dict[str, str] = field(default_factory=dict)
    os_login: str | None = None


@action("user.add", needs=Permission.MANAGE_USERS)
def add_person(tx: "WriteTx", command: AddPerson) -> PersonRow:
    """A requester who wrote before becomes this account and keeps their tickets."""
    login = login_name(command.login)
    email = mail_address(command.email)
    if tx.people(login, inactive=True) and any(row.login == login for row in tx.people(login, inactive=True)):
        raise Conflict(f"There is an account {login} already.")
    role = tx.role(command.role).key
    require_grantable(tx, role)
    os_login = _free_os_login(tx, command.os_login, None)
    person = _adopt_or_add(tx, command, login, email, role)
    tx.change_entity("person", person, os_login=os_login)
    for queue, level in command.levels.items():
        set_level(tx, person, queue, level)
    tx.flush()
    return tx.person(login)


def login_name(text: str) -> str:
    """A login in the form it is kept.

    Raises:
        Invalid: not 1 to 32 letters, digits, dots, dashes or underscores.
    """
    login = text.strip().lower()
    plain = login.replace(".", "").replace("-", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum() and len(login) <= 32) or login in ("me", "none", "system"):
        raise Invalid(f'"{text}" cannot be a login: up to 32 letters, digits, dots, dashes and underscores.')
    return login


def _adopt_or_add(tx: "WriteTx", command: AddPerson, login: str, email: str, role: str) -> "Person":
    from deskterm.engine.model.people import Person

    name = one_line(command.name, 120)
    key = tx.person_by_email(email)
    if key is None:
        organization = tx.organization_for(email)
        person = Person(
            login=login, name=name or login, email=email, role=role, organization_id=organization, created_at=tx.now
        )
        return tx.add("person", person)
    if key.login is not None:
        raise Conflict(f"{email} belongs to {key.login}.")
    found = tx.account(email)
    tx.change_entity("person", found, login=login, name=name or found.name, role=role, active=True)
    return found


def _free_os_login(tx: "WriteTx", os_login: str | None, person_id: int | None) -> str | None:
    for row in tx.people(inactive=True, logins_only=True) if os_login else ():
        if row.os_login == os_login and row.id != person_id:
            raise Conflict(f"The system account {os_login} belongs to {row.login} already.")
    return os_login or None


def set_level(tx: "WriteTx", person: "Person", queue_name: str, word: str) -> None:
    """Grant a person a level on a queue, in place of what was granted before."""
    from deskterm.engine.model.queues import QueueGrant

    level = level_by_word(word)
    queue = tx.queue(queue_name)
    tx.flush()
    grant = tx.grant(person, queue)
    old = Level(grant.level).label if grant else None
    if old == level.label:
        return
    if grant is None:
        grant = QueueGrant(queue_id=queue.id, person_id=person.id, level=level)
    grant.level = level
    tx.session.add(grant)
    tx.record("person", person.id, f"level on {queue.name}", old, level.label)
    person.version += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePerson(Command[PersonRow]):
    """Change an account: name, email, role, active, os_login, organization; and levels on queues."""

    who: str
    changes: dict[str, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)


@action("user.change", needs=Permission.MANAGE_USERS)
def change_person(tx: "WriteTx", command: ChangePerson) -> PersonRow:
    """The last admin can neither be disabled nor demoted."""
    person = tx.account(command.who)
    require_grantable(tx, person.role)
    for name, value in command.changes.items():
        _refuse_last_admin(tx, person, name, value)
        tx.change_entity("person", person, **_person_column(tx, person, name, value))
        tx.flush()
    if "name" in command.changes or "email" in command.changes:
        tx.index_person(person.id or 0)
    for queue, level in command.levels.items():
        set_level(tx, person, queue, level)
    tx.flush()
    return tx.person(person.login or person.email)


def _refuse_last_admin(tx: "WriteTx", person: "Person", name: str, value: str) -> None:
    leaves = (name == "role" and value != "admin") or (name == "active" and not yes_or_no(value))
    if leaves and tx.last_admin(person):
        raise Denied(f"{person.login} is the last admin and stays one.")


def _person_column(tx: "WriteTx", person: "Person", name: str, value: str) -> dict[str, object]:
    if name == "active":
        return {"active": yes_or_no(value)}
    if name == "role":
        role = tx.role(value).key
        require_grantable(tx, role)
        return {"role": role}
    if name == "email":
        return {"email": _free_email(tx, person, mail_address(value))}
    if name == "os_login":
        return {"os_login": _free_os_login(tx, value, person.id)}
    if name == "organization":
        return {"organization_id": None if value in ("", "none") else tx.organization(value).id}
    if name == "name":
        return {"name": one_line(value, 120) or person.name}
    raise Invalid(f'An account has no "{name}"; it has name, email, role, active, os_login, organization.')


def _free_email(tx: "WriteTx", person: "Person", email: str) -> str:
    found = tx.person_by_email(email)
    if found is not None and found.id != person.id:
        raise Conflict(f"{email} belongs to {found.login or found.name}.")
    return email


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOrganizations(Query[tuple[OrganizationRow, ...]]):
    """Organizations with their mail domains."""


@action("org.list", needs=Permission.SEE_PEOPLE)
def list_organizations(tx: "ReadTx", query: ListOrganizations) -> tuple[OrganizationRow, ...]:
    """By name."""
    return tx.organizations()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOrganization(Command[OrganizationRow]):
    """Add an organization; senders from its domains belong to it from then on."""

    name: str
    domains: tuple[str, ...] = ()
    shared: bool = False


@action("org.add", needs=Permission.MANAGE_USERS)
def add_organization(tx: "WriteTx", command: AddOrganization) -> OrganizationRow:
    """A domain belongs to one organization only."""
    from deskterm.engine.model.people import Organization

    name = _organization_name(tx, command.name, None)
    known = tx.organizations()
    organization = tx.add("organization", Organization(name=name, shared=command.shared))
    _claim(tx, organization.id or 0, command.domains, known)
    return next(row for row in tx.organizations() if row.name == name)


def _organization_name(tx: "WriteTx", text: str, organization_id: int | None) -> str:
    name = one_line(text, 120)
    if not name:
        raise Invalid("An organization needs a name.")
    if any(row.name.casefold() == name.casefold() and row.id != organization_id for row in tx.organizations()):
        raise Conflict(f'There is an organization "{name}" already.')
    return name


def _claim(tx: "WriteTx", organization_id: int, domains: tuple[str, ...], known: tuple[OrganizationRow, ...]) -> None:
    from deskterm.engine.model.people import OrganizationDomain

    for text in domains:
        domain = text.strip().lower().lstrip("@")
        if "." not in domain or " " in domain:
            raise Invalid(f'"{text}" is not a mail domain.')
        owner = next((row.name for row in known if domain in row.domains), None)
        if owner:
            raise Conflict(f"{domain} belongs to {owner}.")
        tx.session.add(OrganizationDomain(domain=domain, organization_id=organization_id))
        tx.record("organization", organization_id, "domain", None, domain)
    tx.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrganization(Command[OrganizationRow]):
    """Rename an organization, or let its people see each other's tickets. `changes`: name, shared (yes or no)."""

    name: str
    changes: dict[str, str] = field(default_factory=dict)


@action("org.change", needs=Permission.MANAGE_USERS)
def change_organization(tx: "WriteTx", command: ChangeOrganization) -> OrganizationRow:
    """Sharing is asked at reading time, so it holds from the next request on."""
    organization = tx.organization(command.name)
    for name, value in command.changes.items():
        if name == "shared":
            tx.change_entity("organization", organization, shared=yes_or_no(value))
        elif name == "name":
            tx.change_entity("organization", organization, name=_organization_name(tx, value, organization.id))
        else:
            raise Invalid(f'An organization has no "{name}"; it has name, shared.')
    tx.flush()
    return next(row for row in tx.organizations() if row.id == organization.id)
