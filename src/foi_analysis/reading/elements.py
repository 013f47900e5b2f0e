"""What an HTML element does to the text in it: hides it, raises it, strikes it, sets it apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from foi_analysis.reading.document import RAISED, STRUCK

_HIDDEN = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "option", "rt", "rp", "datalist", "area", "param"}
)
#: What a browser shows in its place is no text.
_OBJECTS = frozenset(
    {"img", "svg", "math", "iframe", "frame", "object", "embed", "applet", "video", "audio", "canvas", "select"}
    | {"meter", "progress"}
)
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"}
    | {"header", "footer", "nav", "main", "hr", "pre", "blockquote", "center", "form", "fieldset", "caption", "aside"}
    | {"address", "figure", "figcaption", "legend", "summary", "details", "dialog", "menu", "dir", "hgroup"}
    | {"textarea", "button", "listing", "xmp", "plaintext", "marquee"}
)
_SIGNS = {"sup": RAISED, "sub": RAISED, "s": STRUCK, "strike": STRUCK, "del": STRUCK}
_KEEPS_LINES = frozenset({"pre", "textarea", "listing", "xmp", "plaintext"})
#: Controls that show their value as text.
_TYPED = frozenset({"", "text", "number", "tel", "search", "email", "url", "date"})

_NONE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|opacity\s*:\s*0*\.?0+\s*(?:;|!|$)"
    r"|font-size\s*:\s*0*\.?0+(?![\d.])|color\s*:\s*transparent",
    re.IGNORECASE,
)
_APART = re.compile(
    r"display\s*:\s*(?:inline-)?(?:block|flex|grid|table|list-item|flow-root)|float\s*:\s*(?:left|right)|position\s*:\s*(?:abs|fix)",
    re.IGNORECASE,
)
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)|mso-text-raise", re.IGNORECASE)
_STRUCK = re.compile(r"line-through", re.IGNORECASE)
_WHITE = re.compile(
    r"(?<![\w-])color\s*:\s*(?:white|#f{3}(?:f{3})?|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))\s*(?:;|!|$)", re.IGNORECASE
)
_REVERSED = re.compile(r"bidi-override", re.IGNORECASE)
_LINES = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """How an element shows its text.

    ``doubtful`` text may be seen or not, or in another order: it is not to be read as a value.
    """

    hidden: bool = False
    is_object: bool = False
    apart: bool = False
    sign: str = ""
    keeps_lines: bool = False
    doubtful: bool = False
    backed: bool = False


def look(tag: str, attributes: Mapping[str, str]) -> Look:
    """Return how an element shows its text, judged by its name and attributes."""
    if not attributes:
        return _look(tag, "", "", False)
    hidden = "hidden" in attributes or (tag == "dialog" and "open" not in attributes)
    note = "footnotereference" in attributes.get("class", "").lower() or (
        tag == "a" and attributes.get("href", "").startswith("#")
    )
    backed = "bgcolor" in attributes or "background" in attributes
    reverse = tag == "bdo" and attributes.get("dir", "").lower() == "rtl"
    sign, style = RAISED if note else "", attributes.get("style", "")[:2000]
    if reverse:
        style += ";bidi-override"
    return _look(tag, style + ";background" * backed, sign, hidden)


@lru_cache(maxsize=4096)
def _look(tag: str, style: str, sign: str, hidden: bool) -> Look:
    sign = _SIGNS.get(tag, "") or sign
    if not style:
        return Look(hidden or tag in _HIDDEN, tag in _OBJECTS, tag in _BLOCKS, sign, tag in _KEEPS_LINES)
    backed = "background" in style.lower()
    return Look(
        hidden or tag in _HIDDEN or bool(_NONE.search(style)),
        tag in _OBJECTS,
        tag in _BLOCKS or bool(_APART.search(style)),
        sign or (STRUCK if _STRUCK.search(style) else RAISED if _RAISED.search(style) else ""),
        tag in _KEEPS_LINES or bool(_LINES.search(style)),
        bool(_REVERSED.search(style)) or (not backed and bool(_WHITE.search(style))),
        backed,
    )


def typed(attributes: Mapping[str, str]) -> str:
    """Return the text that an input element shows; empty when it shows none."""
    return attributes.get("value", "") if attributes.get("type", "").strip().lower() in _TYPED else ""


def is_spacer(attributes: Mapping[str, str]) -> bool:
    """Check whether a picture is too small to show anything."""
    return any(re.fullmatch(r"\s*[0-3](?:px)?\s*", attributes.get(side, "")) for side in ("width", "height"))


def hiding_classes(sheet: str) -> Iterator[str]:
    """Yield the classes that a style sheet hides by a plain rule, outside of any @media."""
    depth = 0
    for piece in sheet.split("}"):
        depth += piece.count("{") - 1
        selectors, brace, body = piece.partition("{")
        if brace and not depth and "@" not in selectors and _NONE.search(body):
            for selector in selectors.split(","):
                match = re.fullmatch(r"\s*\w{0,20}\.([\w-]{1,80})\s*", selector[:200])
                if match:
                    yield match[1]
        depth = max(depth, 0)
