"""Mail made of pieces and of damaged real mails: read or refused, never anything else."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.engine.formats.mail import MailUnreadable, ParsedMail, parse_mail
from deskterm.engine.formats.mail_process import _decoded, _encoded
from tests.conftest import SHARED

SEEDS = sorted(path for path in (SHARED / "email").rglob("*.eml") if path.stat().st_size < 20_000)

WORDS = rb"""From:|Subject:|To:|Content-Type:|multipart/mixed; boundary=b|multipart/alternative|--b|--b--
|text/html; charset=|message/rfc822|gb2312|utf-7|=?utf-8?b?|?=|<a@b.example>|"|(|)|\|begin 644 x
|end
|Content-Transfer-Encoding: base64|<p>|<a href=|filename*0*=utf-8''%|; name=|Date: Thu, 1|x| |Action: failed
|Content-Disposition: attachment|multipart/report; boundary=b|message/delivery-status"""
BYTES = [b"\r\n", b"\r", b"\r\n\r\n", b"\xe4\xf6", b"\x00", b"\x1b$B", b"\t"]
PIECES = st.sampled_from([*WORDS.split(b"|"), *BYTES])


def check(raw: bytes) -> None:
    """A mail is refused with a sentence, or holds only what can be shown, stored and sent through the pipe."""
    try:
        found = parse_mail(raw)
    except MailUnreadable as refusal:
        assert str(refusal).endswith(".")
        return
    assert isinstance(found, ParsedMail) and _decoded(_encoded(found)) == found
    texts = [found.subject, found.sender_name, found.sender_email, found.message_id, found.body, found.reply_to]
    texts += [*found.references, *found.recipients, *found.cc, *(file.name for file in found.attachments)]
    texts += [file.media_type + file.content_id for file in found.attachments]
    shown = json.dumps(texts, ensure_ascii=False)
    shown.encode()
    assert not any(code in "".join(texts) for code in "\x00\x1b\x9b\r\u202e")


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map(b"".join))
def test_mails_of_any_pieces(raw: bytes) -> None:
    """Header, boundary, charset and encoding in any order."""
    check(raw)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_mails_of_any_bytes(raw: bytes) -> None:
    """Bytes that were never meant as mail."""
    check(raw)


@pytest.mark.skipif(not SEEDS, reason="the shared mails are not here")
@pytest.mark.parametrize("seed", range(8))
def test_damaged_mails(seed: int) -> None:
    """Real mails with bytes flipped, cut, doubled and swapped."""
    chance = random.Random(seed)
    for path in chance.sample(SEEDS, 60):
        raw = bytearray(path.read_bytes())
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(raw) + 1)
            raw[at : at + chance.choice((0, 1, 1, 50))] = chance.choice(
                (b"", b"\n", b"--", bytes([chance.randrange(256)]))
            )
        check(bytes(raw[: chance.randint(0, len(raw))] if chance.random() < 0.3 else raw))
