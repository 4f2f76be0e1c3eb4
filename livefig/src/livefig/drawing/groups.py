"""Which artist a mark comes from, told by the groups that matplotlib opens while it draws."""

from __future__ import annotations

import re


class Group:
    """An artist that is being drawn, and where it stands among its like.

    Parameters
    ----------
    kind, gid
        matplotlib's name for its kind, and the artist's own id.
    path
        Kinds and numbers of the groups around it, and its own: the same in every state.
    """

    def __init__(self, kind: str, gid: str | None, path: tuple[str, ...] = ()) -> None:
        self.kind, self.gid, self.path = kind, gid, path
        self.segment = 0
        self._counts: dict[str, int] = {}

    def child(self, kind: str, gid: str | None) -> Group:
        """Return the next group of a kind inside this one."""
        kind = re.sub(r"_\d+$", "", kind)
        number = self._counts.get(kind, 0)
        self._counts[kind] = number + 1
        return Group(kind, gid, (*self.path, f"{kind}{number}"))


def place_name(groups: list[Group]) -> str:
    """Name a mark by where its artist stands in the figure."""
    innermost = groups[-1]
    own = f"/{innermost.segment}" if innermost.segment else ""
    return "/".join(innermost.path) + own
