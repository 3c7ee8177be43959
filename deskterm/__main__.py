"""Where the program begins: the installed command and `python -m deskterm`."""

import gc

# Starting makes a hundred thousand objects and no garbage: looked through 700 at a time, a tenth of the start
# is spent on it. Set before anything else is imported.
gc.set_threshold(50_000, 20, 20)

import sys

from deskterm.bootstrap import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
