"""``python -m voting``."""

import sys

from voting.cli import main

if __name__ == "__main__":
    sys.exit(main())
