"""Job e, with a kernel: a slider moves, and how long the kernel is busy with the figure.

One real kernel holds our widget and `interact` of ipywidgets with inline matplotlib, both showing
the same figure. They move in turn, and the processor's time is taken, so that a busy machine does
not decide. What the kernel publishes is counted: every move must send one new frame, or one new
picture.
"""

from __future__ import annotations

import json
import os
import statistics
from typing import Any

from jupyter_client.manager import KernelManager

MOVES = 40
LIMIT = 0.005  # seconds
SIZE = "a move with a kernel, 2 lines of 201 points"

PREPARE = """
%matplotlib inline
import json, time
import ipywidgets
import matplotlib.pyplot as plt
from IPython.display import display
from benchmarks import _figure, _ours
from benchmarks._option import TWO, option

volatilities = range(10, 51)
subject = TWO._replace(sliders={"volatility": volatilities, "days": range(30, 61, 30)},
                       start={"volatility": 10, "days": 30})
ours = _ours.kept(subject, points=201)
display(ours)

def draw(volatility):
    axes = plt.figure(figsize=_figure.SIZE).subplots()
    _figure.drawn(axes, subject, option(volatility, 30, points=201))
    plt.show()

slider = ipywidgets.IntSlider(10, 10, 50)
ipywidgets.interact(draw, volatility=slider)

def move_ours(stop):
    ours.widget.stops = [stop, 0]

def move_theirs(stop):
    slider.value = volatilities[stop]

def seconds(move, stop):
    began = time.process_time()
    move(stop)
    return time.process_time() - began

# The first moves warm up what is made once.
for stop in (1, 0):
    move_ours(stop), move_theirs(stop)
"""

MEASURE = f"""
pairs = [(seconds(move_ours, stop), seconds(move_theirs, stop)) for stop in range(1, {MOVES + 1})]
print(json.dumps(pairs))
"""


def rows() -> list[dict[str, object]]:
    """Return one row for the peer and one for the limit."""
    our_times, their_times = zip(*measured(), strict=True)
    ours, theirs = statistics.median(our_times), statistics.median(their_times)
    compared = [("interact with inline matplotlib", theirs, 25.0), limit(LIMIT)]
    return [
        {
            "job": "e",
            "size": SIZE,
            "peer": peer,
            "peer_seconds": seconds,
            "our_seconds": ours,
            "ratio": seconds / ours,
            "goal": goal,
        }
        for peer, seconds, goal in compared
    ]


def limit(seconds: float) -> tuple[str, float, float]:
    """Return a limit of our own in the place of a peer: a ratio of one is just within it."""
    return f"(our limit: {1000 * seconds:g} ms)", seconds, 1.0


def measured() -> list[tuple[float, float]]:
    """Return the times of each move, ours and theirs [s]."""
    manager = KernelManager()
    manager.start_kernel(
        env=os.environ | {"LIVEFIG": "live"}, extra_arguments=["--log-level=ERROR"]
    )
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        run(client, PREPARE)
        messages = run(client, MEASURE)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    check(messages)
    printed = "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")
    return [tuple(pair) for pair in json.loads(printed)]


def run(client: Any, code: str) -> list[dict[str, Any]]:
    """Run code in the kernel; return all that it publishes meanwhile."""
    messages: list[dict[str, Any]] = []
    reply = client.execute_interactive(code, output_hook=messages.append, timeout=300)
    if reply["content"]["status"] != "ok":
        raise RuntimeError("\n".join(reply["content"]["traceback"]))
    return messages


def check(messages: list[dict[str, Any]]) -> None:
    """Raise if a move was answered by anything else than one new frame and one new picture."""
    frames = [bytes(buffer) for message in messages for buffer in message.get("buffers", [])]
    shown = [m["content"]["data"] for m in messages if m["msg_type"] == "display_data"]
    pictures = [data["image/png"] for data in shown if "image/png" in data]
    for kind, found in [("frames", frames), ("pictures", pictures)]:
        if len(found) != MOVES or len(set(found)) != MOVES:
            raise RuntimeError(f"{MOVES} moves gave {len(found)} {kind}, {len(set(found))} new")


if __name__ == "__main__":
    for row in rows():
        print(row)
