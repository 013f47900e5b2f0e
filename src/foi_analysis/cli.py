"""The command ``foi-analysis``: reproduce, verify, extract, check, panel, ocr, rules.

Thin: it parses, calls, prints and counts.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from foi_analysis import __version__
from foi_analysis.form import form_ids, load_form
from foi_analysis.read import exit_status, read_report
from foi_analysis.report import ReadingError, Record, Report, records, to_csv, write
from foi_analysis.resources import LANGUAGES, Language, advise, load, say

#: The exit status of a run that was interrupted from the keyboard, as shells give it.
_INTERRUPTED = 130
_EPILOG = """exit status, the highest over all files:
  0  everything printed was read without doubt, and every identity and bound holds
  1  a doubtful organ or year; a row without a place in the form; a doubtful, missing or unreadable cell; an identity
     that is broken or cannot be assessed; a broken bound; a number in the prose that the table contradicts
  2  a file that cannot be read at all, or holds no table of the prescribed form; nothing could be made"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit status; every error is one line on standard error."""
    _use_utf8()
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        ended = run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _fail("interrupted; every file in place is whole", _INTERRUPTED)
    except (OSError, ValueError) as error:  # ReadingError and ExportError are ValueErrors
        return _fail(_why(error))
    return ended


def reproduce(options: argparse.Namespace) -> int:
    """Make data, figures and exports of the project's report, or of another report in its own folder."""
    making, printing = load("foi_analysis.reproduce"), load("foi_analysis.printing")
    plan = making.plan(options.report, options.lang, options.out, Path.cwd(), options.supplied, pdf=options.pdf)
    made = making.reproduce(plan, _tell, _warn)
    language: Language = options.lang[0] if len(options.lang) == 1 else "en"
    _print(printing.summary(made.report, language))
    _print(say("cli.made", language, name=_shown(made.target), n=len(made.files)) + "\n")
    return exit_status(made.report)


def verify(_: argparse.Namespace) -> int:
    """Make everything of the project again and compare with the recorded sums; 1 when a file differs."""
    compared, differences = load("foi_analysis.reproduce").verify(Path.cwd(), _tell, _warn)
    for difference in differences:
        _print(f"{difference.file}: {say(f'cli.differs_{difference.kind}', 'en')}\n")
    _print(say("cli.unlike" if differences else "cli.same", "en", n=len(differences) or compared) + "\n")
    return int(bool(differences))


def extract(options: argparse.Namespace) -> int:
    """Write every cell of each report as one table; a file that cannot be read is told and passed over."""
    found = list(_read_all(options.reports, options.supplied))
    reports = [report for report in found if isinstance(report, Report)]
    rows = [row for report in reports for row in records(report)]
    if rows and options.output:
        _write_whole(rows, options.output)
    elif rows:
        _print(to_csv(rows))
    if len(found) > 1:
        _tell_all(reports, len(found))
    return max(exit_status(report) if isinstance(report, Report) else 2 for report in found)


def check(options: argparse.Namespace) -> int:
    """Print what reading and identities say of each report; a file that cannot be read is told and passed over."""
    printing = load("foi_analysis.printing")
    found = list(_read_all(options.reports, options.supplied))
    reports = [report for report in found if isinstance(report, Report)]
    if options.format == "json":
        _print(printing.as_json(found))
    else:
        texts = (printing.text(report, options.lang, verbose=options.verbose) for report in reports)
        _print("\n".join(texts))
        _print(printing.across(reports, options.lang))
    if len(found) > 1:
        _tell_all(reports, len(found))
    return max(exit_status(report) if isinstance(report, Report) else 2 for report in found)


def panel(options: argparse.Namespace) -> int:
    """Read every file of folders into one Parquet file of cells, with the refusals beside it; a run can be resumed."""
    corpus = load("foi_analysis.corpus")
    chosen = corpus.cluster(options.scheduler) if options.scheduler else nullcontext((None, options.workers))
    try:
        with corpus.terminable(), chosen as (executor, workers), corpus.progress_bar() as show:
            counts = corpus.build_panel(
                options.paths,
                options.output,
                executor,
                workers=workers,
                keep_parts=options.keep_journal,
                progress=show,
            )
    except KeyboardInterrupt:
        return _fail(
            f"interrupted; what was read is in {corpus.parts_path(options.output)}: run it again", _INTERRUPTED
        )
    _warn(corpus.summary(counts, options.output))
    return int(counts.status)


def ocr(options: argparse.Namespace) -> int:
    """Recognise pictures and scans, and write beside each what was recognised, from which its report is then read."""
    files = load("foi_analysis.reading.files")
    if options.output and len(options.files) > 1:
        raise ReadingError(f"{options.output}: what is recognised in one file is written to it; give one FILE")
    ended = 0
    for path in options.files:
        try:
            written, pages, words = files.recognise_file(path, options.output, _page_told)
            _print(say("cli.recognised", "en", name=written, pages=pages, words=words) + "\n")
        except (ReadingError, OSError) as error:
            _told(path, _why(error))
            ended = 2
    return ended


def rules(options: argparse.Namespace) -> int:
    """Print the identities and bounds of a form for R's validate (YAML), as VTL 2.1, or as JSON."""
    rules = load("foi_analysis.rules")
    writers = {"validate": rules.to_validate, "vtl": rules.to_vtl, "json": rules.to_json}
    _print(writers[options.format](load_form(options.form)))
    return 0


def _read_all(paths: Sequence[Path], supplied: Path | None) -> Iterable[Report | tuple[str, str]]:
    """Read each file, or tell in one line why it cannot be read and give its name with that reason."""
    if supplied and len(paths) > 1:
        raise ReadingError(f"{supplied}: values are supplied for one report; give one REPORT")
    for path in paths:
        try:
            yield read_report(path, supplied)
        except (ReadingError, OSError) as error:
            yield path.name, _told(path, _why(error))
        except Exception as error:  # a fault of the reader itself must not stop the other files
            yield path.name, _told(path, f"a fault of this program ({type(error).__name__}: {error}); please report it")


def _told(path: Path, reason: str) -> str:
    line = " ".join(reason.split())
    _warn(line if path.name in line else f"{path}: {line}")
    return line


def _tell_all(reports: Sequence[Report], files: int) -> None:
    cells = sum(len(report.grid) for report in reports)
    doubtful = sum(len(report.doubtful) for report in reports)
    unread = sum(len(report.unread) for report in reports)
    _warn(
        f"{files} files: {len(reports)} read, {files - len(reports)} not; "
        f"{cells} cells, {doubtful} doubtful, {unread} missing or unreadable"
    )


def _write_whole(rows: Sequence[Record], path: Path) -> None:
    """Write a file aside and put it in place in one step."""
    aside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        if path.suffix == ".csv":
            aside.write_text(to_csv(rows), encoding="utf-8", newline="\n")
        else:
            write(rows, aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="foi-analysis",
        description="Read, check and draw annual reports on open government information (政府信息公开工作年度报告).",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = _command(commands, "reproduce", reproduce)
    one.add_argument("report", nargs="?", type=Path, metavar="REPORT", help="another report than the project's own")
    one.add_argument("--lang", type=_languages, default=LANGUAGES, metavar="zh,en", help="languages of the exports")
    one.add_argument("--out", type=Path, metavar="DIR", help="where to write; out/STEM/ for another report")
    one.add_argument(
        "--pdf",
        action="store_true",
        help="write a typeset report in each language, too (pip install 'foi_analysis[pdf]')",
    )
    _command(commands, "verify", verify)
    many = _command(commands, "extract", extract)
    many.add_argument("reports", nargs="+", type=Path, metavar="REPORT")
    many.add_argument("-o", "--output", type=_output, metavar="FILE", help="a .csv, .json or .parquet file to write")
    checked = _command(commands, "check", check)
    checked.add_argument("reports", nargs="+", type=Path, metavar="REPORT")
    checked.add_argument("--format", choices=("text", "json"), default="text", help="for a person, or for a program")
    checked.add_argument("--lang", choices=LANGUAGES, default="en", help="the language of the text")
    checked.add_argument(
        "--verbose", action="store_true", help="tell also what holds: places, kinds of identity, claims"
    )
    _panel_options(_command(commands, "panel", panel))
    seen = _command(commands, "ocr", ocr)
    seen.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a picture, or a PDF of pictures")
    seen.add_argument("-o", "--output", type=_sidecar, metavar="FILE.ocr.json", help="where to write it; beside FILE")
    ruled = _command(commands, "rules", rules)
    ruled.add_argument(
        "--format", choices=("validate", "vtl", "json"), default="json", help="for whom they are written"
    )
    ruled.add_argument("--form", choices=form_ids(), default="cn-2021", help="the form whose rules they are")
    for command in (one, many, checked):
        command.add_argument(
            "--supplied", type=Path, metavar="CSV", help="values for cells that cannot be read: cell,value,who,why"
        )
    return parser


def _panel_options(built: argparse.ArgumentParser) -> None:
    built.add_argument("paths", nargs="+", type=Path, metavar="FILE or FOLDER", help="reports, or folders of them")
    built.add_argument(
        "-o", "--output", type=_parquet, default=Path("panel.parquet"), metavar="FILE", help="a .parquet file to write"
    )
    where = built.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_positive, metavar="N", help="how many processes read; one a processor")
    where.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler whose workers read, as tcp://HOST:8786")
    built.add_argument(
        "--keep-journal", action="store_true", help="keep what was read, so that the next run reads new files only"
    )


def _command(commands: Any, name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    about = (run.__doc__ or "").strip()
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about.splitlines()[0],
        description=about,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _languages(text: str) -> tuple[Language, ...]:
    asked = text.split(",")
    if not asked or not set(asked) <= set(LANGUAGES):
        raise argparse.ArgumentTypeError(f"{text!r}: give zh, en, or zh,en")
    return tuple(language for language in LANGUAGES if language in asked)


def _output(text: str) -> Path:
    path = Path(text)
    if path.suffix not in (".csv", ".json", ".parquet"):
        raise argparse.ArgumentTypeError(f"{text!r}: the name must end in .csv, .json or .parquet")
    return path


def _parquet(text: str) -> Path:
    path = Path(text)
    if path.suffix != ".parquet":
        raise argparse.ArgumentTypeError(f"{text!r}: the name must end in .parquet")
    return path


def _sidecar(text: str) -> Path:
    if not text.endswith(".ocr.json"):
        raise argparse.ArgumentTypeError(f"{text!r}: the name must end in .ocr.json")
    return Path(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give a whole number of at least 1")
    return int(text)


def _why(error: Exception) -> str:
    """Return an error in one line: what, and what to do where the system does not say."""
    if not isinstance(error, OSError):
        return " ".join(str(error).split())
    where = f"{error.filename2 or error.filename}: " if error.filename else ""
    return f"{where}{advise(error)}"


def _fail(reason: str, ended: int = 2) -> int:
    _warn(reason)
    return ended


def _warn(line: str) -> None:
    print(f"foi-analysis: {line}", file=sys.stderr)  # noqa: T201


def _page_told(name: str, page: int) -> None:
    _tell(f"{name}: page {page}")


def _tell(step: str) -> None:
    if sys.stderr.isatty():
        print(f"  {step}", file=sys.stderr, flush=True)  # noqa: T201


def _print(text: str) -> None:
    sys.stdout.write(text)


def _shown(path: Path) -> str:
    """Name a folder from here, when it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _use_utf8() -> None:
    """Write UTF-8 with LF line ends, whatever the machine's locale; names that are no UTF-8 as they came."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", newline="\n", errors="surrogateescape")


if __name__ == "__main__":
    sys.exit(main())
