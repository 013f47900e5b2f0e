"""Load what is heavy, or stands upstairs, when it is first used: the one place for imports that are not at the top."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["load", "np", "pd"]


@cache
def load(name: str) -> Any:
    """Return a module by its name, imported at the first call."""
    return import_module(name)


if not TYPE_CHECKING:

    class _Later(ModuleType):
        """A module that is imported when something of it is first used."""

        def __getattr__(self, name: str) -> Any:
            found = getattr(import_module(self.__name__), name)
            setattr(self, name, found)
            return found

    np, pd = _Later("numpy"), _Later("pandas")
