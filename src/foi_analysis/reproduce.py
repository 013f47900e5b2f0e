"""Make everything that is published of a report, and put it in place; or verify what lies there.

The way: read, describe, draw, run the notebooks, write sums; all in a folder aside, then file by file in place.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from foi_analysis.bilingual import organ_name
from foi_analysis.codebook import write_data
from foi_analysis.export.downloads import Download, Downloads, write_data_files
from foi_analysis.export.notebook import (
    ExportError,
    Project,
    about_a_panel,
    find_project,
    is_project,
    packaged_notebooks,
)
from foi_analysis.export.page import TAGS, Basis, Fact, inspect_pages
from foi_analysis.export.pdf import can_typeset, make_reports, require_typst
from foi_analysis.export.site import Site, Tell, make_index, make_pages
from foi_analysis.panel import load_panel, panel_folder
from foi_analysis.read import read_report
from foi_analysis.report import Report
from foi_analysis.resources import LANGUAGES, Language, Told, say, write_text

# ---- files in place, each whole, and their SHA-256 sums ----


NAME = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")

Sums = Mapping[str, str]
_PREFIX = ".foi-making-"
_LEFT_BEHIND_SECONDS = 3600


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def folder_sums(folder: Path) -> dict[str, str]:
    """Return the sum of each file below a folder by relative path, without hidden files and the sums themselves."""
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: digest(names[name]) for name in sorted(names) if name != NAME and not name.startswith(".")}


def typeset(sums: Sums) -> dict[str, str]:
    """Return the sums of PDFs, which not everyone can make."""
    return {name: recorded for name, recorded in sums.items() if name.endswith(".pdf")}


def write_sums(sums: Sums) -> str:
    """Write sums, sorted by path, one a line."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))


def read_sums(path: Path) -> dict[str, str]:
    """Read a file of sums.

    Raises OSError when it cannot be opened, ExportError when a line is no sum or leads out of the folder.
    """
    sums: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = _LINE.fullmatch(line)
        if not found or not is_inside(found[2]):
            raise ExportError(Told("errors.no_sum", name=path.name, n=number, line=line[:80]))
        sums[found[2]] = found[1]
    return sums


def is_inside(name: str) -> bool:
    """Check whether a relative path stays inside its folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in path.parts[0]


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """Yield a temporary hidden folder inside ``target``, on the same file system, to make things in.

    A target that was not there and into which nothing was put is gone afterwards, too. Folders that a killed run
    left behind are removed after an hour. Raises OSError when the target cannot be made or written to.
    """
    new = _make(target)
    try:
        _sweep(target)
        with TemporaryDirectory(prefix=_PREFIX, dir=target, ignore_cleanup_errors=True) as name:
            folder = Path(name)
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
            (folder / "made").mkdir()
            yield folder
    finally:
        for folder in reversed(new):
            with suppress(OSError):
                folder.rmdir()


def put_in_place(made: Path, target: Path) -> list[str]:
    """Move every file below ``made`` to the same path below ``target``, the sums last; give their names.

    Files that the target's sums listed and that are made no more are removed, PDFs only when PDFs are made; no other
    file is touched.
    Raises OSError, with some files moved and some not but each of them whole, when one cannot be moved.
    """
    names = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    before = _listed(target)
    kept = {} if any(name.endswith(".pdf") for name in names) else typeset(before)
    for name in sorted(names, key=lambda name: (name == NAME, name)):
        if name == NAME:
            _remove(target, before.keys() - kept.keys() - set(names))
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).replace(target / name)
    return names


def _make(target: Path) -> list[Path]:
    """Make a folder and those above it; give the ones that were not there, outermost first."""
    new = [folder for folder in (target, *target.parents) if not folder.exists()][::-1]
    target.mkdir(parents=True, exist_ok=True)
    return new


def _sweep(target: Path) -> None:
    for left in target.glob(f"{_PREFIX}*"):
        if time.time() - left.stat().st_mtime > _LEFT_BEHIND_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _listed(folder: Path) -> dict[str, str]:
    """Return the sums that lie in a folder; none when there are none that can be read."""
    try:
        return read_sums(folder / NAME)
    except (OSError, ExportError, UnicodeDecodeError):
        return {}


def _remove(target: Path, names: set[str]) -> None:
    """Remove files of an earlier run, and folders that this leaves empty. What was read, not made, is kept."""
    for name in sorted(name for name in names if not name.startswith("data/raw/")):
        (target / name).unlink(missing_ok=True)
        with suppress(OSError):
            (target / name).parent.rmdir()


# ---- what the pages say that they rest on ----


def panel_basis(language: Language) -> Basis:
    """Return in `language` what a notebook about the shipped panel rests on."""
    panel, cells = load_panel(), panel_folder() / "cells.csv"
    facts = [
        Fact(say("export.reports", language), str(len(panel))),
        Fact(say("export.organs", language), str(len(set(panel.heads["organ"])))),
        Fact(say("export.file", language), f"data/panel/{cells.name}"),
        Fact(say("export.sha256", language), digest(cells), "sum"),
    ]
    return Basis(say("export.panel", language), facts)


def report_facts(report: Report, language: Language) -> list[Fact]:
    """Return in `language` what the pages about a report rest on."""
    unknown, organ = say("export.unknown", language), organ_name(report.organ.value, language)
    return [
        Fact(say("export.organ", language), organ or unknown, lang=TAGS["zh"] if organ == report.organ.value else ""),
        Fact(say("export.year", language), report.year.value or unknown),
        Fact(say("export.form", language), report.form.label(language)),
        Fact(say("export.file", language), report.name),
        Fact(say("export.sha256", language), report.sha256, "sum"),
    ]


# ---- making and putting in place ----


@dataclass(frozen=True)
class Plan:
    """What to make, from what, and where to put it; ``pdf`` asks for the typeset reports, too."""

    report: Path
    notebooks: tuple[Path, ...]
    languages: tuple[Language, ...]
    target: Path
    project: Project | None = None
    supplied: Path | None = None
    pdf: bool = False


@dataclass(frozen=True)
class Made:
    """What was made: the report as it was read, and the files in place."""

    report: Report
    target: Path
    files: tuple[str, ...]


def plan(
    report: Path | None,
    languages: Sequence[Language],
    out: Path | None,
    here: Path,
    supplied: Path | None = None,
    *,
    pdf: bool = False,
) -> Plan:
    """Decide what to make: of the project around ``here`` when no report is given, else of that report alone.

    ``supplied`` is a file of values that a person supplies for what could not be read in that report; ``pdf`` asks for
    the typeset reports, too. Raises ExportError when there is neither project nor report, when one language of the
    project's own files is asked for, when ``out`` is a project, whose files are never written over by another
    report's, or when values are supplied for no report.
    """
    if report is None and supplied:
        raise ExportError(Told("errors.supplied_for", path=supplied))
    if report is None:
        project = find_project(here)
        if out:
            return Plan(project.report, project.notebooks, tuple(languages), _elsewhere(out), pdf=pdf)
        if set(languages) != set(LANGUAGES):
            raise ExportError(Told("errors.both_languages"))
        return Plan(project.report, project.notebooks, LANGUAGES, project.root, project, pdf=pdf)
    target = _elsewhere(out or here / "out" / folder_name(report))
    given = supplied.absolute() if supplied else None
    return Plan(report.absolute(), packaged_notebooks(), tuple(languages), target, supplied=given, pdf=pdf)


def folder_name(report: Path) -> str:
    """Return the name of a report's own folder: its file's name without the ending.

    >>> folder_name(Path("data/raw/shanghai_psb_2024.txt")), folder_name(Path("...txt"))
    ('shanghai_psb_2024', 'report')
    """
    return report.stem if report.stem.strip(". ") else "report"


def reproduce(plan: Plan, tell: Tell, warned: Tell) -> Made:
    """Make everything of a plan and put it in place, the sums last; ``tell`` hears of each step.

    Without ``pdf``, typeset reports in place and their sums are left as they are.

    Raises ReadingError when the report cannot be read, ExportError when something cannot be made (a PDF without
    Typst, for one), and OSError when it cannot be written: whatever was in place before is then still whole, file
    by file.
    """
    if plan.pdf:
        require_typst()
    report = read_report(plan.report, plan.supplied)
    with workshop(plan.target) as folder:
        made = folder / "made"
        make(plan, report, made, tell, warned)
        kept = {} if plan.pdf else typeset(_listed(plan.target))
        write_text(made / NAME, write_sums(kept | sums_of(plan, made)))
        return Made(report, plan.target, tuple(put_in_place(made, plan.target)))


def make(plan: Plan, report: Report, folder: Path, tell: Tell, warned: Tell) -> None:
    """Write data, figures and exports of a report below an empty folder. Raises as ``reproduce`` does."""
    site = _site(plan, report)
    write_data(report, folder / "data")
    tell(Told("cli.step_data"))
    with TemporaryDirectory(prefix="foi-kernels-", ignore_cleanup_errors=True) as work:
        downloads = asyncio.run(_exports(site, report, folder, Path(work), plan.pdf, tell, warned))
    make_index(site, downloads, folder / "exports")
    inspect_pages(folder / "exports")
    tell(Told("cli.step_index"))


async def _exports(
    site: Site, report: Report, folder: Path, work: Path, pdf: bool, tell: Tell, warned: Tell
) -> Downloads:
    """Run the notebooks, write their pages and, beside them, the data files; then typeset, when that is asked for."""
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(make_pages(site, work, folder, tell, warned))
            written = group.create_task(asyncio.to_thread(write_data_files, report, site.languages, folder / "exports"))
        executed, figures = running.result()
        if pdf:
            await make_reports(site, executed, folder / "exports", tell)
    except BaseExceptionGroup as failed:
        raise _first(failed) from failed
    data = written.result()
    return {one: data[one] | _drawn(site, figures[one], one) for one in site.languages}


def _drawn(site: Site, figures: Mapping[str, Sequence[Download]], language: Language) -> dict[str, list[Download]]:
    """Return the figures of the notebooks about the report, and of those about a panel where there are some."""
    groups: dict[str, list[Download]] = {}
    for name, found in figures.items():
        kind = say("export.panel_figures" if name in site.panels else "export.figures", language)
        groups.setdefault(kind, []).extend(found)
    return groups


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    error = failed.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _site(plan: Plan, report: Report) -> Site:
    subject = " ".join(filter(None, (report.organ.value, report.year.value))) or report.name
    panel = {language: panel_basis(language) for language in plan.languages}
    return Site(
        report=plan.report,
        notebooks=plan.notebooks,
        languages=plan.languages,
        basis={language: Basis(subject, report_facts(report, language)) for language in plan.languages},
        supplied=plan.supplied,
        panels={path.stem: panel for path in plan.notebooks if about_a_panel(path)},
        written=frozenset(table.key for table in report.form.tables),
    )


def _elsewhere(out: Path) -> Path:
    if is_project(out):
        raise ExportError(Told("errors.project_kept", path=out))
    return out.absolute()


def sums_of(plan: Plan, made: Path) -> dict[str, str]:
    """Return the sums of what was made and, for the project, of the text it was made from."""
    sums = folder_sums(made)
    if plan.project:
        sums[plan.report.relative_to(plan.project.root.resolve()).as_posix()] = digest(plan.report)
    return sums


# ---- verify: make everything again, and compare ----


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not what it should be; ``kind`` is changed, unmade, unlisted, missing or place."""

    file: str
    kind: str


def verify(here: Path, out: Path | None, tell: Tell, warned: Tell) -> tuple[int, list[Difference]]:
    """Make everything of the project again and compare it with the recorded sums and with the files in place.

    Gives the number of files compared, and the differences; what was made is kept in ``out``. PDFs are made and
    compared when their sums are recorded and Typst is installed; ``warned`` hears when they are recorded and it is not.

    Raises ExportError when there is no project or no file of sums, or ``out`` is a project, and whatever
    ``reproduce`` raises.
    """
    project = find_project(here)
    recorded = _recorded(project)
    comparable = without_unmakeable(recorded, warned)
    pdf = bool(typeset(comparable))
    again = Plan(project.report, project.notebooks, LANGUAGES, project.root, project, pdf=pdf)
    place = workshop(_elsewhere(out)) if out else TemporaryDirectory(prefix="foi-verify-", ignore_cleanup_errors=True)
    with place as name:
        made = Path(name) / "made"
        made.mkdir(exist_ok=True)
        make(again, read_report(again.report), made, tell, warned)
        found = _unlike(comparable, sums_of(again, made))
        if out:
            put_in_place(made, out)
    return len(comparable), [*found, *out_of_place(project.root, recorded)]


def _recorded(project: Project) -> dict[str, str]:
    try:
        return read_sums(project.root / NAME)
    except FileNotFoundError:
        raise ExportError(Told("errors.no_sums", name=NAME)) from None


def _unlike(recorded: dict[str, str], sums: dict[str, str]) -> list[Difference]:
    """Compare what is recorded with what was made again."""
    kinds = {
        **{name: "changed" for name in recorded.keys() & sums.keys() if recorded[name] != sums[name]},
        **dict.fromkeys(recorded.keys() - sums.keys(), "unmade"),
        **dict.fromkeys(sums.keys() - recorded.keys(), "unlisted"),
    }
    return [Difference(name, kinds[name]) for name in sorted(kinds)]


def without_unmakeable(recorded: Sums, warned: Tell) -> dict[str, str]:
    """Return recorded sums without those of PDFs where PDFs cannot be made: ``warned`` hears of it."""
    if typeset(recorded) and not can_typeset():
        warned(Told("errors.no_pdfs"))
        return {name: one for name, one in recorded.items() if name not in typeset(recorded)}
    return dict(recorded)


def out_of_place(root: Path, recorded: Sums) -> list[Difference]:
    """Compare what is recorded with what lies in place; exports and PDFs that were never made are not missed."""
    pdfs = any((root / name).is_file() for name in typeset(recorded))
    exports = (root / "exports").is_dir()
    found = []
    for name, recorded_sum in recorded.items():
        path = root / name
        if not path.is_file():
            if pdfs if name in typeset(recorded) else exports or not name.startswith("exports/"):
                found.append(Difference(name, "missing"))
        elif digest(path) != recorded_sum:
            found.append(Difference(name, "place"))
    return found
