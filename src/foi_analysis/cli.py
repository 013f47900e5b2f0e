"""The command ``foi-analysis``: reproduce, verify, extract, check, panel, ocr, rules.

Thin: it parses, calls, prints and counts.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from foi_analysis import __version__
from foi_analysis.form import form_ids, load_form
from foi_analysis.read import exit_status, read_report
from foi_analysis.report import ReadingError, Report, records, to_csv, write
from foi_analysis.resources import LANGUAGES, Language, Told, advise, in_language, language_of, load, put_whole, say
from foi_analysis.usage import HelpFormatter, help_text, language_asked, speaking

#: The exit status of a run that was interrupted from the keyboard, as shells give it.
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit status; every error is one line on standard error."""
    _use_utf8()
    given = sys.argv[1:] if arguments is None else list(arguments)
    with speaking(language_asked(given, os.environ)):
        return _run(given)


def _run(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        ended = run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _fail(Told("errors.interrupted"), _INTERRUPTED)
    except (OSError, ValueError) as error:  # ReadingError and ExportError are ValueErrors
        return _fail(_why(error, language_of()))
    return ended


def reproduce(options: argparse.Namespace) -> int:
    """Make data, figures and exports of the project's report, or of another report in its own folder."""
    making, printing = load("foi_analysis.reproduce"), load("foi_analysis.printing")
    plan = making.plan(options.report, options.lang, options.out, Path.cwd(), options.supplied, pdf=options.pdf)
    made = making.reproduce(plan, _tell, _warn)
    _print(printing.summary(made.report, language_of()))
    _say("made", name=_shown(made.target), n=len(made.files))
    return exit_status(made.report)


def verify(options: argparse.Namespace) -> int:
    """Make everything of the project again and compare with the recorded sums; 1 when a file differs."""
    compared, differences = load("foi_analysis.reproduce").verify(Path.cwd(), options.out, _tell, _warn)
    for difference in differences:
        _say("line", name=difference.file, value=Told(f"cli.differs_{difference.kind}"))
    _say("unlike" if differences else "same", n=len(differences) or compared)
    return int(bool(differences))


def extract(options: argparse.Namespace) -> int:
    """Write every cell of each report as one table; a file that cannot be read is told and passed over."""
    found, reports = _read_all(options.reports, options.supplied)
    rows = [row for report in reports for row in records(report)]
    if rows and options.output:
        with put_whole(options.output) as aside:
            write(rows, aside)
    elif rows:
        _print(to_csv(rows))
    return _ended(reports, len(found))


def check(options: argparse.Namespace) -> int:
    """Print what reading and identities say of each report; a file that cannot be read is told and passed over."""
    printing, language = load("foi_analysis.printing"), language_of()
    found, reports = _read_all(options.reports, options.supplied)
    if options.format == "json":
        _print(printing.as_json(found))
    else:
        texts = (printing.text(report, language, verbose=options.verbose) for report in reports)
        _print("\n".join(texts))
        _print(printing.across(reports, language))
    return _ended(reports, len(found))


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
        return _fail(Told("errors.interrupted_panel", parts=corpus.parts_path(options.output)), _INTERRUPTED)
    _warn(corpus.summary(counts, options.output))
    return int(counts.status)


def ocr(options: argparse.Namespace) -> int:
    """Recognise pictures and scans, and write beside each what was recognised, from which its report is then read."""
    files = load("foi_analysis.reading.files")
    if options.output and len(options.files) > 1:
        raise ReadingError(Told("errors.one_file", path=options.output))
    ended = 0
    for path in options.files:
        try:
            written, pages, words = files.recognise_file(path, options.output, _page_told)
            _say("recognised", name=written, pages=pages, words=words)
        except (ReadingError, OSError) as error:
            _told(path, error)
            ended = 2
    return ended


def rules(options: argparse.Namespace) -> int:
    """Print the identities and bounds of a form for R's validate (YAML), as VTL 2.1, or as JSON."""
    rules = load("foi_analysis.rules")
    _print(rules.FORMATS[options.format](load_form(options.form)))
    return 0


def _read_all(paths: Sequence[Path], supplied: Path | None) -> tuple[list[Report | tuple[str, str]], list[Report]]:
    """Read each file, or tell in one line why it cannot be read and give its name with that reason, in English.

    Returns what was found of every file, and the reports alone.
    """
    if supplied and len(paths) > 1:
        raise ReadingError(Told("errors.one_report", path=supplied))
    found: list[Report | tuple[str, str]] = []
    for path in paths:
        try:
            found.append(read_report(path, supplied))
        except (ReadingError, OSError) as error:
            found.append((path.name, _told(path, error)))
        except Exception as error:  # a fault of the reader itself must not stop the other files
            fault = Told("errors.fault", kind=type(error).__name__, error=error)
            found.append((path.name, _told(path, ReadingError(fault))))
    return found, [report for report in found if isinstance(report, Report)]


def _told(path: Path, error: Exception) -> str:
    """Print in the language of the run why a file cannot be read; return it in English, as which it is data."""
    reason, line = (" ".join(_why(error, language).split()) for language in ("en", language_of()))
    _warn(line if path.name in line else Told("errors.at", where=path, what=line))
    return reason


def _ended(reports: Sequence[Report], files: int) -> int:
    """Print what was read of several files; return the exit status, the highest over all."""
    refused = files - len(reports)
    if files > 1:
        counts = {
            "cells": sum(len(report.grid) for report in reports),
            "doubtful": sum(len(report.doubtful) for report in reports),
            "unread": sum(len(report.unread) for report in reports),
        }
        _warn(Told("cli.all", files=files, read=len(reports), refused=refused, **counts))
    return 2 if refused else max(map(exit_status, reports))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="foi-analysis",
        description=help_text("about"),
        epilog=help_text("status"),
        formatter_class=HelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {__version__}", help=help_text("argparse_version")
    )
    commands = parser.add_subparsers(required=True, metavar=help_text("command_name"))
    one = _command(commands, "reproduce", reproduce)
    report, file = help_text("report_name"), help_text("file_name")
    one.add_argument("report", nargs="?", type=Path, metavar=report, help=help_text("other_report"))
    one.add_argument("--lang", type=_languages, default=LANGUAGES, metavar="zh,en", help=help_text("exports"))
    one.add_argument("--out", type=Path, metavar=help_text("folder_name"), help=help_text("out"))
    one.add_argument("--pdf", action="store_true", help=help_text("pdf"))
    again = _command(commands, "verify", verify)
    again.add_argument("--out", type=Path, metavar=help_text("folder_name"), help=help_text("keep_made"))
    many = _command(commands, "extract", extract)
    many.add_argument("reports", nargs="+", type=Path, metavar=report)
    many.add_argument(
        "-o", "--output", type=_path("output", ".csv", ".json", ".parquet"), metavar=file, help=help_text("output")
    )
    checked = _command(commands, "check", check)
    checked.add_argument("reports", nargs="+", type=Path, metavar=report)
    checked.add_argument("--format", choices=("text", "json"), default="text", help=help_text("format"))
    checked.add_argument("--lang", choices=LANGUAGES, help=help_text("text_language"))
    checked.add_argument("--verbose", action="store_true", help=help_text("verbose"))
    built = _command(commands, "panel", panel)
    _panel_options(built)
    seen = _command(commands, "ocr", ocr)
    seen.add_argument("files", nargs="+", type=Path, metavar=file, help=help_text("picture"))
    sidecar = help_text("sidecar_name")
    seen.add_argument("-o", "--output", type=_path("sidecar", ".ocr.json"), metavar=sidecar, help=help_text("sidecar"))
    ruled = _command(commands, "rules", rules)
    formats = ("validate", "vtl", "json")
    ruled.add_argument("--format", choices=formats, default="json", help=help_text("rules_format"))
    ruled.add_argument("--form", choices=form_ids(), default="cn-2021", help=help_text("rules_form"))
    for command in (one, many, checked):
        command.add_argument("--supplied", type=Path, metavar="CSV", help=help_text("supplied"))
    for command in (again, many, built, seen, ruled):
        command.add_argument("--lang", choices=LANGUAGES, help=help_text("message_language"))
    return parser


def _panel_options(built: argparse.ArgumentParser) -> None:
    file, default = help_text("file_name"), Path("panel.parquet")
    built.add_argument("paths", nargs="+", type=Path, metavar=help_text("paths_name"), help=help_text("paths"))
    built.add_argument(
        "-o", "--output", type=_path("parquet", ".parquet"), default=default, metavar=file, help=help_text("parquet")
    )
    where = built.add_mutually_exclusive_group()
    number, address = help_text("number_name"), help_text("address_name")
    where.add_argument("--workers", type=_positive, metavar=number, help=help_text("workers"))
    where.add_argument("--scheduler", metavar=address, help=help_text("scheduler"))
    built.add_argument("--keep-journal", action="store_true", help=help_text("keep_journal"))


def _command(commands: Any, name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    about = help_text(name)
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=about, epilog=help_text("status"), formatter_class=HelpFormatter
    )
    parser.set_defaults(run=run)
    return parser


def _languages(text: str) -> tuple[Language, ...]:
    asked = text.split(",")
    if not asked or not set(asked) <= set(LANGUAGES):
        raise _unfit("languages", text)
    return tuple(language for language in LANGUAGES if language in asked)


def _path(kind: str, *endings: str) -> Callable[[str], Path]:
    """Return the type of an option that takes the path of a file to write, in a folder, with one of these endings."""

    def read(text: str) -> Path:
        path = Path(text)
        if not path.suffix or not path.name.endswith(endings):
            raise _unfit(kind, text)
        if not path.parent.is_dir():
            raise _unfit("folder", text)
        return path

    return read


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise _unfit("positive", text)
    return int(text)


def _unfit(kind: str, text: str) -> argparse.ArgumentTypeError:
    """Return the error, in the language of the run, for a value that an option does not take."""
    return argparse.ArgumentTypeError(say(f"errors.option_{kind}", language_of(), text=text))


def _why(error: Exception, language: Language) -> str:
    """Return an error in one line: what, and what to do where the system does not say."""
    if isinstance(error, OSError):
        where, what = error.filename2 or error.filename, advise(error)
        return in_language(Told("errors.at", where=where, what=what) if where else what, language)
    return " ".join(in_language(error, language).split())


def _fail(reason: str, ended: int = 2) -> int:
    _warn(reason)
    return ended


def _warn(line: str) -> None:
    print(say("cli.said", language_of(), line=in_language(line, language_of())), file=sys.stderr)  # noqa: T201


def _page_told(name: str, page: int) -> None:
    _tell(Told("cli.page", name=name, page=page))


def _tell(step: str) -> None:
    if sys.stderr.isatty():
        print(f"  {in_language(step, language_of())}", file=sys.stderr, flush=True)  # noqa: T201


def _say(key: str, **values: object) -> None:
    """Print a sentence of ``words/cli.toml`` in the language of the run."""
    _print(in_language(Told(f"cli.{key}", **values), language_of()) + "\n")


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
