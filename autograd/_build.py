"""How the engine is compiled when the package is built: every extension module, or none of them.

The environment variable STEPGRAD_COMPILE says what is wanted: "require" (a build that fails is an error),
"forbid" (nothing is compiled: the wheel fits every platform), or nothing (compile if possible; else the
engine runs interpreted). Some modules compiled and others not would be two engines that do not fit.
"""

import os
import sys
from pathlib import Path
from typing import Any

from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.errors import SetupError

VARIABLE = "STEPGRAD_COMPILE"


def wanted() -> str:
    """What is wanted: "require", "forbid" or ""; anything else is a SetupError."""
    value = os.environ.get(VARIABLE, "")
    if value not in ("", "require", "forbid"):
        raise SetupError(f"{VARIABLE} is 'require', 'forbid' or not set, not {value!r}")
    return value


class BuildExtensions(build_ext):
    """Builds all extension modules, or leaves none behind."""

    def run(self) -> None:
        """Compile; where that fails and is not required, say why and go on without."""
        if wanted() == "forbid":
            self.extensions: list[Any] = []
            return
        try:
            super().run()
        except Exception as error:
            if wanted() == "require":
                raise
            for extension in self.extensions:
                Path(self.get_ext_fullpath(extension.name)).unlink(missing_ok=True)
            self.extensions = []
            print(f"stepgrad is not compiled and will run interpreted, for: {error}", file=sys.stderr)


class BuildWheel(bdist_wheel):
    """Makes a wheel for every platform where nothing is to be compiled."""

    def finalize_options(self) -> None:
        """Forget the extension modules before the wheel is named."""
        if wanted() == "forbid":
            self.distribution.ext_modules = None
        super().finalize_options()
