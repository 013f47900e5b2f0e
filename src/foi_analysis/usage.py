"""The language of a run of the command: which it is, and argparse's own words in it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise

from foi_analysis.resources import LANGUAGES, Language, language_of, read_toml, say, set_language, width_in_columns

#: Signs that never begin a line.
_CLOSING = "，。；：、！？）”》"


def help_text(key: str) -> str:
    """Return a text of ``words/help.toml`` in the language of the run."""
    return say(f"help.{key}", language_of())


def language_asked(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of a run: the one that ``--lang`` names, else the locale's, else English.

    >>> language_asked(["check", "--lang=zh"], {}), language_asked([], {"LC_ALL": "", "LANG": "zh_CN.UTF-8"})
    ('zh', 'zh')
    >>> language_asked(["reproduce", "--lang", "zh,en"], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    'en'
    """
    for option, following in pairwise([*arguments, ""]):
        name, equals, value = option.partition("=")
        if len(name) > 2 and "--lang".startswith(name):  # argparse takes --la, too
            for language in LANGUAGES:
                if language == (value if equals else following):
                    return language
    settings = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, settings), "").lower().startswith("zh") else "en"


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Set a language while a command runs, and let argparse, which looks up ``_`` and ``ngettext``, speak it, too."""
    before, names = language_of(), vars(argparse)
    own = {name: names[name] for name in ("_", "ngettext")}
    words = {entry["en"]: entry[language] for key, entry in read_toml("words/help.toml").items() if _is_argparse(key)}
    set_language(language)
    names["_"] = lambda message: words.get(message, message)
    names["ngettext"] = lambda one, many, n: words.get(one if n == 1 else many, one if n == 1 else many)
    try:
        yield
    finally:
        names.update(own)
        set_language(before)


def _is_argparse(key: str) -> bool:
    return key.startswith("argparse_")


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Lay out help as argparse does, but for Chinese characters, which are as wide as two others."""

    def format_help(self) -> str:
        """Return the help, with the colon of its own width behind a Chinese heading."""
        return re.sub(r"(?m)(?<=[\u4e00-\u9fff]):$", "：", super().format_help())

    def _format_action(self, action: argparse.Action) -> str:
        """Lay out an argument; the room behind its name is counted in columns, not in characters."""
        text, name = super()._format_action(action), self._format_action_invocation(action)
        before, _, after = text.partition(name)
        wide, told = width_in_columns(name) - len(name), after.lstrip(" ")
        if not wide or not told or told == after:
            return text
        room = len(after) - len(told) - wide
        start = "\n" + " " * min(self._action_max_length + 2, self._max_help_position)
        return f"{before}{name}{' ' * room if room > 1 else start}{told}"

    def _split_lines(self, text: str, width: int) -> list[str]:
        return _wrapped(text, width) if width_in_columns(text) > len(text) else super()._split_lines(text, width)


def _wrapped(text: str, width: int) -> list[str]:
    """Break a Chinese text into lines: behind any character of its own, but before no sign that ends something."""
    lines = [""]
    for piece in re.findall(rf"(?:[^\u3000-\uffff“”\s]+|\S)[{_CLOSING}]*\s*", text):
        if lines[-1] and width_in_columns(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]
