"""What a full-screen Textual program writes to its terminal, cut into pieces that are known, and one that is not."""

import re

CSI = "\x1b["

TOKEN = re.compile(
    r"""
    (?P<text>[^\x00-\x1f\x7f-\x9f]+)
    | \x1b\[(?P<sgr>[0-9;]*)m
    | \x1b\[(?P<row>[0-9]*);(?P<column>[0-9]*)H
    | (?P<line_feed>\n)
    | (?P<carriage_return>\r)
    | \x1b\]8;(?P<link>[^\x00-\x1f]*)(?:\x1b\\|\x07)
    | \x1b\[\?(?P<mode>[0-9]+)(?P<switch>[hl])
    | (?P<neutral>
        \x07                                  # bell
        | \x1b\](?!8;|1337;|50;)[0-9]+;[^\x07\x1b]*(?:\x07|\x1b\\)   # title, clipboard, colours, pointer
        | \x1b\[\?[0-9;]+\$p                  # is a mode known?
        | \x1b\[[<>=][0-9;]*[umcq]            # keyboard protocols, versions
        | \x1b\[[0-9]*[cn]                    # what are you, where is the cursor
      )
    | (?P<passing>                            # unknown, but over when it is over
        \x1b\[[0-?]*[ -/]*[@-gi-km-qst-~]
        | \x1b[PX^_\]][^\x07\x1b]*(?:\x07|\x1b\\)
        | [\x00-\x06\x08\t\x0b\x0c\x10-\x1a\x1c-\x1f\x7f-\x9f]
      )
    | (?P<unfinished>\x1b(?:\[[0-?]*[ -/]*|[PX^_\]][^\x07\x1b]*\x1b?|[ -/]*)?\Z)
    | (?P<lasting>                            # unknown, and may change what all that follows means
        \x1b\[[0-?]*[ -/]*[hlr] | \x1b[ -/]*[0-~] | .
      )
    """,
    re.VERBOSE | re.DOTALL,
)
"""The name of the last group that matched says what a piece is; text has no control character in it."""

ALTERNATE_SCREEN = 1049
AUTO_WRAP = 7
SYNCHRONIZED = 2026
NEUTRAL_MODES = frozenset({1, 9, 12, 25, 66, *range(1000, 1008), 1015, 1016, 1004, 2004, 2031, 2048})
"""Private modes that change neither what stands on the screen nor where what follows goes."""

SYNC_START = f"{CSI}?{SYNCHRONIZED}h"
SYNC_END = f"{CSI}?{SYNCHRONIZED}l"
