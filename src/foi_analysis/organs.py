"""English names of organs, as far as the panel that travels with the package knows them."""

from __future__ import annotations

from functools import cache

from foi_analysis.lazy import load
from foi_analysis.resources import Language, say


def organ_name(name: str, language: Language) -> str:
    """Return an organ's name in `language`.

    Parameters
    ----------
    name : str
        The Chinese name, as a report states it.
    language : {"zh", "en"}

    Returns
    -------
    str
        In English, the English name with the Chinese one in brackets. The Chinese name alone where no English one is
        known, and always in Chinese.

    Examples
    --------
    >>> organ_name("上海市公安局", "en")
    'Shanghai Municipal Public Security Bureau (上海市公安局)'
    >>> organ_name("上海市公安局", "zh")
    '上海市公安局'
    """
    english = _english().get(name, "") if language == "en" else ""
    return say("tables.organ_named", language, english=english, name=name) if english else name


@cache
def _english() -> dict[str, str]:
    sources = load("foi_analysis.panel").load_sources()
    return dict(zip(sources["organ"], sources["organ_en"], strict=True))
