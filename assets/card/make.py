"""Makes the two fonts of the preview pictures from the package of Inter; README.md says how."""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

# Latin as far as Romanian and Vietnamese need it, Greek, Cyrillic as Europe writes it,
# punctuation, money and the signs that go with numbers. The soft hyphen is not drawn.
CHARACTERS = """
20-7E A0-AC AE-148 14A-17F 1A0 1A1 1AF 1B0 218-21B 2BC 386-3CE 400-45F 490 491 1E9E 1EA0-1EF9
2009 2010-2015 2018-201A 201C-201E 2020-2022 2026 202F 2030 2032 2033 2039 203A 2044 20AC 20B4
20BD 2116 2122 2190-2193 2212 2248 2260 2264 2265
"""

FONTS = {"headline": "display/InterDisplay-SemiBold", "text": "web/Inter-Medium"}


def numbers(list_of_ranges):
    for item in list_of_ranges.split():
        first, _, last = item.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def make_digits_equally_wide(font):
    """What `font-feature-settings: tnum` would do, which usvg does not read."""
    gsub = font["GSUB"].table
    records = [r for r in gsub.FeatureList.FeatureRecord if r.FeatureTag == "tnum"]
    wide = {}
    for index in {i for record in records for i in record.Feature.LookupListIndex}:
        for lookup in gsub.LookupList.Lookup[index].SubTable:
            wide.update(getattr(lookup, "ExtSubTable", lookup).mapping)
    for table in font["cmap"].tables:
        for code, glyph in table.cmap.items():
            if chr(code) in "0123456789":
                table.cmap[code] = wide.get(glyph, glyph)


def make(source, target, is_tabular):
    font = TTFont(source, recalcTimestamp=False)
    if is_tabular:
        make_digits_equally_wide(font)
    options = Options(hinting=False, notdef_outline=True, layout_features=["kern"])
    options.name_IDs = [0, 1, 2, 6, 7, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=numbers(CHARACTERS))
    subsetter.subset(font)
    # A family of its own, so that the picture never meets another release of Inter.
    names = {1: "Aboveboard Card", 2: "Regular", 6: f"AboveboardCard-{target.stem}"}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.string)
    font.flavor = None
    font.save(target)


if __name__ == "__main__":
    for name, path in FONTS.items():
        make(f"{sys.argv[1]}/{path}.woff2", Path(__file__).with_name(f"{name}.ttf"), name == "text")
