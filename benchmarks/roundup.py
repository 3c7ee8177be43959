"""The peer: Roundup 2.6.0 in its own environment, classic trackers on SQLite with the native indexer."""

import json
import shutil
import sys
from functools import cache
from pathlib import Path

from benchmarks.measure import HOME, output

PEERS = HOME / "peers"
PYTHON = PEERS / "bin" / "python"
ADMIN = PEERS / "bin" / "roundup-admin"
REQUIREMENT = "roundup==2.6.0"
SETTINGS = {
    "indexer": "native",
    "tracker_name": "peer",
    "tracker_web": "http://localhost/peer/",
    "mail_domain": "example.org",
    "mail_host": "localhost",
    "mail_debug": "/dev/null",  # notices to assignees while filling are written there instead of sent
    "admin_email": "admin@example.org",
}


@cache
def install() -> None:
    """Make the peer's environment when it is missing."""
    stamp = PEERS / REQUIREMENT
    if stamp.exists():
        return
    output([sys.executable, "-m", "venv", "--clear", PEERS])
    output([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", REQUIREMENT])
    stamp.touch()


def new_tracker(name: str) -> Path:
    """A fresh tracker; one that stands under this name is replaced."""
    install()
    tracker = HOME / name
    shutil.rmtree(tracker, ignore_errors=True)
    settings = ",".join(f"{key}={value}" for key, value in SETTINGS.items())
    output([ADMIN, "-i", tracker, "install", "classic", "sqlite", settings])
    output([ADMIN, "-i", tracker, "initialise", "secret"])
    return tracker


def measure(what: str, tracker: Path, **options: object) -> dict[str, float]:
    """Run one measurement of `roundup_peer.py`; its JSON object."""
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    figures: dict[str, float] = json.loads(
        output([PYTHON, "-m", "benchmarks.roundup_peer", what, "--tracker", tracker, *flags])
    )
    return figures


@cache
def filled_tracker(count: int, open_share: float) -> Path:
    """A tracker of `count` issues; made once and kept, since filling takes minutes."""
    install()
    name = f"roundup-{count}-{open_share:g}"
    tracker = HOME / name
    if not (tracker / "filled").exists():
        new_tracker(name)
        measure("fill", tracker, count=count, open_share=open_share)
        (tracker / "filled").touch()
    return tracker
