"""What LibreOffice writes is read as printed, and it reads what is written here."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from expected import ORGAN, Opened, Read, assert_as_printed, drawn, spans
from pagemaker import lay_out, print_page
from pagemaker.doc import to_doc
from pagemaker.workbooks import saved, to_xlsx
from test_spreadsheet import with_sums

from foi_analysis.form import form_ids

pytestmark = [pytest.mark.office, pytest.mark.slow]
Files = Mapping[str, bytes]


def converted(contents: Files, ending: str, into: str, folder: Path) -> Files:
    """Convert files of an ending into another with LibreOffice, which is started once for all of them."""
    program, made = shutil.which("soffice"), folder / f"out{ending}"
    paths = [folder / f"{name}{ending}" for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_bytes(content)
    if program:
        command = [program, f"-env:UserInstallation={(folder / 'home').as_uri()}", "--headless", "--convert-to", into]
        subprocess.run([*command, "--outdir", made, *paths], capture_output=True, check=False, timeout=300)
    written = {path.stem: path.read_bytes() for path in made.glob("*")}
    if written.keys() != contents.keys():
        pytest.skip(f"no LibreOffice here that writes {into}")
    return written


@pytest.fixture(scope="module")
def as_docx(tmp_path_factory: pytest.TempPathFactory) -> Files:
    contents = {form_id: to_doc(drawn(form_id, 5)[2]) for form_id in form_ids()}
    return converted(contents, ".doc", "docx", tmp_path_factory.mktemp("docx"))


@pytest.fixture(scope="module")
def as_doc(tmp_path_factory: pytest.TempPathFactory) -> Files:
    contents = {form_id: print_page(drawn(form_id, 5)[2], ".html") for form_id in form_ids()}
    return converted(contents, ".html", "doc:MS Word 97", tmp_path_factory.mktemp("doc"))


@pytest.mark.parametrize("form_id", form_ids())
def test_word_97_is_read_by_libreoffice(form_id: str, as_docx: Files, opened: Opened) -> None:
    page = print_page(drawn(form_id, 5)[2], ".docx")
    assert spans(opened(as_docx[form_id], ".docx")) == spans(opened(page, ".docx"))


@pytest.mark.parametrize("form_id", form_ids())
def test_its_own_word_97_is_read(form_id: str, as_doc: Files, read: Read) -> None:
    assert_as_printed(read(as_doc[form_id], ".doc"), drawn(form_id, 5)[1])


@pytest.fixture(scope="module", params=["xls", "xlsx"])
def books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Files]:
    """Return an ending, and some workbooks as LibreOffice saves them under it."""
    form, values, page = drawn()
    some = to_xlsx(lay_out(form, {key: value for key, value in values.items() if value}, ORGAN, 2024))
    contents = {"full": to_xlsx(page), "sums": saved(with_sums()), "some": some}
    ending: str = request.param
    return f".{ending}", converted(contents, ".xlsx", ending, tmp_path_factory.mktemp(ending))


@pytest.mark.parametrize("book", ["full", "sums", "some"])
def test_a_workbook_that_libreoffice_saves_is_read_as_printed(book: str, books: tuple[str, Files], read: Read) -> None:
    ending, files = books
    values = {key: value for key, value in drawn()[1].items() if value or book != "some"}
    assert_as_printed(read(files[book], ending), values)
