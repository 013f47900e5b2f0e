"""The codebook of a form as a tidy table: what every code of every other tidy table means, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from foi_analysis.datasets.tidy import COLUMNS_OF, Dataset
from foi_analysis.form import Form, Identity
from foi_analysis.glossary import PARTS, Entry, entries
from foi_analysis.measures import Measure, measures_of
from foi_analysis.rates import STATES
from foi_analysis.report import PROOFS, Mark
from foi_analysis.resources import LANGUAGES, read_toml

#: What is told of a code, each in both languages; its definition is made of keys, which need no translation.
_TEXTS = ("label", "unit", "meaning", "basis", "note", "use", "hides", "never")
COLUMNS = (
    "kind", "table", "key", "label_zh", "label_en", "definition",
    *(f"{text}_{language}" for text in _TEXTS[1:] for language in LANGUAGES),
)  # fmt: skip
_PARTS = {"rows": "row", "columns": "column", "groups": "head"}
Code = Mapping[str, str]


def codes(form: Form) -> Dataset:
    """Give the codebook of a form, one row a code.

    Kinds: field (a column of a tidy table), mark, proof, state (of a measure), table, row, column and head (of the
    form), rule, measure. ``table`` is the table that a code belongs to. ``definition`` is the equation of a rule, or
    the quotient of a measure, between keys; a measure also has its use, what it hides, and what it is never for.
    """
    found = (*_fields(), *_words(), *_terms(form), *_rules(form), *(_measure(one) for one in measures_of(form)))
    return Dataset("codebook", COLUMNS, tuple(tuple(row.get(name, "") for name in COLUMNS) for row in found))


def _fields() -> Iterator[Code]:
    """Explain each column of each tidy table."""
    for table, columns in {**COLUMNS_OF, "codebook": COLUMNS}.items():
        for name in columns:
            yield {"kind": "field", "table": table, "key": name} | _both("meaning", field_texts(table, name))


def field_texts(table: str, name: str) -> Code:
    """Explain a column of a tidy table in both languages. Raises KeyError when nothing is said of it."""
    own, shared = read_toml("words/datasets.toml"), read_toml("words/codebook.toml")
    found: Code | None = own.get(f"column_{table}_{name}") or own.get(f"column_{name}")
    return found or shared[f"column_{name}"]


def _words() -> Iterator[Code]:
    yield from _named("mark", "means", get_args(Mark))
    yield from _named("proof", "shows", PROOFS)
    states = read_toml("words/measures.toml")
    yield from ({"kind": "state", "key": name} | _both("label", states[f"state_{name}"]) for name in STATES)


def _named(kind: str, means: str, names: Iterable[str]) -> Iterator[Code]:
    texts = read_toml("words/tables.toml")
    for name in names:
        said = _both("label", texts[f"{kind}_{name}"]) | _both("meaning", texts[f"{means}_{name}"])
        yield {"kind": kind, "key": name} | said


def _terms(form: Form) -> Iterator[Code]:
    for table in form.tables:
        yield {"kind": "table", "key": table.key, "basis_en": table.legal_basis} | _both("label", vars(table))
        for part in PARTS:
            yield from (_term(entry) for entry in entries(form, table.key) if entry.part == part)


def _term(entry: Entry) -> Code:
    said = {"meaning": entry.gloss, "basis": entry.basis, "note": entry.note}
    texts = {f"{name}_{language}": text(language) for name, text in said.items() for language in LANGUAGES}
    if entry.part == "rows":
        texts |= {f"unit_{language}": entry.table.unit_of(entry.key, language) for language in LANGUAGES}
    about = {"kind": _PARTS[entry.part], "table": entry.table.key, "key": entry.key}
    return about | _both("label", vars(entry.term)) | texts


def _rules(form: Form) -> Iterator[Code]:
    """Explain each family of identities and bounds."""
    families: dict[str, Identity] = {}
    for identity in (*form.identities, *form.bounds):
        families.setdefault(identity.family, identity)
    for name, rule in families.items():
        about = {"kind": "rule", "table": rule.cells[0].table, "key": name, "basis_en": rule.basis}
        yield about | {"label_zh": rule.zh, "label_en": rule.en, "definition": _equation(rule)}


def _equation(rule: Identity) -> str:
    """Write a rule as an equation between the keys of its columns or of its rows."""
    across = len({key.row for key in rule.cells}) == 1
    sides = (" + ".join(key.column if across else key.row for key in side) for side in (rule.left, rule.right))
    return f" {rule.relation} ".join(sides)


def _measure(measure: Measure) -> Code:
    said = {
        "label": measure.name,
        "unit": measure.unit,
        "use": measure.use,
        "hides": measure.hides,
        "never": measure.never,
    }
    texts = {f"{name}_{language}": text(language) for name, text in said.items() for language in LANGUAGES}
    scale = f"{measure.scale:g} * " if measure.scale != 1 else ""
    quotient = f"{scale}({measure.numerator}) / ({measure.denominator})"
    return {"kind": "measure", "key": measure.id, "definition": quotient, **texts}


def _both(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{language}": texts[language] for language in LANGUAGES}
