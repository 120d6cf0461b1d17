"""The command stepgrad: that of autograd, whose live page has what nn adds to it."""

import sys

import nn.page.live_tab  # noqa: F401, the live page then has the tab Network
from autograd.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
