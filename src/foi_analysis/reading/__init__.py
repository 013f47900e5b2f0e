"""Read a published report: a file becomes a Document, the Document is aligned with a form.

``read_file`` gives a Report whose cells carry the proofs of reading only (``label``, ``order``); what the
identities and the prose prove is added by ``foi_analysis.evidence``.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from foi_analysis.form import form_ids, load_form
from foi_analysis.reading.align import align
from foi_analysis.reading.document import Document
from foi_analysis.reading.head import read_head
from foi_analysis.reading.text import read_text
from foi_analysis.report import Paragraph, ReadingError, Report

__all__ = ["open_document", "read_file"]

_READERS = {".txt": read_text}
#: Fewer found cells than this share of a form is no report.
_LEAST = 0.05


def read_file(path: str | Path) -> Report:
    """Read a published report.

    Raises OSError when the file cannot be opened, and ReadingError (which file, why, what to do) when it
    is no report or none that can be read.
    """
    return _report(open_document(path))


def open_document(path: str | Path) -> Document:
    """Open a file as a Document, before any alignment. Raises OSError and ReadingError as ``read_file``."""
    path = Path(path)
    content = path.read_bytes()
    if not content.strip():
        raise ReadingError(f"{path.name}: the file is empty; save or download it again")
    try:
        return read_text(path.name, content, sha256(content).hexdigest())
    except ValueError as error:
        raise ReadingError(f"{path.name}: {error}; save it as UTF-8 text") from None


def _report(document: Document) -> Report:
    best = max((align(document, load_form(form)) for form in form_ids()), key=lambda a: (a.found, a.form.id))
    if best.found < _LEAST * len(best.form.cells):
        raise ReadingError(
            f"{document.name}: no statutory table found; is this an annual report on open government information?"
        )
    head = read_head(document)
    return Report(
        name=document.name,
        form=best.form,
        cells=best.cells,
        organ=head.organ,
        year=head.year,
        scope=head.scope,
        level=head.level,
        published_on=head.published_on,
        sha256=document.sha256,
        paragraphs=tuple(Paragraph(line.text, line.where) for line in document.prose()),
        faults=best.faults,
    )
