"""Lines and texts that are read again without drawing say what drawing would."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import patheffects

from livefig.drawing.marks import row_of, same_row
from livefig.drawing.renderer import Recorder
from livefig.scenes.again import again

LINE_CHANGES = {
    "data": lambda line: line.set_data([0, 0.5, 1], [0.2, 0.9, 0.4]),
    "fewer": lambda line: line.set_data([0, 1], [0.3, 0.6]),
    "a gap": lambda line: line.set_data([0, 0.5, 1], [0.2, np.nan, 0.4]),
    "none": lambda line: line.set_data([], []),
    "many": lambda line: line.set_data(np.linspace(0, 1, 2000), np.linspace(0, 1, 2000)),
    "colour": lambda line: line.set_color("red"),
    "width": lambda line: line.set_linewidth(4),
    "dashes": lambda line: line.set_linestyle("--"),
    "steps": lambda line: line.set_drawstyle("steps"),
    "markers": lambda line: line.set_marker("o"),
    "opacity": lambda line: line.set_alpha(0.5),
    "unseen": lambda line: line.set_visible(False),
    "effects": lambda line: line.set_path_effects([patheffects.withStroke(linewidth=4)]),
    "another place": lambda line: line.set_transform(line.axes.transAxes),
}
TEXT_CHANGES = {
    "another number": lambda text: text.set_text("at 7.25"),
    "a longer number": lambda text: text.set_text("at 70.25"),
    "other words": lambda text: text.set_text("now 1.50"),
    "a formula": lambda text: text.set_text("$x^2$"),
    "two lines": lambda text: text.set_text("at\n1.50"),
    "nothing": lambda text: text.set_text(""),
    "size": lambda text: text.set_fontsize(20),
    "weight": lambda text: text.set_fontweight("bold"),
    "family": lambda text: text.set_fontfamily("monospace"),
    "place": lambda text: text.set_position((0.2, 0.7)),
    "side": lambda text: text.set_ha("right"),
    "angle": lambda text: text.set_rotation(30),
    "colour": lambda text: text.set_color("red"),
    "unseen": lambda text: text.set_visible(False),
}


def rows(changed, changes):
    """Return what was read, and what drawing says, after each change and once more after it."""
    figure, axes = plt.subplots(figsize=(3, 2), dpi=100)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    artist = {
        "line": lambda: axes.plot([0, 0.5, 1], [0.1, 0.8, 0.5])[0],
        "text": lambda: axes.text(0.5, 0.5, "at 1.50"),
    }[changed]()
    artist.set_gid("it")
    figure.draw_without_rendering()
    recorder = Recorder(300, 200, 100)
    short = again(artist, recorder)
    short.learn(drawn(artist, recorder))
    for change in changes:
        change(artist)
        for _ in range(2):
            truth = drawn(artist, recorder)
            yield short.read(), truth
            short.learn(truth)
    plt.close(figure)


def drawn(artist, recorder):
    return recorder.record(artist, "it").rows().get("it", row_of([]))


@pytest.mark.parametrize(
    ("kind", "changes"), [("line", LINE_CHANGES), ("text", TEXT_CHANGES)], ids=["line", "text"]
)
@pytest.mark.parametrize("seed", range(20))
def test_what_is_read_again_is_what_would_be_drawn(kind, changes, seed):
    order = np.random.default_rng(seed).permutation(list(changes))
    for read, truth in rows(kind, [changes[name] for name in order]):
        assert read is None or same_row(read, truth)


@pytest.mark.parametrize(
    ("kind", "change"), [("line", LINE_CHANGES["data"]), ("text", TEXT_CHANGES["another number"])]
)
def test_what_moves_most_is_read_the_short_way(kind, change):
    assert all(read is not None for read, _ in rows(kind, [change]))
