"""The starter desk hangs together and sends common mails where a small office would."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from deskterm.engine.domain.query import parse as parse_query
from deskterm.engine.domain.rules import Rule, examine, facts_after, parse_rule, references
from deskterm.engine.model.enums import Category

DESK = tomllib.loads((Path(__file__).parents[3] / "data" / "starter" / "desk.toml").read_text("utf-8"))


def kept(position: int, data: dict) -> Rule:
    """A rule as the desk keeps it."""
    parts = parse_rule(data)
    fields = {name: getattr(parts, name) for name in ("name", "enabled", "stop", "queue", "when")}
    return Rule(id=position, position=position, condition=parts.condition, actions=parts.actions, **fields)


RULES = [kept(position, data) for position, data in enumerate(DESK["rule"], 1)]


def names(table: str) -> set[str]:
    """The names in a table of the starter desk."""
    return {entry["name"] for entry in DESK[table]}


def routed(rules: Iterable[Rule], subject: str, body: str = "", sender: str = "ann@example.org") -> dict:
    """The facts of a new ticket after the rules have run in order, each stopping where it says so."""
    facts = {
        "subject": subject,
        "body": body,
        "sender": sender,
        "queue": "Service Desk",
        "priority": "normal",
    }
    for rule in rules:
        if examine(rule, facts).matched:
            facts = facts_after(rule.actions, facts)
            if rule.stop:
                break
    return facts


EXAMPLES = [
    # Network
    ("VPN disconnects every ten minutes", "Network"),
    ("AnyConnect: Verbindung bricht ab", "Network"),
    ("La VPN no funciona desde casa", "Network"),
    ("VPNに接続できません", "Network"),
    ("ＶＰＮが切れる", "Network"),
    ("مشكلة في الاتصال عن بعد", "Network"),
    ("No Wi-Fi in meeting room 3", "Network"),
    ("WLAN im 2. Stock sehr langsam", "Network"),
    ("Sin internet en la oficina", "Network"),
    ("無線LANが遅い", "Network"),
    ("شبكة المكتب بطيئة", "Network"),
    ("Guest Wi-Fi password please", "Network"),
    ("Server is down", "Network"),
    # Accounts
    ("Password reset", "Accounts"),
    ("VPN password expired", "Accounts"),
    ("Cannot log in to my laptop", "Accounts"),
    ("New phone, MFA code missing", "Accounts"),
    ("Passwort vergessen", "Accounts"),
    ("Mein Konto ist gesperrt", "Accounts"),
    ("Olvidé mi contraseña", "Accounts"),
    ("Mot de passe expiré", "Accounts"),
    ("パスワードを忘れました", "Accounts"),
    ("نسيت كلمة المرور", "Accounts"),
    ("New starter on 1 March: laptop and phone", "Accounts"),
    ("Neue Mitarbeiterin ab Montag", "Accounts"),
    ("Nueva empleada el lunes", "Accounts"),
    ("新入社員のPC準備", "Accounts"),
    ("موظف جديد يوم الأحد", "Accounts"),
    ("Offboarding: J. Doe, last day Friday", "Accounts"),
    ("Austritt zum 31.03.", "Accounts"),
    ("退職者のアカウント", "Accounts"),
    ("Access to the finance folder", "Accounts"),
    ("Zugriff auf Laufwerk P:", "Accounts"),
    ("共有フォルダの権限", "Accounts"),
    # Workplace
    ("Printer on floor 2 has a paper jam", "Workplace"),
    ("Netzwerkdrucker druckt nicht", "Workplace"),
    ("La impresora no imprime", "Workplace"),
    ("プリンターが動かない", "Workplace"),
    ("الطابعة لا تعمل", "Workplace"),
    ("Laptop battery swollen", "Workplace"),
    ("Zweiter Bildschirm bleibt schwarz", "Workplace"),
    ("El teclado no responde", "Workplace"),
    ("モニターが映らない", "Workplace"),
    ("شاشة الحاسوب سوداء", "Workplace"),
    # Applications
    ("Outlook keeps asking to restart", "Applications"),
    ("Postfach ist voll", "Applications"),
    ("No recibo correos", "Applications"),
    ("メールが届かない", "Applications"),
    ("لا أستطيع فتح البريد", "Applications"),
    ("Please install Visio", "Applications"),
    ("Lizenz für Acrobat", "Applications"),
    ("ソフトのインストール", "Applications"),
    ("Bug: totals are wrong in the report", "Applications"),
    ("SAP is very slow today", "Applications"),
    # Security
    ("Phishing mail from our bank?", "Security"),
    ("Verdächtige E-Mail erhalten", "Security"),
    ("Correo sospechoso", "Security"),
    ("フィッシングメールが届きました", "Security"),
    ("رسالة مشبوهة", "Security"),
    ("Laptop stolen on the train", "Security"),
    ("Diensthandy verloren", "Security"),
    # Service Desk
    ("Invoice 4711", "Service Desk"),
    ("Bestellung: zwei Monitore", "Service Desk"),
    ("見積書の件", "Service Desk"),
    ("Spring newsletter: printers 20% off", "Service Desk"),
    ("Lunch on Friday?", "Service Desk"),
    ("Vielen Dank!", "Service Desk"),
]


@pytest.mark.parametrize(("subject", "queue"), EXAMPLES)
def test_a_common_mail_goes_to_its_queue(subject, queue):
    """What people write in five languages is sent to the queue that deals with it."""
    assert routed(RULES, subject)["queue"] == queue


def test_stopping_is_what_keeps_a_ticket_where_it_belongs():
    """Were no rule to stop the run, later and broader rules would carry some of the examples away."""
    endless = [replace(rule, stop=False) for rule in RULES]
    moved = {subject for subject, queue in EXAMPLES if routed(endless, subject)["queue"] != queue}
    assert {
        "VPN password expired",
        "New starter on 1 March: laptop and phone",
        "Laptop stolen on the train",
    } <= moved


def test_a_word_in_the_body_is_enough_where_it_is_plain():
    """A mail with an empty subject is routed by what it says."""
    assert routed(RULES, "", "Hello, my VPN has been failing since Monday.")["queue"] == "Network"
    assert routed(RULES, "Help", "Please reset my password.")["queue"] == "Accounts"


@pytest.mark.parametrize(
    "subject",
    [
        "Email is down for everyone",
        "Network outage in Graz",
        "Nobody can open the shop",
        "Totalausfall Telefonanlage",
        "Servidor caído",
        "ネットワーク障害",
        "انقطاع الخدمة",
    ],
)
def test_an_outage_is_urgent(subject):
    """Words that mean that many people stand still make an urgent incident."""
    facts = routed(RULES, subject)
    assert (facts["priority"], facts["type"], "outage" in facts["tags"]) == ("urgent", "Incident", True)


@pytest.mark.parametrize(
    "subject",
    [
        "Planned network outage on Sunday",
        "Geplante Wartung: Serverausfall möglich",
        "My printer is down",
        "The sun went down",
        "ソフトのダウンロード",
    ],
)
def test_what_only_sounds_like_an_outage_is_not(subject):
    """A notice of maintenance and a single device do not wake anybody."""
    assert routed(RULES, subject)["priority"] == "normal"


def test_urgent_words_raise_but_never_lower():
    """A marked mail becomes high; an outage stays urgent."""
    assert routed(RULES, "URGENT: contract")["priority"] == "high"
    assert routed(RULES, "至急お願いします")["priority"] == "high"
    assert routed(RULES, "Urgent: internet is down")["priority"] == "urgent"


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("Excel", "It crashes when I open the file.", "Incident"),
        ("Request for a second screen", "", "Request"),
        ("Traceback on export", "", "Bug"),
        ("Shop", "Steps to reproduce: open the cart. It does not work.", "Bug"),
        ("Change request: firewall rule for the shop", "", "Change"),
        ("変更依頼：サーバー", "", "Change"),
    ],
)
def test_the_wording_gives_the_type(subject, body, expected):
    """What is wanted follows from how it is said; the more specific word wins."""
    assert routed(RULES, subject, body)["type"] == expected


@pytest.mark.parametrize(
    ("subject", "sender", "priority"),
    [
        ("** PROBLEM Service Alert: mail01/SMTP is CRITICAL **", "ann@example.org", "high"),
        ("[FIRING:2] DiskFull (printer-spool)", "alertmanager@example.org", "high"),
        ("** RECOVERY Host Alert: db1 is UP **", "nagios@example.org", "normal"),
        ("Disk 80% on sap-prod", "icinga+graz@example.org", "normal"),
    ],
)
def test_monitoring_goes_to_network_whatever_it_names(subject, sender, priority):
    """A monitoring mail is recognised by its sender or its shape, and no word in it moves it."""
    facts = routed(RULES, subject, sender=sender)
    assert (facts["queue"], facts["type"], facts["priority"]) == ("Network", "Incident", priority)
    assert facts["tags"] == ("monitoring",)


def test_advertising_waits():
    """A newsletter is of low priority, stays on the first line and is not urgent for saying so."""
    facts = routed(RULES, "URGENT offer: VPN for all", sender="marketing@shop.example")
    assert (facts["queue"], facts["priority"]) == ("Service Desk", "low")


def test_rules_name_only_what_the_desk_has():
    """Every queue, type and status in a rule exists, spelled the same, and no rule names a person."""
    known = {"queue": names("queue"), "type": names("type"), "status": names("status"), "assignee": set()}
    for rule in RULES:
        for reference in references(rule):
            assert reference.name in known[reference.kind], f"{rule.name}: {reference}"


@pytest.mark.parametrize("table", ["queue", "type", "status", "view", "rule"])
def test_names_are_unique(table):
    """No two entries share a name, not even in another case."""
    folded = [entry["name"].casefold() for entry in DESK[table]]
    assert len(folded) == len(set(folded))


def test_every_rule_does_something():
    """A rule changes the ticket or ends the run."""
    assert all(rule.actions or rule.stop for rule in RULES)
    assert len(RULES) >= 12


def test_the_statuses_cover_the_categories():
    """Every category has one status to enter it by, and one pending status waits for the requester."""
    labels = [category.label for category in Category]
    assert sorted(entry["category"] for entry in DESK["status"] if entry.get("default")) == sorted(labels)
    assert {entry["category"] for entry in DESK["status"]} == set(labels)
    waiting = [entry for entry in DESK["status"] if entry.get("waits_for_requester")]
    assert [entry["category"] for entry in waiting] == ["pending"]


def test_one_queue_takes_what_nobody_claims():
    """There is exactly one default queue, and each queue says what it is for."""
    assert [entry["name"] for entry in DESK["queue"] if entry.get("default")] == ["Service Desk"]
    assert all(entry["description"] for entry in DESK["queue"])


def test_the_views_are_queries():
    """Every shared view parses and has a place of its own."""
    for view in DESK["view"]:
        parse_query(view["query"])
    assert [view["position"] for view in DESK["view"]] == list(range(1, len(DESK["view"]) + 1))
