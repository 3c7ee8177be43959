"""Which mails a machine wrote, and which of them say that a mail of ours did not arrive (SEMANTICS: mail in)."""

import re
from dataclasses import dataclass

from deskterm.engine.domain.text import base_subject
from deskterm.engine.formats.mail_headers import decoded, message_ids, usable_address
from deskterm.engine.formats.mail_parts import Part, read_mail

_DAEMONS = re.compile(
    r"(?:mailer[-_.]?daemon|post_?master|mail[-_.]?daemon|mailerdaemon|double-bounce|bounces?(?:[-+=].*)?|mdaemon)(?:@|$)"
)
_NOT_PERSONAL = ("bulk", "junk", "list", "auto_reply", "auto-reply")
_LIST_FIELDS = ("list-id", "list-unsubscribe", "list-post", "list-help")
_SUPPRESSED = re.compile(r"\b(?:all|autoreply|oof|dr|ndr|rn|nrn)\b", re.IGNORECASE)

_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:has )?(?:failed|failure)|delivery status|delivery report|returned (?:mail|to sender)|"
    r"mail delivery|failure notice|non[- ]?delivery|mail system error|message delivery has failed|not delivered|"
    r"could not be delivered|failure delivery|delayed mail|mail failed|returning (?:message|mail) to sender|"
    r"unzustellbar|nicht zugestellt|zustellung|non remis|échec de (?:la )?remise|no entregado|"
    r"mancato recapito|não entregue|onbestelbaar|недоставлен|не доставлен|配信不能|エラー通知|送信失敗|退信|"
    r"^loop alert",
    re.IGNORECASE,
)
_BOUNCE_BODY = re.compile(
    r"this (?:message was|is a message) created automatically by mail delivery software|"
    r"this is the mail system at host|"
    r"this is the qmail-send program|did not reach the following recipient|could not be delivered to|"
    r"was not delivered to|i wasn't able to deliver your message|"
    r"delivery to the following recipients? (?:has been |has )?(?:delayed|failed)|"
    r"the following address(?:\(es\)|es)? (?:had|failed)|----- transcript of session follows|"
    r"message could not be delivered|unable to deliver (?:your|the|this) message|undeliverable message|"
    r"(?:addresses|address\(es\)) had (?:permanent fatal|fatal|transient|delivery)|duplicated message-id in",
    re.IGNORECASE,
)
_FAILURE = re.compile(r"user unknown|unknown user|no such user|mailbox (?:is )?full|no valid recipients", re.IGNORECASE)
"""Words of a report that people use too: they count only in what a mail server sent."""

_NOTICE_BODY = re.compile(r"\"notificationType\\?\"\s*:\s*\\?\"(Bounce|Complaint)")
"""What cloud mail services send in JSON."""

_COMPLAINT = re.compile(r"^Feedback-Type:", re.IGNORECASE | re.MULTILINE)
_COMPLAINT_SUBJECT = re.compile(r"^complaint about message from ", re.IGNORECASE)
_BOUNCE_TEXT = 20_000
"""Characters of the text in which the shape of a bounce is looked for."""

_COPY_OF_MAIL = re.compile(
    r"^.{0,20}(?:this is a copy of|below this line is a copy|included is a copy|unsent message|undelivered message|"
    r"return-path:|received: )|^[ \t]*[-=*_]{2,}.{0,20}(?:original message|message header)|^original message:",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS_IN_TEXT = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_COPIES = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)
_MESSAGE_ID_IN_TEXT = re.compile(r"^[>\s]{0,8}message-id:\s{0,3}<([^<>\s]{1,500})>", re.IGNORECASE | re.MULTILINE)
_MOST_RETURNED = 5
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a mail did not arrive: whose address, and the status code of RFC 3463; either may be "".

    `message_ids`: of the mail that came back, as far as the report tells.
    """

    address: str
    status: str
    message_ids: tuple[str, ...]


def automatic_reason(mail: Part, sender_email: str, subject: str, body: str) -> str:
    """Why a mail counts as automatic, in a few words; "" for one that a person wrote.

    RFC 3834 (Auto-Submitted), RFC 2919 and 2369 (lists), and what programs did before and beside them. These
    fields can only make the desk quieter: none of them steers anything.
    """
    checks = (
        _auto_submitted(mail),
        "multipart/report" if mail.media_type == "multipart/report" else "",
        _precedence(mail),
        "list" if any(mail.value(field) for field in _LIST_FIELDS) else "",
        "x-auto-response-suppress" if _SUPPRESSED.search(mail.value("x-auto-response-suppress")) else "",
        "x-loop" if mail.value("x-loop") else "",
        "auto-reply" if mail.value("x-autoreply") or mail.value("x-autorespond") else "",
        "null return-path" if _null_return_path(mail) else "",
        "mailer-daemon" if _is_daemon(mail, sender_email) else "",
        "feedback report" if _is_complaint(mail, subject, body) else "",
        "bounce" if _is_plain_report(mail, subject, body[:_BOUNCE_TEXT]) else "",
    )
    return next((reason for reason in checks if reason), "")


def _auto_submitted(mail: Part) -> str:
    word = mail.value("auto-submitted").split(";")[0].strip().lower()
    return "auto-submitted" if word and word != "no" else ""


def _precedence(mail: Part) -> str:
    word = mail.value("precedence").strip().lower()
    return f"precedence {word}" if word in _NOT_PERSONAL else ""


def _null_return_path(mail: Part) -> bool:
    path = mail.value("return-path").strip()
    return path == "<>" or bool(_DAEMONS.match(path.strip("<>").lower()))


def _is_daemon(mail: Part, sender_email: str) -> bool:
    shown = decoded(mail.value("from")).strip('"<> ').lower()
    return bool(_DAEMONS.match(sender_email) or _DAEMONS.match(shown) or "<mailer-daemon" in shown)


def _is_complaint(mail: Part, subject: str, body: str) -> bool:
    """Feedback reports (RFC 5965), also those a provider sends without saying so in the type."""
    reports = any(part.media_type == "message/feedback-report" for part in mail.children)
    text = body[:_BOUNCE_TEXT]
    told = _COMPLAINT.search(text) or _COMPLAINT_SUBJECT.search(subject) or _notice(text) == "Complaint"
    return reports or bool(told)


def _notice(text: str) -> str:
    found = _NOTICE_BODY.search(text)
    return found[1] if found else ""


def _signs_of_bounce(subject: str, text: str) -> int:
    """0 to 2: the subject and the text may each read like a report; a service's notice says it outright."""
    if _notice(text) == "Bounce":
        return 2
    return bool(_BOUNCE_SUBJECT.search(subject)) + bool(_BOUNCE_BODY.search(text))


def _is_plain_report(mail: Part, subject: str, text: str) -> bool:
    """A report that only its words give away; a person who forwards one, or answers it, is not taken for a server."""
    told_on = base_subject(subject) != subject or mail.value("in-reply-to")
    return not told_on and _signs_of_bounce(subject, text) >= 2


def find_bounce(mail: Part, automatic: str, subject: str, body: str, own: frozenset[str]) -> Bounce | None:
    """What a non-delivery report says; None for any other mail. `own`: the report's own sender and recipients."""
    text = body[:_BOUNCE_TEXT]
    if not automatic or _is_complaint(mail, subject, body):
        return None
    returned = _returned_ids(mail, text)
    report = _delivery_status(mail)
    if report is not None:
        told = Bounce(_reported_address(report), _reported_status(report, text), returned)
        return None if _was_delivered(report) else told
    if not mail.value("x-failed-recipients") and not _reads_as_bounce(mail, automatic, subject, text):
        return None
    return Bounce(_named_address(mail, text, own), next(iter(_STATUS.findall(text)), ""), returned)


def _returned_ids(mail: Part, text: str) -> tuple[str, ...]:
    """The Message-ID of the mail that came back: from its copy, its copied header, or the text of the report."""
    copies = (read_mail(part.content, only_header=True) for part in mail.children if part.media_type in _COPIES)
    ids = [found for copy in copies for found in message_ids(copy.value("message-id"))]
    return tuple(dict.fromkeys([*ids, *_MESSAGE_ID_IN_TEXT.findall(text)]))[:_MOST_RETURNED]


def _reads_as_bounce(mail: Part, automatic: str, subject: str, text: str) -> bool:
    from_machine = automatic in ("mailer-daemon", "null return-path", "multipart/report") or _is_daemon(mail, "")
    signs = _signs_of_bounce(subject, text)
    return signs >= 2 or (from_machine and (signs == 1 or bool(_FAILURE.search(text))))


def _delivery_status(mail: Part) -> list[Part] | None:
    """The blocks of fields of the delivery report, per recipient; None if the mail carries none."""
    for part in mail.children:
        if part.media_type in ("message/delivery-status", "message/global-delivery-status"):
            return [read_mail(block, only_header=True) for block in re.split(rb"\n\r?\n", part.content)]
        inner = _delivery_status(part) if part.media_type == "multipart/report" else None
        if inner is not None:
            return inner
    return None


def _was_delivered(report: list[Part]) -> bool:
    """Whether the report is about success alone (delivered, relayed, expanded)."""
    actions = [word for word in (block.value("action").strip().lower() for block in report) if word]
    return bool(actions) and all(action.startswith(("deliver", "relay", "expand")) for action in actions)


def _failed_first(report: list[Part]) -> list[Part]:
    return sorted(report, key=lambda block: not block.value("action").strip().lower().startswith("fail"))


def _reported_address(report: list[Part]) -> str:
    for block in _failed_first(report):
        for field in ("original-recipient", "final-recipient", "x-actual-recipient"):
            found = usable_address(block.value(field).rpartition(";")[2].strip().strip("<>"))
            if found:
                return found
    return ""


def _reported_status(report: list[Part], text: str) -> str:
    codes = [_STATUS.search(block.value("status")) for block in _failed_first(report)]
    return next((code[1] for code in codes if code), "") or next(iter(_STATUS.findall(text)), "")


def _named_address(mail: Part, text: str, own: frozenset[str]) -> str:
    """The first address a report in plain words names that is neither its sender's nor its recipient's."""
    listed = usable_address(mail.value("x-failed-recipients").split(",")[0].strip())
    if listed:
        return listed
    before_copy = _COPY_OF_MAIL.split(text, maxsplit=1)[0]
    named = [address.lower().rstrip(".") for address in _ADDRESS_IN_TEXT.findall(before_copy)]
    return next((address for address in named if address not in own and not _DAEMONS.match(address)), "")
