"""Make everything of the project again, and compare it with what was recorded and with what lies in place."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from foi_analysis.export.notebook import ExportError, Project
from foi_analysis.export.pdf import can_typeset
from foi_analysis.export.place import NAME, PDF_NAME, digest, pdf_sums, read_sums
from foi_analysis.read import read_report
from foi_analysis.reproduce import Plan, Tell, make, project_of, sums_of
from foi_analysis.resources import LANGUAGES


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not what it should be; ``kind`` is changed, unmade, unlisted, missing or place."""

    file: str
    kind: str


def verify(here: Path, tell: Tell, warned: Tell) -> tuple[int, list[Difference]]:
    """Make everything of the project again and compare it with the recorded sums and with the files in place.

    Gives the number of files compared, and the differences. PDFs are made and compared when their sums are recorded
    and Typst is installed; ``warned`` hears when they are recorded and it is not.

    Raises ExportError when there is no project or no file of sums, and whatever ``reproduce`` raises.
    """
    project = project_of(here)
    recorded = _recorded(project)
    typeset = comparable_pdfs(project, warned)
    again = Plan(project.report, project.notebooks, LANGUAGES, project.root, project, pdf=bool(typeset))
    with tempfile.TemporaryDirectory(prefix="foi-verify-", ignore_cleanup_errors=True) as name:
        made = Path(name) / "made"
        made.mkdir()
        make(again, read_report(again.report), made, tell, warned)
        found = _unlike(recorded, sums_of(again, made)) + _unlike(typeset, pdf_sums(made))
    return len(recorded) + len(typeset), [*found, *out_of_place(project.root, recorded, typeset)]


def _recorded(project: Project) -> dict[str, str]:
    try:
        return read_sums(project.root / NAME)
    except FileNotFoundError:
        raise ExportError(f"{NAME} is not there: nothing to compare with; run 'foi-analysis reproduce' first") from None


def _unlike(recorded: dict[str, str], sums: dict[str, str]) -> list[Difference]:
    """Compare what is recorded with what was made again."""
    kinds = {
        **{name: "changed" for name in recorded.keys() & sums.keys() if recorded[name] != sums[name]},
        **dict.fromkeys(recorded.keys() - sums.keys(), "unmade"),
        **dict.fromkeys(sums.keys() - recorded.keys(), "unlisted"),
    }
    return [Difference(name, kinds[name]) for name in sorted(kinds)]


def comparable_pdfs(project: Project, warned: Tell) -> dict[str, str]:
    """Return the recorded sums of PDFs; none when none are recorded, or when PDFs cannot be made here.

    ``warned`` hears of the latter. Raises ExportError when a line of the file is no sum.
    """
    path = project.root / PDF_NAME
    if not path.is_file():
        return {}
    if not can_typeset():
        warned(f"{PDF_NAME} was not compared: a PDF needs typst; pip install 'foi_analysis[pdf]'")
        return {}
    return read_sums(path)


def out_of_place(root: Path, recorded: dict[str, str], typeset: dict[str, str] | None = None) -> list[Difference]:
    """Compare what is recorded with what lies in place; exports and PDFs that were never made are not missed."""
    exports = (root / "exports").is_dir()
    typeset = typeset or {}
    pdfs = any((root / name).is_file() for name in typeset)
    found = []
    for name, recorded_sum in {**recorded, **typeset}.items():
        path = root / name
        if not path.is_file():
            if pdfs if name in typeset else exports or not name.startswith("exports/"):
                found.append(Difference(name, "missing"))
        elif digest(path) != recorded_sum:
            found.append(Difference(name, "place"))
    return found
