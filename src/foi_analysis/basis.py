"""What the pages say that they rest on: the report, or the panel, and the sum of its file."""

from __future__ import annotations

from collections.abc import Sequence

from foi_analysis.export.page import TAGS, Fact
from foi_analysis.export.place import digest
from foi_analysis.export.site import About
from foi_analysis.organs import organ_name
from foi_analysis.panel import load_panel, panel_folder
from foi_analysis.report import Report
from foi_analysis.resources import Language, say


def about_panel(languages: Sequence[Language]) -> About:
    """Return what a notebook about the shipped panel rests on."""
    panel, cells = load_panel(), panel_folder() / "cells.csv"
    organs = str(len(set(panel.heads["organ"])))

    def facts(language: Language) -> list[Fact]:
        return [
            Fact(say("export.reports", language), str(len(panel))),
            Fact(say("export.organs", language), organs),
            Fact(say("export.file", language), f"data/panel/{cells.name}"),
            Fact(say("export.sha256", language), digest(cells), "sum"),
        ]

    subjects = {language: say("export.panel", language) for language in languages}
    return About(subjects, {language: facts(language) for language in languages})


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
