"""The explorer in Jupyter: a widget whose kernel answers with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from .errors import ExplorerError
from .explorer import live_frame
from .page import asset

if TYPE_CHECKING:
    from .explorer import Explorer
    from .recording import State


class ExplorerWidget(anywidget.AnyWidget):
    """An explorer with its kernel behind it.

    ``stops`` is the whole state: the number of the stop at which each control stands. When it
    changes, on either side, ``frame`` follows with what is then seen.
    """

    _esm = asset("explorer.js") + "\nexport default { render: MarginExplorer.render };\n"
    _css = asset("explorer.css")

    html = traitlets.Unicode().tag(sync=True)
    header = traitlets.Dict().tag(sync=True)
    stops = traitlets.List(traitlets.Int()).tag(sync=True)
    frame = traitlets.Bytes().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        first = explorer.look(explorer.start)
        self._still = dict(first)
        self._always = {entry["name"] for entry in explorer.header()["series"]}
        super().__init__(
            html=explorer.skeleton(None),
            header=explorer.header(),
            stops=list(explorer.start),
            frame=live_frame(self._moved(first)),
        )
        self.observe(self._follow, "stops")
        self.on_msg(self._answer)

    def _moved(self, rows: State) -> State:
        """Return what has ever differed from the first state."""
        for name, row in rows.items():
            if name in self._always or name.startswith("=") or row != self._still.get(name):
                self._always.add(name)
        return {name: rows[name] for name in rows if name in self._always}

    def _follow(self, change: Any) -> None:
        try:
            rows = self._explorer.look(change["new"])
        except Exception as problem:
            # Shown in the figure: an exception in a callback would vanish in the log.
            self.error = f"{type(problem).__name__}: {problem}"
            if isinstance(problem, ExplorerError):
                return
            raise
        with self.hold_sync():
            self.error = ""
            self.frame = live_frame(self._moved(rows))

    def _answer(self, _: Any, content: Any, __: Any) -> None:
        """Answer a question about another state, asked to fill the table of numbers."""
        rows = self._explorer.look(content["stops"])
        frame = live_frame(self._moved(rows))
        self.send({"id": content["id"]}, [frame])
        self._explorer.look(self.stops)
