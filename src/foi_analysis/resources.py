"""What everything stands on: data of the package, its languages and font, CSV, errors of the system, late imports."""

from __future__ import annotations

import csv
import errno
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


#: SOURCE_DATE_EPOCH: a fixed timestamp, so that outputs are reproducible.
MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
#: In the environment of a kernel: the folder in which it keeps the figures of the package that it shows.
KEPT = "FOI_KEPT_FIGURES"

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
        raise ValueError(Told("errors.no_language", language=language))
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


def columns(**texts: Callable[[Language], str]) -> dict[str, str]:
    """Return texts as columns of a table, NAME_zh and NAME_en of each."""
    return {f"{name}_{language}": text(language) for name, text in texts.items() for language in LANGUAGES}


class Told(str):
    """A message: its English text, as which it is data, and its key and values, so that Chinese can be said, too.

    Shown by itself, as an error's message is, it speaks the language that ``set_language`` set. ``key`` is as for
    ``say``. A value may be a message or an error itself, or words of both languages, as of ``bilingual.place``.

    >>> told = Told("refusals.of_file", name="a.pdf", why=Told("refusals.empty"))
    >>> told
    'a.pdf: the file is empty; save or download it again'
    >>> in_language(told, "zh")
    'a.pdf：文件是空的，请重新保存或下载'
    """

    key: str
    values: Mapping[str, object]

    def __new__(cls, key: str, /, **values: object) -> Told:
        values = {n: told_by(v) if isinstance(v, BaseException) else v for n, v in values.items()}
        told = super().__new__(cls, say(key, "en", **{name: _value(value, "en") for name, value in values.items()}))
        told.key, told.values = key, values
        return told

    def __str__(self) -> str:
        return in_language(self, _language)

    def __repr__(self) -> str:
        return repr(str(self))

    def __reduce__(self) -> tuple[Callable[..., Told], tuple[()]]:
        return partial(Told, self.key, **self.values), ()


def told_by(error: BaseException) -> str:
    """Return what an error says: its message where it has one of ours, else its text."""
    said = error.args[0] if error.args else None
    return said if isinstance(said, Told) else str(error)


@contextmanager
def system_told(path: Path | None = None) -> Iterator[None]:
    """Let an error of the system say in both languages what happened to a file: ``path``, or the one that it names."""
    try:
        yield
    except OSError as error:
        if path is not None:
            error.filename = str(path)
        if error.filename is not None:
            error.strerror = of_system(error)
        raise


@contextmanager
def put_whole(path: Path) -> Iterator[Path]:
    """Yield a path beside a file: what is written there takes its place in one step, or the file stays as it was."""
    aside = path.with_name(f".{path.stem}.{uuid4().hex[:8]}{path.suffix}")
    with system_told(path):
        try:
            yield aside
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def in_language(said: object, language: Language) -> str:
    """Return in a language what a message or an error says; as it stands where it is no message of ours."""
    if isinstance(said, BaseException):
        said = told_by(said)
    if not isinstance(said, Told):
        return str(said)
    return say(said.key, language, **{name: _value(value, language) for name, value in said.values.items()})


def counted(noun: str, n: int) -> Told:
    """Return a number of things: ``report`` and ``reports`` are their words in ``words/errors.toml``.

    >>> counted("file", 1), counted("file", 2)
    ('1 file', '2 files')
    """
    return Told(f"errors.{noun}{'s' * (n != 1)}", n=n)


def _value(value: object, language: Language) -> object:
    """Return a value as it is said: a message, or words of both languages (``bilingual.Words``), in one of them."""
    if isinstance(value, Told):
        return in_language(value, language)
    return value.one(language) if hasattr(value, "one") else value


# ---- CSV ----


class _Lines(list[str]):
    """Take lines from a csv writer, which writes each in one piece, and end them with LF alone."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    r"""Write rows as CSV with LF line ends; None is nothing.

    A carriage return in a field is quoted, which Python's writer does before 3.13 only when it ends lines with one.

    >>> csv_text([("a", "b"), ("x\ry", None)])
    'a,b\n"x\ry",\n'
    """
    lines = _Lines()
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return "".join(lines)


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8 with LF line ends, and make the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


# ---- errors of the system ----


def advise(error: OSError) -> Told:
    """Return what happened and what to do, without the path.

    >>> advise(FileNotFoundError(errno.ENOENT, "No such file or directory", "x.html"))
    'No such file or directory; give the path of a report'
    """
    advice = read_toml("words/errors.toml").get(_key(error), {}).get("advice", "look")
    return Told("errors.advised", what=of_system(error), advice=Told(f"errors.advice_{advice}"))


def of_system(error: OSError) -> str:
    """Return what the system says, in Chinese, too, where its number is known."""
    if isinstance(error.strerror, Told):
        return error.strerror
    said, key = " ".join((error.strerror or str(error)).split()), _key(error)
    return Told(f"errors.{key}", said=said) if error.strerror and key in read_toml("words/errors.toml") else said


def _key(error: OSError) -> str:
    """Return the key of an error of the system in ``words/errors.toml``, where its advice stands, too."""
    return f"system_{errno.errorcode.get(error.errno or 0, '')}"


# ---- what is loaded when it is first used ----


#: ``np`` and ``pd`` stand here so that type checkers let other rooms import them.
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

# ---- the font ----

#: The font's family name: its own, so that an installed font never takes its place.
FAMILY = "FOI Sans SC"
_SHAPELESS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def font_path() -> Path:
    """Return the path of the font file (TrueType, licensed under the OFL 1.1 that lies beside it)."""
    return Path(str(files("foi_analysis").joinpath("fonts/FOISansSC-Regular.ttf")))


def missing_characters(text: str) -> str:
    """Return the characters of a text that the font cannot draw, each once, in order; empty when there are none.

    Line breaks are not drawn, so they are never missing.

    >>> missing_characters("中小學，浉河")
    ''
    """
    return "".join(dict.fromkeys(c for c in text if c != "\n" and ord(c) not in _advances()))


def advance(character: str) -> float:
    """Return the width of a character in em; that of a Chinese character, 1, for one that the font cannot draw."""
    return _advances().get(ord(character), 1.0)


def width_in_columns(text: str) -> int:
    """Return how many columns of a terminal or a sheet a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def visible(text: str) -> str:
    r"""Write out characters that have no shape and could turn or hide what stands around them.

    Control characters and those that set the direction of writing become their number; the ends of lines stay.

    >>> visible("a\u202eb")
    'a[U+202E]b'
    """
    return _SHAPELESS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


@cache
def _advances() -> dict[int, float]:
    with load("fontTools.ttLib").TTFont(font_path(), lazy=True) as font:
        metrics, unit = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: metrics[glyph][0] / unit for code, glyph in font.getBestCmap().items()}
