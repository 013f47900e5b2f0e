"""Chance that falls the same way on any machine and any Python: all draws rest on ``random.Random.random`` alone.

Python promises the same numbers for the same seed for that one method, and not for the others.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Any


class Chance(random.Random):
    """A source of chance for a text, such as a student number; the methods that the planting of slips uses."""

    def __init__(self, *about: object) -> None:
        text = "\x1f".join(map(str, about))
        super().__init__(int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()))

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        """Draw a whole number from a range. Raises ValueError when the range is empty."""
        among = range(start) if stop is None else range(start, stop, step)
        if not among:
            raise ValueError("nothing to draw from")
        return among[int(self.random() * len(among))]

    def randint(self, a: int, b: int) -> int:
        """Draw a whole number from ``a`` to ``b``, both included."""
        return self.randrange(a, b + 1)

    def choice(self, seq: Any) -> Any:
        """Draw one of some things. Raises ValueError when there are none."""
        return seq[self.randrange(len(seq))]

    def sample(self, population: Sequence[Any], k: int, *, counts: Any = None) -> list[Any]:
        """Draw ``k`` of some things in a random order. Raises ValueError when there are fewer, or for ``counts``."""
        if counts is not None or k > len(population):
            raise ValueError(f"cannot draw {k} of {len(population)}")
        left = list(population)
        return [left.pop(self.randrange(len(left))) for _ in range(k)]
