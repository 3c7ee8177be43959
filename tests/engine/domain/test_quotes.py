"""What a person wrote, told from what they quoted and how they signed."""

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.engine.domain.quotes import fold, is_bare_thanks, visible_reply
from tests.conftest import SHARED

CASES = SHARED / "email" / "REPLY_EXPECTATIONS.shared.jsonl"
LINES = st.sampled_from(
    """
Text here.
> quoted
>> deeper
--\x20
--
Max
Sent from my iPhone
________
* * *
On Mon, 3 May 2024, Bob <b@x.example> wrote:
-----Original Message-----
From: a
Sent: b
To: c
Subject: d
Am 3. Mai 2024 um 10:00 schrieb
Bob <b@x.example>:
	indented
  > x""".split("\n")
)


def cases() -> list[dict[str, Any]]:
    """The cases with an expected reply or patterns; none where the data is missing."""
    if not CASES.exists():
        return []
    found = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    return [case for case in found if "compare" in case or "reply_matches_regex" in case]


def is_right(case: dict[str, Any]) -> bool:
    """Whether the reply of one case is the expected one."""
    body = (SHARED / "email" / case["input"]).read_bytes().decode("utf-8", "replace")
    reply = visible_reply(body)
    if "compare" in case:
        return reply.strip() == case["expected_reply"].strip()
    wanted = all(re.search(pattern, reply) for pattern in case.get("reply_matches_regex", ()))
    return wanted and not any(re.search(pattern, reply) for pattern in case.get("reply_not_matches_regex", ()))


@pytest.mark.skipif(not CASES.exists(), reason="the shared reply cases are not here")
def test_replies_of_the_world_are_found() -> None:
    """At least nine in ten replies of real mail programs in a dozen languages come out exactly."""
    wrong = [case["input"] for case in cases() if not is_right(case)]
    assert len(wrong) <= len(cases()) * 0.1, wrong


@pytest.mark.parametrize(
    "head",
    [
        "On Tue, May 3, 2022 at 10:00 AM Bob <bob@x.example> wrote:",
        "On Tue, May 3, 2022 at 10:00 AM Bob <\nbob@x.example> wrote:",
        "Am 03.05.2022 um 10:00 schrieb Max Mustermann:",
        "Max <max@x.example> schrieb am Di., 3. Mai 2022,\n10:00:",
        "Le mar. 3 mai 2022 à 10:00, Jean <j@x.example> a écrit :",
        "El mar, 3 may 2022 a las 10:00, Juan (<j@x.example>) escribió:",
        "Il giorno mar 3 mag 2022 alle ore 10:00 Mario <m@x.example> ha scritto:",
        "Em ter., 3 de mai. de 2022 às 10:00, Ana <a@x.example> escreveu:",
        "Op di 3 mei 2022 om 10:00 schreef Jan <j@x.example>:",
        "W dniu 03.05.2022 o 10:00, Jan pisze:",
        "вт, 3 мая 2022 г. в 10:00, Иван <i@x.example>:",
        "在 2022年5月3日，10:00，张三 <z@x.example> 写道：",
        "2022年5月3日(火) 10:00 山田 <y@x.example>:",
        "tis 3 maj 2022 kl. 10:00 skrev Sven <s@x.example>:",
        "ti 3. toukok. 2022 klo 10.00 Matti (m@x.example) kirjoitti:",
        "3 Mayıs 2022 Sal 10:00 tarihinde Ali <a@x.example> şunu yazdı:",
        "-----Ursprüngliche Nachricht-----\nVon: Max",
        "De : Max <m@x.example>\nEnvoyé : mardi 3 mai 2022\nÀ : Bob\nObjet : Salut",
        "差出人: Y\n送信日時: 2022年\n宛先: B\n件名: x",
        "---------- Forwarded message ---------",
        "________________________________\nFrom: Bob\nSent: today\nTo: me\nSubject: x",
    ],
)
@pytest.mark.parametrize("quoted", ["> the old text", "the old text"])
def test_quotes_go_in_any_language(head: str, quoted: str) -> None:
    """The head of a quote is known in every language mail programs speak, with and without `>` below it."""
    assert visible_reply(f"It works now.\n\n{head}\n\n{quoted}\n") == "It works now."


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        ("Fine\n\n-- \nMax\n+49 30 1", "Fine"),
        ("Fine\n\nSent from my iPhone", "Fine"),
        ("Fine\n\nVon meinem iPhone gesendet", "Fine"),
        ("Sent from my desk, it is easier than my phone.", "Sent from my desk, it is easier than my phone."),
        ("Call from mobile fails", "Call from mobile fails"),
        ("> a question\n\nthe answer", "> a question\n\nthe answer"),
        ("On 3 May 2022 Bob <b@x.example> wrote:\n> a question\n\nthe answer", "the answer"),
        ("one\n\n> first\n\ntwo\n\n> second\n\nthree\n\n> rest", "one\n\n> first\n\ntwo\n\n> second\n\nthree"),
        ("Steps:\n\n---\n\n1. reboot\n---\n2. cry", "Steps:\n\n---\n\n1. reboot\n---\n2. cry"),
        ("On the server run:\n\ntelnet 127.0.0.1", "On the server run:\n\ntelnet 127.0.0.1"),
        ("From: is an empty field here", "From: is an empty field here"),
        ("> only a quote", "> only a quote"),
        ("", ""),
    ],
)
def test_what_was_written_stays(body: str, reply: str) -> None:
    """Signatures and the quotes around the text go; answers between quotes and lookalikes stay."""
    assert visible_reply(body) == reply


@given(st.lists(LINES, max_size=30).map("\n".join))
def test_something_written_is_never_hidden_whole(body: str) -> None:
    """A body that is not blank has a visible reply, and its folded segments put together are the body."""
    assert bool(visible_reply(body).strip()) == bool(body.strip())
    assert "\n".join(lines for _, lines in fold(body)) == body


def test_a_screen_can_fold_quotes_and_signature() -> None:
    """Segments come in order, each by its name."""
    folded = fold("Hi\n\n> old\n> older\n\nmore\n-- \nMax")
    assert [name for name, _ in folded] == ["text", "quote", "text", "signature"]
    assert folded[1][1] == "> old\n> older"


@pytest.mark.parametrize(
    "piece",
    [
        "> x\n",
        "On x <a@b\n",
        "--\nx\n",
        "____\n\n",
        "From: a\n",
        "On 1 wrote:\n\n",
        "- " * 190 + "\n",
        "2016-01-01 a <b\n",
    ],
)
def test_time_is_linear(piece: str) -> None:
    """Half a megabyte of the worst lines is read within seconds, not hours."""
    body = piece * (400_000 // len(piece)) + "x"
    started = time.perf_counter()
    visible_reply(body)
    assert time.perf_counter() - started < 8


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you very much, that works now.\n\nBest regards,\nJane Doe",
        "Vielen Dank!\n\nViele Grüße\nMax Mustermann",
        "Hi Bob,\nthanks a lot for your help!\n\nOn Mon, 3 May 2024, Bob <b@x.example> wrote:\n> is it ok? 1 2 3",
        "Merci beaucoup !",
        "Muchas gracias por su ayuda",
        "Спасибо большое!",
        "谢谢您的帮助！",
        "ありがとうございます。",
        "Thank you 👍",
    ],
)
def test_bare_thanks_are_known(text: str) -> None:
    """A short message that only thanks, greets and signs does not wake a ticket."""
    assert is_bare_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "Thanks, but it still does not work",
        "Thanks. Can you also reset my password?",
        "Danke, leider geht es immer noch nicht.",
        "Danke, Drucker kaputt",
        "Server down again, thanks",
        "Not working, thanks.",
        "Password reset please. Thanks",
        "Thanks in advance",
        "Thanks, please reopen",
        "Thanks. No.",
        "Thanks, see 4711",
        "Gracias, sigue fallando",
    ],
)
def test_news_beside_the_thanks_counts(text: str) -> None:
    """Whoever asks, reports or gives a number wants an answer, however politely."""
    assert not is_bare_thanks(text)
