"""The demo mailbox and its timeline: complete, ordered, in many shapes, and without one real address."""

import email
import email.message
import re
import tomllib
from collections.abc import Callable
from email.header import decode_header, make_header
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "data"
MAILS = DATA / "demo" / "mails"
LARGEST_FILE = 60 * 1024
MINUTES = {"d": 24 * 60, "h": 60, "m": 1}
SETTABLE = {"status", "priority", "type", "queue"}
PRIORITIES = {"low", "normal", "high", "urgent"}
DEEDS = {"reply", "note", "take", "assign", "release", "set", "tag"}
RESERVED = re.compile(r"(^|\.)(example|test|invalid|localhost|example\.(com|net|org))$")
HOSTS = re.compile(
    r"@((?:[\w-]+\.)+[\w-]+)|\w+://([\w.-]+)|\b((?:[\w-]+\.)+(?:com|net|org|io|co|eu|de|at|es|jp|eg|uk|fr))\b"
)
QUADS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
DOCUMENTATION_NETWORKS = ("192.0.2.", "198.51.100.", "203.0.113.")

Step = dict[str, Any]
Mail = email.message.Message
Shape = Callable[[Mail], bool]


@lru_cache
def timeline() -> dict[str, Any]:
    """The whole timeline."""
    return tomllib.loads((DATA / "demo" / "timeline.toml").read_text("utf-8"))


def steps() -> list[Step]:
    """Its steps, oldest first."""
    found: list[Step] = timeline()["step"]
    return found


def deliveries() -> list[Step]:
    """The steps that bring a mail."""
    return [step for step in steps() if "mail" in step]


def deeds() -> list[Step]:
    """The steps of the desk's own people."""
    return [step for step in steps() if "by" in step]


def age_of(step: Step) -> int:
    """How long ago a step was, in minutes."""
    assert re.fullmatch(r"(\d+d)?(\d+h)?(\d+m)?", step["age"]) and step["age"], step
    return sum(int(count) * MINUTES[unit] for count, unit in re.findall(r"(\d+)([dhm])", step["age"]))


def files() -> list[Path]:
    """All raw mails by name."""
    return sorted(MAILS.glob("*.eml"))


@lru_cache
def parsed() -> dict[str, Mail]:
    """All mails as the standard library reads them."""
    return {file.name: email.message_from_bytes(file.read_bytes()) for file in files()}


def header(mail: Mail, name: str) -> str:
    """A header as text, "" if absent; encoded words and raw bytes decoded."""
    return str(make_header(decode_header(mail[name]))) if mail[name] else ""


def text_parts(mail: Mail) -> list[str]:
    """Every text of a mail, decoded by its declared charset; one that is declared wrongly fails here."""
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    return [_payload(part).decode(part.get_content_charset("us-ascii")) for part in parts]


def _payload(part: Mail) -> bytes:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def body(mail: Mail) -> str:
    """All texts and the subject in one."""
    return "\n".join([header(mail, "Subject"), *text_parts(mail)])


def charset_and_encoding(charset: str, encoding: str = "") -> Shape:
    """A shape: some text part has this charset (and transfer encoding)."""

    def has(mail: Mail) -> bool:
        parts = [part for part in mail.walk() if part.get_content_charset() == charset]
        return any(encoding in (part["Content-Transfer-Encoding"] or "") for part in parts)

    return has


def header_holds(name: str, pattern: str) -> Shape:
    """A shape: a header as it is written (not decoded) matches."""
    return lambda mail: bool(re.search(pattern, str(mail[name] or ""), re.IGNORECASE))


def says(pattern: str) -> Shape:
    """A shape: the subject or a text matches."""
    return lambda mail: bool(re.search(pattern, body(mail)))


def is_of_type(media_type: str) -> Shape:
    """A shape: the mail itself is of this media type."""
    return lambda mail: mail.get_content_type() == media_type


def carries(media_type: str) -> Shape:
    """A shape: some part has this media type."""
    return lambda mail: any(part.get_content_type() == media_type for part in mail.walk())


def from_name(pattern: str) -> Shape:
    """A shape: the sender's decoded name matches."""
    return lambda mail: bool(re.search(pattern, header(mail, "From")))


SHAPES: dict[str, tuple[int, Shape]] = {
    "English": (30, says(r"(?m)^(Hello|Hi|Dear|Morning|Good morning)\b")),
    "German": (30, says(r"\b(Hallo|Servus|Grüß Gott|Guten (Tag|Morgen)|geehrte)\b")),
    "Spanish": (20, says(r"\b(Hola|Buenos días|Buenas|Gracias|Enviado desde)\b")),
    "Japanese": (15, says(r"[\u3041-\u3096]{2}")),
    "Arabic": (12, says(r"[\u0621-\u064a]{3}")),
    "iso-8859-1": (10, charset_and_encoding("iso-8859-1")),
    "iso-8859-1 as raw bytes": (3, charset_and_encoding("iso-8859-1", "8bit")),
    "windows-1252": (5, charset_and_encoding("windows-1252")),
    "windows-1256": (3, charset_and_encoding("windows-1256")),
    "windows-1256 as raw bytes": (1, charset_and_encoding("windows-1256", "8bit")),
    "iso-2022-jp": (5, charset_and_encoding("iso-2022-jp")),
    "shift_jis": (3, charset_and_encoding("shift_jis")),
    "utf-8 in base64": (5, charset_and_encoding("utf-8", "base64")),
    "utf-8 quoted-printable": (5, charset_and_encoding("utf-8", "quoted-printable")),
    "utf-8 as raw bytes": (2, charset_and_encoding("utf-8", "8bit")),
    "format=flowed": (2, header_holds("Content-Type", "format=flowed")),
    "subject in encoded words": (40, header_holds("Subject", r"=\?[\w-]+\?[bq]\?")),
    "subject in iso-2022-jp words": (3, header_holds("Subject", r"=\?iso-2022-jp\?b\?")),
    "subject in windows-1256 words": (2, header_holds("Subject", r"=\?windows-1256\?")),
    "raw bytes in the subject": (1, lambda mail: "\ufffd" in str(mail["Subject"])),
    "HTML alone": (3, is_of_type("text/html")),
    "multipart/alternative": (5, carries("multipart/alternative")),
    "image attached": (3, carries("image/png")),
    "log attached": (1, lambda mail: any((part.get_filename() or "").endswith(".log") for part in mail.walk())),
    "CSV attached": (1, carries("text/csv")),
    "PDF attached": (2, carries("application/pdf")),
    "calendar file attached": (2, carries("text/calendar")),
    "file name in RFC 2231": (1, lambda mail: "filename*=" in mail.as_string()),
    "nested mail": (1, carries("message/rfc822")),
    "no Message-ID": (1, lambda mail: mail["Message-ID"] is None),
    "out of office": (3, header_holds("Auto-Submitted", "auto-replied")),
    "hard bounce": (1, lambda mail: carries("message/delivery-status")(mail) and "Status: 5." in mail.as_string()),
    "soft bounce": (1, lambda mail: carries("message/delivery-status")(mail) and "Status: 4." in mail.as_string()),
    "newsletter": (1, header_holds("List-Id", "<")),
    "problem told by monitoring": (3, header_holds("Subject", r"^\*\* PROBLEM ")),
    "recovery told by monitoring": (2, header_holds("Subject", r"^\*\* RECOVERY ")),
    "bare thanks": (3, says(r"(?is)^[^\n]*\n(thanks|danke!|¡muchas gracias!|ありがとうございました。)\s*(<div.*)?$")),
    "very long subject": (1, lambda mail: len(header(mail, "Subject")) > 300),
    "subject like markup": (1, header_holds("Subject", r"re: \[/")),
    "subject with an escape sequence": (1, lambda mail: "\x1b[31m" in header(mail, "Subject")),
    "sender with an emoji": (1, from_name("\U0001f30a")),
    "sender in Japanese": (5, from_name(r"[\u4e00-\u9fff]")),
    "sender in Arabic": (5, from_name(r"[\u0621-\u064a]")),
    "quotes like Outlook, English": (2, says(r"(?m)^From: .*\r?\nSent: ")),
    "quotes like Outlook, German": (2, says(r"(?m)^Von: .*\r?\nGesendet: ")),
    "quotes like Outlook, Japanese": (1, says(r"差出人: .*\r?\n送信日時: ")),
    "quotes like Outlook, Arabic": (1, says(r"من: .*\r?\nتم الإرسال: ")),
    "quotes like Gmail, English": (1, says(r"(?m)^On .* wrote:\r?$")),
    "quotes like Gmail, Spanish": (1, says(r"(?m)^El .* escribió:\r?$")),
    "quotes like Gmail, Arabic": (1, says(r"كتب .*:")),
    "quotes like a German mail program": (2, says(r"(?m)^(> )?Am .* schrieb .*:\r?$")),
    "written on a phone": (5, header_holds("X-Mailer", "iPhone Mail")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_mailbox_holds_every_shape_of_mail(shape: str) -> None:
    """Each language, charset and oddity that a desk meets is there, as often as promised."""
    wanted, fits = SHAPES[shape]
    assert sum(fits(mail) for mail in parsed().values()) >= wanted


def test_timeline_and_mailbox_hold_the_same_mails() -> None:
    """No mail is left over, none is missing, none is delivered twice; the numbers follow the timeline."""
    assert [step["mail"] for step in deliveries()] == [file.name for file in files()]


def test_demo_is_large_enough_to_look_lived_in() -> None:
    """At least 165 mails and 130 deeds of the desk's people, every one of whom does something or may only look."""
    assert len(files()) >= 165
    assert len(deeds()) >= 130
    assert {step["by"] for step in deeds()} >= {"lea", "ann", "bo", "chie", "omar"}


def test_ages_never_increase() -> None:
    """The story is told oldest first, within fourteen days, up to four minutes ago."""
    ages = [age_of(step) for step in steps()]
    assert ages == sorted(ages, reverse=True)
    assert ages[0] <= 14 * MINUTES["d"] and age_of(deliveries()[-1]) == 4


def test_last_three_days_are_the_busiest() -> None:
    """More arrives in a day of the last three than in one of the eleven before, and some within the last hour."""
    ages = [age_of(step) for step in deliveries()]
    recent = sum(age < 3 * MINUTES["d"] for age in ages)
    assert recent / 3 > (len(ages) - recent) / 11 * 1.5
    assert sum(age < MINUTES["h"] for age in ages) >= 8


@pytest.mark.parametrize("file", files(), ids=lambda file: file.name)
def test_mail_is_small_and_dated_by_the_loader_once(file: Path) -> None:
    """The date is one placeholder on a line of its own; the other placeholders are known and outside of base64."""
    raw = file.read_bytes()
    assert len(raw) <= LARGEST_FILE
    assert raw.count(b"@DATE@") == 1 and re.search(rb"(?m)^Date: @DATE@\r?$", raw)
    assert set(re.findall(rb"@[A-Z][A-Z-]+@", raw)) <= {b"@DATE@", b"@TAG@", b"@REPLY-ID@"}


@pytest.mark.parametrize("file", files(), ids=lambda file: file.name)
def test_mail_names_reserved_hosts_only(file: Path) -> None:
    """Addresses, links, message identifiers and IP addresses are of the kinds reserved for examples."""
    mail = parsed()[file.name]
    raw = re.sub(rb"=\r?\n", b"", file.read_bytes()).decode("latin-1")  # lines cut by quoted-printable, joined
    assert_reserved("\n".join([raw, body(mail), header(mail, "From")]))


def test_timeline_names_reserved_hosts_only() -> None:
    """The same holds for what the desk's people write and for their own addresses."""
    assert_reserved((DATA / "demo" / "timeline.toml").read_text("utf-8"))


def assert_reserved(text: str) -> None:
    """Fail on the first host or IP address that could be somebody's."""
    hosts = {next(filter(None, found)).rstrip(".").lower() for found in HOSTS.findall(text)}
    assert [host for host in hosts if not RESERVED.search(host)] == []
    assert [quad for quad in QUADS.findall(text) if not quad.startswith(DOCUMENTATION_NETWORKS)] == []


def test_message_ids_are_unique() -> None:
    """A second mail with the same Message-ID would rightly be refused."""
    known = [mail["Message-ID"] for mail in parsed().values() if mail["Message-ID"]]
    assert len(known) == len(set(known))


def test_deeds_come_after_the_mail_they_are_about() -> None:
    """Nobody works on a ticket that is not there yet, and `on` names the mail that opened it."""
    opened: set[str] = set()
    for step in steps():
        if "on" in step:
            assert step["on"] in opened, step
        elif "mail" in step:
            opened.add(step["mail"])


def test_placeholders_have_a_reply_to_stand_for() -> None:
    """A mail with a ticket tag or the identifier of our reply comes after a public reply on that thread."""
    answered: set[str] = set()
    for step in steps():
        if step.get("do") == "reply":
            answered.add(step["on"])
        elif "mail" in step and re.search(rb"@(TAG|REPLY-ID)@", (MAILS / step["mail"]).read_bytes()):
            assert step.get("on") in answered, step


def test_follow_ups_answer_mails_of_the_mailbox() -> None:
    """In-Reply-To and References name our reply or a mail that is really there."""
    known = {mail["Message-ID"] for mail in parsed().values()} | {"@REPLY-ID@"}
    for name, mail in parsed().items():
        named = f"{mail['In-Reply-To'] or ''} {mail['References'] or ''}".split()
        assert set(named) <= known, name


def test_deeds_are_complete() -> None:
    """Replies and notes say something, assignments name somebody, sets set something the desk knows."""
    logins = {person["login"] for person in timeline()["person"]}
    for step in deeds():
        assert step["do"] in DEEDS and step["by"] in logins, step
        assert bool(step.get("text", "").strip()) == (step["do"] in {"reply", "note"}), step
        assert ("to" in step) == (step["do"] == "assign") and step.get("to", "ann") in logins, step
        assert bool(step.get("tags")) == (step["do"] == "tag"), step
        assert step["do"] != "set" or step["set"], step
        assert set(step.get("set", {})) <= SETTABLE, step


def test_names_are_those_of_the_starter_desk() -> None:
    """Queues, statuses, types and priorities exist on a new desk."""
    starter = tomllib.loads((DATA / "starter" / "desk.toml").read_text("utf-8"))
    known = {field: {row["name"] for row in starter[field]} for field in ("queue", "status", "type")}
    known["priority"] = PRIORITIES
    for step in deeds():
        assert all(value in known[field] for field, value in step.get("set", {}).items()), step
    for person in timeline()["person"]:
        assert set(person.get("queues", {})) <= known["queue"], person


def test_notes_mention_colleagues() -> None:
    """Internal notes call others by their login, and only people who exist."""
    logins = {person["login"] for person in timeline()["person"]}
    mentions = [re.findall(r"(?<!\w)@(\w+)", step["text"]) for step in deeds() if step["do"] == "note"]
    assert sum(bool(named) for named in mentions) >= 20
    assert {name for named in mentions for name in named} <= logins


def test_fresh_tickets_wait_for_somebody() -> None:
    """At least eighteen tickets have not been touched by anybody yet."""
    touched = {step["on"] for step in deeds()}
    opening = [step["mail"] for step in deliveries() if "on" not in step]
    assert sum(name not in touched and "recovery" not in name for name in opening) >= 18


def test_an_outage_has_many_reporters() -> None:
    """One thread gathers several people, and others report the same separately."""
    outage = [step["mail"] for step in deliveries() if "tidemark-outage" in step["mail"]]
    joined = [step for step in deliveries() if step.get("on", "").endswith("-tidemark-outage.eml")]
    assert len({header(parsed()[name], "From") for name in outage}) >= 7
    assert len(joined) >= 4
