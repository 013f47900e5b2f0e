"""How to cite a report, to be shown in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from foi_analysis.bilingual import TAGS
from foi_analysis.datasets.citation import Citation, citation
from foi_analysis.report import Report
from foi_analysis.resources import Language


@dataclass(frozen=True, slots=True, repr=False)
class Citing:
    """How to cite a report; in a notebook it shows itself as HTML, each part below its name."""

    citation: Citation

    @property
    def texts(self) -> tuple[str, ...]:
        """The parts in turn, as plain text, the hint last."""
        return (*(text for _, text in self.citation.parts), self.citation.hint)

    def __repr__(self) -> str:
        """Return everything as plain text: what a terminal shows."""
        return self.citation.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        language = self.citation.language
        *parts, (name, bibtex) = self.citation.parts
        texts = "".join(f"<p><strong>{escape(head)}</strong><br>{escape(text)}</p>\n" for head, text in parts)
        code = f"<p><strong>{escape(name)}</strong></p>\n<pre><code>{escape(bibtex)}</code></pre>\n"
        hint = f"<p><em>{escape(self.citation.hint)}</em></p>\n"
        return {"text/html": f'<div class="foi-citation" lang="{TAGS[language]}">\n{texts}{code}{hint}</div>\n'}


def cite(report: Report, language: Language) -> Citing:
    """Show how to cite a report and this package, and where the data come from, ready to paste."""
    return Citing(citation(report, language))
