"""Name the kind of slip that turns one number into another, as people make it when they type a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Slip = Literal[
    "total printed as 0", "part left out", "transposed", "digit wrong", "digit lost", "digit added", "power of ten",
    "sign", "copied", "swapped", "",
]  # fmt: skip


def name_slip(printed: int, implied: int, parts: Sequence[int] = (), beside: Sequence[int] = ()) -> Slip:
    """Name the slip that prints ``printed`` for ``implied``, or nothing when it is none of the known ones.

    ``parts`` are the values that the cell totals, if it is a total; ``beside`` those of its neighbours.
    """
    if parts and printed == 0 and implied > 0:
        return "total printed as 0"
    if implied - printed in {part for part in parts if part}:
        return "part left out"
    if printed == -implied:
        return "sign"
    return _digits(str(printed), str(implied)) or ("copied" if printed and printed in beside else "")


def _digits(printed: str, implied: str) -> Slip:
    if _is_power(printed, implied) or _is_power(implied, printed):
        return "power of ten"
    if len(printed) == len(implied):
        differ = [i for i, (a, b) in enumerate(zip(printed, implied, strict=True)) if a != b]
        if len(differ) == 1:
            return "digit wrong"
        if len(differ) == 2 and differ[1] == differ[0] + 1 and sorted(printed) == sorted(implied):
            return "transposed"
        return ""
    longer, shorter = sorted((printed, implied), key=len, reverse=True)
    if len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))):
        return "digit lost" if longer == implied else "digit added"
    return ""


def _is_power(one: str, other: str) -> bool:
    """Whether one number is the other with zeros behind it."""
    return len(one) > len(other) and other != "0" and one == other + "0" * (len(one) - len(other))
