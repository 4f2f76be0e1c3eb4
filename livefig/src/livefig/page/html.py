"""An explorer as HTML: picture, sentence, controls, and the table of states.

The contract, for those who style, link or test it: the root is ``<figure class="ml-explorer"
id="NAME">``; each control is a native ``<input>`` or ``<select>`` whose ``name`` is the keyword of
``update``; each readout is an ``<output name="...">``; the state is written to the address as
``#NAME:keyword=value&...``. Without script, the first state is there to read, and the controls
are disabled. What is looked at stands in ``.ml-shown``, which the style keeps in view while the
controls, in ``.ml-form``, are moved; where there is room they stand beside it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from ..controls import Control
from ..guess import Asked
from ..language import catalogue, language, say
from ..readouts import Readout
from ..writing import tidied
from . import guess
from .playing import moments_in_words, playing

WAITING = (
    "This is the first state. The controls need JavaScript: a page that lets it run, and a browser "
    "no older than the spring of 2023."
)


def figure(
    name: str, picture: str, caption: str, controls: Sequence[Control],
    readouts: Mapping[str, Readout], texts: Mapping[str, str], sentence: str | None,
    presets: Sequence[str], table: str | None, asked: Asked | None = None, *, has_numbers: bool,
) -> str:  # fmt: skip
    """Return an explorer as a ``<figure>``.

    Parameters
    ----------
    name
        Its id on the page.
    picture
        The first state, as SVG.
    caption
        The sentence that a reader should take away.
    controls, readouts, texts
        What can be set, what is read, and the readouts of the first state.
    sentence
        A sentence with ``{readout}`` in it, instead of a list of readouts.
    presets
        Labels of the buttons for named situations.
    table
        The packed states, or ``None`` where a kernel answers.
    asked
        What the figure asks before it tells.
    has_numbers
        Whether there is anything to show as a table.
    """
    start = {control.name: control.values[control.start] for control in controls}
    drawn_controls = "".join(_control(name, control, start) for control in controls)
    labels = "".join(
        f'<button type="button" data-preset="{index}">{escape(label)}</button>'
        for index, label in enumerate(presets)
    )
    buttons = (
        f'<div class="ml-buttons">{labels}'
        f'<button type="button" class="ml-reset">{say("Reset")}</button></div>'
    )
    # Each is off by itself too: what strips a page of scripts may take the fieldset away.
    switched_off = re.sub("<(input|select|button) ", r"<\1 disabled ", drawn_controls + buttons)
    data = "" if table is None else f'<script type="text/plain" class="ml-table">{table}</script>'
    numbers = (
        f'<details class="ml-numbers"><summary>{say("The numbers as a table")}</summary>'
        '<div class="ml-tables"></div></details>'
    )
    return (
        f'<figure class="ml-explorer" id="{name}" aria-labelledby="{name}-caption"'
        f"{' data-asks' if asked else ''}{_in_its_language()}>"
        f'<div class="ml-body"><div class="ml-shown"><div class="ml-picture">{picture}</div>'
        f"{_readouts(readouts, texts, sentence, asked.readouts if asked else ())}</div>"
        f"{guess.form(name, asked) if asked else ''}"
        f'<div class="ml-spoken" aria-live="polite"></div>'
        f'<form class="ml-form" autocomplete="off"><fieldset class="ml-controls" disabled>'
        f'<legend class="ml-hidden">{say("Controls")}</legend>{switched_off}</fieldset></form>'
        f'<p class="ml-waiting">{say(WAITING)}</p>{numbers if has_numbers else ""}</div>'
        f'<figcaption id="{name}-caption">{escape(caption or name)}</figcaption>{data}</figure>'
    )


def fallback(
    name: str, image: str, alt: str, caption: str, controls: Sequence[Control],
    readouts: Mapping[str, Readout], texts: Mapping[str, str],
) -> str:  # fmt: skip
    """Return the first state as a picture and a table, for places where nothing can move.

    Parameters
    ----------
    image
        The picture as base64 text of a PNG.
    """
    start = {control.name: control.values[control.start] for control in controls}
    told = [row for control in controls for row in moments_in_words(control, start)]
    told += [(readout.label, texts[key]) for key, readout in readouts.items()]
    rows = "".join(f"<tr><th>{escape(what)}</th><td>{escape(it)}</td></tr>" for what, it in told)
    return (
        f'<figure id="{name}"><img src="data:image/png;base64,{image}" alt="{escape(alt)}">'
        f"<table>{rows}</table><figcaption>{escape(caption)}</figcaption></figure>"
    )


def document(figures: Sequence[str], title: str, *, plain: bool = False) -> str:
    """Return a page of its own, which needs no other file and lets nothing else run or load.

    Parameters
    ----------
    figures
        Its content, as HTML.
    title
        Its title.
    plain
        Whether it holds figures only, which neither ask, play nor are dragged: nearly half of
        the script, and of the style, does not come with them.
    """
    name = "page/alone" if plain else "static/livefig"
    style, script = asset(f"{name}.css") + PAGE_STYLE, asset(f"{name}.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!DOCTYPE html><html lang="{language()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body><main>{''.join(figures)}</main><script>{script}</script></body></html>"
    )


PAGE_STYLE = ":root{color-scheme:light dark}body{max-width:64rem;margin:1rem auto;padding:0 1rem}"
"""What a page of its own says beside the style of its figures."""


def _in_its_language() -> str:
    """Return what the root tells of a language other than English, and its words for the script."""
    known = catalogue(language())
    if not known:
        return ""
    words = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return f' lang="{language()}" data-words="{escape(words)}"'


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def fragment(figure: str, image: str, alt: str) -> str:
    """Return a figure with style and script, for a page that brings neither.

    The script notices if it is there already. A place that strips HTML of style, script and SVG
    leaves the first state as an image, which the style hides elsewhere.
    """
    return (
        f"<style>{asset('static/livefig.css')}</style>"
        f'<img class="ml-still" src="data:image/png;base64,{image}" alt="{escape(alt)}">'
        f"{figure}<script>{asset('static/livefig.js')}</script>"
    )


def module(figure: str) -> str:
    """Return a figure as an ES module whose ``render`` puts it into a page."""
    content = json.dumps(f"<style>{asset('static/livefig.css')}</style>{figure}")
    return (
        f"{asset('static/livefig.js')}\n"
        f"const content = {content};\n"
        "export default { render({ el }) { el.innerHTML = content; "
        "globalThis.livefig.start(el); } };\n"
    )


def widget_module() -> str:
    """Return the script as the ES module of a widget."""
    return asset("static/livefig.js") + "\nexport default { render: globalThis.livefig.render };\n"


def asset(name: str) -> str:
    """Return a file of the front end."""
    return (files("livefig") / name).read_text(encoding="utf-8")


def _readouts(
    readouts: Mapping[str, Readout], texts: Mapping[str, str], sentence: str | None,
    waiting: Sequence[str],
) -> str:  # fmt: skip
    written = {}
    for key in readouts:
        held = ' class="ml-waits"' if key in waiting else ""
        written[key] = f'<output name="{escape(key)}"{held}>{escape(texts[key])}</output>'
    if sentence is not None:
        parts = re.split(r"\{(\w+)\}", sentence)
        inner = "".join(
            written[part] if index % 2 else escape(part) for index, part in enumerate(parts)
        )
        return f'<p class="ml-sentence">{inner}</p>'
    rows = "".join(
        f"<div><dt>{escape(tidied(readout.label))}</dt><dd>{written[key]}</dd></div>"
        for key, readout in readouts.items()
    )
    return f'<dl class="ml-readouts">{rows}</dl>' if rows else ""


def _control(name: str, control: Control, start: Mapping[str, Any]) -> str:
    key = f"{name}-{control.name}"
    label = escape(control.label)
    text = escape(control.texts[control.start])
    if control.kind == "checkbox":
        checked = " checked" if control.values[control.start] else ""
        return (
            f'<div class="ml-control ml-check"><input type="checkbox" id="{key}" '
            f'name="{control.name}"{checked}><label for="{key}">{label}</label></div>'
        )
    if control.kind == "dropdown":
        options = "".join(
            f'<option value="{index}"{" selected" if index == control.start else ""}>'
            f"{escape(option)}</option>"
            for index, option in enumerate(control.texts)
        )
        return (
            f'<div class="ml-control"><label for="{key}">{label}</label>'
            f'<select id="{key}" name="{control.name}">{options}</select></div>'
        )
    if control.kind == "buttons":
        return _radio_buttons(key, control, label)
    if control.kind == "range":
        return _two_ended(key, control, label)
    low, high, step, value = slider_marks(control)
    below = playing(control, control.happenings(start)) if control.kind == "play" else ""
    return (
        f'<div class="ml-control ml-slider"><label for="{key}">{label}</label> '
        f'<span class="ml-value" aria-hidden="true">{text}</span>'
        f'<input type="range" id="{key}" name="{control.name}" min="{low}" max="{high}" '
        f'step="{step}" value="{value}" aria-valuetext="{text}" autocomplete="off">{below}</div>'
    )


def _two_ended(key: str, control: Control, label: str) -> str:
    """Return a control with two ends as two sliders over the same places."""
    start = control.start
    count = len(control.ends)
    pairs = [(low, high) for low in range(count) for high in range(low, count)]
    sliders = "".join(
        f'<label class="ml-hidden" for="{key}-{end}">'
        f"{say(('{what}, lower end', '{what}, upper end')[end], what=label)}</label>"
        f'<input type="range" id="{key}-{end}" name="{control.name}" data-end="{end}" min="0" '
        f'max="{count - 1}" step="1" value="{place}" '
        f'aria-valuetext="{escape(control.ends[place])}" autocomplete="off">'
        for end, place in enumerate(pairs[start])
    )
    return (
        f'<fieldset class="ml-control ml-slider ml-range"><legend>{label}</legend>'
        f'<span class="ml-value" aria-hidden="true">{escape(control.texts[start])}</span>'
        f"{sliders}</fieldset>"
    )


def slider_marks(control: Control) -> tuple[str, str, str, str]:
    """Return lowest, highest, step and start of a slider, as its input has them.

    An evenly spaced slider counts in its own values; any other counts its stops from 0.
    """
    if control.step is None or control.kind == "range":
        return "0", str(len(control.values) - 1), "1", str(control.start)
    low, high, start = control.values[0], control.values[-1], control.values[control.start]
    return f"{low:.10g}", f"{high:.10g}", f"{control.step:.10g}", f"{start:.10g}"


def _radio_buttons(key: str, control: Control, label: str) -> str:
    choices = "".join(
        f'<input type="radio" id="{key}-{index}" name="{control.name}" value="{index}"'
        f"{' checked' if index == control.start else ''}>"
        f'<label for="{key}-{index}">{escape(text)}</label>'
        for index, text in enumerate(control.texts)
    )
    return (
        f'<fieldset class="ml-control ml-choice"><legend>{label}</legend>'
        f'<div class="ml-segments">{choices}</div></fieldset>'
    )
