"""What a session may do on the machine it runs on, besides the desk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """`editor`: the words of its command line; `refusal`: why no program is started and no file read, if so."""

    editor: tuple[str, ...] = ()
    refusal: str = "Here no program is started and no file is read."
