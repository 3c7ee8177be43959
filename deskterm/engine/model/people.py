"""People, organizations and roles. Times are UTC milliseconds."""

from sqlmodel import Field, SQLModel


class Role(SQLModel, table=True):
    """A set of permissions; `permissions` is a JSON list of words, `extends` another role's key."""

    id: int | None = Field(default=None, primary_key=True)
    key: str
    name: str
    description: str = ""
    permissions: str
    extends: str | None = None
    default_level: int = 0
    version: int = 1


class Organization(SQLModel, table=True):
    """A customer or department; when `shared`, its people see each other's tickets."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    shared: bool = False
    version: int = 1


class OrganizationDomain(SQLModel, table=True):
    """A mail domain whose senders belong to an organization."""

    __tablename__ = "organization_domain"

    domain: str = Field(primary_key=True)
    organization_id: int


class Person(SQLModel, table=True):
    """Somebody: an agent with a login, or a requester without one."""

    id: int | None = Field(default=None, primary_key=True)
    login: str | None = None
    name: str
    email: str
    role: str
    organization_id: int | None = None
    os_login: str | None = None
    active: bool = True
    is_system: bool = False
    created_at: int
    version: int = 1
