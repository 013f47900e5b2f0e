"""Load what is heavy, or stands upstairs, when it is first used: the one place for imports that are not at the top."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["attach", "load", "np", "pd"]


def load(name: str) -> Any:
    """Return a module by its name, imported now if it was not yet."""
    return import_module(name)


def attach(package: str, home: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` of a package whose names are imported on first use (PEP 562).

    ``home`` gives for each public name the module of the package that has it; a module's own name stands for itself.
    """

    def get(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = load(f"{package}.{home[name]}")
        value = found if home[name] == name else getattr(found, name)
        setattr(load(package), name, value)
        return value

    return get, lambda: sorted(load(package).__all__)


if not TYPE_CHECKING:

    class _Later(ModuleType):
        """A module that is imported when something of it is first used."""

        def __getattr__(self, name: str) -> Any:
            found = getattr(import_module(self.__name__), name)
            setattr(self, name, found)
            return found

    np, pd = _Later("numpy"), _Later("pandas")
