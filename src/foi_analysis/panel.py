"""Many reports side by side: frames of heads, figures and cells; compared only where that does not mislead."""

from __future__ import annotations

import difflib
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from foi_analysis import cell_tables
from foi_analysis.bilingual import Words, joined, listed, named
from foi_analysis.cell_tables import EVIDENCE, HEAD, MARKS, NAMES, Frames, all_cells, columns_of, shortest
from foi_analysis.form import CellKey, Form, Identity, form_ids, load_form
from foi_analysis.parallel import in_threads
from foi_analysis.report import COLUMNS as EXTRACTED
from foi_analysis.report import Cell, Finding, ReadingError, Report, as_counts, exact_number, exactly, printed_order
from foi_analysis.resources import Language, Told, counted, in_language, language_of, load, say, system_told

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
#: Numbers up to this add up exactly in floats, however many cells of a form are added.
SAFE = 2.0**45
_SAFE_BITS = int.from_bytes(struct.pack(">d", SAFE))
#: So many numbers, and so many reports, are looked at together.
_BLOCK, _TOGETHER = 2**15, 16_384
#: A shorter name is too common to be that of one organ.
_SHORTEST_NAME = 3
#: Scopes under which figures of two reports need not cover the same kind of bodies.
_UNSURE = ("", "unknown", "mixed")
#: So many reports are listed where a panel shows itself.
_SHOWN = 20
_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, eq=False)
class Part:
    """Reports of a panel in one form that print the same subtotals.

    ``rows`` are their places in the panel. ``values`` has the shape (reports, cells of the form), NaN where no number
    is printed: floats that add up exactly or, when ``exact``, ints and Fractions. ``beside`` has the subtotals.
    """

    form: Form
    rows: Ints
    values: Array
    exact: bool
    beside: Mapping[CellKey, Array]

    @property
    def identities(self) -> tuple[Identity, ...]:
        """The identities of the form, then those of the subtotals."""
        return self.form.identities_with(self.beside)

    @cached_property
    def columns(self) -> Mapping[CellKey, Array]:
        """The figures of each cell and subtotal, an array of one number a report."""
        return {**dict(zip(self.form.cells, self.values.T, strict=True)), **self.beside}


class Panel:
    """Reports of several years or organs, side by side.

    A panel is never changed, and nothing in it is filled in or merged. Iterating over it gives each report as it was
    read, without its prose.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> panel = foi.load_panel()
    >>> panel
    <Panel: 14 reports of 6 organs, 2019 to 2025, forms cn-2019, cn-2021, cn-2021-hybrid>
    >>> panel["pingtan_2020"].value("requests", "concluded", "natural_person")
    20
    >>> panel.reports.loc[panel.reports["year"] == 2019, "report"].tolist()
    ['pingtan_2019', 'shanghai_general_office_2019']
    """

    def __init__(self, frames: Frames) -> None:
        self._frames = frames

    @classmethod
    def of(cls, reports: Iterable[Report]) -> Panel:
        """Return a panel of reports, in the order given. Raises ReadingError when two have one name."""
        return cls(cell_tables.of_reports(reports))

    def __len__(self) -> int:
        return len(self.heads)

    def __iter__(self) -> Iterator[Report]:
        return (self.report(at) for at in range(len(self)))

    def __getitem__(self, name: str) -> Report:
        """Return the report of that name. Raises KeyError, with the nearest name, when there is none."""
        return self.report(name)

    def __repr__(self) -> str:
        years = sorted(filter(None, self.heads["year"]))
        span = f", {' to '.join(dict.fromkeys((years[0], years[-1])))}" if years else ""
        organs = self.heads.loc[self.heads["organ"] != "", "organ"].nunique()
        forms = f", forms {', '.join(form.id for form in self.forms)}" if self.forms else ""
        text = f"<Panel: {_many(len(self), 'report')} of {_many(organs, 'organ')}{span}{forms}>"
        return text if len(text) <= 120 else f"{text[:118]}…>"

    def _repr_html_(self) -> str:
        frame = self.reports.set_index("report").rename_axis(None)
        counts = [mark for mark in (*MARKS, "doubtful") if frame[mark].any()]
        shown = frame[["organ_label", "year", "form", "scope_label", "level_label", *counts]]
        more = f"<p>… {len(self) - _SHOWN} more: <code>panel.reports</code></p>" if len(self) > _SHOWN else ""
        told = escape(repr(self)[1:-1]) if language_of() == "en" else self._said()
        table = shown.head(_SHOWN).rename(columns=lambda name: name.removesuffix("_label")).to_html(border=0)
        return f"<p>{told}</p>{table}{more}"

    def _said(self) -> str:
        organs = self.heads.loc[self.heads["organ"] != "", "organ"].nunique()
        return escape(
            say("panel.shown", "zh", n=len(self), organs=organs, forms="、".join(form.id for form in self.forms))
        )

    @property
    def heads(self) -> pd.DataFrame:
        """What each report says of itself, all text: see ``reports`` for the same with types and counts."""
        return self._frames.heads

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the reports, in alphabetical order of their ids."""
        return tuple(load_form(form_id) for form_id in sorted(set(self.heads["form"])))

    @cached_property
    def form_codes(self) -> Ints:
        """The place of each report's form in ``forms``."""
        return pd.Index([form.id for form in self.forms]).get_indexer(pd.Index(self.heads["form"])).astype(np.int64)

    @property
    def reports(self) -> pd.DataFrame:
        """One row a report, index from 0.

        Columns: report (its name), organ, organ_en, organ_doubt, year (Int64, NA when unknown), year_doubt, form,
        scope, level, published_on, sha256, the number of its cells by mark (number, blank, dash, missing, unreadable,
        supplied), doubtful: how many cells are in doubt, and in the language that is set organ_label (the English name
        where one is known), scope_label and level_label.
        """
        frame = self._reports
        language = language_of()
        labels = {"organ_label": frame["organ_en"].where(frame["organ_en"] != "", frame["organ"])}
        if language == "zh":
            labels["organ_label"] = frame["organ"]
        for name in ("scope", "level"):
            labels[f"{name}_label"] = frame[name].map(
                {code: named(name, code or "unknown").one(language) for code in frame[name].unique()}
            )
        return frame.assign(**labels)

    @cached_property
    def _reports(self) -> pd.DataFrame:
        """The reports, without labels."""
        frame = self.heads.drop(columns=["faults", "stated"]).astype("str").assign(year=self.years)
        counts: dict[str, Any] = {mark: self.count_marks(mark) for mark in MARKS[1:]}
        counts = {"number": np.diff(self._starts) - np.sum([*counts.values()], axis=0), **counts}
        odd = self._frames.exceptions
        doubtful = np.bincount(odd["report"][(odd["doubt"] != "").to_numpy()], minlength=len(self))
        return frame.assign(**counts, doubtful=doubtful)

    @cached_property
    def wide(self) -> pd.DataFrame:
        """The figures: one row a report, one column a cell of any form, (table, row, column).

        The index has the names of the reports. Columns of whole numbers are Int64, others Float64; NA where no number
        is printed, and where a report's form has no such cell.
        """
        names = printed_order(sorted(all_cells(), key=lambda key: key.table))
        names = names[np.lexsort(names.codes[::-1])]
        figures = dict(zip(all_cells(), self._frames.figures.T, strict=True))
        columns = {key: as_counts(figures[key]) for key in map(CellKey._make, names)}
        return pd.DataFrame(columns, index=pd.Index(self.heads["report"], name="report")).set_axis(names, axis=1)

    @property
    def cells(self) -> pd.DataFrame:
        """All cells of all reports as one tidy frame, in the columns of ``foi-analysis extract``: one row a cell.

        ``value`` is Int64 when all numbers are whole, else Float64, NA where none is printed; ``year`` is Int64; all
        else is text.
        """
        numbers = np.repeat(np.arange(len(self)), np.diff(self._starts))
        forms = [self.forms[code] for code in self.form_codes]
        keys = [key for form in forms for key in form.cells]
        flat = [np.zeros(0), *(self._frames.figures[at, columns_of(form)] for at, form in enumerate(forms))]
        columns: dict[str, Any] = {
            **{name: self.heads[name].to_numpy()[numbers] for name in HEAD},
            **{name: [key[axis] for key in keys] for axis, name in enumerate(NAMES)},
            "value": as_counts(np.concatenate(flat)),
            "mark": self._flat("mark", MARKS[0]),
            "doubt": self._flat("doubt", ""),
            **{name: self._frames.evidence[name].astype(object).to_numpy() for name in EVIDENCE},
            "year": self.years.take(numbers),
        }
        if not len(self._frames.evidence) and len(numbers):
            columns |= dict.fromkeys(EVIDENCE, "")
        texts = [name for name in EXTRACTED if name not in ("value", "year")]
        return pd.DataFrame({name: columns[name] for name in EXTRACTED}).astype(dict.fromkeys(texts, "str"))

    @cached_property
    def conflicts(self) -> pd.DataFrame:
        """The reports that are not the only one of their organ and year: told, never merged.

        One row a report, by organ and year. Columns: organ, year, report, form, sha256, differing (cells in which it
        prints something else than the first of them; NA when that is in another form).
        """
        known = self.reports[(self.reports["organ"] != "") & self.reports["year"].notna()]
        twice = known[known.duplicated(["organ", "year"], keep=False)].sort_values(["organ", "year"], kind="stable")
        firsts = twice.groupby(["organ", "year"], sort=False)["report"].transform(lambda names: names.index[0])
        pairs = zip(firsts.astype(int), twice.index, strict=True)
        differing = pd.array([self._differing(int(a), int(b)) for a, b in pairs], dtype="Int64")
        return twice[["organ", "year", "report", "form", "sha256"]].assign(differing=differing).reset_index(drop=True)

    @cached_property
    def namesakes(self) -> pd.DataFrame:
        """Names that may be those of one organ, one with its place and one without: told, and counted as two.

        One row a pair. Columns: organ (the shorter name), other.
        """
        organs = sorted(set(self.heads["organ"]) - {""})
        known = set(organs)
        pairs = [
            (name[at:], name) for name in organs for at in range(1, len(name) - _SHORTEST_NAME) if name[at:] in known
        ]
        return pd.DataFrame(sorted(pairs), columns=["organ", "other"], dtype="str")

    @cached_property
    def unpaired(self) -> pd.DataFrame:
        """The reports that no rule holds against the year before, though the panel has earlier ones of the organ.

        One row a report. Columns: organ, year, report, reason: ``gap`` (the year before is not there), ``conflict``
        (two reports of one organ and year, then or now) or ``namesake`` (the year before is there under a name that
        may be the same organ's).
        """
        known = self.reports[(self.reports["organ"] != "") & self.reports["year"].notna()]
        years = {organ: set(of) for organ, of in known.groupby("organ")["year"]}
        twice = set(zip(self.conflicts["organ"], self.conflicts["year"], strict=True))
        others: dict[str, list[str]] = {}
        for one, other in self.namesakes.itertuples(index=False):
            others.setdefault(one, []).append(other)
            others.setdefault(other, []).append(one)

        def reason(organ: str, year: int) -> str:
            if {(organ, year), (organ, year - 1)} & twice and year - 1 in years[organ]:
                return "conflict"
            if year - 1 in years[organ]:
                return ""
            if any(year - 1 in years[other] for other in others.get(organ, ())):
                return "namesake"
            return "gap" if min(years[organ]) < year else ""

        found = known[["organ", "year", "report"]]
        reasons = [reason(organ, int(year)) for organ, year in zip(found["organ"], found["year"], strict=True)]
        told = found.assign(reason=pd.Series(reasons, index=found.index, dtype="str"))
        return told[told["reason"] != ""].sort_values(["organ", "year"], kind="stable").reset_index(drop=True)

    def report(self, which: int | str) -> Report:
        """Return one report by its number, from 0, or by its name.

        Raises
        ------
        KeyError
            When no report has that name (the nearest is named), or more than one.
        IndexError
            When there is no such number.
        """
        at = self._number(which)
        head = self.heads.iloc[at]
        return Report(
            name=head["report"],
            form=load_form(head["form"]),
            grid={cell.key: cell for cell in self._report_cells(at)},
            organ=Finding(head["organ"], doubt=head["organ_doubt"]),
            year=Finding(head["year"], doubt=head["year_doubt"]),
            scope=Finding(head["scope"]),
            level=Finding(head["level"]),
            published_on=Finding(head["published_on"]),
            sha256=head["sha256"],
            faults=tuple(filter(None, head["faults"].split("\n"))),
            subtotals=self._frames.subtotals.get(at, {}),
            stated=self.stated(at),
        )

    def cell(self, at: int, key: CellKey) -> Cell:
        """Return the evidence of one cell of the report at a place: its places and proofs, without its number."""
        form = self.forms[self.form_codes[at]]
        slot = int(self._starts[at]) + form.places[key]
        printed, where, proofs = (texts[codes[slot]] if len(codes) else "" for codes, texts in self._evidence)
        return Cell(key, None, "missing", printed, where, tuple(proofs.split("+")) if proofs else ())

    def stated(self, at: int) -> Mapping[CellKey, int]:
        """Return the values that the prose of the report at a place states for single cells."""
        return cell_tables.parse_stated(self.heads["stated"][at])

    def select(self, which: Any) -> Panel:
        """Return a panel of some of the reports, in the order given.

        Parameters
        ----------
        which
            A mask with one truth for each report, such as ``panel.reports["year"] == 2024``, or numbers from 0.

        Raises
        ------
        ValueError
            For a mask of another length.
        TypeError
            For what is neither a mask nor a list of numbers.
        IndexError
            When there is no such number.
        """
        asked = (
            which.to_numpy(dtype=bool, na_value=False)
            if isinstance(which, pd.Series) and which.dtype != int
            else np.asarray(which)
        )
        if asked.ndim != 1:
            raise TypeError(Told("errors.which", given=type(which).__name__))
        if asked.dtype == bool and len(asked) != len(self):
            raise ValueError(Told("errors.mask", n=len(asked), reports=counted("report", len(self))))
        if asked.dtype == bool:
            return self._taken(np.flatnonzero(asked))
        return self._taken(np.array([self._number(int(at)) for at in asked], np.int64))

    def common(self, table: str) -> Common:
        """Return the rows of a table that all forms of the panel share, with a sentence that says so.

        Raises
        ------
        ComparisonError
            When the columns of the table changed their meaning between the forms.
        """
        if not self.forms:
            raise ValueError(Told("errors.nothing_to_compare"))
        tables = [form.table(table) for form in self.forms]
        if len({tuple(column.key for column in one.columns) for one in tables}) > 1:
            title = Words(tables[0].label("zh"), tables[0].label("en"))
            raise ComparisonError("panel.meaning_changed", forms=listed(form.id for form in self.forms), table=title)
        everywhere = set.intersection(*({row.key for row in one.rows} for one in tables))
        every = dict.fromkeys(row.key for one in tables for row in one.rows)
        rows = tuple(row.key for row in tables[0].rows if row.key in everywhere)
        return Common(table, self.forms, rows, tuple(row for row in every if row not in everywhere))

    def compare(self, table: str) -> pd.DataFrame:
        """Return the common rows of a table for every report: one row a cell, reports in the panel's order.

        Columns: report, organ, organ_en, year, form, scope, level, row, column, value (float, NaN where no number is
        printed), mark. Figures of two scopes stand in one frame so that they can be set side by side; they are not
        for adding. Raises as ``common``.
        """
        rows = self.common(table).rows
        frame = self.cells
        kept = frame[(frame["table"] == table) & frame["row"].isin(rows)]
        value = kept["value"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        english = self.heads.set_index("report")["organ_en"]
        kept = kept.assign(value=value, organ_en=kept["report"].map(english).astype("str"))
        columns = ["report", "organ", "organ_en", "year", "form", "scope", "level", "row", "column", "value", "mark"]
        return kept[columns].reset_index(drop=True)

    def changes(self) -> pd.DataFrame:
        """Return the change of each measure from each year to the next, or why it is refused.

        See ``foi_analysis.measures.measure_changes`` for the columns.
        """
        changes: pd.DataFrame = load("foi_analysis.measures").measure_changes(self)
        return changes

    def facets(self) -> Iterator[tuple[str, Panel]]:
        """Iterate over the scopes, in alphabetical order, each with the panel of its reports.

        What is in two facets covers other bodies, and is never added or compared in silence.
        """
        scopes = self.heads["scope"]
        return ((scope, self.select((scopes == scope).to_numpy())) for scope in sorted(set(scopes)))

    def total(self, table: str, row: str, column: str) -> pd.Series[Any]:
        """Add up one cell over all reports.

        Returns
        -------
        Series
            value, the sum over the reports that print a number; numbers, how many do; unknown, how many do not: they
            are not 0.

        Raises
        ------
        ComparisonError
            When the reports differ in scope, when a scope is unknown or mixed, when two reports are for one organ and
            year, or when the cell is not common to all forms.
        """
        scopes = sorted(set(self.heads["scope"]))
        if len(scopes) != 1 or (scopes[0] in _UNSURE and len(self) > 1):
            told = [named("scope", scope or "unknown") for scope in scopes]
            raise ComparisonError("panel.scopes", scopes=joined(told))
        if len(self.conflicts):
            organ, year = (str(self.conflicts[name].iloc[0]) for name in ("organ", "year"))
            raise ComparisonError("panel.conflict", organ=organ, year=year)
        if row not in self.common(table).rows:
            raise ComparisonError("panel.not_common", row=f"{table}.{row}")
        values = self.column(CellKey(table, row, column))
        printed = values[values == values]
        return pd.Series({"value": float(printed.sum()), "numbers": len(printed), "unknown": len(self) - len(printed)})

    # What the checks and measures stand on.

    def column(self, key: CellKey, rows: Ints | slice = slice(None), exact: bool = False) -> Array:
        """Return one cell's figure for some reports, NaN where none is printed or the form lacks it."""
        at = _places()[key]
        found = self._frames.figures[:, at][rows]
        return self._exactly(found, np.asarray(rows), np.array([at]))[:, 0] if exact else found

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The reports by form, those with figures that floats do not add up exactly, or with subtotals, apart."""
        found = []
        apart = np.zeros(len(self), bool)
        apart[self.inexact] = True
        apart[list(self._frames.subtotals)] = True
        for form in self.forms:
            here = (self.heads["form"] == form.id).to_numpy()
            rows = np.flatnonzero(here & ~apart)
            if len(rows):
                found.append(Part(form, rows, self._block(rows, form), False, {}))
            found += [self._apart(form, some) for some in self._alike(np.flatnonzero(here & apart))]
        return tuple(found)

    @cached_property
    def inexact(self) -> Ints:
        """The reports with decimals or very large numbers among their counts, which floats do not add up exactly."""
        odd = np.zeros(len(self), bool)

        def work(start: int, stop: int) -> None:
            for counts in _counts():
                odd[start:stop] |= inexact(self._frames.figures[start:stop, counts].T)

        in_threads(work, len(self), _TOGETHER)
        for row, _, number in self._digits:
            odd[row] |= number != Fraction(repr(float(number)))
        for row, cells in self._frames.subtotals.items():
            numbers = [exact_number(cell.value) for cell in cells.values()]
            odd[row] |= any(number % 1 != 0 or abs(number) > SAFE for number in numbers if number == number)
        return np.flatnonzero(odd)

    @cached_property
    def any_doubt(self) -> bool:
        """Whether the reading of any cell is in doubt."""
        return bool(len(self._doubts[0])) or bool(self._doubts_beside)

    def reports_of(self, form_id: str) -> Ints:
        """Return the places of the reports in one form. Raises KeyError when there is none."""
        if form_id not in {form.id for form in self.forms}:
            ids = listed(form.id for form in self.forms) if self.forms else Told("errors.no_reports")
            raise KeyError(Told("errors.no_form_here", form=form_id, ids=ids))
        return np.flatnonzero((self.heads["form"] == form_id).to_numpy())

    def values(self, form_id: str) -> npt.NDArray[np.float64]:
        """Return the figures of all reports in one form: shape (reports, cells), NaN where no number is printed.

        Reports in the order of ``reports_of``, cells in that of the form. It cannot be written to.
        """
        found = self._block(self.reports_of(form_id), load_form(form_id)).view()
        found.flags.writeable = False
        return found

    def doubts(self, form_id: str) -> npt.NDArray[np.bool_]:
        """Return which cells of the reports in one form are in doubt: shape (reports, cells)."""
        rows, columns = self.reports_of(form_id), columns_of(load_form(form_id))
        found = np.zeros((len(rows), len(columns)), bool)
        at, cells = self._doubts
        mine = np.isin(at, rows)
        found[np.searchsorted(rows, at[mine])] = cells[mine][:, columns]
        return found

    def doubted(self, rows: Ints, keys: Sequence[CellKey]) -> npt.NDArray[np.bool_]:
        """Return for each of some reports whether the reading of one of these cells is in doubt."""
        at, cells = self._doubts
        found = np.zeros(len(rows), bool)
        if len(at):
            places = np.minimum(np.searchsorted(at, rows), len(at) - 1)
            hit = at[places] == rows
            known = [_places()[key] for key in keys if key in _places()]
            found[hit] = cells[np.ix_(places[hit], np.array(known, np.int64))].any(axis=1)
        for key in self._doubts_beside.keys() & set(keys):
            found |= np.isin(rows, self._doubts_beside[key])
        return found

    def count_marks(self, mark: str) -> Ints:
        """Return how many cells of each report have a mark."""
        odd = self._frames.exceptions
        return np.bincount(odd["report"][(odd["mark"] == MARKS.index(mark)).to_numpy()], minlength=len(self))

    def count_doubts(self, beginning: str) -> Ints:
        """Return how many cells of each report have a doubt that begins with these words."""
        odd = self._frames.exceptions
        meant = [text.startswith(beginning) for text in odd["doubt"].cat.categories]
        hit = np.append(np.array(meant, bool), False)[odd["doubt"].cat.codes]
        return np.bincount(odd["report"][hit], minlength=len(self))

    @cached_property
    def years(self) -> Any:
        """The year of each report, as Int64: missing where it is unknown."""
        return pd.array([int(year) if year else None for year in self.heads["year"]], dtype="Int64")

    @cached_property
    def _doubts(self) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """The reports with cells in doubt, and which cells: (reports, cells of all forms)."""
        odd = self._frames.exceptions[(self._frames.exceptions["doubt"] != "").to_numpy()]
        at, rows = np.unique(odd["report"].to_numpy(np.int64), return_inverse=True)
        cells = np.zeros((len(at), len(all_cells())), bool)
        cells[rows, odd["cell"]] = True
        return at, cells

    @cached_property
    def _doubts_beside(self) -> Mapping[CellKey, Ints]:
        """The reports in which a subtotal is in doubt, by subtotal."""
        found: dict[CellKey, list[int]] = {}
        for row, cells in self._frames.subtotals.items():
            for key in (key for key, cell in cells.items() if cell.doubt):
                found.setdefault(key, []).append(row)
        return {key: np.array(rows, np.int64) for key, rows in found.items()}

    def _block(self, rows: Ints, form: Form) -> Array:
        columns = columns_of(form)
        if len(columns) and (np.diff(columns) == 1).all():
            view = self._frames.figures[:, columns[0] : columns[-1] + 1]
            return view if len(rows) == len(view) else np.asfortranarray(view[rows])
        return np.asfortranarray(self._frames.figures[np.ix_(rows, columns)])

    def _alike(self, rows: Ints) -> Iterator[Ints]:
        """Part reports of one form by their subtotals and by whether floats are exact."""
        exact = set(self.inexact.tolist())
        kinds: dict[Any, list[int]] = {}
        for row in rows.tolist():
            kinds.setdefault((tuple(self._frames.subtotals.get(row, ())), row in exact), []).append(row)
        return (np.array(some, np.int64) for some in kinds.values())

    def _apart(self, form: Form, rows: Ints) -> Part:
        """Return a part of reports with subtotals, or with figures that must be added exactly."""
        exact = bool(np.isin(rows[:1], self.inexact)[0])
        values = self._block(rows, form)
        if exact:
            values = self._exactly(values, rows, columns_of(form))
        beside = {
            key: np.array(
                [_number(self._frames.subtotals[row][key], exact) for row in rows.tolist()], object if exact else float
            )
            for key in self._frames.subtotals.get(int(rows[0]), {})
        }
        return Part(form, rows, values, exact, beside)

    def _exactly(self, values: Array, rows: Ints, columns: Ints) -> Array:
        """Return figures of these reports and cells as ints and Fractions, to the last digit."""
        found = np.array([[exactly(x) for x in row] for row in values.reshape(len(rows), -1).tolist()], object)
        place = {row: at for at, row in enumerate(rows.tolist())}
        column = {cell: at for at, cell in enumerate(columns.tolist())}
        for row, cell, number in self._digits:
            if row in place and cell in column:
                found[place[row], column[cell]] = number
        return found.reshape(len(rows), len(columns))

    def _taken(self, rows: Ints) -> Panel:
        """Return a panel of some of the reports, in the order given."""
        frames, odd = self._frames, self._frames.exceptions
        heads = frames.heads.iloc[rows].reset_index(drop=True)
        starts = np.searchsorted(odd["report"], rows)
        sizes = np.searchsorted(odd["report"], rows, side="right") - starts
        exceptions = odd.iloc[_runs(starts, sizes)].reset_index(drop=True)
        exceptions = exceptions.assign(report=np.repeat(np.arange(len(rows)), sizes))
        evidence = frames.evidence
        if len(evidence):
            flat = _runs(self._starts[rows], np.diff(self._starts)[rows])
            evidence = evidence.iloc[flat].reset_index(drop=True)
        subtotals = {to: frames.subtotals[at] for to, at in enumerate(rows.tolist()) if at in frames.subtotals}
        return Panel(Frames(heads, np.asfortranarray(frames.figures[rows]), exceptions, evidence, subtotals))

    @cached_property
    def _digits(self) -> list[tuple[int, int, int | Fraction]]:
        """The numbers whose digits a float does not keep, with their reports and cells."""
        odd = self._frames.exceptions
        kept = odd.loc[odd["exact"].notna(), ["report", "cell", "exact"]].itertuples(index=False)
        return [(row, cell, exact_number(number)) for row, cell, number in kept]

    def _number(self, which: int | str) -> int:
        if isinstance(which, str):
            found = np.flatnonzero((self.heads["report"] == which).to_numpy())
            if len(found) != 1:
                near = difflib.get_close_matches(which, self.heads["report"], 1)
                meant = (
                    Told("errors.is_meant", near=near[0])
                    if near and not len(found)
                    else Told("errors.give_number", last=len(self) - 1)
                )
                raise KeyError(Told("errors.reports_called", n=len(found), name=which, meant=meant))
            return int(found[0])
        if not -len(self) <= which < len(self):
            raise IndexError(Told("errors.no_report", which=which, n=len(self)))
        return which % len(self)

    def _report_cells(self, at: int) -> Iterator[Cell]:
        form = load_form(self.heads["form"].iloc[at])
        columns = columns_of(form)
        odd = self._frames.exceptions
        span = slice(*np.searchsorted(odd["report"], [at, at + 1]))
        apart = {
            cell: rest for cell, *rest in odd.iloc[span][["cell", "mark", "doubt", "exact"]].itertuples(index=False)
        }
        mine = slice(self._starts[at], self._starts[at + 1])
        texts = [
            [texts[code] for code in codes[mine]] if len(codes) else [""] * len(columns)
            for codes, texts in self._evidence
        ]
        values = self._frames.figures[at, columns].tolist()
        for key, column, value, printed, where, proofs in zip(
            form.cells, columns.tolist(), values, *texts, strict=True
        ):
            mark, doubt, exact = apart.get(column, (0, "", None))
            number = exact if exact is not None else None if value != value else shortest(value)
            yield Cell(key, number, MARKS[mark], printed, where, tuple(proofs.split("+")) if proofs else (), doubt)

    @cached_property
    def _evidence(self) -> list[tuple[Array, list[str]]]:
        columns = (self._frames.evidence[name].cat for name in EVIDENCE) if len(self._frames.evidence) else ()
        return [(column.codes.to_numpy(), column.categories.tolist()) for column in columns] or [
            (np.zeros(0, int), [])
        ] * 3

    @cached_property
    def _starts(self) -> Ints:
        """Where the cells of each report begin among all cells; last, how many cells there are."""
        sizes = np.array([len(form.cells) for form in self.forms], np.int64)
        return np.concatenate([[0], np.cumsum(sizes[self.form_codes])])

    def _flat(self, name: str, usual: str) -> Array:
        """Return what exceptions say in one column for all cells, the usual where a cell is no exception."""
        flat = np.full(int(self._starts[-1]), usual, object)
        odd = self._frames.exceptions
        told = np.array(MARKS, object)[odd[name]] if name == "mark" else odd[name].astype(object).to_numpy()
        for form in self.forms:
            order = np.full(len(all_cells()), -1, np.int64)
            order[columns_of(form)] = np.arange(len(form.cells))
            here = (self.heads["form"] == form.id).to_numpy()[odd["report"]] if len(odd) else np.zeros(0, bool)
            flat[self._starts[odd["report"][here]] + order[odd["cell"][here]]] = told[here]
        return flat

    def _differing(self, first: int, other: int) -> int | None:
        if self.heads["form"].iloc[first] != self.heads["form"].iloc[other]:
            return None
        a, b = (self.report(at).grid for at in (first, other))
        return sum((a[key].mark, a[key].value) != (b[key].mark, b[key].value) for key in a)


class ComparisonError(ValueError):
    """A comparison or a sum that would mislead: the message says why; ``reason`` says it in one language."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(Told(key, **values))

    def reason(self, language: Language) -> str:
        """Return in one language why it is refused."""
        return in_language(self, language)


@dataclass(frozen=True, repr=False)
class Common:
    """The rows of a table that several forms share, and those that only some of them have."""

    table: str
    forms: tuple[Form, ...]
    rows: tuple[str, ...]
    left_out: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Common: {_many(len(self.rows), 'row')} of {self.table}, {len(self.left_out)} left out>"

    def sentence(self, language: Language | None = None) -> str:
        """Return in one language which rows are compared, and which are left out."""
        told = language_of(language)
        title = self.forms[0].table(self.table).label(told)
        if not self.left_out:
            return say("panel.common_all", told, table=title, n=len(self.rows))
        tables = [form.table(self.table) for form in self.forms]
        terms = {term.key: term for table in reversed(tables) for term in table.rows}
        gone = say("panel.between", told).join(
            say("panel.quoted", told, text=terms[row].label(told)) for row in self.left_out
        )
        return say("panel.common", told, table=title, n=len(self.rows), gone=gone)


def as_panel(given: Report | Panel | Iterable[Report]) -> Panel:
    """Return a report, or several, as a panel; a panel as it is. Raises TypeError for anything else."""
    if isinstance(given, Panel):
        return given
    reports = list(given) if isinstance(given, Iterable) else [given]
    for report in reports:
        if not isinstance(report, Report):
            raise TypeError(Told("errors.no_report_given", given=type(report).__name__))
    return Panel.of(reports)


def read_panel(paths: str | Path | Iterable[str | Path]) -> Panel:
    """Read tables of cells that ``foi-analysis panel`` or ``extract`` wrote, and published reports, into one panel.

    Parameters
    ----------
    paths
        A file, or several. A name that ends in ``.csv`` or ``.parquet`` is a table of cells, any other a report.

    Returns
    -------
    Panel
        The reports in the order given. Two reports for one organ and year both stay: see ``Panel.conflicts``.

    Raises
    ------
    OSError
        When a file cannot be opened.
    ReadingError
        When one cannot be read: which file, where in it, what was found, and what was expected.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> foi.read_panel("data/panel/cells.csv")
    <Panel: 14 reports of 6 organs, 2019 to 2025, forms cn-2019, cn-2021, cn-2021-hybrid>
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files = [Path(path) for path in given]
    for path in files:
        if path.is_dir():
            raise ReadingError(Told("errors.folder_given", path=path))
    tables = {".csv": cell_tables.read_csv, ".parquet": cell_tables.read_parquet}
    read: Callable[[Path], Report] = load("foi_analysis.read").read_report
    with system_told():
        for path in files:
            path.stat()  # pyarrow's own error has the path only in its text
        parts = [tables[f.suffix](f) if f.suffix in tables else cell_tables.of_reports([read(f)]) for f in files]
    return Panel(parts[0] if len(parts) == 1 else _joined(parts))


@cache
def load_panel() -> Panel:
    """Return the panel that travels with the package: fourteen published reports, their figures checked by hand.

    Values are as printed, faults included; a cell that the copy used had lost is ``missing``. There are no places,
    proofs or tokens: the figures were checked by hand, not read by the program.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> len(foi.load_panel())
    14
    """
    return Panel(cell_tables.read_csv(panel_folder() / "cells.csv"))


def panel_folder() -> Path:
    """Return the folder with the files of that panel: carried by the package, or in its checkout."""
    carried = _PACKAGE / "data" / "panel"
    return carried if carried.is_dir() else _PACKAGE.parents[1] / "data" / "panel"


def load_sources() -> pd.DataFrame:
    """Return what is known of each report of ``load_panel``: one row a report, all text.

    Columns: report, organ, organ_en, year, form, scope, level, site (where the organ publishes), note_zh, note_en
    (what to know of its figures; empty when there is nothing).
    """
    return pd.read_csv(panel_folder() / "reports.csv", dtype="str", keep_default_na=False)


def coded(codes: npt.ArrayLike, texts: Iterable[str]) -> Any:
    """Return ``texts[code]`` for each code, as categories in order of appearance."""
    places, names = pd.factorize(np.array(list(texts), object))
    small: Array = places.astype(np.min_scalar_type(len(names)))
    return pd.Categorical.from_codes(small[np.asarray(codes)], pd.Index(names))


def inexact(columns: Array) -> npt.NDArray[np.bool_]:
    """Return which reports have a number that is not whole, or beyond 2**45; ``columns`` is (cells, reports)."""
    odd, step = np.zeros(columns.shape[1], np.bool_), max(1, _BLOCK // max(1, columns.shape[1]))
    whole = np.empty((step, columns.shape[1]))
    for block in (columns[at : at + step] for at in range(0, len(columns), step)):
        rounded = np.rint(block, out=whole[: len(block)])
        # Bits of floats order like the floats; those of negative numbers and NaN come after all others.
        if not (rounded == block).all() or rounded.view(np.uint64).max(initial=0) > _SAFE_BITS:
            odd |= ((rounded != block) & (block == block) | (np.abs(block) > SAFE)).any(axis=0)
    return odd


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'s' * (count != 1)}"


@cache
def _places() -> Mapping[CellKey, int]:
    return {key: at for at, key in enumerate(all_cells())}


@cache
def _counts() -> list[slice]:
    """Return the places of the cells that count something, whole numbers in every form, as runs of neighbours."""
    forms = [load_form(form_id) for form_id in form_ids()]
    places = np.array(sorted({_places()[one.right[0]] for form in forms for one in form.bounds if one.whole}))
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [slice(int(run[0]), int(run[-1]) + 1) for run in runs]


def _number(cell: Cell, exact: bool) -> Any:
    number = exact_number(cell.value)
    return number if exact else float(number)


def _runs(starts: Ints, sizes: Ints) -> Ints:
    """Return the numbers of runs, one after the other, from where they start and how long they are."""
    return np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())


def _joined(parts: Sequence[Frames]) -> Frames:
    """Put panels one after the other; reports of one name all stay."""
    before = np.cumsum([0, *(len(part.heads) for part in parts)]).tolist()
    odd = [
        part.exceptions.assign(report=part.exceptions["report"] + at) for part, at in zip(parts, before, strict=False)
    ]
    texts = {name: pd.concat([part.evidence[name].astype(object) for part in parts]) for name in EVIDENCE}
    exceptions = pd.concat(odd, ignore_index=True)
    return Frames(
        pd.concat([part.heads for part in parts], ignore_index=True),
        np.asfortranarray(np.concatenate([part.figures for part in parts])),
        exceptions.assign(doubt=pd.Categorical(exceptions["doubt"].astype(object))),
        pd.DataFrame({name: pd.Categorical(column) for name, column in texts.items()}),
        {at + row: cells for part, at in zip(parts, before, strict=False) for row, cells in part.subtotals.items()},
    )
