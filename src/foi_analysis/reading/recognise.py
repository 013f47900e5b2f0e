"""Recognise pictures of pages, with what the extra ``ocr`` installs: rapidocr on onnxruntime, and OpenCV.

A page is laid straight and its rulings are found; its words are recognised in the page as a whole, and once more in
each ruled cell alone, line by line. The engine runs offline, and gives the same for any number of threads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr
from rapidocr.ch_ppocr_rec.typings import TextRecInput

from foi_analysis.parallel import n_jobs
from foi_analysis.reading.document import RAISED, STRUCK, UNKNOWN
from foi_analysis.reading.drawings import Box, Place, Ruling, find_tables
from foi_analysis.reading.rasters import Picture, pictures_of
from foi_analysis.reading.sidecar import Scan, Seen

#: The dots in a point of the pictures in which rulings are found and cells recognised, of whole pages, and of pages of
#: which so many texts are looked at.
DOTS, _DOTS_OF_PAGE, _DOTS_AT_A_GLANCE, _GLANCES = 200 / 72, 150 / 72, 100 / 72, 10
#: A page may lie as many degrees askew; less than the least is straight.
_ASKEW, _STRAIGHT = 8.0, 0.04
#: Level pieces of so many dots, and so many of the longest lines that they make, tell how a page lies.
_SHORT, _LONGEST = 12, 25
#: An upright and a level ruling are at least so long, in points (letters side by side have long strokes, too), and its
#: gaps are no wider.
_HIGH, _LONG, _GAP = 14.0, 26.0, 1.5
#: What is recognised at once is no higher than so many times its width.
_MOST_HIGH = 1.7
#: A page of whose texts the engine is less sure may stand on its head; a text of several letters is so many times
#: longer than high.
_SURE, _SEVERAL = 0.8, 3
#: Rounded to this many digits behind the point, places and scores do not depend on the machine.
_PLACES, _SCORES = 1, 2
#: In points: the rim of a cell in which its rulings lie, and the white that parts lines of text.
_RIM, _APART = 1.2, 0.7
#: Ink is darker than the ground by this much, of 255; a speck is smaller than this, in square points.
_INK, _SPECK = 45, 0.8
#: What is darker than the ground by so much covers a cell, unless it lies so near, in points, to black ink; the engine
#: is then no surer than this. Ground darker than this bears white letters.
_FAINT, _HALO, _COVERED, _DARK = 25, 1.6, 0.5, 110
#: What is flatter than this share of the tallest line of a cell is no line of text; what is as long as this share of
#: the cell's side, touches it, and is no thicker than so many points, is a ruling.
_FLAT, _WHOLE, _THIN = 0.45, 0.6, 2.0
#: The upper part of a slash stands so far to the right, as a share of its height; a mark is set so much above the line,
#: and is so high, as shares of the tallest digit.
_SLANTED, _RAISED, _SMALL = 0.125, 0.22, 0.3
#: A line that strikes digits out covers more than this share of their width.
_THROUGH = 0.95
#: A line of text is recognised with so much white around it, as a share of its height; one glyph with more.
_AROUND, _BESIDE = 0.25, 1.0


def engine() -> dict[str, str]:
    """Return what recognises: the versions of the libraries, and the SHA-256 sums of the models."""
    models = Path(rapidocr.__file__).parent / "models"
    sums = {path.stem: sha256(path.read_bytes()).hexdigest() for path in sorted(models.glob("PP-*.onnx"))}
    return {name: version(name) for name in ("rapidocr", "onnxruntime", "opencv-python-headless")} | sums


@cache
def _recogniser() -> Any:
    settings = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.max_side_len": 100_000,
        "EngineConfig.onnxruntime.intra_op_num_threads": min(2, n_jobs()),
        "Rec.rec_img_shape": [3, 48, 64],
    }
    return rapidocr.RapidOCR(params=settings)


def scans_of(content: bytes, skipped: Collection[int] = ()) -> Iterator[Scan]:
    """Recognise the pages of a PDF, or of a picture, one after the other, but for those with the numbers given.

    Raises ValueError when the file is damaged, or larger than any report.
    """
    for number, picture, width in pictures_of(content, DOTS, skipped):
        yield recognise(number, picture, width)


def recognise(number: int, picture: Picture, width: float) -> Scan:
    """Recognise a page, given as a picture (height x width x 3, blue first) that is ``width`` points wide."""
    picture, quarters, width = _upright(_resized(picture, width), width)
    picture, angle = _straight(picture)
    scale = width / picture.shape[1]
    printed = _black(picture)
    rulings, white = _restored(_without_folds(list(_rulings(printed, scale))))
    boxes = [box for table in find_tables(rulings) if not table.is_frame for box in table.boxes]
    height = round(picture.shape[0] * scale, _PLACES)
    words, cells = _words(picture, width), _cells(printed, picture.min(axis=2), boxes, scale)
    return Scan(number, round(width, _PLACES), height, 90 * quarters + angle, rulings, white, words, cells)


def _upright(picture: Picture, width: float) -> tuple[Picture, int, float]:
    """Turn a page that lies on its side or its head; return it with the quarter turns (to the left) and its width."""
    sure, tall = _legible(picture, width)
    if sure > _SURE and not tall:
        return picture, 0, width
    height = width * picture.shape[0] / picture.shape[1]
    found = [(sure, 0)] if not tall else []
    for quarters in (1, 3) if tall else (2,):
        turned = np.ascontiguousarray(np.rot90(picture, quarters))
        found.append((_legible(turned, height if tall else width)[0], quarters))
    quarters = max(found)[1]
    return np.ascontiguousarray(np.rot90(picture, quarters)), quarters, height if quarters % 2 else width


def _legible(whole: Picture, width: float) -> tuple[float, bool]:
    """Return how sure the engine is of the longest texts of a page, and whether texts run from top to bottom."""
    picture = _resized(whole, width, _DOTS_AT_A_GLANCE)
    found = _recogniser()(picture, use_det=True, use_cls=False, use_rec=False)
    if getattr(found, "boxes", None) is None:
        return 1.0, False
    places = [(*box.min(axis=0).astype(int).tolist(), *box.max(axis=0).astype(int).tolist()) for box in found.boxes]
    sides = [(min(x1 - x0, y1 - y0), max(x1 - x0, y1 - y0), place) for place in places for x0, y0, x1, y1 in [place]]
    longest = [place for short, long, place in sorted(sides, reverse=True) if long > _SEVERAL * short > 0][:_GLANCES]
    if len(longest) < _GLANCES // 2:
        return 1.0, False  # hardly any text tells
    tall = sum(y1 - y0 > x1 - x0 for x0, y0, x1, y1 in longest)
    texts = _recognised([picture[y0:y1, x0:x1] for x0, y0, x1, y1 in longest])
    return float(sum(score for _, score in texts)) / len(texts), 2 * tall > len(longest)


def _black(picture: Picture) -> Picture:
    """Return a picture in gray in which red is light, so that a seal hides little, and all other ink is dark."""
    return np.asarray(picture[:, :, 2], np.uint8)


def _resized(picture: Picture, width: float, dots: float = DOTS) -> Picture:
    share = width * dots / picture.shape[1]
    if 0.9 < share < 1.1:
        return picture
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, None, fx=share, fy=share, interpolation=how), np.uint8)


# ---- rulings ----


def _straight(picture: Picture) -> tuple[Picture, float]:
    """Turn a picture so that its level rulings are level; return it with the angle in degrees."""
    angle = _askew(_drawn(_marks(_black(picture))))
    if abs(angle) < _STRAIGHT:
        return picture, 0.0
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turned = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8), angle


def _drawn(marks: Picture) -> Picture:
    """Return the marks that hang together over a good part of the page, as tables do and letters do not."""
    _, labels, found, _ = cv2.connectedComponentsWithStats(marks)
    large = found[:, cv2.CC_STAT_WIDTH] >= marks.shape[1] // 8
    large[0] = False
    return np.asarray(np.where(large[labels], 255, 0), np.uint8)


def _askew(drawn: Picture) -> float:
    """Return the angle of the level lines of a picture in degrees: the middle one of the longest."""
    level = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, _bar(_SHORT, upright=False))
    near, step = np.radians(_ASKEW), np.radians(_STRAIGHT)
    lines = cv2.HoughLines(level, 1, step, drawn.shape[1] // 8, min_theta=np.pi / 2 - near, max_theta=np.pi / 2 + near)
    if lines is None:
        return 0.0
    return round(float(np.degrees(np.median(lines[:_LONGEST, 0, 1])) - 90), 2)


def _marks(gray: Picture) -> Picture:
    """Return what is darker than its surroundings, white on black."""
    return np.asarray(
        cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 15), np.uint8
    )


def _rulings(gray: Picture, scale: float) -> Iterator[Ruling]:
    marks = _marks(gray)
    gap = max(3, round(_GAP / scale))
    for upright in (False, True):
        long = round((_HIGH if upright else _LONG) / scale)
        whole = cv2.morphologyEx(marks, cv2.MORPH_CLOSE, _bar(gap, upright))
        lines = cv2.morphologyEx(whole, cv2.MORPH_OPEN, _bar(long, upright))
        lines = cv2.dilate(lines, _bar(gap, upright))
        _, _, found, _ = cv2.connectedComponentsWithStats(lines)
        for x, y, wide, high, _ in found[1:].tolist():
            at, start, end = (x + wide / 2, y, y + high) if upright else (y + high / 2, x, x + wide)
            if end - start >= max(long, 2 * min(wide, high)):
                yield Ruling(upright, *(round(place * scale, _PLACES) for place in (at, start, end)))


def _bar(length: int, upright: bool) -> Any:
    return cv2.getStructuringElement(cv2.MORPH_RECT, (1, length) if upright else (length, 1))


#: Places nearer than this are one; a gap that is narrower is none.
_NEAR, _NARROW = 4.0, 8.0
#: So many level rulings are cut off; a ruling beside them stands along this share of them.
_FEWEST, _MOSTLY = 3, 0.6


def _restored(rulings: Sequence[Ruling]) -> tuple[tuple[Ruling, ...], tuple[Place, ...]]:
    """Return rulings with those that a table lacks where it was whited out, and the rectangles of white.

    A table of which a column was whited out falls into two, or loses a side; with its rulings back, each value stands
    in its own cell, and nothing stands in the column that is gone.
    """
    added: list[Ruling] = []
    white: list[Place] = []
    for left, right, at in _cut_off([ruling for ruling in rulings if not ruling.upright]):
        top, bottom = min(at), max(at)
        if all(_is_ruled(rulings, side, top, bottom) for side in (left, right)):
            continue  # a cell that is merged over rows
        added += [Ruling(True, side, top, bottom) for side in (left, right)]
        added += [Ruling(False, y, left, right) for y in at]
        white.append((left, top, right, bottom))
    return (*rulings, *added), tuple(white)


def _without_folds(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Return rulings without those that run on beyond a table at both sides, as folds and streaks do."""
    return [ruling for ruling in rulings if not _is_fold(ruling, rulings)]


def _is_fold(line: Ruling, rulings: Sequence[Ruling]) -> bool:
    crossed = [r.at for r in rulings if r.upright is not line.upright and r.start - _NEAR < line.at < r.end + _NEAR]
    inside = [at for at in crossed if line.start - _NEAR < at < line.end + _NEAR]
    if len(inside) < 2:
        return False
    beyond = line.start < min(inside) - _NARROW and line.end > max(inside) + _NARROW
    others = [r for r in rulings if r.upright is line.upright and r is not line and r.end - r.start > _NARROW]
    ending = sum(abs(r.start - min(inside)) < _NEAR or abs(r.end - max(inside)) < _NEAR for r in others)
    return beyond and ending >= _FEWEST


def _cut_off(level: Sequence[Ruling]) -> Iterator[tuple[float, float, list[float]]]:
    """Yield where many level rulings are cut off alike: from, to, and their heights."""
    found: list[tuple[float, float, list[float]]] = []
    for start, end, at in _gaps(level):
        for left, right, heights in found:
            if abs(left - start) < _NEAR and abs(right - end) < _NEAR:
                heights.append(at)
                break
        else:
            found.append((start, end, [at]))
    return (band for band in found if len(band[2]) >= _FEWEST)


def _gaps(level: Sequence[Ruling]) -> Iterator[tuple[float, float, float]]:
    """Yield the white within each level ruling, and behind it as far as others reach that begin below or above it."""
    lines: list[list[Ruling]] = []
    for ruling in sorted(level, key=lambda ruling: ruling.at):
        if lines and ruling.at - lines[-1][0].at < _NEAR:
            lines[-1].append(ruling)
        else:
            lines.append([ruling])
    for line in lines:
        pieces = sorted(line, key=lambda ruling: ruling.start)
        for piece, after in pairwise(pieces):
            if after.start - piece.end > _NARROW:
                yield piece.end, after.start, piece.at
        last = max(pieces, key=lambda ruling: ruling.end)
        reach = max(r.end for r in level if abs(r.start - pieces[0].start) < _NEAR)
        if reach - last.end > _NARROW:
            yield last.end, reach, last.at


def _is_ruled(rulings: Sequence[Ruling], x: float, top: float, bottom: float) -> bool:
    """Check whether an upright ruling stands along most of a side."""
    beside = [r for r in rulings if r.upright and abs(r.at - x) < _NEAR]
    along = sum(max(0.0, min(r.end, bottom) - max(r.start, top)) for r in beside)
    return along > _MOSTLY * (bottom - top)


# ---- the page as a whole ----


def _words(whole: Picture, width: float) -> tuple[Seen, ...]:
    picture = _resized(whole, width, _DOTS_OF_PAGE)
    scale = width / picture.shape[1]
    return tuple(seen for top, bottom in _bands(picture) for seen in _words_of(picture[top:bottom], top, scale))


def _words_of(part: Picture, top: int, scale: float) -> Iterator[Seen]:
    found = _recogniser()(part, use_det=True, use_cls=False, use_rec=True, text_score=0.0)
    if getattr(found, "boxes", None) is not None:
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            (x0, y0), (x1, y1) = box.min(axis=0), box.max(axis=0)
            yield _seen(text, score, (x0, y0 + top, x1, y1 + top), scale)


def _bands(picture: Picture) -> Iterator[tuple[int, int]]:
    """Part a page that is far longer than wide, as of a screen, where least is printed."""
    height, most = picture.shape[0], round(_MOST_HIGH * picture.shape[1])
    ink = (_black(picture) < 128).sum(axis=1)
    top = 0
    while height - top > most:
        bottom = top + most // 2 + int(ink[top + most // 2 : top + most].argmin())
        yield top, bottom
        top = bottom
    yield top, height


def _seen(text: str, score: float, place: Iterable[float], scale: float) -> Seen:
    return Seen(text, round(float(score), _SCORES), *(round(float(edge) * scale, _PLACES) for edge in place))


# ---- each cell alone ----


def _cells(printed: Picture, coloured: Picture, boxes: Sequence[Box], scale: float) -> tuple[Seen, ...]:
    """Recognise each ruled cell alone: its lines one by one, all of them in few batches.

    ``printed`` is the page in gray without its colours, ``coloured`` with them dark: a cell in which nothing is
    printed, but that a seal covers, is not blank, and of one that is covered in part the engine is not sure.
    """
    lines = [list(_lines(_inside(printed, box, scale), scale)) for box in boxes]
    texts = iter(_recognised([line for found in lines for line in found]))
    cells: list[Seen] = []
    for box, found in zip(boxes, lines, strict=True):
        read = [(_as_drawn(text, line), score) for line, (text, score) in zip(found, texts, strict=False)]
        text, score = "\n".join(text for text, _ in read), min((score for _, score in read), default=1.0)
        covered = _is_covered(_inside(printed, box, scale), _inside(coloured, box, scale), scale)
        if covered:
            text, score = text or UNKNOWN, min(score, _COVERED)
        cells.append(_seen(text, score, box.place, 1))
    return tuple(cells)


def _as_drawn(text: str, line: Picture) -> str:
    """Return a number as its strokes are drawn: a slanting one is a slash, and a small one set high is a note's mark.

    The engine takes both for digits of the number.
    """
    if not text.strip().isdecimal():
        return text
    ink = _dark(line.max(axis=2), _INK)
    _, labels, found, _ = cv2.connectedComponentsWithStats(ink)
    pieces = sorted(found[1:].tolist(), key=lambda piece: piece[cv2.CC_STAT_HEIGHT])
    if not pieces:
        return text
    tallest = pieces[-1][cv2.CC_STAT_HEIGHT]
    if text.strip() == "1" and _slant(labels == 1 + int(found[1:, cv2.CC_STAT_HEIGHT].argmax())) > _SLANTED:
        return "/"
    base = max(top + high for _, top, _, high, _ in pieces)
    raised = (base - top - high > _RAISED * tallest and high > _SMALL * tallest for _, top, _, high, _ in pieces)
    if any(raised):
        return f"{RAISED}{text}"
    return f"{STRUCK}{text}{STRUCK}" if len(pieces) < len(text.strip()) and _is_struck(ink) else text


def _is_struck(ink: Picture) -> bool:
    """Check whether a line runs through the middle of what is printed, from end to end."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    high = rows[-1] - rows[0] + 1
    middle = ink[rows[0] + round(0.35 * high) : rows[0] + round(0.62 * high), columns[0] : columns[-1] + 1]
    return bool(middle.size and middle.mean(axis=1).max() > _THROUGH)


def _slant(stroke: Any) -> float:
    """Return how far the upper third of a stroke stands to the right of its lower third, as a share of its height."""
    rows, columns = np.nonzero(stroke)
    high = rows.max() - rows.min() + 1
    upper, lower = columns[rows < rows.min() + high / 3], columns[rows >= rows.max() + 1 - high / 3]
    return float((upper.mean() - lower.mean()) / high)


def _inside(page: Picture, box: Box, scale: float) -> Picture:
    """Return what lies within the rulings of a cell."""
    x0, y0, x1, y1 = (round(edge / scale) for edge in (box.x0 + _RIM, box.y0 + _RIM, box.x1 - _RIM, box.y1 - _RIM))
    return page[max(0, y0) : y1, max(0, x0) : x1]


def _is_covered(printed: Picture, coloured: Picture, scale: float) -> bool:
    """Check whether something lies in a cell beside what is printed black: a seal, a stain, or print that is faint."""
    if not printed.size:
        return False
    black = cv2.dilate(_dark(printed, _INK), _around(scale))
    smooth = np.asarray(cv2.GaussianBlur(coloured, (5, 5), 0), np.uint8)
    return bool(_letters(_dark(smooth, _FAINT) & (1 - black), scale).any())


def _dark(cell: Picture, least: float) -> Picture:
    """Return where a cell is darker than its ground."""
    return (cell < float(np.percentile(cell, 90)) - least).astype(np.uint8)


def _around(scale: float) -> Any:
    size = 2 * round(_HALO / scale) + 1
    return cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))


def _recognised(pictures: list[Picture]) -> list[tuple[str, float]]:
    if not pictures:
        return []
    found = _recogniser()._load_rec_model()(TextRecInput(img=pictures))
    return list(zip(found.txts, found.scores, strict=True))


def _lines(cell: Picture, scale: float) -> Iterator[Picture]:
    """Yield the lines of text in a cell, each as a picture; white letters on dark ground as black on light."""
    if not cell.size:
        return
    cell = 255 - cell if np.median(cell) < _DARK else cell.copy()
    ground = float(np.percentile(cell, 90))
    marks = _dark(cell, _INK)
    ink = _letters(marks, scale)
    cell[marks > ink] = ground
    rows = _runs(ink.any(axis=1), round(_APART / scale))
    tallest = max((bottom - top for top, bottom in rows), default=0)
    for top, bottom in rows:
        if bottom - top >= _FLAT * tallest:
            ((left, right),) = _runs(ink[top:bottom].any(axis=0), cell.shape[1])
            yield _framed(cell, (left, top, right, bottom), ground)


def _letters(marks: Picture, scale: float) -> Picture:
    """Return the marks of a cell without specks, and without what is left of its rulings at its rim."""
    _, labels, found, _ = cv2.connectedComponentsWithStats(marks)
    left, top, wide, high, area = found.T
    height, width = marks.shape
    thin = round(_THIN / scale)
    at_side = ((left == 0) | (left + wide == width)) & (high > _WHOLE * height) & (wide <= thin)
    at_end = ((top == 0) | (top + high == height)) & (wide > _WHOLE * width) & (high <= thin)
    letters = (area >= max(3, _SPECK / scale**2)) & ~at_side & ~at_end
    letters[0] = False
    return np.asarray(letters[labels], np.uint8)


def _runs(marked: Any, gap: int) -> list[tuple[int, int]]:
    """Return where a line of marks begins and ends, gaps of at most so many bridged."""
    at = np.flatnonzero(marked)
    if not at.size:
        return []
    breaks = np.flatnonzero(np.diff(at) > gap + 1)
    starts, ends = at[np.r_[0, breaks + 1]], at[np.r_[breaks, at.size - 1]] + 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _framed(cell: Picture, place: tuple[int, int, int, int], ground: float) -> Picture:
    """Cut a line of text out of a cell, with white around it; a single glyph with more at its sides."""
    left, top, right, bottom = place
    height = bottom - top
    around = max(2, round(_AROUND * height))
    beside = max(around, round(_BESIDE * height)) if right - left < 1.5 * height else 2 * around
    line = cv2.cvtColor(cell[top:bottom, left:right], cv2.COLOR_GRAY2BGR)
    frame = around, around, beside, beside
    return np.asarray(cv2.copyMakeBorder(line, *frame, cv2.BORDER_CONSTANT, value=[ground] * 3), np.uint8)
