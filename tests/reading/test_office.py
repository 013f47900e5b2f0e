"""What LibreOffice writes is read as printed, and it reads what is written here."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import pytest
from expected import ORGAN, Opened, Read, assert_as_printed, drawn, spans
from pagemaker import lay_out, print_page
from pagemaker.doc import to_doc
from pagemaker.workbooks import saved, to_xlsx
from test_spreadsheet import with_sums

from foi_analysis.form import form_ids

pytestmark = [pytest.mark.office, pytest.mark.slow]
Convert = Callable[[bytes, str, str], bytes]


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Convert a file of some ending into one of another with LibreOffice."""
    folder, program = tmp_path_factory.mktemp("office"), shutil.which("soffice")

    def convert(content: bytes, ending: str, into: str) -> bytes:
        path, made = folder / f"report{ending}", folder / "out" / f"report.{into.partition(':')[0]}"
        made.unlink(missing_ok=True)
        path.write_bytes(content)
        if program:
            profile = f"-env:UserInstallation={(folder / 'home').as_uri()}"
            command = [program, profile, "--headless", "--convert-to", into, "--outdir", str(made.parent), str(path)]
            subprocess.run(command, capture_output=True, check=False, timeout=120)
        if not made.is_file():
            pytest.skip(f"no LibreOffice here that writes {into}")
        return made.read_bytes()

    return convert


@pytest.mark.parametrize("form_id", form_ids())
def test_word_97_is_read_by_libreoffice_and_its_own_is_read(
    form_id: str, convert: Convert, opened: Opened, read: Read
) -> None:
    _, values, page = drawn(form_id, 5)
    again = convert(to_doc(page), ".doc", "docx")
    assert spans(opened(again, ".docx")) == spans(opened(print_page(page, ".docx"), ".docx"))
    assert_as_printed(read(convert(print_page(page, ".html"), ".html", "doc:MS Word 97"), ".doc"), values)


@pytest.mark.parametrize("into", ["xls", "xlsx"])
@pytest.mark.parametrize("book", ["full", "sums", "some"])
def test_a_workbook_that_libreoffice_saves_is_read_as_printed(
    book: str, into: str, convert: Convert, read: Read
) -> None:
    form, values, page = drawn()
    some = {key: value for key, value in values.items() if value}
    content = {"full": to_xlsx(page), "sums": saved(with_sums()), "some": to_xlsx(lay_out(form, some, ORGAN, 2024))}
    report = read(convert(content[book], ".xlsx", into), f".{into}")
    assert_as_printed(report, some if book == "some" else values)
