"""The one place where a module is imported late."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


def load(name: str) -> ModuleType:
    """Import a module on first use, because it is heavy, optional, or for one file format or command only.

    Everything else is imported at the top of a module. Raises ImportError when it is not installed.
    """
    return import_module(name)
