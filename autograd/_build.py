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
        in_place = self.inplace
        if wanted() == "forbid":
            self.leave_none(in_place)
            return
        try:
            super().run()
        except Exception as error:
            if wanted() == "require":
                raise
            self.leave_none(in_place)
            print(f"stepgrad is not compiled and will run interpreted, for: {error}", file=sys.stderr)

    def leave_none(self, in_place: bool) -> None:
        """Remove the modules compiled so far: now, and if `in_place`, those of a build before."""
        for self.inplace in {False, bool(in_place)}:
            for extension in self.extensions:
                Path(self.get_ext_fullpath(extension.name)).unlink(missing_ok=True)
        self.extensions: list[Any] = []


class BuildWheel(bdist_wheel):
    """Makes a wheel for every platform where nothing is to be compiled."""

    def finalize_options(self) -> None:
        """Forget the extension modules before the wheel is named."""
        in_place = "editable_wheel" in self.distribution.commands
        if wanted() == "forbid" and not in_place:  # in place, those of a build before are to be removed
            self.distribution.ext_modules = None
        super().finalize_options()
