"""Typeset PDF with Typst: of one notebook as an nbconvert exporter, and of all notebooks as one report a language.

Tagged, the same bytes each time, without a browser and without LaTeX, in no font but the package's own.
"""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Enum, default

from foi_analysis.export.notebook import ExportError, in_parameters, one_language, title_of
from foi_analysis.export.outputs import PICTURES, frames, in_font, shown, told
from foi_analysis.export.page import Basis, refuse_undrawn
from foi_analysis.export.site import Executed, Site, Tell
from foi_analysis.export.typst import Prose, array, call, html, listing, picture, sequence, string, words
from foi_analysis.resources import FAMILY, Language, Told, font_path, load, say

REPORT = "report.pdf"
_STYLE = Path(__file__).parent / "report.typ"
_ENDINGS = dict(zip(PICTURES, ("svg", "png", "jpg"), strict=True))
_BEGINNINGS = {"svg": b"", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
#: So wide may a word of a fact be, in em, before it is broken: a SHA-256 sum is whole.
_FACT = 50.0
_LINE = re.compile(r"main\.typ:(\d+):")
_UNDRAWN = re.compile(r"[\s\u200b]+")


class FoiPdfExporter(Exporter):
    """Export one language of a notebook as tagged PDF, without a browser and without LaTeX.

    With ``--execute`` the notebook is run in that language. ``resources["foi"]`` may hold ``facts`` (what the
    document rests on) and ``subject``. Raises ExportError when the document would not do: a picture without words,
    headings out of order, a character that cannot be drawn, or no Typst.
    """

    export_from_notebook = "PDF, typeset, in one language"
    output_mimetype = "application/pdf"
    language = Enum(("zh", "en"), "en", help="The language to keep: zh or en.").tag(config=True)
    exclude_input = Bool(True, help="Leave the code of the cells out, as a page does in print.").tag(config=True)

    @default("file_extension")
    def _pdf(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Convert a notebook that was run. Raises ExportError when the document would not do."""
        language = cast(Language, self.language)
        asked = in_parameters(nb, "LANGUAGE", language) if self._runs() else nb
        run, given = super().from_notebook_node(asked, resources, **kw)
        about = given.get("foi", {})
        basis = Basis(about.get("subject", ""), about.get("facts", ()))
        name = given["metadata"].get("name") or "notebook"
        return typeset(single_source(name, run, language, basis, with_code=not self.exclude_input)), given

    def _runs(self) -> bool:
        """Check whether nbconvert is asked to run the notebook first."""
        return bool(self.config.get("ExecutePreprocessor", {}).get("enabled", False))


async def make_reports(site: Site, executed: Executed, folder: Path, tell: Tell) -> None:
    """Write ``folder``/LANGUAGE/report.pdf from the notebooks about the report, all languages side by side.

    Raises ExportError, which names notebook and cell, when a report would not do or there is no Typst, and OSError
    when one cannot be written.
    """

    async def make(language: Language) -> None:
        await asyncio.to_thread(_write, site, executed, folder, language)
        tell(Told(f"cli.step_{language}", name="PDF"))

    async with asyncio.TaskGroup() as group:
        for language in executed:
            group.create_task(make(language))


def _write(site: Site, executed: Executed, folder: Path, language: Language) -> None:
    about_report = {name: notebook for name, notebook in executed[language].items() if name not in site.panels}
    content = typeset(report_source(about_report, language, site.basis[language], with_code=False))
    path = folder / language / REPORT
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


# ---- the source of a document ----


@dataclass(frozen=True)
class Source:
    """A document in Typst: its lines, where each comes from (empty: from nowhere in a notebook), and its pictures."""

    lines: list[str] = field(default_factory=lambda: ['#import "report.typ": *'])
    origins: list[str] = field(default_factory=lambda: [""])
    pictures: dict[str, bytes] = field(default_factory=dict)

    def add(self, line: str, origin: str = "") -> None:
        """Add a line. Raises ExportError when the package's font cannot draw what it says."""
        refuse_undrawn(_UNDRAWN.sub("", line))
        self.lines.append(line)
        self.origins.append(origin)

    def add_cells(self, chapter: str, notebook: NotebookNode, *, with_code: bool) -> None:
        """Add each cell of a notebook as one line. Raises ExportError, which names the cell."""
        last = ""
        for cell, following in zip_longest(notebook.cells, notebook.cells[1:]):
            try:
                blocks = list(self._blocks(chapter, cell, with_code=with_code))
                if blocks and last.startswith("[#heading(") and blocks[0].startswith("picture("):
                    blocks[0] = call("kept", blocks[0])
                last = blocks[-1] if blocks else last
                if len(blocks) == 2 and cell.cell_type == "markdown" and following and _is_table(following):
                    blocks[1] = call("lead", blocks[1])
                self.add(sequence(blocks), f"cell-{cell.id}")
            except ExportError as error:
                raise ExportError(Told("errors.in_cell", cell=f"cell-{cell.id}", error=error)) from error

    def _blocks(self, chapter: str, cell: NotebookNode, *, with_code: bool) -> Iterator[str]:
        """Write a cell: its words, or its code when that is asked for, and what it shows."""
        if cell.cell_type == "markdown":
            yield from Prose(chapter, cell.id).write(cell.source)
        elif cell.cell_type == "code":
            if with_code:
                yield listing(cell.source)
            for output in shown(cell):
                yield from self._output(chapter, cell, output)

    def _output(self, chapter: str, cell: NotebookNode, output: NotebookNode) -> Iterator[str]:
        """Write an output in the form that says most: a table, Markdown, a picture, other HTML, plain text."""
        data = output.get("data", {})
        kind = next((kind for kind in PICTURES if kind in data), "")
        if kind:
            yield self._picture(kind, output)
        elif "text/markdown" in data and "<table" not in data.get("text/html", ""):
            yield from Prose(chapter, cell.id).write(data["text/markdown"])
        elif "text/html" in data:
            yield from html(frames(data["text/html"]))
        elif output.output_type == "error":
            yield listing(f"{output.ename}: {output.evalue}")
        elif output.get("name") != "stderr":
            yield listing(output.get("text") or data.get("text/plain", ""))

    def _picture(self, kind: str, output: NotebookNode) -> str:
        """Keep a picture and write where it stands; letters of a drawing are in the package's font."""
        ending, said, content = _ENDINGS[kind], told(output, kind), output.data[kind]
        data = in_font(content, FAMILY).encode() if ending == "svg" else base64.b64decode(content)
        if not data.startswith(_BEGINNINGS[ending]):
            raise ExportError(Told("errors.not_of_kind", kind=ending.upper()))
        name = f"{sha256(data).hexdigest()[:20]}.{ending}"
        self.pictures[name] = data
        return picture(name, said.alt, said.caption)


def _is_table(cell: NotebookNode) -> bool:
    return any("<table" in output.get("data", {}).get("text/html", "") for output in cell.get("outputs", ()))


def report_source(chapters: Mapping[str, NotebookNode], language: Language, basis: Basis, *, with_code: bool) -> Source:
    """Write a report of several notebooks, by their names, in one language: a first page, contents, chapters.

    Raises ExportError, which names notebook and cell, when something cannot be shown.
    """
    made = _begun("report", say("export.index_title", language), language, basis, ("report_contents",))
    made.add("(")
    for name, notebook in chapters.items():
        made.add(f"({string(name)},{{")
        try:
            made.add_cells(name, one_language(notebook, language), with_code=with_code)
        except ExportError as error:
            raise ExportError(Told("errors.at_page", name=name, language=language, error=error)) from error
        made.add("}),")
    made.add("))")
    return made


def single_source(name: str, notebook: NotebookNode, language: Language, basis: Basis, *, with_code: bool) -> Source:
    """Write one notebook in one language. Raises ExportError, which names the cell, when something cannot be shown."""
    made = _begun("single", title_of(notebook, language), language, basis)
    made.add("{")
    made.add_cells(name, one_language(notebook, language), with_code=with_code)
    made.add("})")
    return made


def _begun(kind: str, title: str, language: Language, basis: Basis, more: Sequence[str] = ()) -> Source:
    """Begin a document with what it says of itself: title, author, language, subject, and what it rests on."""
    made, author = Source(), say("export.report_author", language)
    made.add(f"#{kind}({','.join(map(string, (title, author, language, basis.subject)))},")
    said = [say(f"export.{name}", language) for name in (*more, "report_basis", "report_made")]
    facts = array(array((string(fact.name), words(fact.value, _FACT))) for fact in basis.facts)
    made.add(",".join([*map(string, said), facts, ""]))
    return made


# ---- Typst ----


def can_typeset() -> bool:
    """Check whether Typst is installed."""
    return importlib.util.find_spec("typst") is not None


def require_typst() -> None:
    """Refuse to go on without Typst: raises ExportError, which says what to install."""
    if not can_typeset():
        raise ExportError(Told("errors.no_typst"))


def typeset(source: Source) -> bytes:
    """Typeset a document as tagged PDF (PDF/UA-1).

    Raises ExportError, which names the cell, when a character is not in the font or the document would not do, and
    when Typst is not installed; OSError when its files cannot be laid out.
    """
    require_typst()
    typst = load("typst")
    own = {"report.typ": _STYLE.read_bytes(), "main.typ": "\n".join(source.lines).encode()}
    try:
        with tempfile.TemporaryDirectory(prefix="foi-pdf-", ignore_cleanup_errors=True) as folder:
            for name, content in {**source.pictures, **own}.items():
                (Path(folder) / name).write_bytes(content)
            fonts = typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_path().parent)]
            )
            made, warnings = typst.compile_with_warnings(
                Path(folder) / "main.typ", font_paths=fonts, format="pdf", pdf_standards="ua-1"
            )
    except typst.TypstError as error:
        raise ExportError(_told(error, source)) from error
    for warning in warnings:
        raise ExportError(_told(warning, source))
    return bytes(made)


def _told(fault: Any, source: Source) -> str:
    """Say in one line what Typst found, and in which cell."""
    found = _LINE.search(fault.diagnostic or "")
    origin = source.origins[int(found[1]) - 1] if found else ""
    hint = f" ({'; '.join(fault.hints)})" if fault.hints else ""
    said = f"{fault.message}{hint}"
    return Told("errors.in_cell", cell=origin, error=said) if origin else said
