"""The command stepgrad: that of autograd, whose live page has what nn adds to it."""

import sys

from autograd.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
