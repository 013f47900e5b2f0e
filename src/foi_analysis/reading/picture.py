"""Pictures of pages become a Document: what was recognised in them, each text with both of its recognitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from foi_analysis.form import CellKey, form_ids, load_form
from foi_analysis.reading.document import UNKNOWN, Document, Field, Spot, Twice, fold, is_number
from foi_analysis.reading.drawings import Char, Place, find_tables
from foi_analysis.reading.labels import bare, spellings
from foi_analysis.reading.pages import Placed, numbered, page_lines, spots_of
from foi_analysis.reading.sidecar import EXTRA, Recognition, Scan, open_sidecar, save, sidecar_of
from foi_analysis.report import Cell
from foi_analysis.resources import Told, load

#: What the engine makes of a dash.
_DASHES, _DASH = frozenset("一ー―＿_"), "—"
#: The doubt of a cell whose two recognitions differ.
DIFFERS = "recognised in two ways"
#: Recognitions that agree prove nothing when the engine is less sure of one.
_SURE = 0.6


class NoEngineError(ValueError):
    """What recognises is not installed."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A file with pictures of pages: its name, content, SHA-256 sum, and path where it has one."""

    name: str
    content: bytes
    sha256: str
    path: Path | None = None


def read_picture(name: str, content: bytes, sha256: str, path: Path | None = None) -> Document:
    """Make a Document of a picture (png, jpg, tif, webp, bmp), beside which what is recognised is kept.

    Raises ValueError when it is damaged or too large, or was not recognised yet and what recognises is not installed.
    """
    return scanned(Printed(name, content, sha256, path), Told("refusals.picture_no_text"))


def scanned(printed: Printed, why: Told, texts: Mapping[int, list[Placed]] | None = None) -> Document:
    """Make a Document of pages that are pictures, and of the lines of those that are not, by their numbers.

    ``why`` begins the error where what recognises is not installed.
    """
    pages, recognised, spots = dict(texts or {}), dict[str, Twice](), dict[str, Spot]()
    for scan in recognition_of(printed, why, skipped=frozenset(pages)).scans:
        pages[scan.number], twice = scanned_lines(scan)
        recognised |= twice
        spots |= spots_of(scan.number, scan.turned, pages[scan.number])
    ordered = [pages[number] for number in sorted(pages)]
    lines = tuple(line for page in numbered(ordered) for line in page)
    return Document(printed.name, lines, printed.sha256, recognised=recognised, spots=spots)


def recognition_of(printed: Printed, why: Told, skipped: frozenset[int] = frozenset()) -> Recognition:
    """Return what the sidecar of a file says, or recognise the file but for some pages, and write its sidecar.

    Raises ValueError as ``open_sidecar``, and when what recognises is not installed.
    """
    kept = open_sidecar(sidecar_of(printed.path), printed.sha256) if printed.path else None
    if kept:
        return replace(kept, scans=tuple(scan for scan in kept.scans if scan.number not in skipped))
    found = recognise_anew(printed, why, skipped)
    if printed.path and any(scan.words for scan in found.scans):
        with suppress(OSError):  # a folder that takes no file: it is recognised anew next time
            save(found, sidecar_of(printed.path))
    return found


def recognise_anew(
    printed: Printed, why: Told, skipped: frozenset[int] = frozenset(), progress: Callable[[int], None] = lambda _: None
) -> Recognition:
    """Recognise a file. Raises ValueError when it is damaged, NoEngineError when what recognises is not installed."""
    try:
        engine = load("foi_analysis.reading.recognise")
    except ImportError:
        raise NoEngineError(Told("refusals.needs_engine", why=why, extra=EXTRA)) from None
    scans: list[Scan] = []
    for scan in engine.scans_of(printed.content, skipped):
        scans.append(scan)
        progress(scan.number)
    return Recognition(printed.sha256, engine.engine(), tuple(scans))


def scanned_lines(scan: Scan) -> tuple[list[Placed], dict[str, Twice]]:
    """Return the lines of a page that was recognised, and both recognitions of each field by its place."""
    words = [Char(seen.text.strip(), *seen[2:], spaced=True) for seen in scan.words if seen.text.strip()]
    scores = {seen[2:]: seen.score for seen in scan.words}
    alone = {seen[2:]: seen for seen in scan.cells}
    found: list[Placed] = []
    twice: dict[str, Twice] = {}
    for placed in page_lines(scan.number, words, find_tables(scan.rulings)):
        fields: list[Field] = []
        for field, place in zip(placed.line.fields, placed.places, strict=True):
            once = min((score for inner, score in scores.items() if _holds(place, inner)), default=1.0)
            cell = alone.get(place)
            both = Twice(field.text, cell.text, (once, cell.score)) if cell else Twice(field.text, scores=(once, 0.0))
            if not field.text.strip() and any(_holds(white, place) for white in scan.white):
                both = Twice(UNKNOWN)  # whited out: a cell that nobody can read, which keeps its place in the row
            twice[field.where] = both
            fields.append(replace(field, text=_likelier(both)))
        found.append(placed._replace(line=replace(placed.line, fields=tuple(fields))))
    return found, twice


def _holds(outer: Place, inner: tuple[float, ...]) -> bool:
    """Check whether the middle of one rectangle lies in another."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _likelier(both: Twice) -> str:
    """Return the text that stands: that of the cell where both are the same, else one that fits, else the surer."""
    if both.cell is None:
        return both.page
    if fold(both.page) == fold(both.cell) or not both.page.strip():
        return _DASH if both.cell.strip() in _DASHES else both.cell
    fits = _fits(both.page), _fits(both.cell)
    surer = both.scores[0] > both.scores[1]
    return both.page if (fits[0] if fits[0] != fits[1] else surer) else both.cell


def _fits(text: str) -> bool:
    """Check whether a text is a number, or a label of some form."""
    return is_number(text) or bare(text) in _labels()


@cache
def _labels() -> frozenset[str]:
    return frozenset().union(*(spellings(table) for form_id in form_ids() for table in load_form(form_id).tables))


# ---- what two recognitions say of a cell ----


def recognised_twice(cells: Mapping[CellKey, Cell], recognised: Mapping[str, Twice]) -> dict[CellKey, Cell]:
    """Return cells with the proof ``picture`` where both recognitions agree, and a doubt where they differ."""
    return {key: _judged(cell, recognised.get(cell.where)) for key, cell in cells.items()}


def _judged(cell: Cell, both: Twice | None) -> Cell:
    if both and both.page == UNKNOWN:
        return Cell(cell.key, None, "missing")
    if both is None or both.cell is None or cell.mark in ("missing", "unreadable"):
        return cell
    if fold(both.page) == fold(both.cell):
        return cell.with_proofs("picture") if min(both.scores) >= _SURE else cell
    other = both.page if fold(both.cell) == fold(cell.printed) else both.cell
    shown = " ".join(other.split()) or "blank"
    return cell._replace(doubt=cell.doubt or f"{DIFFERS}: also {shown} ({cell.where})")
