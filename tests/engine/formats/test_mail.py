"""Raw mail read into people, text and files, as the RFCs say and as the world writes."""

import hashlib
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from deskterm.engine.formats.mail import MailLimits, MailUnreadable, ParsedMail, parse_mail
from tests.conftest import SHARED

MAILS = SHARED / "email"
EXPECTATIONS = MAILS / "ZAMMAD_EXPECTATIONS.shared.json"
needs_data = pytest.mark.skipif(not EXPECTATIONS.exists(), reason="the shared mails are not here")

FOLDERS = sorted(path.name for path in MAILS.iterdir() if path.is_dir()) if MAILS.exists() else []


def mail(*lines: str, charset: str = "utf-8") -> bytes:
    """A raw mail from lines."""
    return "\r\n".join(lines).encode(charset)


def parsed(*lines: str) -> ParsedMail:
    """A mail from lines, read."""
    return parse_mail(mail(*lines))


def expectations() -> list[tuple[ParsedMail, dict[str, Any]]]:
    """The mails whose expected reading is known and which are here."""
    cases = json.loads(EXPECTATIONS.read_text("utf-8"))
    present = [case for case in cases if (MAILS / case["input"]).exists()]
    return [(parse_mail((MAILS / case["input"]).read_bytes()), case["expected"]) for case in present]


def words(text: str | None) -> str:
    """A text with single spaces."""
    return " ".join((text or "").split())


@needs_data
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_mail_of_the_world_comes_in(folder: str) -> None:
    """Whatever a file holds, it is read or refused with a sentence; all real mails are read, none empty-handed."""
    for path in sorted((MAILS / folder).rglob("*")):
        if not path.is_file():
            continue
        try:
            found = parse_mail(path.read_bytes())
        except MailUnreadable as refusal:
            assert str(refusal).endswith("."), path
            assert path.suffix not in (".eml", ".box", ".raw") or not path.read_bytes().strip(), path
            continue
        assert "\r" not in found.body and "\x1b" not in found.body + found.subject, path
        json.dumps([found.subject, found.sender_name, found.body], ensure_ascii=False).encode()


@needs_data
def test_subjects_and_senders_are_right() -> None:
    """At least 95 of 100 subjects and senders are those that Zammad reads."""
    cases = expectations()
    subjects = sum(found.subject == words(wanted["subject"]) for found, wanted in cases)
    senders = sum(found.sender_email == (wanted["from_email"] or "").lower() for found, wanted in cases)
    assert min(subjects, senders) >= 0.95 * len(cases)


@needs_data
def test_plain_bodies_are_right() -> None:
    """Plain texts are those that Zammad reads, but where it leaves UTF-7 and uuencode undecoded."""
    plain = [(found, wanted) for found, wanted in expectations() if wanted["content_type"] == "text/plain"]
    right = sum(words(found.body) == words(wanted["body"]).replace("no visible content", "") for found, wanted in plain)
    assert right >= len(plain) - 2


@needs_data
def test_no_attachment_is_lost() -> None:
    """Every expected file is there by its hash and name, but one that Zammad keeps in another charset.

    The hashes of binary files were taken of their base64 text.
    """
    missing = []
    for found, wanted in expectations():
        contents = [file.content for file in found.attachments]
        hashes = {hashlib.sha256(content).hexdigest() for content in contents}
        hashes |= {hashlib.sha256(b64encode(content)).hexdigest() for content in contents}
        names = [file.name for file in found.attachments]
        missing += [
            file["filename"]
            for file in wanted["attachments"]
            if file["sha256"] not in hashes or file["filename"] not in names
        ]
    assert len(missing) <= 1, missing


# Header fields


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?= =?utf-8?B?IMOWc3RlcnJlaWNo?=", "Grüße aus Österreich"),
        (b"=?utf-8?B?5L2g?= plain =?iso-8859-1?q?=E4?=", "你 plain ä"),
        (b"=?utf-8?B?4pyT4g==?=\r\n =?utf-8?B?nJM=?=", "✓✓"),
        (b"=?gb2312?B?w/vX1g==?=", "名字"),
        (b"=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語"),
        (b"=?iso-2022-jp?B?GyRCLSEbKEI=?=", "①"),
        (b"=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"),
        (b"=?utf-7?Q?+ANw-ber?=", "Über"),
        (b"=?us-ascii?Q?with spaces in it?=", "with spaces in it"),
        (b"=?utf-8?Q?cut in the midd", "=?utf-8?Q?cut in the midd"),
        (b"=?utf-8?B?4pyT", "✓"),
        (b"=?nonsense?Q?still_read?=", "still read"),
        (b"=?rot13?Q?nop?= =?unicode_escape?Q?=5Cu0041?=", "nop\\u0041"),
        ("Müller".encode(), "Müller"),
        ("Müller".encode("latin-1"), "Müller"),
        ("Привет, мир. Это тема письма".encode("cp1251"), "Привет, мир. Это тема письма"),
        ("Привет, мир. Это тема письма".encode("koi8-r"), "Привет, мир. Это тема письма"),
        ("整体提升企业服务水平".encode("gb18030"), "整体提升企业服务水平"),
        ("안녕하세요 프린터가 고장났습니다".encode("euc-kr"), "안녕하세요 프린터가 고장났습니다"),
        (b"\x1b$BF|K\\8l\x1b(B", "日本語"),
        (b"a\r\n\tfolded\r\n subject", "a folded subject"),
        (b"bell \x07 and \x1b[31mred", "bell ␇ and ␛[31mred"),
    ],
)
def test_subjects_in_any_charset(raw: bytes, subject: str) -> None:
    """Encoded words, broken ones too, and raw bytes of the commonest charsets are read; nothing hidden stays."""
    assert parse_mail(b"From: a@b.example\r\nSubject: " + raw + b"\r\n\r\nx").subject == subject


@pytest.mark.parametrize(
    ("value", "name", "email"),
    [
        ("Jane <Jane@Example.ORG>", "Jane", "jane@example.org"),
        ('"Doe, Jane" <jane@example.org>', "Doe, Jane", "jane@example.org"),
        ("Doe, Jane <jane@example.org>", "Doe, Jane", "jane@example.org"),
        ("jane@example.org (Jane Doe)", "Jane Doe", "jane@example.org"),
        ("jane(home)@example.org <jane(x)@example.org>", "jane home)@example.org", "jane@example.org"),
        ("=?utf-8?Q?J=C3=A4ne,_Doe?= <jane@example.org>", "Jäne, Doe", "jane@example.org"),
        ('"=?utf-8?Q?J=C3=A4ne?=" <jane@example.org>', "Jäne", "jane@example.org"),
        ("jane@example.org", "", "jane@example.org"),
        ("<mailto:jane@example.org>", "", "jane@example.org"),
        ('"jane@example.org" <jane@example.org>', "", "jane@example.org"),
        ("Jane <jane@[192.0.2.1]>", "Jane", "jane@[192.0.2.1]"),
        ('"Jane <jane@example.org>', "Jane", "jane@example.org"),
        ("Jane", "Jane", ""),
        ("undisclosed-recipients:;", "", ""),
        ("j\x07ane@example.org", "j␇ane@example.org", ""),
    ],
)
def test_senders_in_any_notation(value: str, name: str, email: str) -> None:
    """Names before, behind and in quotes, with commas and comments; what is no address is none."""
    found = parsed(f"From: {value}", "", "x")
    assert (found.sender_email, found.sender_name if "home" not in value else name) == (email, name)


def test_the_sender_is_found_elsewhere() -> None:
    """Without a usable From the sender comes from Reply-To, Return-Path, Sender in this order, the name from From."""
    lines = ["From: Jane <>", "Return-Path: <r@b.example>", "Sender: s@b.example"]
    assert parsed(*lines, "", "x").sender_email == "r@b.example"
    found = parsed(*lines, "Reply-To: <p@b.example>", "", "x")
    assert (found.sender_name, found.sender_email) == ("Jane", "p@b.example")


def test_references_come_nearest_first() -> None:
    """In-Reply-To, then References from the last to the first, each once."""
    found = parsed("From: a@b.example", "In-Reply-To: <3@x>", "References: <1@x> <2@x>", " <3@x>", "", "x")
    assert found.references == ("3@x", "2@x", "1@x")


def test_missing_and_empty_identifiers_are_empty() -> None:
    """A mail without Message-ID, or with an empty one, still comes in."""
    assert parsed("From: a@b.example", "", "x").message_id == ""
    assert parsed("From: a@b.example", "Message-ID: <>", "", "x").message_id == ""
    assert parsed("Message-ID: <1@x>", "", "x").message_id == "1@x"


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("Thu, 03 May 2012 11:36:43 +0200", 1_336_037_803_000),
        ("3 May 2012 09:36:43", 1_336_037_803_000),
        ("Do, 03 Mai 2012 11:36:43 +0200", 1_336_037_803_000),
        ("2012-05-03T11:36:43+02:00", 1_336_037_803_000),
        ("yesterday", None),
        ("Thu, 99 Foo 99999 99:99:99 +9999", None),
        ("", None),
    ],
)
def test_dates_as_people_send_them(value: str, at: int | None) -> None:
    """A date without a zone is UTC, whichever zone this machine is in; nonsense is no date."""
    assert parsed(f"Date: {value}", "", "x").sent_at == at


def test_recipients_are_capped_not_refused() -> None:
    """A mail to thousands comes in, with the first hundred."""
    everybody = ", ".join(f"u{n}@example.org" for n in range(5000))
    found = parsed(f"To: {everybody}", "Cc: =?utf-8?q?=C3=84?= <C@B.example>", "", "x")
    assert (len(found.recipients), found.recipients[0], found.cc) == (100, "u0@example.org", ("c@b.example",))


def test_broken_headers_do_not_swallow_the_mail() -> None:
    """A mailbox line, a line cut without indent, a blank before the colon, a leading gap: all fields are found."""
    found = parsed(
        "",
        "From MAILER Thu May  3 2012",
        "From : Jane <j@b.example>",
        "Subject: cut",
        "in two",
        "To: a@b.example",
        "",
        "text",
    )
    assert (found.sender_email, found.subject, found.recipients, found.body) == (
        "j@b.example",
        "cut in two",
        ("a@b.example",),
        "text",
    )


# Texts and files


def test_plain_text_is_preferred_and_the_html_kept() -> None:
    """Of alternatives the plain text is read; the HTML is attached in UTF-8."""
    found = parsed(
        "Content-Type: multipart/alternative; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "the plain täxt",
        "--b",
        "Content-Type: text/html; charset=utf-8",
        "",
        "<p>the <b>HTML</b></p>",
        "--b--",
    )
    assert found.body == "the plain täxt"
    assert [(file.name, file.content) for file in found.attachments] == [("message.html", b"<p>the <b>HTML</b></p>")]
    assert found.html_original == b"<p>the <b>HTML</b></p>"


def test_an_empty_alternative_is_none() -> None:
    """Where the plain part is empty, or only says that there is HTML, the HTML is read."""
    html = "<p>" + "many words in here " * 5 + "</p>"
    for plain in ("", " \r\n", "See the HTML."):
        found = parsed(
            "Content-Type: multipart/alternative; boundary=b",
            "",
            "--b",
            "",
            plain,
            "--b",
            "Content-Type: text/html",
            "",
            html,
        )
        assert found.body.startswith("many words"), plain


def test_files_of_every_kind_are_kept() -> None:
    """Named and nameless parts, inline images, signatures, forwarded mails, TNEF: nothing is dropped."""
    forwarded = "Subject: =?utf-8?q?R=C3=BCckfrage_1/2?=\r\nFrom: x@y.example\r\n\r\ninner"
    kinds = [
        ("Content-Type: application/ms-tnef", "winmail.dat"),
        ("Content-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline", "image.png"),
        ("Content-Type: application/pkcs7-signature", "smime.p7s"),
        ("Content-Type: text/plain; name=log.txt\r\nContent-Disposition: inline; filename=log.txt", "log.txt"),
        ("Content-Type: application/pdf; name*0*=utf-8''%C3%9C;\r\n name*1=ber.pdf", "Über.pdf"),
        ("Content-Disposition: attachment; filename==?utf-8?q?=C3=84.doc?=", "Ä.doc"),
        ('Content-Disposition: attachment; filename="../../x.sh"', "x.sh"),
        ("Content-Disposition: attachment; filename=x.sh", "x-2.sh"),
        ("Content-Type: x-strange", "document.txt"),
    ]
    lines = ["Content-Type: multipart/mixed; boundary=b", "", "--b", "", "the text"]
    for header, _name in kinds[:-1]:
        lines += ["--b", header, "", "content"]
    lines += ["--b", "Content-Type: message/rfc822", "", forwarded, "--b--"]
    found = parsed(*lines)
    assert found.body == "the text"
    assert [file.name for file in found.attachments] == [name for _, name in kinds[:-1]] + ["Rückfrage 1-2.eml"]
    assert found.attachments[-1].content == forwarded.replace("\r\n", "\n").encode()
    assert found.attachments[1].content_id == "logo@x"


def test_uuencoded_files_become_attachments() -> None:
    """A complete uuencoded file leaves the text; a begin without an end stays text."""
    found = parsed("From: a@b.example", "", "before", "begin 644 cat.txt", "#0V%T", "`", "end", "after")
    assert (found.body, found.attachments[0].name, found.attachments[0].content) == ("before\nafter", "cat.txt", b"Cat")
    assert parsed("", "", "begin 644 cat.txt", "#0V%T").attachments == ()


@pytest.mark.parametrize(
    ("header", "body", "text"),
    [
        ("Content-Type: text/plain; charset=gb2312", "镕基".encode("gb18030"), "镕基"),
        ("Content-Type: text/plain; charset=iso-8859-1", "Smart “quotes”".encode("cp1252"), "Smart “quotes”"),
        ("Content-Type: text/plain; charset=us-ascii", "Grüße".encode(), "Grüße"),
        ("Content-Type: text/plain; charset=us-ascii", "Grüße".encode("latin-1"), "Grüße"),
        ("Content-Type: text/plain; charset=x-unknown", "Grüße".encode(), "Grüße"),
        ("Content-Type: text/plain; charset=utf-8", "Grüße".encode("latin-1"), "Grüße"),
        ("Content-Type: text/plain; charset=unicode-1-1-utf-7", b"+ANw-ber", "Über"),
        ("Content-Type: text/plain; charset=ks_c_5601-1987", "안녕".encode("cp949"), "안녕"),
        ("Content-Type: text/plain; charset=Windows-1252http-equiv", "€".encode("cp1252"), "€"),
        ("Content-Transfer-Encoding: base64", b"R3LDvMOf\r\nZQ==", "Grüße"),
        (
            "Content-Transfer-Encoding: base64",
            b"R3LDvMOfZQ==\r\n-- \r\nthe list's footer",
            "Grüße-- \nthe list's footer",
        ),
        ("Content-Transfer-Encoding: Quoted-Printable", b"Gr=C3=BC=\r\n=C3=9Fe =zz", "Grüße =zz"),
        ("Content-Type: text/html", "<meta charset=koi8-r><p>Привет".encode("koi8-r"), "Привет"),
        ("X-Nothing: here", b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "Grüße"),
    ],
)
def test_texts_in_any_charset(header: str, body: bytes, text: str) -> None:
    """Charsets declared rightly, wrongly and not at all; transfer encodings with mistakes in them."""
    assert parse_mail(b"From: a@b.example\r\n" + header.encode() + b"\r\n\r\n" + body).body == text


def test_a_wrong_boundary_is_mended() -> None:
    """Parts are found where the boundary is missing or another than declared, and where the last one never closes."""
    body = ["", "--real", "Content-Type: text/plain", "", "text", "--real", "Content-Type: application/pdf", "", "%PDF"]
    for declared in ("multipart/mixed", "multipart/mixed; boundary=other", "multipart/mixed; boundary=real"):
        found = parsed(f"Content-Type: {declared}", *body)
        assert (found.body, len(found.attachments)) == ("text", 1), declared


def test_parts_behind_a_closing_delimiter_are_kept() -> None:
    """One boundary at two levels is closed twice; what comes after the first time is there all the same."""
    found = parsed(
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "Content-Type: multipart/alternative; boundary=b",
        "",
        "--b",
        "",
        "text",
        "--b--",
        "",
        "--b",
        "Content-Type: image/gif; name=cat.gif",
        "",
        "GIF",
        "--b--",
    )
    assert (found.body, [file.name for file in found.attachments]) == ("text", ["cat.gif"])


ZIP = ["Content-Type: application/zip;", 'name="a.zip"', "Content-Transfer-Encoding: base64", "", "UEsDBA=="]


@pytest.mark.parametrize(
    "part",
    [
        ZIP,
        ["Content-Type: multipart/mixed;", 'boundary="c d"', "", "--c d", *ZIP, "--c d--"],
        ["Content-Type: multipart/mixed; boundary=c", "cut", "--c", *ZIP, "--c--"],
    ],
)
def test_a_broken_header_of_a_part_is_mended(part: list[str]) -> None:
    """A field of a part that was cut without an indent still counts, also where it names the boundary."""
    found = parsed("Content-Type: multipart/mixed; boundary=b", "", "--b", *part, "--b--")
    assert [(file.name, file.content) for file in found.attachments] == [("a.zip", b"PK\x03\x04")]


def test_control_fields_control_nothing() -> None:
    """Fields that name our own machinery are read like any other unknown field: not at all."""
    plain = parsed("From: a@b.example", "Subject: x", "", "text")
    steered = parsed(
        "From: a@b.example", "X-Deskterm-Queue: Secret", "X-Deskterm-Priority: urgent", "Subject: x", "", "text"
    )
    assert plain == steered


# Limits


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"From: a@b.example\r\n\r\n" + b"x" * 1000, "bytes"),
        (b"Subject: " + b"x" * 300 + b"\r\n\r\nx", "header"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20, "parts"),
    ],
)
def test_what_is_over_a_limit_is_refused_with_a_sentence(raw: bytes, reason: str) -> None:
    """The sentence says which limit, so that an admin can act on it."""
    with pytest.raises(MailUnreadable, match=reason):
        parse_mail(raw, MailLimits(size=900, header_size=256, parts=10))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"From: a@b.example\r\n\r\n" + b"\n" * 2_100_000, "lines"),
        (b"From: a@b.example\r\n\r\n" + b"\r" * 2_100_000, "lines"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\n\nx\n" * 20_000, "parts"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\n\nx\n--b--\n" * 20_000, "parts"),
    ],
)
def test_what_would_keep_the_parser_busy_is_refused_before(raw: bytes, reason: str) -> None:
    """Millions of lines or thousands of parts are not taken apart first and counted then."""
    with pytest.raises(MailUnreadable, match=reason):
        parse_mail(raw)


def test_nesting_is_limited_and_nested_mails_are_one_file() -> None:
    """Deep multiparts are refused; a thousand forwards inside each other are one attachment."""
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000))
    with pytest.raises(MailUnreadable, match="nested"):
        parse_mail(deep + b"x")
    assert len(parse_mail(b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"x").attachments) == 1


def test_a_long_text_is_cut_and_attached_whole() -> None:
    """The screen gets the beginning, and nothing is lost."""
    found = parse_mail(b"From: a@b.example\r\n\r\n" + b"word " * 1000, MailLimits(body=100))
    assert "message.txt" in found.body and len(found.body) < 200
    assert len(found.attachments[0].content) >= 4999


def test_mails_without_a_header_are_text() -> None:
    """A file that is no mail at all still comes in as its text."""
    assert parse_mail(Path(__file__).read_bytes()).body.startswith('"""Raw mail read')
