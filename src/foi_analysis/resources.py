"""Load the data files that travel with the package; the one place that knows where they lie."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

#: SOURCE_DATE_EPOCH: a fixed timestamp, so that outputs are reproducible.
MOMENT = datetime(2000, 1, 1, tzinfo=UTC)

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


_language: Language = "en"


def set_language(language: Language) -> None:
    """Set the language of labels and sentences: ``"zh"`` or ``"en"``. It is English until it is set.

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> foi.set_language("zh")
    >>> foi.load_panel()["shanghai_psb_2024"].table("review").columns[0]
    '结果维持'
    >>> foi.set_language("en")
    """
    global _language
    _language = language_of(language)


def language_of(language: Language | None = None) -> Language:
    """Return the language given, or the one that is set. Raises ValueError unless it is ``"zh"`` or ``"en"``."""
    if language is None:
        return _language
    if language not in LANGUAGES:
        raise ValueError(f"no language {language!r}; give 'zh' or 'en'")
    return language


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
    """Return a sentence in `language`, its ``{places}`` filled.

    ``key`` is ROOM.NAME: the sentence NAME of ``words/ROOM.toml``, which holds it in both languages.
    Raises KeyError when the sentence or a value for one of its places is missing.
    """
    room, _, name = key.partition(".")
    return _phrases(room, language)[name].format(**values)
