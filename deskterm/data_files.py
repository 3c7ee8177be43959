"""Where the seeds are that come with deskterm: `data/` in a checkout, `_data/` in an installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """The path of a file or folder below `data/`, which is read-only; it need not exist."""
    installed = _PACKAGE / "_data"
    root = installed if installed.is_dir() else _PACKAGE.parent / "data"
    return root.joinpath(*parts)
