"""The explorer in Jupyter: a widget whose kernel answers with numbers."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets

from .drawing.marks import ORDER
from .page import html
from .recording.groups import changed
from .scenes.kept import FrameMoved

if TYPE_CHECKING:
    from .explorer import Explorer
    from .recording.tracks import State


class ExplorerWidget(anywidget.AnyWidget):
    """An explorer with its kernel behind it.

    ``stops`` is the whole state: the number of the stop at which each control stands. When it
    changes, on either side, ``frame`` follows with what is then seen.
    """

    _esm = html.widget_module()
    _css = html.asset("static/livefig.css")

    html = traitlets.Unicode().tag(sync=True)
    header = traitlets.Dict().tag(sync=True)
    stops = traitlets.List(traitlets.Int()).tag(sync=True)
    frame = traitlets.Bytes().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._first = first = self._look(explorer.start)
        self._always = {entry["name"] for entry in explorer.header()["series"]}
        super().__init__(
            html=explorer.skeleton(None),
            header={**explorer.header(), "layers": [], "clips": {}},
            stops=list(explorer.start),
            frame=self._frame(first),
        )
        self.observe(self._follow, "stops")
        self.on_msg(self._answer)

    def _look(self, stops: Any) -> State:
        try:
            return self._explorer.look(stops)
        except FrameMoved as moved:
            self._explorer._take_second_way(moved)
            return self._explorer.look(stops)

    def _frame(self, rows: State) -> bytes:
        """Return what has ever differed from the first state, as bytes."""
        self._always |= changed(rows, self._first)
        self._always |= {name for name in rows if name.startswith("=")}
        sent = {name: row for name, row in rows.items() if name in self._always}
        recorder = self._explorer.scene.recorder
        layers = list(rows[ORDER].shape) if ORDER in rows else None
        return live_frame(sent, layers, recorder.clips, recorder.pictures)

    def _follow(self, change: Any) -> None:
        try:
            rows = self._look(change["new"])
        except Exception as problem:
            # Shown in the figure: an exception in a callback would vanish in the log.
            self.error = str(problem)
            return
        with self.hold_sync():
            self.error = ""
            self.frame = self._frame(rows)

    def _answer(self, _: Any, content: Any, __: Any) -> None:
        """Answer a question about another state, asked to fill the table of numbers."""
        if content.get("ping"):
            self.send({"pong": True})
            return
        try:
            frame = self._frame(self._look(content["stops"]))
        except Exception as problem:
            self.send({"id": content["id"], "error": str(problem)})
            return
        self.send({"id": content["id"]}, [frame])
        self._look(self.stops)


def live_frame(
    rows: State, layers: list[str] | None, clips: dict[int, Any], pictures: dict[int, bytes]
) -> bytes:
    """Return rows as bytes for the widget: length of the JSON, JSON, then 32-bit integers."""
    head = [[name, row.shape, len(row.numbers)] for name, row in rows.items()]
    shown = {int(row.numbers[start]) for row in rows.values() for start in _starts_of_pictures(row)}
    content = {
        "rows": head, "layers": layers, "clips": clips,
        "pictures": {name: base64.b64encode(pictures[name]).decode() for name in sorted(shown)},
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    flat = [row.numbers for row in rows.values()]
    numbers = np.concatenate(flat) if flat else np.zeros(0)
    return len(text).to_bytes(4, "little") + text + numbers.astype("<i4").tobytes()


def _starts_of_pictures(row: Any) -> list[int]:
    """Return where in a row the names of pictures stand."""
    places, start = [], 0
    for shape in row.shape:
        if not isinstance(shape, tuple) or shape[0] not in ("path", "marks", "text", "image"):
            continue
        if shape[0] == "image":
            places.append(start + 1)
        start += 1 + int(row.numbers[start])
    return places


__all__ = ["ExplorerWidget", "live_frame"]
