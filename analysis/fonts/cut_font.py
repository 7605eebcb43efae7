"""Cut the two static TrueType fonts of this folder from the variable font Noto Sans SC (SIL OFL 1.1).

Run once, in an environment that has the `fonts` extra (it is not needed to use the project):

    python analysis/fonts/cut_font.py

The characters are the 8,105 of 通用规范汉字表 (2013, `tghz2013.txt`, after mozillazg/pinyin-data), all of GB 2312,
Latin-1 and a few signs of charts. The outlines stay TrueType (glyf): CFF outlines embedded as Type 42 print blank.
The result carries a family name of its own, so that no other font of the machine can take its place.
"""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FOLDER = Path(__file__).parent
FAMILY = "Suishenxue Sans"
WEIGHTS = {"Regular": 400, "Bold": 700}
SIGNS = "–—‘’“”…‰′″※←↑→↓↔∞≈≠≤≥−■□▲△▶▷▼▽◀◁◆◇○◎●★☆✓①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳½㎡℃〔〕"


def charset() -> set[str]:
    """The characters the fonts must hold."""
    common = "".join((FOLDER / "tghz2013.txt").read_text(encoding="utf-8").split())
    pairs = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    gb2312 = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    latin = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)]))
    wide = "".join(map(chr, range(0xFF01, 0xFF5F)))
    return set(common + gb2312 + latin + wide + SIGNS)


def source_font() -> Path:
    """The variable font inside the installed package justmytype-intl-cjk."""
    spec = importlib.util.find_spec("justmytype_intl_cjk")
    if spec is None or spec.origin is None:
        raise SystemExit('justmytype-intl-cjk is not installed: pip install -e ".[fonts]"')
    return Path(spec.origin).parent / "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"


def cut(source: Path, style: str, characters: set[str]) -> TTFont:
    """One static weight with `characters` only, without hints, layout tables and glyph names."""
    font = instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": WEIGHTS[style]})
    options = Options(hinting=False, glyph_names=False, layout_features=[], notdef_outline=True, name_IDs=["*"])
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "VORG", "gasp", "meta", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=map(ord, characters))
    subsetter.subset(font)
    # One character map is enough, and a PDF writer that subsets the font again reads it every time.
    font["cmap"].tables = [table for table in font["cmap"].tables if table.format == 12][-1:]
    _rename(font, style)
    return font


def _rename(font: TTFont, style: str) -> None:
    names = {1: FAMILY, 2: style, 3: f"{FAMILY} {style}", 4: f"{FAMILY} {style}".removesuffix(" Regular"),
             6: f"{FAMILY.replace(' ', '')}-{style}"}
    kept = {name_id: font["name"].getDebugName(name_id) for name_id in (0, 5, 13, 14)}  # copyright, version, licence
    font["name"].names = []
    for name_id, text in {**kept, **names}.items():
        if text:
            font["name"].setName(text, name_id, 3, 1, 0x409)
    bold = style == "Bold"
    font["OS/2"].usWeightClass = WEIGHTS[style]
    font["OS/2"].fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = 1 if bold else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, help="variable font; default: the installed justmytype-intl-cjk")
    source = parser.parse_args().source or source_font()
    characters = charset()
    for style in WEIGHTS:
        font = cut(source, style, characters)
        missing = sorted(characters - set(map(chr, font.getBestCmap())))
        path = FOLDER / f"SuishenxueSans-{style}.ttf"
        font.save(path)
        print(f"{path.name}: {path.stat().st_size:,} bytes, missing {''.join(missing) or 'none'}")


if __name__ == "__main__":
    main()
