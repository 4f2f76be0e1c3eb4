"""The question that a figure asks, as HTML: hidden until the page's script asks it."""

from __future__ import annotations

from html import escape

from ..guess import Asked, GuessChoice, GuessPoint
from ..language import said, say
from ..writing import tidied


def form(name: str, asked: Asked) -> str:
    """Return the form in which a reader commits to a guess.

    Parameters
    ----------
    name
        The id of the figure on the page.
    asked
        What is asked.
    """
    question = (
        f'<p class="ml-question" id="{name}-question">{escape(said(asked.guess.question))}</p>'
    )
    return (
        f'<form class="ml-guess" autocomplete="off" novalidate hidden>{question}'
        f'<fieldset class="ml-asking" aria-labelledby="{name}-question">{_answer(name, asked)}'
        f'<div class="ml-buttons"><button class="ml-commit" disabled>{say("Commit")}</button>'
        f'<button type="button" class="ml-show" disabled>{say("Show me")}</button></div></fieldset>'
        f'<p class="ml-problem" id="{name}-problem" role="alert"></p>'
        f'<p class="ml-verdict"></p>'
        f'<button type="button" class="ml-anew" disabled hidden>{say("Guess again")}</button>'
        "</form>"
    )


def _answer(name: str, asked: Asked) -> str:
    if isinstance(asked.guess, GuessChoice):
        return "".join(
            f'<div class="ml-check"><input type="radio" id="{name}-guess-{index}" '
            f'name="{name}-guess" value="{index}" disabled>'
            f'<label for="{name}-guess-{index}">{escape(said(tidied(choice)))}</label></div>'
            for index, choice in enumerate(asked.guess.choices)
        )
    unit = escape(asked.unit)
    labelled = f'aria-labelledby="{name}-question"'
    if isinstance(asked.guess, GuessPoint):
        assert asked.scale is not None  # a point has an axis
        count = asked.scale["count"]
        return (
            f'<div class="ml-slider"><span>{say("Your guess")}</span><span class="ml-value" '
            f'aria-hidden="true"></span><input type="range" min="0" max="{count}" step="1" '
            f'value="{count // 2}" {labelled} disabled></div>'
        )
    return (
        f'<div class="ml-typed"><input type="text" inputmode="{_keys(asked)}" {labelled} '
        f'aria-describedby="{name}-unit {name}-problem" disabled>'
        f'<span id="{name}-unit">{unit}</span></div>'
    )


def _keys(asked: Asked) -> str:
    """Return which keys a phone shows: those with digits alone often lack a minus sign."""
    numbers = [asked.truth, *(low for low, _, _ in asked.header()["reasons"])]
    return "decimal" if all(number >= 0 for number in numbers) else "text"
