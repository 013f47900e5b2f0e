"""How to cite a report and this package, and the paragraph on where the data come from, ready to paste."""

from __future__ import annotations

import re
from dataclasses import dataclass

from foi_analysis.bilingual import organ_name
from foi_analysis.prose.numbers import squeeze
from foi_analysis.report import Report, facts_of
from foi_analysis.resources import Language, load, say

#: What would be a command in BibTeX, written as the character that it is.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "#$%&_"},
    }
)


@dataclass(frozen=True, slots=True)
class Citation:
    """How to cite a report, in one language.

    ``availability`` is a paragraph on where the data come from; ``report`` and ``software`` are entries of a list
    of references, ``bibtex`` the same two for BibTeX; ``hint`` tells what the person who cites has to add.
    """

    language: Language
    availability: str
    report: str
    software: str
    hint: str
    bibtex: str

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """What there is to paste, each with its heading."""
        names = ("availability", "report", "software", "bibtex")
        return tuple((say(f"citation.head_{name}", self.language), getattr(self, name)) for name in names)

    @property
    def text(self) -> str:
        """All of it as plain text, each part below its heading, the hint last."""
        return "\n\n".join([*(f"{head}\n{text}" for head, text in self.parts), self.hint]) + "\n"


def citation(report: Report, language: Language) -> Citation:
    """Return how to cite a report, in one language.

    A report is cited by its own title. What it does not say is called unknown, and a date that it does not tell stands
    as "n.d.".
    """
    facts = _facts(report, language)
    said = {name: say(f"citation.{name}", language, **facts) for name in ("availability", "report", "software")}
    said["availability"] += _reservations(report, language)
    hint = say("citation.hint", language)
    return Citation(language, **said, hint=hint, bibtex=_bibtex(report, language, facts))


def _reservations(report: Report, language: Language) -> str:
    """Say how many cells are in doubt, not read, or supplied by a person; nothing when there is none."""
    supplied = sum(cell.mark == "supplied" for cell in report.grid.values())
    counts = {"doubtful": len(report.doubtful), "unread": len(report.unread), "supplied": supplied}
    told = (say(f"citation.{name}", language, n=n) for name, n in counts.items() if n)
    return "".join(told)


def _facts(report: Report, language: Language) -> dict[str, str]:
    """Return the parts of a citation, each on one line."""
    facts = {
        **facts_of(report, language),
        "organ": organ_name(report.organ.value, language) or say("citation.unknown_organ", language),
        "title": _title(report, language),
        "date": report.published_on.value or say("citation.no_date", language),
        "version": load("foi_analysis").__version__,
    }
    return {name: " ".join(text.split()) for name, text in facts.items()}


def _title(report: Report, language: Language) -> str:
    """Return the title that the report prints, without its white space; in brackets what stands for it if unread."""
    printed = squeeze(report.organ.quote)
    if printed:
        return say("citation.title", language, title=printed)
    return say(f"citation.title_{'supplied' if report.year else 'undated'}", language, year=report.year.value)


def _bibtex(report: Report, language: Language, facts: dict[str, str]) -> str:
    """Write both entries; what stands between braces is text, whatever the report says.

    A report that does not tell when it was published has no ``year``: that field takes a number.
    """
    day = re.match(r"([0-9]{4})-[0-9]{2}-[0-9]{2}$", report.published_on.value)
    year = day[1] if day else ""
    note = say("citation.bibtex_note", language, **facts)
    digits = "".join(re.findall(r"[0-9]", report.year.value)) or "nd"
    entries = {
        f"@techreport{{foi-{digits}-{report.sha256[:8]}": {
            "author": f"{{{facts['organ'].translate(_LATEX)}}}",
            "institution": f"{{{facts['organ'].translate(_LATEX)}}}",
            "title": facts["title"].translate(_LATEX),
            **({"year": year} if year else {}),
            "note": (note if year else say("citation.bibtex_undated", language) + note).translate(_LATEX),
        },
        f"@misc{{foi-analysis-{facts['version']}": {
            "author": f"{{{say('citation.authors', language).translate(_LATEX)}}}",
            "title": say("citation.software_title", language).translate(_LATEX),
            "note": say("citation.software_note", language, **facts).translate(_LATEX),
        },
    }
    return "\n\n".join(_entry(head, fields) for head, fields in entries.items())


def _entry(head: str, fields: dict[str, str]) -> str:
    lines = "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items())
    return f"{head},\n{lines}}}"
