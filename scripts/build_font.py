"""Build the font that travels with the package: a static subset of Noto Sans SC under a name of its own.

Run it where two wheels lie (``pip download --no-deps zhplot==1.0.0 pypinyin-dict==0.9.0 -d DIR``)::

    python scripts/build_font.py DIR

The same wheels, data and fontTools give the same bytes. Needed only to change the set of characters.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from fontTools import version as fonttools_version
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "src" / "foi_analysis" / "fonts"
FAMILY = "FOI Sans SC"
FILE = "FOISansSC-Regular.ttf"
#: Drawn narrow by a font of their own: quotation marks, ellipsis, middle dot, dagger. Space beside them, in 1/1000 em.
SIGNS, SIGNS_FILE, SIDE = "“”‘’…·†", "FOISansSCSigns-Regular.ttf", 45
SOURCE = ("zhplot", "zhplot/fonts/NotoSansSC-Regular.ttf", "zhplot/fonts/OFL.txt")
TABLE = ("pypinyin_dict", "pypinyin_dict/pinyin_data/ktghz2013.py")
#: Seconds since 1904, the zero of the font format: 2025-01-01. A clock here would change the bytes.
MODIFIED = 3_818_534_400
#: ASCII, Latin-1 and -A, Greek, punctuation, arrows, mathematics, technical and shape symbols, CJK signs, full width.
RANGES = (
    (0x20, 0x17F), (0x391, 0x3C9), (0x2010, 0x205E), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218F),
    (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x25FF), (0x2600, 0x2612), (0x2640, 0x2642),
    (0x26A0, 0x26A0), (0x2713, 0x2718), (0x3000, 0x303F), (0x3200, 0x33FF), (0xFE30, 0xFE4F), (0xFF01, 0xFFEE),
)  # fmt: skip


def main() -> None:
    """Build the font, its licence and the note of where it comes from."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheels", type=Path, help="folder in which the two wheels lie")
    folder = parser.parse_args().wheels
    source, table = (next(folder.glob(f"{name}-*.whl")) for name in (SOURCE[0], TABLE[0]))
    font = subset(read_member(source, SOURCE[1]), wanted(read_member(table, TABLE[1]).decode()))
    FONTS.mkdir(parents=True, exist_ok=True)
    (FONTS / FILE).write_bytes(font)
    (FONTS / SIGNS_FILE).write_bytes(signs(font))
    (FONTS / "OFL.txt").write_bytes(read_member(source, SOURCE[2]))
    (FONTS / "README.md").write_text(provenance(font, source, table), encoding="utf-8")


def read_member(wheel: Path, name: str) -> bytes:
    """Read one file out of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


def wanted(table: str) -> set[int]:
    """Give the code points to keep: the national standard table, the signs, and what the project itself prints."""
    standard = {int(code, 16) for code in re.findall(r"^\s*0x([0-9A-F]+):", table, flags=re.MULTILINE)}
    signs = {code for first, last in RANGES for code in range(first, last + 1)}
    return standard | signs | {ord(character) for text in project_texts() for character in text} | traditional()


def traditional() -> set[int]:
    """Give the 5 401 common traditional characters (Big5, first plane): published texts slip into them."""
    codes = [bytes((high, low)) for high in range(0xA4, 0xC7) for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF))]
    return {ord(text) for code in codes if code <= b"\xc6\x7e" and (text := code.decode("big5", "ignore"))}


def project_texts() -> Iterator[str]:
    """Give every text of the project whose words may be drawn."""
    for pattern in ("data/**/*.txt", "data/**/*.csv", "data/**/*.md", "notebooks/**/*.ipynb", "src/**/*.toml"):
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_text(encoding="utf-8", errors="ignore")


def subset(source: bytes, codes: set[int]) -> bytes:
    """Cut a TrueType font down to some code points, without hinting, under the package's own family name."""
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    options = Options(
        layout_features=["kern"], hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14], notdef_outline=True,
        drop_tables=["STAT", "BASE", "vhea", "vmtx", "gasp", "prep"], glyph_names=False, recalc_timestamp=False,
    )  # fmt: skip
    cutter = Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    rename(font)
    font["head"].modified = font["head"].created = MODIFIED
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def rename(font: TTFont, family: str = FAMILY) -> None:
    """Give the font a name of its own, so that an installed Noto Sans SC never takes its place."""
    compact = family.replace(" ", "")
    names = {1: family, 2: "Regular", 3: f"{compact}-Regular", 4: f"{family} Regular", 6: f"{compact}-Regular"}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.toUnicode())


def signs(source: bytes) -> bytes:
    """Cut a font of quotation marks and the like, as narrow as English has them; Chinese has them as wide as itself."""
    options = Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[1, 2, 3, 4, 6, 13, 14])
    options.drop_tables = [*options.drop_tables, "GPOS", "GSUB"]
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    cutter = Subsetter(options)
    cutter.populate(unicodes=map(ord, SIGNS))
    cutter.subset(font)
    glyphs, metrics, names = font["glyf"], font["hmtx"], font.getBestCmap()
    for name in names.values():
        glyph = glyphs[name]
        down = glyph.yMin if name == names[ord("…")] else 0  # an ellipsis stands on the line
        glyph.coordinates.translate((SIDE - glyph.xMin, -down))
        glyph.recalcBounds(glyphs)
        metrics[name] = (glyph.xMax + SIDE, glyph.xMin)
    rename(font, f"{FAMILY} Signs")
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def provenance(font: bytes, source: Path, table: Path) -> str:
    """Write the note of where the font comes from and how it was made."""
    characters = len(TTFont(io.BytesIO(font)).getBestCmap())
    original = read_member(source, SOURCE[1])
    return f"""# {FILE}

A static TrueType subset of Noto Sans SC Regular, drawn into every figure of this package so that Chinese is
visible on any machine. Licensed under the SIL Open Font License 1.1 ([OFL.txt](OFL.txt)), like its source.

| | |
|---|---|
| family name | {FAMILY} (renamed, so that an installed font never takes its place) |
| characters | {characters} |
| size | {len(font)} bytes |
| SHA-256 | `{hashlib.sha256(font).hexdigest()}` |
| source | `{SOURCE[1]}` in `{source.name}` (PyPI), {TTFont(io.BytesIO(original))["name"].getDebugName(5)} |
| SHA-256 of the source | `{hashlib.sha256(original).hexdigest()}` |
| list of characters | 通用规范汉字表 (8 105), from `{TABLE[1]}` in `{table.name}` (PyPI) |
| | Big5's 5 401 common traditional characters; punctuation, arrows, signs |
| | whatever `data/`, `notebooks/` and the package's own TOML files contain |
| dropped | hinting, vertical metrics, alternates; kept: kerning |
| built with | fontTools {fonttools_version}, `scripts/build_font.py` |

Changed from the source: the set of characters, the name, the date. Nothing of a glyph's outline.

`{SIGNS_FILE}` holds seven signs of it ({" ".join(SIGNS)}), moved in boxes as narrow as English has them: for PDF.
"""


if __name__ == "__main__":
    main()
