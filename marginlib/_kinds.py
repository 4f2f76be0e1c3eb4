"""The wrong kind of thing is met at the door, in words that say what to type instead.

A room's public functions and classes say in their annotations what they take: accounts, a market,
a model, a name. Where a reader comes in, at ``marginlib.room.function``, each argument of such a
kind is looked at first, and accounts must hold the instruments that the market has. Numbers are not
looked at: those are checked where they are used, by :mod:`marginlib._checks`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from pathlib import Path
from types import FunctionType, ModuleType, NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

import numpy as np

from marginlib._checks import MarginError, last_axis, said

Fits = Callable[[object], bool]

# What a reader would type to have one.
_TYPE = {
    "Accounts": "accounts.open_accounts(collateral, quantity, market)",
    "Curve": "impact.linear_book(depth)",
    "Instruments": 'instruments.linear(["BTC"])',
    "Market": "market.at(instruments, price)",
    "Requirement": "margin.FixedRate(initial=0.1, maintenance=0.05)",
}


class _Argument(NamedTuple):
    """An argument whose kind is looked at."""

    place: int
    name: str
    kind: str  # in words
    fits: Fits
    classes: list[str]  # by name

    def given(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what stands for it in a call."""
        return args[self.place] if self.place < len(args) else kwargs.get(self.name, _NOTHING)


class Room(ModuleType):
    """A package of this library, which sees to the doors of each package in it that loads."""

    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, ModuleType) and value.__name__ == f"{self.__name__}.{name}":
            keep_doors(value)
        super().__setattr__(name, value)


def keep_doors(room: ModuleType) -> None:
    """Have the public functions and classes of a room look at what they are given."""
    for name in getattr(room, "__all__", ()):
        thing = vars(room).get(name)  # not getattr, which would load what is loaded when touched
        if isinstance(thing, FunctionType) and not hasattr(thing, "__wrapped__"):
            home = sys.modules[thing.__module__]
            door = _at_the_door(thing, home)
            setattr(room, name, door)
            setattr(home, thing.__name__, door)  # where pickle looks for it
        elif isinstance(thing, ModuleType) and thing.__name__ == f"{room.__name__}.{name}":
            keep_doors(thing)
        elif inspect.isclass(thing):
            _keep_methods(thing)
    if hasattr(room, "__path__"):
        room.__class__ = Room


def _keep_methods(kind: type) -> None:
    """Have a class look at what it is made of, and a model at what it is asked of."""
    for name in ("__init__", "__call__"):
        method = vars(kind).get(name)
        if isinstance(method, FunctionType) and not hasattr(method, "__wrapped__"):
            setattr(kind, name, _at_the_door(method, sys.modules[kind.__module__], kind.__name__))


def _at_the_door(function: Any, home: ModuleType, called: str = "") -> Any:
    """Return the function with its arguments looked at first."""
    arguments: list[_Argument] | None = None
    pairs: list[tuple[_Argument, _Argument]] = []

    @wraps(function)
    def door(*args: Any, **kwargs: Any) -> Any:
        nonlocal arguments, pairs
        if arguments is None:  # at the first call, so that loading a room stays quick
            arguments = _arguments(function, home)
            held, markets = (
                [one for one in arguments if name in one.classes] for name in ("Accounts", "Market")
            )
            pairs = [(one, market) for one in held for market in markets]
        for one in arguments:
            value = one.given(args, kwargs)
            if value is _NOTHING or one.fits(value):
                continue
            if one.fits is not _is_integer:
                what = called or function.__name__
                raise MarginError(_told(one.name, one.kind, value, what, function))
            if one.place < len(args):  # 1e3 is a whole number too
                args = (*args[: one.place], int(value), *args[one.place + 1 :])
            else:
                kwargs[one.name] = int(value)
        for accounts, market in pairs:
            _refuse_strangers(accounts.given(args, kwargs), market.given(args, kwargs))
        return function(*args, **kwargs)

    return door


_NOTHING = object()


def _arguments(function: FunctionType, home: ModuleType) -> list[_Argument]:
    """Return the arguments whose kind can be looked at."""
    found = []
    for place, parameter in enumerate(inspect.signature(function).parameters.values()):
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            break
        hint = parameter.annotation
        try:
            hint = eval(hint, vars(home)) if isinstance(hint, str) else hint
        except NameError:  # imported for type checkers only
            continue
        fits = _fits(hint)
        if fits is not None:
            at = place if parameter.kind != parameter.KEYWORD_ONLY else sys.maxsize
            classes = [getattr(one, "__name__", "") for one in get_args(hint) or [hint]]
            found.append(_Argument(at, parameter.name, _in_words(hint), fits, classes))
    return found


def _refuse_strangers(accounts: Any, market: Any) -> None:
    """Refuse accounts that hold other instruments than the market has."""
    if any(one is None or one is _NOTHING for one in (accounts, market)):
        return
    last_axis("quantity", accounts.quantity, market.instruments.names)


def _fits(hint: Any) -> Fits | None:
    """Return what tells whether a value is of the kind; None where anything may be."""
    if hint in (int, int | None):
        return _is_integer
    if get_origin(hint) in (Union, UnionType):
        each = [_fits(one) for one in get_args(hint)]
        known = [fits for fits in each if fits is not None]
        return partial(_any_fits, known) if len(known) == len(each) else None
    if get_origin(hint) is Callable or hint is Callable:
        return is_function
    if get_origin(hint) is Sequence and get_args(hint) == (str,):
        return _is_list
    if hint is bool:
        return _is_truth
    if hint in (str, NoneType, Path) or _is_ours(hint):
        return lambda value: isinstance(value, hint)
    return None


def _is_ours(hint: Any) -> bool:
    if not inspect.isclass(hint) or getattr(hint, "_is_protocol", False):
        return False  # whoever answers as a protocol says is of its kind
    return hint.__module__.startswith("marginlib.")


def _any_fits(each: Sequence[Fits], value: object) -> bool:
    return any(fits(value) for fits in each)


def _is_integer(value: object) -> bool:
    """Tell whether a whole number is not written as a float; functions refuse what is none."""
    return not (isinstance(value, float) and value.is_integer())


def is_function(value: object) -> bool:
    return callable(value) and not inspect.isclass(value)  # FixedRate, and not FixedRate(...)


def _is_list(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool | np.bool_) or (isinstance(value, int) and value in (0, 1))


def _in_words(hint: Any) -> str:
    """Return what an argument must be, and what to type for it."""
    if hint in (int, int | None):
        return "a whole number"
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(_in_words(one) for one in get_args(hint))
    if get_origin(hint) is Callable:
        made = getattr(get_args(hint)[-1], "__name__", "")
        return f"a margin model, such as {_TYPE[made]}," if made == "Requirement" else "a function"
    if get_origin(hint) is Sequence:
        return "a list of names"
    if hint in (str, bool, NoneType, Path):
        return {str: "text", bool: "True or False", NoneType: "None", Path: "a path"}[hint]
    example = _TYPE.get(hint.__name__)
    return f"{hint.__name__}, such as {example}," if example else str(hint.__name__)


def _told(name: str, kind: str, value: object, called: str, function: FunctionType) -> str:
    order = ", ".join(one for one in inspect.signature(function).parameters if one != "self")
    got = type(value).__name__ if _is_ours(type(value)) else said(value)
    if isinstance(value, str) and kind.startswith("a list of names"):
        return f"{name} must be a list of names; got {value!r}, did you mean [{value!r}]?"
    if isinstance(value, str) and "ClosingPolicy" in kind:
        until = value if value == "maintenance" else "initial"
        return f'{name} must be a closing policy; got {value!r}, did you mean ReduceTo("{until}")?'
    if inspect.isclass(value):
        got = f"a class, did you mean {value.__name__}(...)?"
    return f"{name} must be {kind} in {called}({order}); got {got}"
