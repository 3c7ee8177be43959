"""`python -m deskterm` is `deskterm`."""

import sys

from deskterm.bootstrap import main

if __name__ == "__main__":
    sys.exit(main())
