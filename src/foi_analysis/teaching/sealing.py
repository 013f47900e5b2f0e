"""Seal an answer: what is kept tells whether a guess is right, and does not show the answer.

Digests are salted and slow to make. They keep an answer from being read off by accident; whoever has the
original report, or runs ``explain``, has no need to break a seal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from foi_analysis.form import CellKey

Answer = Mapping[CellKey, int]
_ROUNDS = 4_000


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A sealed answer: digests of its cells, of the cells with their values, of each cell, and of kinds of error.

    ``size`` is the number of its cells.
    """

    salt: str
    size: int
    cells: str
    answer: str
    single: frozenset[str]
    kinds: frozenset[str]

    def __repr__(self) -> str:
        """Show the digest of the answer, and nothing else."""
        return f"<Sealed {self.answer}>"

    def is_answer(self, guess: Answer) -> bool:
        """Tell whether a guess is the answer: the same cells with their true values."""
        return _digest(self.salt, _with_values(guess)) == self.answer

    def has_cells(self, guess: Iterable[CellKey]) -> bool:
        """Tell whether the cells of a guess are those of the answer."""
        return _digest(self.salt, _names(guess)) == self.cells

    def has_cell(self, key: CellKey) -> bool:
        """Tell whether one cell belongs to the answer."""
        return _digest(self.salt, str(key)) in self.single

    def is_kind(self, kind: str) -> bool:
        """Tell whether a kind of error accounts for what is printed."""
        return _digest(self.salt, f"kind {kind}") in self.kinds


def seal(salt: str, answer: Answer, kinds: Iterable[str]) -> Sealed:
    """Seal an answer, and the kinds of error that account for what is printed."""
    return Sealed(
        salt,
        len(answer),
        _digest(salt, _names(answer)),
        _digest(salt, _with_values(answer)),
        frozenset(_digest(salt, str(key)) for key in answer),
        frozenset(_digest(salt, f"kind {kind}") for kind in kinds),
    )


def _names(keys: Iterable[CellKey]) -> str:
    return "cells " + " ".join(sorted(map(str, keys)))


def _with_values(answer: Answer) -> str:
    return "answer " + " ".join(sorted(f"{key}={int(value)}" for key, value in answer.items()))


def _digest(salt: str, text: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), _ROUNDS).hex()
