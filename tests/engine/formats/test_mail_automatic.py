"""Mails that machines wrote, and reports that a mail of ours did not arrive."""

import json

import pytest

from deskterm.engine.formats.mail import ParsedMail, parse_mail
from tests.conftest import SHARED

MAILS = SHARED / "email"
BOUNCES = MAILS / "BOUNCE_EXPECTATIONS.shared.json"
needs_data = pytest.mark.skipif(not BOUNCES.exists(), reason="the shared bounces are not here")
NO_BOUNCE = ("feedback", "vacation", "delivered")


def parsed(*lines: str) -> ParsedMail:
    """A mail from lines, read."""
    return parse_mail("\r\n".join(["From: Jane <jane@b.example>", *lines]).encode())


@needs_data
def test_every_report_is_automatic() -> None:
    """Bounces, complaints and vacation notes of all mail servers are known for machines' work: no auto-reply loops."""
    missed = [name for name in bounces() if not parse_mail((MAILS / name).read_bytes()).automatic]
    assert not missed


@needs_data
def test_bounces_are_told_from_other_reports() -> None:
    """At least 99 in 100 reports are rightly a bounce or none, and 98 in 100 bounces name the address."""
    found = {name: parse_mail((MAILS / name).read_bytes()) for name in bounces()}
    real = {name for name, told in bounces().items() if told[0]["reason"] not in NO_BOUNCE}
    assert sum(mail.is_bounce != (name in real) for name, mail in found.items()) <= len(found) * 0.01
    assert sum(not found[name].bounced_address for name in real) <= len(real) * 0.02


@needs_data
@pytest.mark.parametrize("folder", ["redmine-mail_handler", "django-helpdesk"])
def test_people_are_not_taken_for_machines(folder: str) -> None:
    """Mails that people wrote to help desks are none of them automatic."""
    for path in (MAILS / folder).rglob("*.eml"):
        assert parse_mail(path.read_bytes()).automatic == "", path


def bounces() -> dict[str, list[dict[str, str]]]:
    """The reports by path, with what is known of each."""
    found: dict[str, list[dict[str, str]]] = json.loads(BOUNCES.read_text("utf-8"))["expect"]
    return found


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("Auto-Submitted: auto-replied (vacation)", "auto-submitted"),
        ("Precedence: bulk", "precedence bulk"),
        ("Precedence: list", "precedence list"),
        ("List-Id: <dev.example.org>", "list"),
        ("List-Unsubscribe: <mailto:x@y.example>", "list"),
        ("X-Auto-Response-Suppress: All", "x-auto-response-suppress"),
        ("X-Loop: desk@b.example", "x-loop"),
        ("Return-Path: <>", "null return-path"),
        ("Return-Path: <MAILER-DAEMON>", "null return-path"),
        ("From: Postmaster <POSTMASTER@b.example>", "mailer-daemon"),
        ("Content-Type: multipart/report; boundary=b", "multipart/report"),
        ("Auto-Submitted: no", ""),
        ("Precedence: first-class", ""),
        ("Return-Path: <jane@b.example>", ""),
        ("X-Auto-Response-Suppress: None", ""),
    ],
)
def test_each_sign_of_a_machine(field: str, reason: str) -> None:
    """The reason is named, so that an agent can see why a mail changed nothing."""
    assert parsed(field, "Subject: x", "", "--b", "", "text").automatic == reason


def test_a_person_may_write_about_bounces() -> None:
    """Who forwards a report to the desk, or asks about one, is no machine."""
    body = "I get this:\r\nThe following addresses had permanent fatal errors: user unknown"
    assert parsed("Subject: Fwd: Undeliverable: offer", "", body).automatic == ""
    assert parsed("Subject: Printer", "", "mailbox full, user unknown").automatic == ""


def test_a_report_leads_back_to_the_mail_it_is_about() -> None:
    """Address and status come from the report, and the returned mail's identifier counts as answered."""
    found = parsed(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "",
        "--b",
        "",
        "It failed.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx",
        "",
        "Final-Recipient: rfc822; Eva@C.example",
        "Action: failed",
        "Status: 5.1.1",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        "Message-ID: <ticket.7.1.x@desk.example>",
        "--b--",
    )
    assert (found.is_bounce, found.bounced_address, found.bounce_status) == (True, "eva@c.example", "5.1.1")
    assert found.references == ("ticket.7.1.x@desk.example",)


def test_a_report_of_success_is_no_bounce() -> None:
    """Delivered is good news."""
    found = parsed(
        "Content-Type: multipart/report; boundary=b",
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "X: y",
        "",
        "Final-Recipient: rfc822; eva@c.example",
        "Action: delivered",
        "--b--",
    )
    assert found.automatic and not found.is_bounce
