"""The life of an account as a table: what happens, and where it stands then.

:func:`marginlib.liquidation.status` reads an account's state off its equity and requirements alone,
so where an event leads depends on those, and not on how the account got there. The table says which
moves are possible, on what condition, and what is done about them. A diagram of states and arrows
can be drawn from it, one arrow for each row.
"""

from __future__ import annotations

from typing import NamedTuple

from marginlib._checks import MarginError
from marginlib.liquidation.status import Status

FALLS, RISES = "equity falls", "equity rises"
OWNER, PART, ALL, PAID = (
    "the owner reduces",
    "the venue closes part",
    "the venue closes all",
    "the loss is paid",
)


class Transition(NamedTuple):
    """One row of the table."""

    state: Status  # where the account stands
    event: str  # what happens
    condition: str  # what is true afterwards
    next_state: Status  # where it stands then
    action: str  # what is done about it


_ACTIONS = {
    Status.HEALTHY: "positions may be opened",
    Status.RESTRICTED: "only trades that reduce positions are accepted",
    Status.LIQUIDATION: "orders are cancelled and the venue closes positions",
    Status.BANKRUPT: "everything is closed, and the loss goes to whoever pays next",
}
# Where each event can lead. An event that leaves the account where it was is listed only where
# something is done about it.
_WAYS = [
    (Status.HEALTHY, FALLS, (Status.RESTRICTED, Status.LIQUIDATION, Status.BANKRUPT)),
    (Status.RESTRICTED, FALLS, (Status.LIQUIDATION, Status.BANKRUPT)),
    (Status.LIQUIDATION, FALLS, (Status.BANKRUPT,)),
    (Status.BANKRUPT, RISES, (Status.LIQUIDATION, Status.RESTRICTED, Status.HEALTHY)),
    (Status.LIQUIDATION, RISES, (Status.RESTRICTED, Status.HEALTHY)),
    (Status.RESTRICTED, RISES, (Status.HEALTHY,)),
    (Status.RESTRICTED, OWNER, (Status.HEALTHY,)),
    (Status.LIQUIDATION, PART, tuple(Status)),
    (Status.LIQUIDATION, ALL, (Status.HEALTHY, Status.BANKRUPT)),
    (Status.BANKRUPT, ALL, (Status.BANKRUPT,)),
    (Status.BANKRUPT, PAID, (Status.HEALTHY,)),
]


def transitions(
    equality_is_safe: bool = True, partial: bool = True, warning: float | None = None
) -> list[Transition]:
    """Return the table of transitions between the states of an account.

    Parameters
    ----------
    equality_is_safe : bool
        Whether equity equal to maintenance is enough; see :func:`status`.
    partial : bool
        Whether the venue may close part of the positions and leave the rest.
    warning : float, optional
        Margin ratio at which a warning is sent [fraction], where there is one.

    Returns
    -------
    list of Transition
        Named records: ``state``, ``event``, ``condition``, ``next_state``, ``action``.

    >>> first = transitions()[0]
    >>> first.state.name, first.event, first.condition, first.next_state.name
    ('HEALTHY', 'equity falls', 'maintenance <= equity < initial', 'RESTRICTED')
    >>> len(transitions()), len(transitions(partial=False)), len(transitions(warning=0.8))
    (21, 17, 23)
    """
    conditions = _conditions(equality_is_safe)
    table = [
        Transition(state, event, conditions[after], after, _action(event, after))
        for state, event, ways in _WAYS
        for after in ways
        if partial or event != PART
    ]
    return table if warning is None else [*table, *_warnings(warning)]


def _conditions(equality_is_safe: bool) -> dict[Status, str]:
    """Return in words what puts an account into each state."""
    stays, goes = ("<=", "<") if equality_is_safe else ("<", "<=")
    return {
        Status.HEALTHY: "equity >= initial",
        Status.RESTRICTED: f"maintenance {stays} equity < initial",
        Status.LIQUIDATION: f"0 <= equity {goes} maintenance",
        Status.BANKRUPT: "equity < 0",
    }


def _action(event: str, after: Status) -> str:
    if event == ALL and after is Status.HEALTHY:
        return "what is left is returned"
    if event == PAID:
        return "the empty account is closed"
    return _ACTIONS[after]


def _warnings(level: float) -> list[Transition]:
    if not 0 < level < 1:
        raise MarginError(f"warning must be a fraction between 0 and 1; got {level:g}")
    return [
        Transition(state, FALLS, f"maintenance >= {level:g} x equity", state, "a warning is sent")
        for state in (Status.HEALTHY, Status.RESTRICTED)
    ]
