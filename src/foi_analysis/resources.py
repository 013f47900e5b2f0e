"""Load the data files that travel with the package; the one place that knows where they lie."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_SETTING: dict[str, Language] = {"language": "en"}


def set_language(language: Language) -> None:
    """Set the language of labels, for all that is called without one. Raises ValueError for anything but zh and en."""
    if language not in LANGUAGES:
        raise ValueError(f"language must be 'zh' or 'en'; found {language!r}")
    _SETTING["language"] = language


def language(given: Language | None = None) -> Language:
    """Return the given language, or the one set, by default ``en``. Raises ValueError as `set_language`."""
    if given not in (None, *LANGUAGES):
        raise ValueError(f"language must be 'zh' or 'en'; found {given!r}")
    return given or _SETTING["language"]


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Read a TOML file of the package, such as ``forms/cn-2021.toml``.

    The mapping is shared between callers: read it, never change it.
    Raises FileNotFoundError when there is no such file and tomllib.TOMLDecodeError when it is broken.
    """
    return tomllib.loads(files("foi_analysis").joinpath(name).read_text(encoding="utf-8"))


@cache
def _phrases(room: str, language: Language) -> dict[str, str]:
    return {key: texts[language] for key, texts in read_toml(f"words/{room}.toml").items()}


def say(key: str, language: Language, /, **values: object) -> str:
    """Give a sentence in one language, its ``{places}`` filled.

    ``key`` is ROOM.NAME: the sentence NAME of ``words/ROOM.toml``, which holds it in both languages.
    Raises KeyError when the sentence or a value for one of its places is missing.
    """
    room, _, name = key.partition(".")
    return _phrases(room, language)[name].format(**values)
