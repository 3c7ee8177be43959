"""What a person wrote in a mail, told from what they quoted and how they signed.

Only for display: the stored body is never cut. Everything here is linear in the length of the body. A line is judged
by its own words and, where mail programs break their lines, by up to four lines after it.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

_LONGEST_LINE = 400
"""Characters of a line, or of lines joined, that can be the head of a quote."""

_HEAD_LINES = 5
"""Lines over which mail programs break the head of a quote."""

_HEADER_LINES = 12
"""Lines in which the fields of a quoted mail must follow each other."""

_SIGNATURE_LINES = {"-- ": 30, "--": 14}
"""How many filled lines a signature may have: the marker with a blank is RFC 3676, without it is also just a line."""


class _Kind(Enum):
    BLANK = auto()
    TEXT = auto()
    QUOTED = auto()
    HEAD = auto()
    """One line of "On … somebody wrote:"."""
    DIVIDER = auto()
    """"----- Original Message -----" and the fields From, Sent, To, Subject: all after it is another mail."""
    SIGNATURE = auto()
    DEVICE = auto()
    """"Sent from my iPhone"."""
    RULE = auto()


@dataclass(frozen=True, slots=True)
class _Segment:
    """Lines `start` to `end` (not included) of one name: text, quote or signature."""

    name: str
    start: int
    end: int


def visible_reply(body: str) -> str:
    """The reply without the quotes and the signature around it; never empty when something was written.

    A quote with an answer below it stays, since the answer needs it; only its head ("On … wrote:") goes.
    """
    lines = body.replace("\r\n", "\n").split("\n")
    kinds = _kinds(lines)
    segments = _segments(lines, kinds)
    filled = [at for at, part in enumerate(segments) if part.name == "text" and _has_words(lines, part)]
    if not filled:
        return _without_signature(lines, segments) or body.strip()
    first = filled[0] if _has_head(kinds, segments[: filled[0]]) else 0
    kept: list[str] = []
    for part in segments[first : filled[-1] + 1]:
        if part.name != "signature":
            span = range(part.start, part.end)
            kept += [_shown(lines[at], kinds[at]) for at in span if kinds[at] is not _Kind.HEAD]
    return _trimmed(kept) or body.strip()


def fold(body: str) -> tuple[tuple[str, str], ...]:
    """The whole body in segments (`text`, `quote` or `signature`, and its lines) for a screen that folds quotes.

    The lines of all segments, joined by line feeds, are the body again.
    """
    lines = body.split("\n")
    parts = _segments(lines, _kinds(lines))
    return tuple((part.name, "\n".join(lines[part.start : part.end])) for part in parts)


def _shown(line: str, kind: _Kind) -> str:
    return "" if kind is _Kind.BLANK else line


def _trimmed(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n").rstrip()


def _has_words(lines: list[str], part: _Segment) -> bool:
    return any(re.search(r"[^\W_]", line) for line in lines[part.start : part.end])


def _has_head(kinds: list[_Kind], segments: list[_Segment]) -> bool:
    return any(kinds[at] in (_Kind.HEAD, _Kind.DIVIDER) for part in segments for at in range(part.start, part.end))


def _without_signature(lines: list[str], segments: list[_Segment]) -> str:
    """All but the signature, for a mail that is nothing but a quote."""
    return _trimmed([line for part in segments if part.name != "signature" for line in lines[part.start : part.end]])


# ------------------------------------------------------------------------------------------------ segments


def _segments(lines: list[str], kinds: list[_Kind]) -> list[_Segment]:
    """The lines cut into segments without a gap; neighbours of one name are one segment."""
    segments: list[_Segment] = []
    wrote, at = False, 0
    while at < len(kinds):
        name, end = _segment_at(lines, kinds, at, wrote)
        wrote = wrote or (name == "text" and kinds[at] is _Kind.TEXT)
        if segments and segments[-1].name == name:
            segments[-1] = _Segment(name, segments[-1].start, end)
        else:
            segments.append(_Segment(name, at, end))
        at = end
    return segments


def _segment_at(lines: list[str], kinds: list[_Kind], at: int, wrote: bool) -> tuple[str, int]:
    """Name and end of what begins at a line. `wrote`: whether text came before it."""
    kind = kinds[at]
    if kind is _Kind.RULE:
        return _after_rule(lines, kinds, at, wrote)
    if kind is _Kind.DIVIDER:
        return "quote", len(kinds)
    if kind is _Kind.HEAD:
        return _quote_after_head(kinds, at, wrote)
    if kind is _Kind.QUOTED:
        return "quote", _end_of_quote(kinds, at)
    if kind is _Kind.SIGNATURE:
        return _signature_at(lines, kinds, at)
    return ("signature" if kind is _Kind.DEVICE else "text"), at + 1


def _after_rule(lines: list[str], kinds: list[_Kind], at: int, wrote: bool) -> tuple[str, int]:
    """A rule belongs to the quoted mail below it, or is an ornament at the end; else it is text."""
    below = _next_filled(kinds, at + 1, skip=_Kind.RULE)
    if below == len(kinds):
        return "signature", len(kinds)
    if kinds[below] is _Kind.DIVIDER or (kinds[below] is _Kind.HEAD and wrote):
        return "quote", below
    if wrote and _is_footer(lines, kinds, at):
        return "signature", len(kinds)
    return "text", below


def _is_footer(lines: list[str], kinds: list[_Kind], at: int) -> bool:
    """A line of underscores with a blank one above and little below is how lists and companies sign."""
    below = kinds[at + 1 :]
    filled = sum(kind is not _Kind.BLANK for kind in below[:60])
    return kinds[at - 1] is _Kind.BLANK and lines[at].strip().strip("_") == "" and len(below) < 60 and filled <= 6


def _quote_after_head(kinds: list[_Kind], at: int, wrote: bool) -> tuple[str, int]:
    """With `>` below the head: the quote. Without: the rest is the quoted mail, unless nothing was written above."""
    end = at
    while end < len(kinds) and kinds[end] is _Kind.HEAD:
        end += 1
    below = _next_filled(kinds, end)
    if below < len(kinds) and kinds[below] is _Kind.QUOTED:
        return "quote", _end_of_quote(kinds, below)
    return "quote", len(kinds) if wrote else end


def _end_of_quote(kinds: list[_Kind], at: int) -> int:
    """The line after the last quoted one; blank lines between quoted ones belong to the quote."""
    end = at
    while end < len(kinds) and kinds[end] in (_Kind.QUOTED, _Kind.BLANK):
        end += 1
    while kinds[end - 1] is _Kind.BLANK:
        end -= 1
    return end


def _signature_at(lines: list[str], kinds: list[_Kind], at: int) -> tuple[str, int]:
    """A signature reaches to the next quote or the end; too long a one is text."""
    longest = _SIGNATURE_LINES["-- " if lines[at].rstrip("\r") == "-- " else "--"]
    end, filled = at + 1, 0
    while end < len(kinds) and kinds[end] not in (_Kind.QUOTED, _Kind.HEAD, _Kind.DIVIDER):
        filled += kinds[end] is not _Kind.BLANK
        end += 1
        if filled > longest or end - at > 3 * longest:
            return "text", at + 1
    return "signature", end


def _next_filled(kinds: list[_Kind], at: int, skip: _Kind = _Kind.BLANK) -> int:
    while at < len(kinds) and kinds[at] in (_Kind.BLANK, skip):
        at += 1
    return at


# ------------------------------------------------------------------------------------------------ lines

_EMPTY = " \t\r\f\v\xa0\u1427\u200b\ufeff"
"""Also a mark that a browser extension for Gmail leaves on a line of its own."""

_QUOTED = re.compile(r"[ \t]{0,3}[A-Za-z]{0,3}[>|]|[ \t]*>")
_SIGNATURE = re.compile(r"(?:--|—|––|- -)[ \t]*$")
_RULE = re.compile(r"(?:[-=_*#~+–—][ \t]?+){3,}+$")


def _kinds(lines: list[str]) -> list[_Kind]:
    """What each line is."""
    kinds = [_kind(line) for line in lines]
    at = 0
    while at < len(lines):
        if kinds[at] is _Kind.TEXT or kinds[at] is _Kind.RULE:
            at += _mark_quoted_mail(lines, kinds, at)
        else:
            at += 1
    return kinds


def _kind(line: str) -> _Kind:
    start = line[:_LONGEST_LINE]
    if not start.strip(_EMPTY):
        return _Kind.BLANK
    if _QUOTED.match(start):
        return _Kind.QUOTED
    if len(line) > _LONGEST_LINE:
        return _Kind.TEXT
    return _kind_of_short(line.strip(" \t\r\xa0"))


def _kind_of_short(line: str) -> _Kind:
    if _SIGNATURE.match(line):
        return _Kind.SIGNATURE
    if _RULE.match(line):
        return _Kind.RULE
    if _DIVIDER.match(line):
        return _Kind.DIVIDER
    return _Kind.DEVICE if _DEVICE.match(line) else _Kind.TEXT


def _mark_quoted_mail(lines: list[str], kinds: list[_Kind], at: int) -> int:
    """Marks the head of a quote, or the fields of a quoted mail, beginning at this line; how many lines that took."""
    if _is_header_block(lines, kinds, at):
        kinds[at] = _Kind.DIVIDER
        return 1
    size = _head_size(lines, kinds, at)
    kinds[at : at + size] = [_Kind.HEAD] * size
    return max(size, 1)


def _is_header_block(lines: list[str], kinds: list[_Kind], at: int) -> bool:
    """Whether the fields of a mail begin here: From or the date first, then at least two others close by."""
    first = _FIELD.match(_plain(lines[at]))
    if not first or not (first["from"] or first["date"]):
        return False
    found = {_field_name(first)}
    for line in lines[at + 1 : at + _HEADER_LINES]:
        field = _FIELD.match(_plain(line))
        if field:
            found.add(_field_name(field))
        elif len(found) >= 3:
            break
    return len(found) >= 3 and "from" in found and bool(found & {"date", "subject"})


def _field_name(field: re.Match[str]) -> str:
    return next(name for name, value in field.groupdict().items() if value)


def _plain(line: str) -> str:
    """A line without the ornaments of converted HTML."""
    return line[:_LONGEST_LINE].replace("*", "").replace("_", "").strip(" \t\r\xa0")


def _head_size(lines: list[str], kinds: list[_Kind], at: int) -> int:
    """Over how many lines "On … somebody wrote:" goes that begins here; 0 if none does."""
    joined = ""
    for size in range(1, _HEAD_LINES + 1):
        here = at + size - 1
        # A broken address of a quoted head may begin with `>` of its own.
        if here >= len(lines) or kinds[here] is _Kind.BLANK or (size == 1 and kinds[here] is _Kind.QUOTED):
            return 0
        joined = f"{joined} {_plain(lines[here])}".strip()
        if len(joined) > _LONGEST_LINE or (size == 1 and not _OPENER.match(joined) and not _is_head(joined)):
            return 0
        if _is_head(joined) or (_DATED_NAME.match(joined) and _is_above_quote(kinds, here + 1)):
            return size
    return 0


def _is_above_quote(kinds: list[_Kind], at: int) -> bool:
    below = _next_filled(kinds[at : at + 3], 0)
    return kinds[at + below : at + below + 1] == [_Kind.QUOTED]


def _is_head(text: str) -> bool:
    if not _HEAD_END.search(text):
        return False
    if _WROTE.search(text):
        return bool(_MOMENT_OR_ADDRESS.search(text))
    return bool(_DATED_ADDRESS.match(text))


# ------------------------------------------------------------------------------------------------ words

_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreibt|geschrieben|a écrit|écrivait|écrit|escribi[óo]|escribe|ha scritto|scrive|"
    r"scritto|scrisse|escreveu|schreef|geschreven|skrev|skriver|kirjoitti|napisał\(a\)|napisała?|napisal[ai]?|"
    r"napsal(?:\(a\))?|napsala|pisze|написала?|написал\(а\)|пишет|писала?|пише|написав|yazdı|yazmış|írta|a scris|"
    r"έγραψε|va escriure|escrigué|menulis|đã viết|viết|je napisao|napísala?|parašė|rakstīja|kirjutas|rašė)\b|"
    r"写道|寫道|编写|書きました|のメール|작성|כתב|كتب|เขียน",
    re.IGNORECASE,
)
_HEAD_END = re.compile(r"[:：][ \t*]*(?:\[[^\]]*\])?$|\bwrote[ \t]*[-*]*$|のメール$|作成$", re.IGNORECASE)
_MOMENT_OR_ADDRESS = re.compile(r"\d[\d.:/-]|\d{1,2}[ .,]|@|\byou wrote\b", re.IGNORECASE)
_DATE = r"(?:\d{1,4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,4}|\d{1,2}\.?\s(?:de\s)?\w{3,12}\.?,?\s(?:de\s)?\d{4}|\w{2,12}\.?,)"
_DATED_ADDRESS = re.compile(rf"{_DATE}.{{0,250}}<[^<>\s]{{0,20}}\s?[^<>\s]+@[^<>]+>\s*[:：]$")
_DATED_NAME = re.compile(rf"{_DATE}.{{0,250}}<\s?[^<>\s]+@[^<>]+>$")
_OPENER = re.compile(
    r"[-\s\"'‘“]*+(?:(?:on|at|in|am|an|den|le|il|el|em|no dia|op|w|dnia|dne|dňa|pe|la|à|a|kl|ngày|vào|lúc|pada|στις|"
    r"στο|tarihinde|date|в|на|у|от|по|die|den|dia|de|da|al|lør|søn|mån|am)\b|在|于|於|\d|[^\W\d_]{2,12}\.?,|"
    r"[^<>]{1,80}<[^<>]*@[^<>]*>?.{0,60}$|[^<>]{1,80}<$)",
    re.IGNORECASE,
)
_ORIGINAL = (
    "original message|original email|original mail|original appointment|reply message|forwarded message|"
    "forwarded by .{1,80}|ursprüngliche nachricht|ursprüngliche e-?mail|originalnachricht|original-nachricht|"
    "weitergeleitete nachricht|message d'origine|message d’origine|message original|message transféré|message initial|"
    "mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada|messaggio originale|"
    "messaggio inoltrato|messaggio orig\\.|oorspronkelijk bericht|oorspronkelijke bericht|doorgestuurd bericht|"
    "ursprungligt meddelande|vidarebefordrat meddelande|opprinnelig melding|oprindelig meddelelse|"
    "videresendt melding|videresendt meddelelse|alkuperäinen viesti|välitetty viesti|oryginalna wiadomość|"
    "wiadomość oryginalna|treść oryginalnej wiadomości|przekazana wiadomość|исходное сообщение|"
    "пересылаемое сообщение|пересланное сообщение|вихідне повідомлення|původní zpráva|přeposlaná zpráva|"
    "pôvodná správa|eredeti üzenet|továbbított üzenet|orijinal mesaj|özgün ileti|yönlendirilmiş ileti|"
    "mesaj original|mesaj redirecționat|αρχικό μήνυμα|原始邮件|原始郵件|原邮件|邮件原件|转发的邮件|轉寄的郵件|"
    "元のメッセージ|転送メッセージ|원본 메시지|원본 메일|전달된 메시지|הודעה מקורית|الرسالة الأصلية"
)
_FORWARD_BEGINS = (
    "begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)|"
    "début du message (?:réexpédié|transféré)|"
    "inicio del mensaje reenviado|inizio (?:del )?messaggio inoltrato|início da mensagem (?:re)?encaminhada|"
    "begin doorgestuurd bericht|vidarebefordrat brev|videresendt melding|start på videresendt e-?mail|"
    "początek przekazywanej wiadomości|начало переадресованного сообщения|нижче переслане повідомлення"
)
_DIVIDER = re.compile(
    rf"[-=_*~<\s]{{2,}}+(?:{_ORIGINAL})[-=_*~>\s:：]*+$|(?:{_ORIGINAL})\s*[-=_*~]{{2,}}$|"
    rf"(?:{_FORWARD_BEGINS})\s*[:：]?$",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"[>\s]*(?:(?P<from>from|von|de|da|van|från|fra|od|от|від|od|desde|expéditeur|afsender|avsender|lähettäjä|kimden|"
    r"feladó|de la|από|发件人|寄件者|寄件人|差出人|送信者|보낸\s?사람|보낸이|מאת|من|gửi từ|từ)"
    r"|(?P<date>sent|date|gesendet(?: am)?|datum|envoyé(?: le)?|enviado(?: el| em)?|fecha|inviato|data|verzonden|"
    r"skickat|sendt|lähetetty|päivämäärä|päiväys|wysłano|data|отправлено|дата|надіслано|odesláno|odoslané|elküldve|dátum|"
    r"gönderildi|gönderme tarihi|tarih|trimis|στάλθηκε|ημερομηνία|发送时间|發送時間|日期|日付|送信日時|"
    r"보낸 날짜|날짜|נשלח|تاريخ الإرسال|dato)"
    r"|(?P<to>to|an|à|para|pour|a|aan|till|til|do|кому|komu|címzett|kime|către|προς|vastaanottaja|"
    r"收件人|宛先|받는 사람|אל|إلى)"
    r"|(?P<cc>cc|copie|kopie|kopi|kopia|копия|copia|dw|抄送|副本|참조|"
    r"reply-to|antwort an|risposta|répondre à|responder a)"
    r"|(?P<subject>subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|тема|předmět|predmet|tárgy|"
    r"konu|subiect|θέμα|主题|主旨|主題|件名|제목|נושא|الموضوع))\s?[:：](?=\s|$|[^\s/])",
    re.IGNORECASE,
)
_DEVICES = (
    "iphone|ipad|ipod|android|mobile|mobil|phone|handy|smartphone|cell|tablet|blackberry|galaxy|samsung|huawei|xiaomi|"
    "htc|nokia|sony|windows|outlook|mail|mailbox|yahoo|airmail|watch|mac|macbook|telefon|téléphone|móvil|celular|telefoon"
)
_DEVICE = re.compile(
    rf"[<(\s]*(?:sent|gesendet|versendet|envoyé|enviado|inviato|verzonden|skickat|sendt|wysłan[eo]|odeslán[oa]|"
    rf"odoslané|отправлено|надіслано|lähetetty|küldve|gönderildi|trimis)\s(?:from|via|with|von|mit|aus|über|depuis|"
    rf"de|à partir|avec|desde|do|da|dal|vanaf|met|från|fra|z|ze|с|из|з)\b(?:\s+\S+){{0,5}}?\s*\S{{0,3}}"
    rf"\b(?:{_DEVICES})\b.{{0,80}}$"
    rf"|[<(\s]*sent from (?:my )?[\w-]+(?:\s[\w-]+){{0,2}}[.)>]*$"
    rf"|(?:\w+ )?from (?:my )?(?:{_DEVICES})(?: \d{{1,2}})?$"
    r"|get \[?outlook for .{0,80}$|outlook für .{1,40} (?:beziehen|herunterladen).{0,60}$"
    r"|télécharger outlook pour .{0,60}$|obtener outlook para .{0,60}$|<*sent by \w+>*$"
    r"|von meinem .{1,40} gesendet\.?$|(?:diese|dies) (?:nachricht|mail|e-mail) wurde (?:von|mit) .{1,80} gesendet\.?$"
    r"|lähetetty .{1,30}(?:sta|stä|lta|ltä)$|.{0,20}iphoneから送信$"
    r"|(?:从|從|发自|發自)我的.{1,30}$|나의 .{1,20}에서 보냄$",
    re.IGNORECASE,
)

# ------------------------------------------------------------------------------------------------ thanks

_THANKS_WORDS = """
thanks thank thx thanx thankyou cheers ty danke dank dankeschön vielen merci gracias grazie obrigado obrigada
bedankt dankjewel dankuwel tack takk tak kiitos kiitti dzięki dziękuję dziekuje спасибо благодарю дякую děkuji
díky ďakujem köszönöm köszi teşekkürler teşekkür sağol mulțumesc ευχαριστώ hvala תודה شكرا شكراً
"""
_THANKS = frozenset(_THANKS_WORDS.split())
_THANKS_UNSPACED = re.compile(
    r"(?:谢谢|謝謝|多谢|多謝|感谢|感謝|ありがとうございました|ありがとうございます|ありがとう|감사합니다|고맙습니다|ขอบคุณ)"
    r"(?:您的帮助|你的帮助|您|你|大家|了|啊|ครับ|ค่ะ)?"
)
_COURTESY_WORDS = """
hi hello hey dear hallo liebe lieber guten tag bonjour hola ciao buongiorno salut hej hei moin servus dobrý привет
здравствуйте you u very much so a lot many again for your the quick fast great help support reply response answer
it this that all ok okay perfect perfectly super awesome excellent wonderful nice good works worked working
now well fine best regards kind warm greetings team everyone and yes done solved fixed resolved appreciated
really und für ihre die den deine eure schnelle hilfe antwort rückmeldung unterstützung sehr vielmals herzlichen
schönen besten mit freundlichen lieben viele liebe grüße grüßen gruß grüsse lg mfg vg alles klar gut jetzt es
funktioniert geht wieder gelöst erledigt beaucoup bien pour votre aide réponse rapide cordialement parfait c'est
bon muchas mucho muchísimas por su tu ayuda respuesta rápida saludos perfecto todo bien mille molte tante per il
la tuo suo aiuto supporto risposta cordiali saluti perfetto va bene muito pela sua ajuda resposta rápida abraço
perfeito voor je uw hulp snelle reactie groet groeten met vriendelijke prima goed så mycket för hjälpen snabba
svaret hälsningar vänliga mange tusen så mye for hjelpen hjælpen hilsen med venlig vennlig paljon avusta
bardzo za pomoc szybką odpowiedź pozdrawiam большое огромное за помощь всё все хорошо дуже допомогу moc za
pomoc çok ederim için yardım muito br b r i of to was have day nice weekend
"""
_COURTESY = frozenset(_COURTESY_WORDS.split())
_NOT_WELL_WORDS = """
no not never but still however unfortunately nein nicht kein keine leider aber noch non pas mais pero não nao mas
ma però niet geen maar inte ikke men ei mutta nie ale не нет но ні але ne hayır
"""
_NOT_WELL = frozenset(_NOT_WELL_WORDS.split())
_BARE_WORDS = 30
_NAME_WORDS = 3


def is_bare_thanks(text: str) -> bool:
    """Whether a message only thanks (and greets, and says that all is well): no question, no number, no news.

    A word it does not know may only be a name: with a capital, after the greeting or the thanks, or signing below.
    """
    reply = visible_reply(text[:_BARE_TEXT])
    if re.search(r"[?？\d]", reply):
        return False
    if _THANKS_UNSPACED.search(reply) and not re.search(r"\w", _THANKS_UNSPACED.sub("", reply)):
        return True
    words = [_WORD.findall(line) for line in reply.splitlines()]
    if not 0 < sum(map(len, words)) <= _BARE_WORDS:
        return False
    return any(_is_thanks(word) for line in words for word in line) and _says_no_more(words)


_BARE_TEXT = 20_000
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def _is_thanks(word: str) -> bool:
    return word.lower() in _THANKS


def _says_no_more(lines: list[list[str]]) -> bool:
    """Whether every line is thanks, courtesy or names; a line of names alone must stand below the thanks."""
    thanked = False
    for words in lines:
        if not _is_courtesy(words, thanked):
            return False
        thanked = thanked or any(_is_thanks(word) for word in words)
    return True


def _is_courtesy(words: list[str], thanked: bool) -> bool:
    unknown = [word for word in words if word.lower() not in _THANKS and word.lower() not in _COURTESY]
    if any(word.lower() in _NOT_WELL for word in words) or len(unknown) > _NAME_WORDS:
        return False
    signs_below = thanked and len(unknown) == len(words)
    may_name = not unknown or signs_below or words[0] not in unknown
    return may_name and all(word[0].isupper() for word in unknown)
