"""Messages, attachments, raw mail that came in, and what waits to go out. Times are UTC milliseconds."""

from sqlmodel import Field, SQLModel


class Message(SQLModel, table=True):
    """One message of a thread; `kind` is a `MessageKind`, `recipients` a JSON list of addresses."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int
    kind: int
    author_id: int
    at: int
    body: str
    inbound: bool = False
    automatic: bool = False
    mail_id: int | None = None
    rfc_message_id: str | None = None
    recipients: str = "[]"


class Attachment(SQLModel, table=True):
    """A file of a message; its bytes lie in the desk's attachments under their SHA-256."""

    id: int | None = Field(default=None, primary_key=True)
    message_id: int
    name: str
    media_type: str
    bytes: int
    sha256: str


class Mail(SQLModel, table=True):
    """A raw mail as it came in; `dedup` is unique per channel, `state` a `MailState`."""

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    dedup: str
    sha256: str
    bytes: int
    received_at: int
    state: str
    reason: str = ""
    sender: str = ""
    subject: str = ""
    queue_id: int | None = None
    ticket_id: int | None = None
    message_id: int | None = None
    version: int = 1


class Outbox(SQLModel, table=True):
    """Something that has to leave the desk; `payload` is JSON."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    ticket_id: int | None = None
    message_id: int | None = None
    payload: str
    state: str = "queued"
    attempts: int = 0
    next_try_at: int
    last_error: str = ""
    created_at: int
