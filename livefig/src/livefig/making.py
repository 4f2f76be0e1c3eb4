"""The two ways to make an explorer: of a figure with a function that updates it, and of a function.

The second is a decorator: a plain plotting function, as it is given to ``interact``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from . import display
from .controls import is_fixed, starting_at, starting_where, widget_of
from .errors import ExplorerError
from .explorer import Explorer
from .guess import Guess
from .kinds import refuse_other_kinds
from .readouts import Readout
from .recording import Budget
from .scenes import Kept, Plain, Updated, Whole
from .scenes.whole import changed_figures, name_of
from .time import Time

AXES = ("ax", "axes", "axis")
FIGURE = ("fig", "figure")


def explorer(
    figure: Figure, update: Callable[..., Any], *, name: str, alt: str | None = None,
    caption: str | None = None, readouts: Mapping[str, Readout] | None = None,
    sentence: str | None = None, presets: Mapping[str, Mapping[str, Any]] | None = None,
    drag: Any = None, ghosts: Sequence[Artist] = (), theme: bool = True,
    budget: Budget | None = None, guess: Guess | None = None,
    controls: Mapping[str, Any] | None = None, **more: Any,
) -> Explorer:  # fmt: skip
    """Make a figure movable that is drawn once and then updated.

    Where ``update`` only sets the data, colours, texts and visibility of artists, these are kept,
    and a state costs a tenth of a millisecond. Where it does more (clears axes, moves limits,
    changes the order), the whole figure is drawn anew in each state. Which of the two it is, is
    found out; :meth:`Explorer.cost` tells.

    Parameters
    ----------
    figure
        The figure, drawn once with everything in it.
    update
        Called with the value of every control; changes the figure, and returns the readouts.
    name
        The explorer's id on the page: letters, digits, hyphens and underscores.
    alt
        What the picture shows, in words.
    caption
        What a reader should take away, in one sentence.
    readouts
        How the returned numbers are written, by name.
    sentence
        A sentence with ``{readout}`` in it; without it, readouts are listed.
    presets
        Named situations: label of a button, and the controls that it sets.
    drag
        Things in the figure that move a control: keyword, then ``(artist, "x" or "y")``.
    ghosts
        Artists whose first state stays behind, faintly.
    theme
        Whether frame, texts and named colours follow the theme of the page.
    budget
        What recording may cost; see :class:`Budget`.
    guess
        What a reader is asked before the figure tells: a :class:`GuessNumber`, a
        :class:`GuessPoint` or a :class:`GuessChoice`.
    controls, **more
        Widgets or abbreviations of ``ipywidgets.interact``, by keyword of ``update``; an
        abbreviation starts where ``update`` has its default. A control whose keyword is taken
        here stands in ``controls``.

    Raises
    ------
    ExplorerError
        If the figure, a control or ``update`` cannot become an explorer; it says what to change.

    Examples
    --------
    >>> import livefig
    >>> figure, axes = livefig.subplots()
    >>> line, = axes.plot([0, 1], [0, 1])
    >>> def update(slope):
    ...     line.set_ydata([0, slope])
    ...     return {"end": slope}
    >>> explorer = livefig.explorer(
    ...     figure, update, name="slope", alt="A line through the origin.",
    ...     caption="The slope is the height at one.", slope=(0, 1, 0.25),
    ...     readouts={"end": livefig.Readout("Height at one", ".2f")})
    >>> explorer.at(slope=0.75), explorer.way
    ({'end': '0.75'}, 'kept')
    """
    refuse_other_kinds(
        figure=(figure, Figure, "a matplotlib Figure"),
        update=(update, Callable, "a function that changes the figure"),
        theme=(theme, bool, "True or False"),
    )
    display.leave_pyplot(figure)
    return Explorer(
        lambda start: Kept(figure, update, start, themed=theme),
        name=name, alt=alt, caption=caption,
        controls=starting_where(update, {**(controls or {}), **more}), readouts=readouts,
        sentence=sentence, presets=presets, drag=drag, ghosts=ghosts, budget=budget,
        guess=guess,
        second_way=lambda kept: Whole(Updated(kept.figure, update), themed=theme),
    )  # fmt: skip


def figure(
    function: Callable[..., Any] | None = None, *, name: str | None = None,
    alt: str | None = None, caption: str | None = None,
    readouts: Mapping[str, Readout] | None = None, sentence: str | None = None,
    presets: Mapping[str, Mapping[str, Any]] | None = None, drag: Any = None,
    figsize: tuple[float, float] | None = None, dpi: float | None = None, theme: bool = True,
    budget: Budget | None = None, guess: Guess | None = None,
    controls: Mapping[str, Any] | None = None, **more: Any,
) -> Any:  # fmt: skip
    """Make a plotting function movable.

    The function draws into its first argument, if that is called ``ax`` (or ``axes``) or ``fig``
    (or ``figure``); without such an argument it draws with pyplot, as under ``interact``. It is
    called anew for each state, so it may draw whatever matplotlib can.

    Parameters
    ----------
    function
        The function; left out where the decorator has arguments.
    name
        The explorer's id on the page; without it, the function's own name.
    alt
        What the picture shows, in words.
    caption
        What a reader should take away; without it, the first line of the function's docstring.
    readouts
        How the numbers are written that the function returns, by name. Without it they are written
        with four digits.
    sentence
        A sentence with ``{readout}`` in it; without it, readouts are listed.
    presets
        Named situations: label of a button, and the controls that it sets.
    drag
        Points that can be dragged: pairs of controls that are their coordinates in the (first)
        axes, such as ``[("x1", "y1"), ("x2", "y2")]``; ``None`` in place of a control for a line.
    figsize, dpi
        Size [inches] and units to the inch; without them, matplotlib's own.
    theme
        Whether frame, texts and named colours follow the theme of the page.
    budget
        What recording may cost; see :class:`Budget`.
    guess
        What a reader is asked before the figure tells: a :class:`GuessNumber`, a
        :class:`GuessPoint` or a :class:`GuessChoice`.
    controls, **more
        Widgets or abbreviations of ``ipywidgets.interact``, by keyword of the function. A control
        whose keyword is taken here stands in ``controls``. Without any, they are found as
        ``interact`` finds them: from annotations and defaults.

    Returns
    -------
    Explorer
        Calling it calls the function.

    Raises
    ------
    ExplorerError
        If the function or a control cannot become an explorer; it says what to change.

    Examples
    --------
    >>> import numpy as np, livefig
    >>> x = np.linspace(0, 6)
    >>> @livefig.figure(freq=(1, 5), amp=(0.5, 2.0, 0.5), alt="A wave.", caption="It waves.")
    ... def wave(ax, freq, amp):
    ...     ax.plot(x, amp * np.sin(freq * x))
    >>> wave.name, wave.way, [len(control.values) for control in wave.controls]
    ('wave', 'whole', [5, 4])
    """
    refuse_other_kinds(theme=(theme, bool, "True or False"))

    def decorate(drawn: Callable[..., Any]) -> Explorer:
        takes, given, fixed = _arguments(drawn, {**(controls or {}), **more})
        told = inspect.getdoc(drawn) if inspect.isroutine(drawn) else None
        line = (told or "").partition("\n")[0].strip()
        return Explorer(
            lambda start: _scene(drawn, takes, start, figsize, dpi, theme),
            name=name_of(drawn) if name is None else name, alt=alt, caption=caption or line,
            controls=given, fixed=fixed, readouts=readouts, sentence=sentence, presets=presets,
            drag=drag, budget=budget, guess=guess, function=drawn,
            second_way=lambda kept: Whole(Updated(kept.figure, drawn), themed=theme),
        )  # fmt: skip

    return decorate if function is None else decorate(function)


def _scene(
    drawn: Callable[..., Any], takes: str, values: Mapping[str, Any],
    figsize: tuple[float, float] | None, dpi: float | None, theme: bool,
) -> Kept | Whole:  # fmt: skip
    """See the function's figure, or the one that it changes instead of drawing one."""
    if takes == "current":
        there = changed_figures(drawn, values)
        if there is not None:
            display.leave_pyplot(there)
            return Kept(there, drawn, values, themed=theme)
    return Whole(Plain(drawn, takes, figsize, dpi), themed=theme)


def _arguments(
    function: Callable[..., Any], given: Mapping[str, Any]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return what a function draws into, its controls, and what is held fixed."""
    parameters = list(inspect.signature(function).parameters.values())
    takes = "current"
    if parameters and parameters[0].name not in given:
        takes = {**dict.fromkeys(AXES, "axes"), **dict.fromkeys(FIGURE, "figure")}.get(
            parameters[0].name, "current"
        )
    own = parameters if takes == "current" else parameters[1:]
    named = {p.name: p for p in own if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in own)
    unknown = [key for key in given if key not in named and not takes_any]
    if unknown:
        raise ExplorerError(
            f"{name_of(function)}() has no argument {unknown[0]!r}; it has "
            f"{', '.join(named) or 'none'}"
        )
    controls, fixed = {}, {}
    for key, value in given.items():
        if is_fixed(value):
            fixed[key] = value.value
        else:
            default = named[key].default if key in named else inspect.Parameter.empty
            controls[key] = starting_at(key, value, default)
    for key, parameter in named.items():
        if key in given:
            continue
        found = parameter.default if given else _annotated(parameter)
        if found is parameter.empty:
            raise ExplorerError(
                f"{name_of(function)}() needs {key!r}: give it a control, such as {key}=(0, 10), "
                f"or hold it fixed with {key}=ipywidgets.fixed(...)"
            )
        if not given:
            controls[key] = starting_at(key, found, parameter.default)
    return takes, controls, fixed


def _annotated(parameter: inspect.Parameter) -> Any:
    """Return an annotation that means a control, such as ``(0, 10)``, or else the default."""
    annotation = parameter.annotation
    if isinstance(annotation, Time):
        return annotation
    if isinstance(annotation, type | str) or widget_of(parameter.name, annotation) is None:
        return parameter.default
    return annotation
