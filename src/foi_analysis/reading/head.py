"""Find what a report says of itself: organ, year, scope, level and date, each with the words it rests on.

Quotations are the source's own characters. Patterns are data in ``head.toml``. What the text does not say is
unknown, and stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import accumulate, islice, pairwise
from pathlib import PurePath
from typing import Any, NamedTuple

from foi_analysis.reading.document import Document, Field, Line, fold, unfold
from foi_analysis.reading.labels import simplified
from foi_analysis.report import Finding
from foi_analysis.resources import read_toml

#: The head of a report is sought in its first lines only.
_FIRST = 40
#: Longer lines and titles are searched only so far.
_LONGEST, _LONGEST_TITLE = 3000, 300
#: A line of so many characters is a paragraph; that a title runs into one is the last thing to think of.
_LONG = 120
#: Titles of a second report are sought in so many passages.
_MOST_TITLES = 300
#: Where a file's name is quoted from.
_FILE = "file name"
#: The doubts of a name that may be that of a site, and of one that begins with nothing known.
_PUBLISHER, _UNKNOWN = "named as publisher alone", "no place or organ that is known begins the name"
#: And of what is told in two ways.
_ORGANS, _YEARS = "organs disagree: ", "years disagree: "
#: Where its title is, in its metadata.
_OWN = "title"
#: A signature is sought in so many last lines.
_LAST = 20
#: A year in Chinese numerals, and its digits.
_YEAR = re.compile("二[〇○零OО0][〇○零OО0一二三四五六七八九]{2}(?=年|\\()")
_DIGITS = str.maketrans("〇○零OО一二三四五六七八九", "00000123456789")
#: A title may stand in brackets.
_BRACKETS = 4
#: What a report cites is no title of its own.
_CITED = re.compile(
    "[《〈][^《》〈〉]{0,80}(?:通知|办法|意见|条例|规定|函|方案|要求|细则|指引)[》〉]|《[^《》]{0,80}?关于[^《》]{0,60}$"
)
#: What stands between the two years of a span.
_TO = "年?度?[-—–~至到和与、及/]"
_SPAN_BEFORE, _SPAN_BEHIND = re.compile(rf"(20\d\d){_TO}$"), re.compile(rf"{_TO}(20\d\d)")
#: The year in the heading of a table.
_DATED = re.compile(r"(20\d\d)年")
#: What ``head.toml`` has as lists of patterns.
_LISTS = ("titles", "undated", "years", "periods", "published", "dated", "written", "department", "odd")
#: A space between characters that stand alone, as in a letter-spaced title.
_LETTER_SPACE = re.compile(r"(?<=(?<!\S)\S)\s+(?=\S(?!\S))")
#: The time of day behind a date: without the space it would run into the day.
_TIME = re.compile(r"(?<=\d)\s+\d{1,2}[:：]\d\d")
#: Stands between passages that are quoted together.
_OMITTED = " … "


@dataclass(frozen=True)
class Passage:
    """A passage of the source, in one line or in lines that follow one another: its printed texts and its place."""

    printed: tuple[str, ...]
    where: str

    @cached_property
    def folded(self) -> str:
        """The passage without spaces, full-width characters folded."""
        return "".join(fold(part) for part in self.printed)

    @property
    def spaces(self) -> list[int]:
        """Where in ``folded`` the source parts words."""
        words = [fold(word) for part in self.printed for word in _unspaced(part).split()]
        return list(accumulate(map(len, words)))[:-1]

    @cached_property
    def text(self) -> str:
        """What patterns are held against, as long as ``folded``: simplified, years in digits, no cited instrument."""
        return _held_against(self.printed)

    @classmethod
    def of(cls, line: Line) -> Passage:
        """Return a line, as far as it is searched."""
        return cls((line.text[:_LONGEST],), line.where)

    def quote(self, start: int, end: int) -> str:
        """Return the words behind ``text[start:end]`` as the source prints them; line breaks are left out."""
        quoted, before = "", 0
        for part in self.printed:
            length = len(fold(part))
            first, last = max(start - before, 0), min(end - before, length)
            if first < last:
                quoted += unfold(part, first, last)
            before += length
        return quoted


def _unspaced(text: str) -> str:
    """Return a text without its letter-spacing: of the spaces between characters, the narrowest do not part words."""
    narrowest = min(map(len, _LETTER_SPACE.findall(text)), default=0)
    return _LETTER_SPACE.sub(lambda space: space[0][narrowest:], text)


def _blotted(found: re.Match[str]) -> str:
    return "#" * len(fold(found[0]))


@lru_cache(maxsize=4096)
def _held_against(printed: tuple[str, ...]) -> str:
    parts = (_TIME.sub(_blotted, part) if ":" in fold(part) else part for part in printed)
    text = "".join(map(fold, parts)).translate(simplified())
    text = _YEAR.sub(lambda found: found[0].translate(_DIGITS), text) if "二" in text else text
    return _CITED.sub(_blotted, text) if "《" in text or "〈" in text else text


class Match(NamedTuple):
    """Where a pattern fits a passage."""

    passage: Passage
    groups: re.Match[str]

    def quote(self, group: int | str = 0) -> str:
        """Return the words of a group as printed."""
        return self.passage.quote(*self.groups.span(group))

    def finding(self, value: str) -> Finding:
        """Return `value` as found here."""
        return Finding(value, self.passage.where, self.quote())


@dataclass(frozen=True, slots=True)
class Head:
    """What a report says of itself."""

    organ: Finding
    year: Finding
    scope: Finding
    level: Finding
    published_on: Finding


@dataclass(frozen=True, slots=True)
class _Title:
    """A title that names an organ: where the name stands in its passage, the year, and what is quoted.

    ``before`` stands before a space or a line break: one more organ's name, perhaps.
    """

    match: Match
    start: int
    end: int
    before: str = ""

    @property
    def organ(self) -> Finding:
        found = self.match.finding(self.match.passage.folded[self.start : self.end])
        is_other = not found.value.startswith(self.before) and re.search(_patterns()["body"], self.before)
        return replace(found, doubt=_disagree(_ORGANS, replace(found, value=self.before))) if is_other else found

    @property
    def year(self) -> Finding:
        return _year_of(self.match)

    @property
    def is_whole(self) -> bool:
        """Whether the title is all that its one line says."""
        passage = self.match.passage
        return len(passage.printed) == 1 and len(self.match.groups[0]) > len(passage.text) - _BRACKETS

    @property
    def is_before_year(self) -> bool:
        """Whether the name stands before the year."""
        return self.end <= self.match.groups.start("year")

    @property
    def may_be_of_site(self) -> bool:
        """Whether the name stands apart: in a line above the title, or as that of a site."""
        return len(self.match.passage.printed) > 1 or self.is_of_site

    @property
    def is_of_site(self) -> bool:
        """Whether it is the file's own, and the name stands apart from it, as that of a site does."""
        start, end = self.match.groups.span("year")
        text, spaces = self.match.passage.text, self.match.passage.spaces
        apart = re.search("[-—_|·]", text[self.end : start]) or self.end in spaces
        return self.match.passage.where == _OWN and bool(self.start >= end or apart)

    @property
    def name(self) -> Passage:
        """The name alone, as printed."""
        return Passage((self.match.passage.quote(self.start, self.end),), self.match.passage.where)


def read_head(document: Document) -> Head:
    """Read the head of a report. What its titles, its file's name and its period say otherwise is told as a doubt."""
    is_link = re.compile(_patterns()["neighbour"]).match
    document = replace(document, lines=tuple(line for line in document.lines if not is_link(line.text)))
    first, prose = [Passage.of(line) for line in document.lines[:_FIRST]], tuple(_prose(document))
    title = _title(document)
    organ, year = (title.organ, title.year) if title else _untitled(document, first)
    periods = _matches(_patterns()["periods"], prose)
    period = next((match.finding(match.groups["year"]) for match in periods), Finding())
    nameless = [] if title and title.is_whole else _nameless(first)
    year = _beside_period(year, period, nameless, is_own=bool(title and title.is_before_year))
    if title:
        others = (*first, Passage((PurePath(document.name).stem,), _FILE))
        organ, year = _beside_titles(organ, year, _named(others), has_period=bool(period))
    if title and not organ.doubt and (organ.value.endswith("政府") or title.may_be_of_site):
        signed = _signature(document) if title.may_be_of_site else Finding()
        organ = _beside_publisher(organ, title, (_body(first), signed))
    organ = organ if organ.doubt else _beside_speaker(organ, prose)
    name = title.name if title else Passage((organ.value,), organ.where)
    scope, level = _scope(prose, name), replace(_level(name), doubt=organ.doubt)
    if scope.where == name.where:
        scope = replace(scope, doubt=organ.doubt)
    return Head(organ, year, scope, level, _published(document, prose, year.value))


def _nameless(first: Sequence[Passage]) -> list[Finding]:
    """Return the years of lines that are titles, name no organ, and hold nothing else."""
    matches = (match for match in _matches(_patterns()["years"], first) if _is_alone(match))
    return [_year_of(match) for match in matches if len(match.groups[0]) > len(match.passage.text) - _BRACKETS]


def _untitled(document: Document, first: Sequence[Passage]) -> tuple[Finding, Finding]:
    """Return organ and year where no title names both."""
    body, signed = _body(first), _signature(document)
    undated = next((found.organ for found in _named(_titles(document), "undated")), None)
    odd, odd_year = next(_odd(first), (Finding(), Finding()))
    organ = undated or (signed if body.doubt or not body else body) or body or odd
    nameless = (_year_of(match) for match in _matches(_patterns()["years"], _titles(document)) if _is_alone(match))
    return organ, next(nameless, odd_year)


def _title(document: Document) -> _Title | None:
    """Return the title that names the organ; one of the file's own that may name the site comes after the page's."""
    own = (title for title in _named(_titles(document)) if not title.is_of_site)
    found = next(own, None) or next(_named(_titles(document)), None)
    return _whole(found, document) if found else None


def _beside_period(year: Finding, period: Finding, nameless: Sequence[Finding], *, is_own: bool) -> Finding:
    """Return the year, or that of the period; doubtful where they or titles that name no organ disagree.

    Of such titles, as in a list of links, the period tells which is the report's, unless the year stands behind its
    organ's name and is its own.
    """
    if not period:
        other = next((other for other in nameless if other.value != year.value), None)
        return replace(year, doubt=year.doubt or _disagree(_YEARS, other)) if other else year
    year = next((found for found in nameless if found.value == period.value and not is_own), year)
    return replace(year, doubt="" if year.value == period.value else _disagree(_YEARS, period)) if year else period


def _beside_titles(
    organ: Finding, year: Finding, titles: Iterable[_Title], *, has_period: bool
) -> tuple[Finding, Finding]:
    """Return organ and year; doubtful where other titles in the first lines, or the file's name, have others."""
    for other in titles:
        if not organ.doubt and not _may_be_one(organ.value, other.organ.value):
            organ = replace(organ, doubt=_disagree(_ORGANS, other.organ))
        if not year.doubt and other.year.value != year.value and (other.organ.where == _FILE or not has_period):
            year = replace(year, doubt=_disagree(_YEARS, replace(other.year, where=other.organ.where)))
    return organ, year


def _disagree(what: str, other: Finding) -> str:
    return f"{what}{other.value} ({other.where})"


def _beside_publisher(organ: Finding, title: _Title, publishers: Iterable[Finding]) -> Finding:
    """Return an organ whose name may be a site's: doubtful where metadata or a signature name another.

    It may stand above a title that names no organ, or beside it in the file's own. A government is doubtful, too, where
    one of its departments is named as the publisher.
    """
    is_government, patterns = organ.value.endswith("政府"), _patterns()
    if is_government and title.is_of_site:
        return replace(organ, doubt=_PUBLISHER)
    for other in publishers:
        is_its_office = is_government and re.search(patterns["its_office"], other.value)
        counts = other and not is_its_office and (is_government or not other.doubt)
        if counts and not _may_be_one(organ.value, other.value):
            return replace(organ, doubt=_disagree(_ORGANS, other))
    return organ


def _beside_speaker(organ: Finding, prose: Iterable[Passage]) -> Finding:
    """Return a government, or a place that stands for it: doubtful where the text is by one of its departments."""
    patterns = _patterns()
    if not organ.value.endswith("政府") and not re.fullmatch(f"(?:{patterns['places']})+", organ.value):
        return organ
    speaks = (Finding(m.quote("speaker"), m.passage.where) for m in _matches(patterns["department"], prose))
    speaker = next((found for found in speaks if found.value[1:] not in organ.value), None)
    return replace(organ, doubt=_disagree(_ORGANS, speaker)) if speaker else organ


def _whole(title: _Title, document: Document) -> _Title:
    """Return a title with the line before it where its organ's name begins there."""
    lines = document.lines[:_FIRST]
    at = next((i for i, line in enumerate(lines) if i and line.where == title.match.passage.where), 0)
    if title.start or not at or len(lines[at - 1].text) >= _LONG:
        return title
    before, patterns = lines[at - 1], _patterns()
    joined = Passage((before.text, *title.match.passage.printed), before.where)
    longer = next(_named([joined]), None)
    front = fold(before.text)
    ends = longer and not longer.start and re.search(patterns["goes_on"], front)
    is_site = front.endswith("政府") and not title.organ.value.endswith(("办公室", "办事处"))
    if longer and not is_site and (ends or not re.search(patterns["placed"], title.organ.value)):
        return longer
    return replace(title, before=title.before or front)


def _year_of(match: Match) -> Finding:
    """Return the year of a title; doubtful where it is one end of a span of years, such as 2023-2024."""
    found, text = match.finding(match.groups["year"]), match.passage.text
    start, end = match.groups.span("year")
    beside = _SPAN_BEFORE.search(text[max(start - 8, 0) : start]) or _SPAN_BEHIND.match(text[end : end + 8])
    again = re.match(_patterns()["again"], text[end:])
    other = beside or (again if again and again[1] != found.value else None)
    return replace(found, doubt=_disagree(_YEARS, replace(found, value=other[1]))) if other else found


def beside_headings(year: Finding, headings: Iterable[Line]) -> Finding:
    """Return the year of a report; doubtful where the heading of one of its tables names another alone."""
    for line in headings:
        named = set(_DATED.findall(fold(line.text)))
        if year.value and not year.doubt and len(named) == 1 and year.value not in named:
            return replace(year, doubt=_disagree(_YEARS, Finding(named.pop(), line.where)))
    return year


def _is_alone(match: Match) -> bool:
    """Check whether a title that names no organ stands alone: within a sentence it may be that of another report."""
    return bool(re.search(_patterns()["around"], match.passage.text[: match.groups.start()]))


def _may_be_one(name: str, other: str) -> bool:
    """Check whether two names may be those of one organ: the same without its place, or its letters in the other's.

    Not one are those of two places, of a government and its office, and of an organ and a part of it.
    """
    shorter, longer = sorted((name, other), key=len)
    letters, patterns = iter(longer), _patterns()
    if longer.endswith(shorter) or not all(letter in letters for letter in shorter):
        return longer.endswith(shorter)
    places = [re.findall(patterns["places"], one) for one in (shorter, longer)]
    one, two = (found[-1] if found else "" for found in places)
    is_same_place = one.endswith(two) or two.endswith(one)
    return is_same_place and bool(re.fullmatch(patterns["longer"], "".join(letters)))


def titled(lines: Sequence[Line]) -> tuple[list[str], list[str]]:
    """Return the first two organs and years that titles of reports name, anywhere in some lines.

    Names that may be those of one organ count once.
    """
    lines = [line for line in lines if not line.grid and len(line.text) < _LONG]
    joined = (
        Passage(tuple(part.text for part in lines[i : i + count]), lines[i].where)
        for count in (1, 2, 3)
        for i in range(len(lines))
    )
    dated = (passage for passage in joined if "报" in passage.folded and "20" in passage.text)
    passages = list(islice(dated, _MOST_TITLES))
    organs: list[str] = []
    for title in _named(passages):
        if not any(_may_be_one(title.organ.value, other) for other in organs):
            organs.append(title.organ.value)
        if len(organs) == 2:
            break
    found = _matches([*_patterns()["titles"], *_patterns()["years"]], passages)
    return organs, list(dict.fromkeys(match.groups["year"] for match in found))[:2]


def titled_anew(before: Sequence[Line], lines: Sequence[Line]) -> tuple[str, str] | None:
    """Return the organs or the years that titles in two parts of a document name, where they are not one."""
    (organs, years), (others, later) = titled(before), titled(lines)
    if years and later and not set(years) & set(later):
        return years[0], later[0]
    if organs and others and not any(_may_be_one(one, other) for one in organs for other in others):
        return organs[0], others[0]
    return None


@cache
def _patterns() -> dict[str, Any]:
    """Return the patterns of ``head.toml``, what stands for a piece filled in."""
    data = read_toml("reading/head.toml")
    named = {**data["pieces"], **{piece: data[piece] for piece in ("year", "organ", "kind", "ends")}}
    pieces = {f"<{piece.upper()}>": text if isinstance(text, str) else "|".join(text) for piece, text in named.items()}

    def filled(pattern: str) -> str:
        return re.sub("<[A-Z_]+>", lambda found: filled(pieces[found[0]]), pattern)

    lists = {name: [re.compile(filled(pattern)) for pattern in data[name]] for name in _LISTS}
    groups = {
        name: {key: [re.compile(filled(pattern)) for pattern in some] for key, some in data[name].items()}
        for name in ("scopes", "levels", "bodies")
    }
    texts = {name: filled(text) for name, text in data.items() if isinstance(text, str)}
    return {**texts, **lists, **groups}


def _prose(document: Document) -> Iterator[Passage]:
    """Yield each line of prose."""
    return (Passage.of(line) for line in document.lines if not line.grid)


def _cells(document: Document) -> Iterator[Passage]:
    """Yield cells of tables in the first lines, and lines, each with the one behind it, where they may hold a date."""
    first = document.lines[:_FIRST]
    alone = [line.fields[0] for line in first if not line.grid and len(line.fields) == 1]
    rows = [*((*line.fields, Field("", "")) for line in first if line.grid and "20" in line.text), alone]
    pairs = (pair for row in rows for pair in pairwise(row) if "20" in pair[0].text + pair[1].text)
    return (Passage((cell.text, behind.text), cell.where) for cell, behind in pairs)


def _titles(document: Document) -> Iterator[Passage]:
    """Yield candidates for the title: the file's own, the first lines, alone or two or three joined, long ones last."""
    if document.title:
        yield Passage((document.title[:_LONGEST_TITLE],), _OWN)
    lines = document.lines[:_FIRST]
    first: list[Line] = [line for line in lines if len(line.text) < _LONG]
    for joined in (1, 2, 3):
        for i, line in enumerate(first):
            yield Passage(tuple(part.text for part in first[i : i + joined]), line.where)
    yield from (Passage.of(line) for line in lines if len(line.text) >= _LONG)


def _named(passages: Iterable[Passage], patterns: str = "titles") -> Iterator[_Title]:
    """Yield the titles that name an organ, each by the first pattern that finds a name in it."""
    for passage in passages:
        text = passage.text
        if "报" in text or "总结" in text:
            matches = (match for pattern in _patterns()[patterns] if (match := pattern.search(text)))
            titles = (title for match in matches if (title := _title_of(Match(passage, match))))
            yield from islice(titles, 1)


def _title_of(match: Match) -> _Title | None:
    """Return the title in a passage that fits a pattern; None where its name is none, is cited, or is labelled."""
    passage = match.passage
    start, end = _trimmed(passage.text, *match.groups.span("organ"))
    cited = re.search(_patterns()["cited"], passage.text[:end])
    if start >= end or (cited and cited.end() >= start):
        return None
    anew = max((at for at in passage.spaces if start < at < end and _starts(match, at, start, end)), default=start)
    return None if _is_labelled(passage, anew, end) else _Title(match, anew, end, passage.folded[start:anew])


def _is_labelled(passage: Passage, start: int, end: int) -> bool:
    """Check whether a name stands behind a label, in a line of its own above the title: it is that of who published."""
    line = len(fold(passage.printed[0]))
    return end == line < len(passage.text) and bool(re.search(_patterns()["labels"], passage.text[:start]))


def _starts(match: Match, at: int, start: int, end: int) -> bool:
    """Check whether a name starts anew behind a space: with a place of its own, behind what is no part of it."""
    text, patterns = match.passage.text, _patterns()
    return bool(re.search(patterns["placed"], text[at:end])) and not re.search(patterns["goes_on"], text[start:at])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut from a name what a title says before and behind it; an empty span when no name of an organ is left.

    Of several names side by side all count; what stands before them and is no name does not.
    """
    patterns = _patterns()
    if text[start:end][:1] == "(" and text[end - 1] == ")":
        start, end = start + 1, end - 1
    behind = re.search(patterns["behind"], text[start:end])
    end = start + behind.start() if behind else end
    for ahead in ("before", "ahead"):
        found = re.match(patterns[ahead], text[start:end])
        start += found.end() if found else 0
    if start and text[start - 1].isdigit() and text[start] in "年月日号":  # the end of a date
        start += 1
    first = end
    for name in reversed(re.split("(?<=、)", text[start:end])):
        bare = name.removesuffix("、")
        fits = re.search(patterns["name"], bare) and re.search(patterns["begins"], bare)
        if not fits or re.search(patterns["sentence"], bare):
            break
        first -= len(name)
    return first, end


def _matches(patterns: Sequence[re.Pattern[str]], passages: Iterable[Passage]) -> Iterator[Match]:
    """Yield where each passage first fits a pattern; passages that fit none are passed over."""
    for passage in passages:
        text = passage.text
        for pattern in patterns:
            if match := pattern.search(text):
                yield Match(passage, match)
                break


def _scope(prose: Sequence[Passage], organ: Passage) -> Finding:
    """Infer which bodies the figures cover; ``mixed`` when the text speaks of its own organ and of others."""
    found: dict[str, Finding] = {}
    for name, patterns in _patterns()["scopes"].items():
        scope = name.removesuffix(" name")
        if scope == name or not found:
            for match in _matches(patterns, [organ] if scope != name else prose):
                found.setdefault(scope, match.finding(scope))
    parts = tuple(found.values())
    if len(parts) > 1:
        return Finding("mixed", parts[0].where, _OMITTED.join(part.quote for part in parts), parts=parts)
    return next(iter(parts), Finding("unknown"))


def _level(organ: Passage) -> Finding:
    """Return the level that a name tells; what stands in brackets behind it is another name of the organ."""
    first = re.sub(r"(?<=.)[(（][^()（）]*[)）]$", "", organ.printed[0])
    organ = organ if len(organ.printed) > 1 else Passage((first,), organ.where)
    for level, patterns in _patterns()["levels"].items():
        for match in _matches(patterns, [organ]):
            return match.finding(level)
    return Finding("unknown")


def _body(first: Sequence[Passage]) -> Finding:
    """Return the organ that metadata name; doubtful where they name only who published the report."""
    for key, patterns in _patterns()["bodies"].items():
        for match in _matches(patterns, first):
            start, end = _trimmed(match.passage.text, *match.groups.span("organ"))
            if start < end:
                found = match.finding(match.passage.folded[start:end])
                return found if key == "sure" else replace(found, doubt=_PUBLISHER)
    return Finding()


def _odd(first: Sequence[Passage]) -> Iterator[tuple[Finding, Finding]]:
    """Yield organ and year of lines that are titles, of organs named after nothing known: the name is doubtful."""
    patterns = _patterns()
    for match in _matches(patterns["odd"], first):
        organ = match.passage.folded[slice(*match.groups.span("organ"))]
        if re.search(patterns["name"], organ) and not re.search(patterns["sentence"], organ):
            yield replace(match.finding(organ), doubt=_UNKNOWN), _year_of(match)


def _signature(document: Document) -> Finding:
    """Return the organ that signs the report: in a line above a date, or before it in its line; none of several."""
    patterns, signed = _patterns(), list[Finding]()
    last = [Passage.of(line) for line in document.lines[-_LAST:] if not line.grid]
    for at, line in enumerate(last):
        if len(line.text) < _LONG // 4 and re.search(patterns["links"], line.text):
            break
        day = re.search(patterns["day_alone"], line.text)
        by = at if day and day.start() else at - 1
        if day and by >= 0:
            signed += _signer(last[by], day.start() or len(last[by].text), last[by - 1].text if by else "")
    return signed[0] if len({found.value for found in signed}) == 1 else Finding()


def _signer(line: Passage, end: int, above: str) -> Iterator[Finding]:
    """Yield the organ whose name is all of a line; not where the one above is another's, or goes on in it."""
    text = re.sub(r"\((?:盖章|公章)\)$", "", line.text[:end])
    if ":" in text:  # 版权所有:
        return
    is_more = above.endswith(("和", "与", "及")) or (above and _trimmed(above, 0, len(above)) == (0, len(above)))
    if text and len(text) < _LONG // 2 and not is_more and _trimmed(text, 0, len(text)) == (0, len(text)):
        yield Finding(line.folded[: len(text)], line.where, line.quote(0, len(text)))


def _published(document: Document, prose: Iterable[Passage], year: str) -> Finding:
    """Return the day of publication: the one so called, that of the metadata, or another in the first lines."""
    dated = [passage for passage in prose if "20" in passage.text]
    printed = _day(document, "published", [*dated, *_cells(document)], year)
    if not printed and document.published_on[:4] > year:
        return Finding(document.published_on, "metadata", document.published_on)
    return printed or _day(document, "dated", dated, year) or _day(document, "written", dated, year)


def _day(document: Document, kind: str, passages: Sequence[Passage], year: str) -> Finding:
    """Return a day of some kind; one that is no day, or that was before the year's end, is another thing's."""
    first = document.lines[:_FIRST]
    for match in (match for pattern in _patterns()[kind] for match in _matches([pattern], passages)):
        with suppress(ValueError):
            found = date(*(_number(match.groups[part]) for part in ("year", "month", "day")))
            where, is_plain = match.passage.where, kind == "dated"
            is_head = any(where == field.where for line in first for field in line.fields)
            next_year = not year or found.year == int(year) + 1
            if (next_year and (is_head or not is_plain)) or (is_head and not is_plain and found.year > int(year)):
                return match.finding(found.isoformat())
    return Finding()


def _number(text: str) -> int:
    """Return a number in digits, or in Chinese up to 31."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return ("一二三四五六七八九".find(tens) + 1 or 1) * 10 * bool(ten) + "一二三四五六七八九".find(ones or "零") + 1
