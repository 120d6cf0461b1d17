"""The command stepgrad from a source tree, where no entry point says that nn adds a tab to the live page."""

import sys

import nn.page.live_tab  # noqa: F401, the live page then has the tab Network
from autograd.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
