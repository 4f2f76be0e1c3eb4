"""Typefaces of matplotlib in the words of CSS."""

from __future__ import annotations

from typing import Any

from matplotlib.font_manager import findfont, get_font

_FAMILIES = {"mono": "monospace", "courier": "monospace", "consol": "monospace",
             "serif": "serif", "times": "serif", "roman": "serif", "georgia": "serif",
             "cmr": "serif", "stix": "serif", "comic": "cursive", "xkcd": "cursive",
             "humor": "cursive"}  # fmt: skip
_DEFAULT_FAMILY = "DejaVu Sans"


def weight_of(prop: Any) -> str:
    """Return ``"bold"`` for a heavy font, or nothing."""
    weight = prop.get_weight()
    heavy = weight >= 600 if isinstance(weight, int | float) else weight in _HEAVY
    return "bold" if heavy else ""


_HEAVY = ("semibold", "demibold", "demi", "bold", "heavy", "extra bold", "black")

_family_names: dict[int, str] = {}


def family_of(prop: Any) -> str:
    """Return the CSS family of a font, or nothing for matplotlib's usual one."""
    key = hash(prop)
    if key not in _family_names:
        name = get_font(findfont(prop)).family_name
        generic = next((kind for part, kind in _FAMILIES.items()
                        if part in name.lower().replace("sans", "")), "sans-serif")  # fmt: skip
        usual = name == _DEFAULT_FAMILY
        _family_names[key] = "" if usual else f"'{name}', {generic}"
    return _family_names[key]
