"""Write Typst code: strings, calls and sequences. Text is always a string, so nothing in it can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f\u2028\u2029]')


def string(text: str) -> str:
    r"""Write a text as a string of Typst code, on one line.

    >>> print(string('#eval("1+1") \\ $x$'))
    "#eval(\"1+1\") \\ $x$"
    """
    return f'"{_SPECIAL.sub(_escape, text)}"'


def call(name: str, *arguments: str, **named: str) -> str:
    """Write the call of a function; the arguments are code already.

    >>> call("heading", string("A"), level="2")
    'heading("A",level:2)'
    """
    pairs = (f"{key.replace('_', '-')}:{value}" for key, value in named.items())
    return f"{name}({','.join((*arguments, *pairs))})"


def array(items: Iterable[str]) -> str:
    """Write an array; one of a single item keeps its comma.

    >>> array(["1"]), array([])
    ('(1,)', '()')
    """
    return f"({''.join(f'{item},' for item in items)})"


def sequence(parts: Iterable[str]) -> str:
    """Write pieces of content one after the other; empty content when there are none.

    >>> sequence(['"a"', 'strong("b")']), sequence([])
    ('{"a";strong("b")}', '[]')
    """
    written = ";".join(parts)
    return f"{{{written}}}" if written else "[]"


def labelled(content: str, name: str) -> str:
    """Write content that links inside the document can lead to."""
    return f"[#{content}#label({string(name)})]"


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _ESCAPED.get(character) or f"\\u{{{ord(character):x}}}"
