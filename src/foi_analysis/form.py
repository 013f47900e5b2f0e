"""The prescribed form: its tables, rows, columns, cells and identities, and what they mean, loaded from TOML.

A form knows nothing of any report. Labels, units and equations live in ``forms/*.toml``; this
module only gives them a shape. A form is loaded once in a process; forms, tables, terms and identities are
the same only when they are one object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, reduce
from importlib.resources import files
from operator import add
from typing import Any, Literal, NamedTuple

from foi_analysis.bilingual import listed
from foi_analysis.resources import Language, Told, read_toml, say

Axis = Literal["row", "column"]
#: What is told of an identity in words.
ABOUT = ("source", "basis", "zh", "en", "break_zh", "break_en")


class CellKey(NamedTuple):
    """The name of a cell. A column's name alone may mean two quantities; the three together never do."""

    table: str
    row: str
    column: str

    def __str__(self) -> str:
        """Write the key with dots, as in ``requests.new.total``."""
        return ".".join(self)


@dataclass(frozen=True, eq=False)
class Term:
    """A label of the form: a row, a column, or a head over several of them.

    ``labels`` are the spellings to look for in print, the form's own first. ``group`` is the key of
    the head above, or empty. ``family`` is the family of outcome of a row, or empty. A column is
    ``fractional`` when it may have decimals and ``signed`` when it may be negative: it holds no counts.
    """

    key: str
    zh: str
    en: str
    variants: tuple[str, ...] = ()
    group: str = ""
    family: str = ""
    gloss: str = ""
    legal_basis: str = ""
    note: str = ""
    axis: Axis = "row"
    columns: tuple[str, ...] = ()
    unit_zh: str = ""
    unit_en: str = ""
    fractional: bool = False
    signed: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """The printed spellings of this label, the form's own first."""
        return (self.zh, *self.variants)

    def label(self, language: Language) -> str:
        """Return the label in `language`."""
        return self.zh if language == "zh" else self.en

    def unit(self, language: Language) -> str:
        """Return the unit in `language`; empty where the table's own unit holds."""
        return self.unit_zh if language == "zh" else self.unit_en


@dataclass(frozen=True, eq=False)
class Table:
    """A table of the form.

    ``subtotal_words`` name, in print, a subtotal of what stands under one of the ``subtotal_heads``.

    ``layout`` says how it is printed: ``blocks`` (groups of rows, each with columns of its own),
    ``rows`` (one printed line a row) or ``across`` (all rows side by side on one printed line).
    """

    key: str
    zh: str
    en: str
    layout: Literal["blocks", "rows", "across"]
    headings: tuple[str, ...]
    rows: tuple[Term, ...]
    columns: tuple[Term, ...]
    groups: tuple[Term, ...]
    unit_zh: str = ""
    unit_en: str = ""
    stub_zh: str = ""
    stub_en: str = ""
    gloss: str = ""
    legal_basis: str = ""
    subtotal_words: tuple[str, ...] = ()
    subtotal_heads: tuple[str, ...] = ()

    def label(self, language: Language) -> str:
        """Return the table's title in `language`."""
        return self.zh if language == "zh" else self.en

    def row(self, key: str) -> Term:
        """Return one row, or head over rows. Raises KeyError when the table has neither."""
        return self._rows.get(key) or self._groups[key]

    def column(self, key: str) -> Term:
        """Return one column, or head over columns. Raises KeyError when the table has neither."""
        return self._columns.get(key) or self._groups[key]

    def group(self, key: str) -> Term:
        """Return one head over rows or columns. Raises KeyError when there is none of that name."""
        return self._groups[key]

    def columns_of(self, row: str) -> tuple[str, ...]:
        """Return the keys of the columns in which a row has a cell, in printed order."""
        group = self._groups.get(self._rows[row].group)
        return group.columns if group and group.columns else tuple(self._columns)

    def unit_of(self, row: str, language: Language) -> str:
        """Return the unit of a row's cells in `language`."""
        group = self._groups.get(self._rows[row].group)
        own = group.unit(language) if group else ""
        return own or (self.unit_zh if language == "zh" else self.unit_en)

    def path(self, term: Term) -> tuple[Term, ...]:
        """Return the heads above a row or column, outermost first, without the term itself."""
        if not term.group:
            return ()
        head = self._groups[term.group]
        return (*self.path(head), head)

    @cached_property
    def cells(self) -> tuple[CellKey, ...]:
        """The cells in printed order, row by row."""
        return tuple(CellKey(self.key, row, column) for row in self._rows for column in self.columns_of(row))

    @cached_property
    def _rows(self) -> dict[str, Term]:
        return {term.key: term for term in self.rows}

    @cached_property
    def _columns(self) -> dict[str, Term]:
        return {term.key: term for term in self.columns}

    @cached_property
    def _groups(self) -> dict[str, Term]:
        return {term.key: term for term in self.groups}


@dataclass(frozen=True, eq=False)
class Identity:
    """An accounting identity (勾稽关系): the cells on the left add up to the cells on the right.

    ``proof`` is what it proves about its cells (``row``, ``column`` or ``balance``; empty for a bound, whose
    left side is at most its right side); ``source`` tells whether the form prints it or a label implies it.
    """

    id: str
    family: str
    left: tuple[CellKey, ...]
    right: tuple[CellKey, ...]
    proof: Literal["row", "column", "balance", ""]
    source: Literal["printed", "implied"]
    zh: str
    en: str
    basis: str
    break_zh: str
    break_en: str
    relation: Literal["=", "<="] = "="

    @property
    def cells(self) -> tuple[CellKey, ...]:
        """All cells of the identity, the left side first."""
        return self.left + self.right

    @property
    def whole(self) -> bool:
        """Whether its cells must be whole numbers, too: the bound of a count."""
        return self.family == "counts"

    def sides(self, values: Mapping[CellKey, Any]) -> tuple[Any, Any]:
        """Return the sums of both sides.

        ``values`` gives the number of each cell, or the numbers of many reports as an array; NaN where none is
        printed. Ints and Fractions add up exactly.
        """
        return _total(self.left, values), _total(self.right, values)

    def breaks(self, left: Any, right: Any, whole: bool = False) -> Any:
        """Return whether two known sums, or arrays of them, break it; ``whole`` tells that they are whole numbers."""
        broken = (left != right) if self.relation == "=" else (left > right)
        return broken | (right % 1 != 0) if self.whole and not whole else broken

    def code(self, values: Mapping[CellKey, Any]) -> int:
        """Return 0 where it holds, 1 where it is broken, 2 where a side is unknown, of the numbers of one report."""
        left, right = self.sides(values)
        return 2 if left != left or right != right else int(self.breaks(left, right))

    def title(self, language: Language) -> str:
        """Return the identity's title in `language`."""
        return self.zh if language == "zh" else self.en

    def meaning(self, language: Language) -> str:
        """Return in `language` what a break means for a reader."""
        return self.break_zh if language == "zh" else self.break_en


def _total(keys: Sequence[CellKey], values: Mapping[CellKey, Any]) -> Any:
    return reduce(add, map(values.__getitem__, keys)) if keys else 0


@dataclass(frozen=True, eq=False, repr=False)
class Form:
    """One version of the prescribed form.

    ``subtotals`` are cells that the form does not have and some organs print, named by the head that they add up
    (``requests.withheld.total``, ``requests.new.organisation``), each with its identity.
    A ``mixture`` has tables of two forms of the notices.
    """

    id: str
    zh: str
    en: str
    instrument: str
    tables: tuple[Table, ...]
    identities: tuple[Identity, ...]
    bounds: tuple[Identity, ...] = ()
    subtotals: Mapping[CellKey, Identity] = field(default_factory=dict)
    mixture: bool = False

    def label(self, language: Language) -> str:
        """Return the form's name in `language`."""
        return self.zh if language == "zh" else self.en

    def table(self, key: str) -> Table:
        """Return one table. Raises KeyError when the form has no such table."""
        return self._tables[key]

    @cached_property
    def cells(self) -> tuple[CellKey, ...]:
        """Every cell of the form, in printed order."""
        return tuple(cell for table in self.tables for cell in table.cells)

    @cached_property
    def places(self) -> Mapping[CellKey, int]:
        """The place of each cell among ``cells``."""
        return {key: at for at, key in enumerate(self.cells)}

    def identities_with(self, subtotals: Iterable[CellKey]) -> tuple[Identity, ...]:
        """Return the identities of the form, then those of subtotals that a report prints."""
        return (*self.identities, *(self.subtotals[key] for key in subtotals))

    @cached_property
    def identities_of(self) -> Mapping[CellKey, tuple[Identity, ...]]:
        """The identities over each cell; cells that no identity covers map to an empty tuple."""
        return {cell: tuple(one for one in self.identities if cell in one.cells) for cell in self.cells}

    def along(self, cells: Sequence[CellKey]) -> tuple[Term, ...]:
        """Return the row or column that cells of one table share; both for a single cell."""
        table = self.table(cells[0].table)
        rows, columns = {key.row for key in cells}, {key.column for key in cells}
        shared = [table.row(*rows)] if len(rows) == 1 else []
        return (*shared, *([table.column(*columns)] if len(columns) == 1 else []))

    def families(self) -> tuple[tuple[Term, tuple[str, ...]], ...]:
        """Return the families of outcome: a head and the rows that belong to it, in printed order.

        A family of one row has that row's own term as its head.
        """
        table = self.table("requests")
        heads = {term.key: term for term in (*table.rows, *table.groups)}
        families = dict.fromkeys(row.family for row in table.rows if row.family)
        return tuple((heads[one], tuple(row.key for row in table.rows if row.family == one)) for one in families)

    def __repr__(self) -> str:
        return f"<Form {self.id}: {len(self.cells)} cells, {len(self.identities)} identities>"

    def __reduce__(self) -> tuple[Callable[[str], Form], tuple[str]]:
        """Pickle a form as its id: there is only one of each in a process."""
        return load_form, (self.id,)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {table.key: table for table in self.tables}


@cache
def load_form(form_id: str) -> Form:
    """Return a version of the prescribed form: its tables, rows, columns, cells and identities.

    Parameters
    ----------
    form_id : {"cn-2021", "cn-2019", "cn-2021-hybrid", "cn-2021-proactive-2019"}

    Returns
    -------
    Form
        The same object at each call.

    Raises
    ------
    ValueError
        When there is no such form, when an equation names an unknown row or column, or a term an unknown head.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> form = foi.load_form("cn-2021")
    >>> form
    <Form cn-2021: 200 cells, 42 identities>
    >>> form.table("review").label("zh")
    '四、政府信息公开行政复议、行政诉讼情况'
    """
    if form_id not in form_ids():
        raise ValueError(Told("errors.unknown_form", form=form_id, known=listed(form_ids())))
    return make_form(form_id, form_data(form_id))


def make_form(form_id: str, data: Mapping[str, Any]) -> Form:
    """Make a form of its data, as ``form_data`` gives them.

    Raises ValueError, naming the rule, as ``load_form`` does.
    """
    adding = data["subtotals"]["subtotals"]
    tables = tuple(_table(form_id, table, adding) for table in data["tables"])
    by_key = {table.key: table for table in tables}
    identities, bounds = (
        tuple(
            identity
            for rule in data[kind].values()
            for identity in (_sums(form_id, rule, by_key[rule["table"]]) if "table" in rule else _counts(rule, tables))
        )
        for kind in ("identities", "bounds")
    )
    subtotals = dict(_subtotals(adding, by_key[adding["table"]]))
    about = (data["zh"], data["en"], data["instrument"])
    return Form(form_id, *about, tables, identities, bounds, subtotals, data.get("mixture", False))


@cache
def form_data(form_id: str) -> Mapping[str, Any]:
    """Return a form's data with everything written out that its file takes over from another form.

    ``tables`` is a list; ``identities``, ``bounds`` and ``subtotals`` map the id of each rule to it. Read it, never
    change it. Raises FileNotFoundError when there is no such form.
    """
    data = read_toml(f"forms/{form_id}.toml")
    rules: dict[str, dict[str, Any]] = {}
    for kind in ("identities", "bounds", "subtotals"):
        taken = form_data(data["identities_like"])[kind] if "identities_like" in data else {}
        rules[kind] = {**taken, **rules_by_id(form_id, data.get(kind, ()))}
    return {**data, **rules, "tables": [_written_out(table) for table in data["tables"]]}


def rules_by_id(form_id: str, rules: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return rules by their id. Raises ValueError for an id given twice: one of the two would be lost."""
    found: dict[str, Mapping[str, Any]] = {}
    for rule in rules:
        if rule["id"] in found:
            raise ValueError(f"forms/{form_id}.toml: two rules are called {rule['id']!r}; give one another id")
        found[rule["id"]] = rule
    return found


def _written_out(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write out a table that is like another form's: without some terms, with others in their place."""
    if "like" not in table:
        return table
    model = next(t for t in form_data(table["like"])["tables"] if t["key"] == table["key"])
    gone = table.get("without", ())
    lists = {k: [t for t in model.get(k, ()) if t["key"] not in gone] for k in ("rows", "columns", "groups")}
    for term in table.get("rows", ()):
        at = [row["key"] for row in lists["rows"]].index(term["after"]) + 1
        lists["rows"].insert(at, {key: value for key, value in term.items() if key != "after"})
    return {**model, **lists}


@cache
def form_ids() -> tuple[str, ...]:
    """Return the ids of all forms that the package knows, in alphabetical order."""
    names = (entry.name for entry in files("foi_analysis").joinpath("forms").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _term(entry: Mapping[str, Any]) -> Term:
    lists = {key: tuple(entry[key]) for key in ("variants", "columns") if key in entry}
    return Term(**{**entry, **lists})


def _table(form_id: str, entry: Mapping[str, Any], adding: Mapping[str, Any]) -> Table:
    terms = {kind: tuple(_term(term) for term in entry.get(kind, ())) for kind in ("rows", "columns", "groups")}
    own = adding if entry["key"] == adding["table"] else {}
    subtotals = {"subtotal_words": tuple(own.get("words", ())), "subtotal_heads": tuple(own.get("groups", ()))}
    table = Table(**{**entry, **terms, **subtotals, "headings": tuple(entry["headings"])})
    heads = {group.key for group in table.groups}
    for term in (*table.rows, *table.columns, *table.groups):
        if term.group and term.group not in heads:
            raise ValueError(f"forms/{form_id}.toml: {table.key}.{term.key} names an unknown head {term.group!r}")
    return table


def _identity(
    rule: Mapping[str, Any],
    line: object,
    left: tuple[CellKey, ...],
    right: tuple[CellKey, ...],
    relation: Literal["=", "<="] = "=",
) -> Identity:
    about = {name: rule[name] for name in ABOUT}
    return Identity(f"{rule['id']}.{line}", rule["id"], left, right, rule.get("proof", ""), **about, relation=relation)


def _sums(form_id: str, rule: Mapping[str, Any], table: Table) -> Iterator[Identity]:
    """Write one rule out: an identity for each row, or for each column, of its table."""
    relation: Literal["=", "<="] = "<=" if "<=" in rule["equation"] else "="
    sides = [[name.strip() for name in side.split("+")] for side in rule["equation"].split(relation)]
    across = rule["each"] == "row"
    known = {term.key for term in (table.columns if across else table.rows)}
    unknown = sorted({name for side in sides for name in side} - known)
    if unknown or len(sides) != 2:
        raise ValueError(f"forms/{form_id}.toml: identity {rule['id']!r}: cannot read {', '.join(unknown) or 'it'}")
    for line in table.rows if across else table.columns:
        left, right = (
            tuple(CellKey(table.key, *((line.key, name) if across else (name, line.key))) for name in side)
            for side in sides
        )
        yield _identity(rule, line.key, left, right, relation)


def _counts(rule: Mapping[str, Any], tables: Sequence[Table]) -> Iterator[Identity]:
    """Write out a bound of every cell that counts: whole, and at least what stands on the left, nothing."""
    for table, key in ((one, key) for one in tables for key in one.cells):
        column = table.column(key.column)
        if not column.fractional and not column.signed:
            yield _identity(rule, key, (), (key,), "<=")


def _subtotals(rule: Mapping[str, Any], table: Table) -> Iterator[tuple[CellKey, Identity]]:
    """Write out the cells that a table may print beside the form's own, each with what it adds up."""
    rows, columns = [row.key for row in table.rows], [column.key for column in table.columns]
    for head in (group for group in table.groups if group.key in rule["groups"]):
        parts = [term.key for term in (*table.rows, *table.columns) if term.group == head.key]
        for line in (columns if head.axis == "row" else rows) if parts else ():
            own, *under = (
                CellKey(table.key, *((name, line) if head.axis == "row" else (line, name)))
                for name in (head.key, *parts)
            )
            yield own, _identity(rule, f"{own.row}.{own.column}", tuple(under), (own,))


# ---- what each term means ----


Part = Literal["rows", "columns", "groups"]
PARTS: tuple[Part, ...] = ("rows", "columns", "groups")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term explained. ``part`` tells whether it is a row, a column or a head over several of them."""

    form: Form
    table: Table
    part: Part
    term: Term

    @property
    def key(self) -> str:
        """The term's key within its table."""
        return self.term.key

    def gloss(self, language: Language) -> str:
        """Say what the term means."""
        return self._say("gloss", language, self.term.gloss)

    def basis(self, language: Language) -> str:
        """Name the articles that the term rests on."""
        return self._say("basis", language, self.term.legal_basis)

    def note(self, language: Language) -> str:
        """Say what to be careful about, and how sure the legal basis is."""
        return self._say("note", language, self.term.note)

    def _say(self, what: str, language: Language, english: str) -> str:
        texts = _chinese(self.form.id, self.table.key, self.key)
        return str(texts.get(what, "")) if texts and language == "zh" else english


def _chinese(form: str, table: str, key: str) -> Mapping[str, str]:
    """Return the Chinese texts of a term, a form's own before those that hold for every form."""
    texts = read_toml("words/glossary.toml")
    found: Mapping[str, str] = texts.get(form, {}).get(table, {}).get(key) or texts.get(table, {}).get(key, {})
    return found


def entries(form: Form, table: str) -> Iterator[Entry]:
    """Return the entries of one table: its rows, then its columns, then its heads, in printed order.

    Raises KeyError when the form has no such table.
    """
    shape = form.table(table)
    terms: dict[Part, tuple[Term, ...]] = {"rows": shape.rows, "columns": shape.columns, "groups": shape.groups}
    return (Entry(form, shape, part, term) for part in PARTS for term in terms[part])


def title_along(form: Form, rule: Identity, language: Language) -> str:
    """Return an identity's title with the row or column along which it runs."""
    axis = "row" if len({key.row for key in rule.cells}) == 1 else "column"
    line = form.along(rule.cells)[0].label(language)
    return say(f"accounts.along_{axis}", language, title=rule.title(language), line=line)
