"""A whole document: its source in Typst, the files beside it, and which cell each line of the source comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import zip_longest
from typing import Any

from nbformat import NotebookNode

from foi_analysis.export.exporter import prose
from foi_analysis.export.inspection import drawn_characters
from foi_analysis.export.notebook import ExportError, one_language, title_of
from foi_analysis.export.outputs import PICTURES, Told, frames, shown, told
from foi_analysis.export.page import Fact, refuse_undrawn
from foi_analysis.export.pdf.blocks import Blocks, Pictures, code, image
from foi_analysis.export.pdf.inline import array, breakable, string, text_in
from foi_analysis.export.svg import in_font
from foi_analysis.fonts import FAMILY
from foi_analysis.resources import Language, say

_FACT_WIDTH = 50.0


def written(cell: Any) -> str:
    """Return what a cell shows, as HTML: its prose or its outputs; raw cells and warnings are left out."""
    if cell.cell_type == "markdown":
        return prose(cell)
    return "".join(_outputs(cell)) if cell.cell_type == "code" else ""


def _outputs(cell: Any) -> Iterator[str]:
    for output in shown(cell):
        if output.output_type == "stream":
            yield _listing(output.text) if output.name == "stdout" else ""
        elif output.output_type == "error":
            yield _listing(f"{output.ename}: {output.evalue}")
        else:
            yield _rich(output, cell)


def _rich(output: Any, cell: Any) -> str:
    """Return the richest form of an output: HTML, a picture, Markdown, or plain text."""
    data = output.data
    if "text/html" in data:
        return f"<div>{frames(data['text/html'])}</div>"
    for kind in PICTURES:
        if kind in data:
            return _figure(kind, data[kind], told(output, kind))
    if "text/markdown" in data:
        return prose(type(cell)(cell, source=data["text/markdown"], cell_type="markdown"))
    return _listing(data.get("text/plain", ""))


def _figure(kind: str, content: str, words: Told) -> str:
    """Return a picture with its caption; letters of a drawing are in the package's font, the only one there is."""
    picture = image(kind, in_font(content, FAMILY) if kind == PICTURES[0] else content, words.alt)
    caption = f"<figcaption>{escape(words.caption)}</figcaption>" if words.caption else ""
    return f"<figure>{picture}{caption}</figure>"


def _listing(text: str) -> str:
    return f"<pre>{escape(text)}</pre>" if text.strip() else ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a document rests on: the report's organ and year, and its facts."""

    subject: str = ""
    facts: Sequence[Fact] = ()


@dataclass(frozen=True)
class Source:
    """A document in Typst: its lines, where each comes from (empty: from nowhere in a notebook), and its pictures."""

    lines: tuple[str, ...]
    origins: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


class _Lines:
    """Collects lines, each with its origin."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.origins: list[str] = []
        self.pictures = Pictures()

    def add(self, line: str, origin: str = "") -> None:
        self.lines.append(line)
        self.origins.append(origin)

    def cells(self, name: str, notebook: NotebookNode, with_code: bool) -> None:
        """Add each cell of a notebook as one line. Raises ExportError, which names the cell."""
        blocks = Blocks(name, self.pictures)
        for cell, following in zip_longest(notebook.cells, notebook.cells[1:]):
            leads = following is not None and following.cell_type == "code" and "<table" in written(following)
            try:
                self.add(_cell(blocks, cell, leads, with_code), f"cell-{cell.id}")
            except ExportError as error:
                raise ExportError(f"in 'cell-{cell.id}': {error}") from error

    def source(self) -> Source:
        return Source(tuple(self.lines), tuple(self.origins), self.pictures.files)


def report_source(chapters: Mapping[str, NotebookNode], language: Language, basis: Basis, with_code: bool) -> Source:
    """Write a report of several notebooks, by their names, in one language: a first page, contents, chapters.

    Raises ExportError, which names notebook and cell, when something cannot be shown.
    """
    made = _Lines()
    made.add('#import "report.typ": *')
    words = [say(f"export.{name}", language) for name in ("report_contents", "report_basis", "report_made")]
    made.add(f"#report({_head(say('export.index_title', language), language, basis)},")
    made.add(",".join([*map(string, words), _facts(basis.facts), "("]))
    for name, notebook in chapters.items():
        made.add(f"({string(name)},{{")
        try:
            made.cells(name, one_language(notebook, language), with_code)
        except ExportError as error:
            raise ExportError(f"{name} ({language}): {error}") from error
        made.add("}),")
    made.add("))")
    return made.source()


def single_source(name: str, notebook: NotebookNode, language: Language, basis: Basis, with_code: bool) -> Source:
    """Write one notebook in one language. Raises ExportError, which names the cell, when something cannot be shown."""
    made = _Lines()
    made.add('#import "report.typ": *')
    words = [say(f"export.{word}", language) for word in ("report_basis", "report_made")]
    made.add(f"#single({_head(title_of(notebook, language), language, basis)},")
    made.add(",".join([*map(string, words), _facts(basis.facts), "{"]))
    made.cells(name, one_language(notebook, language), with_code)
    made.add("})")
    return made.source()


def _head(title: str, language: Language, basis: Basis) -> str:
    """Write what each document says of itself: title, author, language, subject."""
    refuse_undrawn(title + basis.subject + "".join(fact.value for fact in basis.facts))
    author = say("export.report_author", language)
    return ",".join(map(string, (title, author, language, basis.subject)))


def _facts(facts: Iterable[Fact]) -> str:
    return array(array((string(fact.name), _value(fact))) for fact in facts)


def _value(fact: Fact) -> str:
    return text_in(fact.lang, string(breakable(fact.value, _FACT_WIDTH)))


def _cell(blocks: Blocks, cell: Any, leads: bool, with_code: bool) -> str:
    """Write a cell: its words, or its code when that is asked for, and what it shows."""
    html = written(cell)
    listed = cell.source if with_code and cell.cell_type == "code" else ""
    refuse_undrawn(drawn_characters(f"<p>{escape(listed)}</p>{html}"))
    content = blocks.write(html, leads=leads and cell.cell_type == "markdown")
    return f"{code(listed)};{content}" if listed else content
