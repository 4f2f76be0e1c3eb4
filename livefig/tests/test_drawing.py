"""What matplotlib draws, as marks: each kind is what it should be, and looks as it should."""

import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path
from PIL import Image

import livefig
from livefig.drawing import pictures
from livefig.drawing.colours import GREYS, colour_code
from livefig.drawing.marks import GAP, marks_of
from livefig.drawing.outlines import FAR, ends_of_segments
from livefig.page.svg import Writer, css_colour

from .making import WORDS, drawn

pytestmark = pytest.mark.usefixtures("quickly")

BLACK = colour_code("black")


class Seen:
    """A function's first state as marks, after all its states were compared with matplotlib."""

    def __init__(self, draw, *, bare=True, **options):
        def inside(ax, k):
            if bare:
                ax.set_axis_off()
                ax.set(xlim=(0, 10), ylim=(0, 10))
            return draw(ax, k)

        given = {"figsize": (2.4, 1.8), "k": [0, 1], **options}
        self.explorer = drawn(inside, **given)
        assert self.explorer.check().states == 2
        self.rows = self.explorer.look(self.explorer.start)

    def marks(self, part=""):
        """Return the marks of all layers with a part in their names, but the figure's ground."""
        return [
            mark
            for name, row in self.rows.items()
            if part in name and name not in ("figure0/patch0", "~order")
            for mark in marks_of(row)
        ]

    def only(self, part=""):
        (mark,) = self.marks(part)
        return mark

    def pictures(self):
        """Return the pictures that are shown, as opened files."""
        files = self.explorer.scene.recorder.pictures
        return [
            Image.open(io.BytesIO(files[int(mark.numbers[0])]))
            for mark in self.marks()
            if mark.shape[0] == "image"
        ]

    def svg(self, mark):
        recorder = self.explorer.scene.recorder
        return Writer("one", recorder.clips, recorder.pictures).element(mark)


def opacities(mark):
    return mark.numbers[1], mark.numbers[3]


# Lines and markers.


def test_a_line_that_shows_through_keeps_its_opacity():
    line = Seen(lambda ax, k: ax.plot([0, 10], [k, 10], alpha=0.5)).only()
    assert line.shape[:2] == ("path", "lines")
    assert opacities(line) == (0, 128)


def test_markers_that_show_through_are_kept_apart_so_that_they_add_up():
    def crowd(ax, k, **options):
        ax.plot([1, 1.1, 1.2], [k, 1, 1], "o", ms=20, ls="", **options)
        ax.scatter([5, 5.1, 5.2], [k, 1, 1], s=400, color="C0", **options)

    through = Seen(lambda ax, k: crowd(ax, k, alpha=0.5)).marks()
    assert len(through) == 6
    assert {opacities(mark) for mark in through} == {(128, 128)}
    assert len(Seen(crowd).marks()) == 2


def test_markers_with_a_rim_are_kept_apart_so_that_each_covers_the_one_before():
    rimmed = Seen(lambda ax, k: ax.plot([1, 1.1], [k, 1], "o", ms=20, ls="", mec="k", mfc="r"))
    assert len(rimmed.marks()) == 2


def test_no_marker_stands_where_there_is_no_number():
    seen = Seen(lambda ax, k: ax.plot([1, np.nan, 3], [k, 2, 3], "s-"))
    line, markers = seen.marks()
    assert line.numbers[6:].tolist().count(GAP) == 2  # x and y of the gap between two lone points
    assert len(markers.numbers[7:]) == 4


def test_a_line_has_a_gap_where_there_is_no_number():
    gappy = [0, 1, 2, np.nan, np.inf, 5, 6, np.nan]
    line = Seen(lambda ax, k: ax.plot(gappy, np.arange(8.0) + k)).only()
    assert line.numbers[6:].tolist().count(GAP) == 2  # x and y of one gap
    assert len(line.numbers[6:]) == 2 * (5 + 1)


def test_the_parts_of_a_line_are_drawn_apart():
    seen = Seen(lambda ax, k: ax.plot([1, 2, np.nan, 4, 5], [1, 2, 3, 4, 5 + k]))
    assert re.search(' d="M[^M]*L[^M]*M[^M]*L[^M]*"', seen.svg(seen.only()))


def test_markers_stand_at_the_ends_of_curves_and_not_at_their_handles():
    curve = Path([[0, 0], [1, 1], [2, 1], [3, 0], [4, 0], [0, 0]], [1, 4, 4, 4, 2, 79])
    assert ends_of_segments(curve).tolist() == [True, False, False, True, True, False]
    assert ends_of_segments(Path([[0, 0], [1, 1]])).all()


def test_a_dashed_line_keeps_its_dashes_and_where_they_begin():
    def draw(ax, k):
        ax.plot([0, 10], [k, 10], linestyle=(2, (6, 3)), lw=1, dash_capstyle="round")
        ax.plot([0, 10], [k, 5], "--", lw=1)

    seen = Seen(draw, dpi=72)
    first, second = seen.marks()
    assert first.shape[2:4] == ("6 3;2", "round")
    assert ";" not in second.shape[2]
    assert 'stroke-dasharray="6 3" stroke-dashoffset="2"' in seen.svg(first)


def test_steps_and_lines_at_constant_places_are_lines_too():
    seen = Seen(lambda ax, k: (ax.step([0, 5, 9], [1, k, 3]), ax.axhline(k), ax.axvline(2)))
    assert [mark.shape[1] for mark in seen.marks()] == ["lines"] * 3


def test_far_coordinates_are_held():
    line = Seen(lambda ax, k: ax.plot([-1e12, 5, 1e300], [k, 1e15, -1e9])).only()
    assert np.abs(line.numbers[6:]).max() == FAR


@pytest.mark.parametrize("begin", [0.0, np.nan])
@pytest.mark.parametrize("closed", [True, False])
def test_curves_with_a_gap_go_on_where_matplotlib_lets_them(begin, closed):
    def draw(ax, k):
        steps = {Path.MOVETO: [(begin, 5)], Path.CURVE4: [(1, 9), (2, 9), (3, 5)]}
        codes = [code for code, points in steps.items() for _ in points]
        vertices = [point for points in steps.values() for point in points]
        vertices += [(4, np.nan), (5, 5), (5, 9), (6, 9), (7, 5), (np.nan, 1), (8, k), (9, 4)]
        codes += [Path.LINETO, Path.LINETO, *[Path.CURVE4] * 3, *[Path.CURVE3] * 2, Path.LINETO]
        if closed:
            vertices.append((0, 0))
            codes.append(Path.CLOSEPOLY)
        ax.add_patch(PathPatch(Path(vertices, codes), fill=False, lw=3))

    path = Seen(draw).only()
    needed = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
    assert len(path.numbers[6:]) == sum(needed[letter] for letter in path.shape[1])
    assert ("Z" in path.shape[1]) is False


def test_curves_are_spelled_and_rings_are_closed():
    seen = Seen(lambda ax, k: (ax.add_patch(Circle((5, 5), 2 + k)), ax.fill([1, 2, 2], [1, 1, 2])))
    circle, triangle = seen.marks()
    assert re.fullmatch("MC+Z", circle.shape[1])
    assert triangle.shape[1] == "rings"
    assert 'd="M' in seen.svg(circle)


def test_a_hand_drawn_line_stays_hand_drawn():
    def draw(k):
        with plt.xkcd(randomness=1):
            figure, axes = plt.subplots(figsize=(2.4, 1.8))
            axes.set_axis_off()
            axes.plot([0, 10], [k, 10], path_effects=[])
            axes.set_ylim(0, 10)

    explorer = drawn(draw, k=[0, 1])
    explorer.check()
    longest = max(len(numbers) for name, (_, numbers) in explorer.look((0,)).items()
                  if "line2d" in name)  # fmt: skip
    assert longest > 60  # of a line through two points


# Areas.


def test_a_hatch_is_clipped_to_its_area_and_has_its_own_colour():
    seen = Seen(lambda ax, k: ax.bar(5, 5 + k, hatch="//", width=4, fc="w", ec="#ff0000"))
    area, hatch = seen.marks()
    assert hatch.numbers[5] != area.numbers[5]
    _, commands, _ = seen.explorer.scene.recorder.clips[hatch.numbers[5]]
    assert commands == "rings"
    assert hatch.numbers[2] == 0xFF0000


@pytest.mark.parametrize("hatch", ["o", "*", "x.", "/"])
def test_every_kind_of_hatch_looks_as_it_should(hatch):
    Seen(lambda ax, k: ax.fill_between([1, 9], [8, 6 + k], hatch=hatch, fc="none", ec="C1"))


def test_the_hatch_of_an_area_has_the_colour_of_its_edge():
    def draw(ax, k):
        ax.fill_between([1, 4], [8, 6 + k], hatch="/", fc="none", ec="#ff0000")
        ax.fill_between([6, 9], [8, 6 + k], hatch="/", ec="#00ff00", alpha=0.5)

    _, first, _, second = Seen(draw).marks()
    assert first.numbers[2:4].tolist() == [0xFF0000, 255]
    assert second.numbers[2:4].tolist() == [0x00FF00, 128]


def test_what_has_no_place_has_no_hatch():
    Seen(lambda ax, k: ax.bar([3, 7], [5 + k, np.nan], hatch="/"))


def test_hatched_contours_are_hatched_each():
    values = np.add.outer(np.arange(5.0), np.arange(5.0))
    seen = Seen(
        lambda ax, k: ax.contourf(values + k, levels=[0, 3, 6, 10], hatches=["/", None, "x"])
    )
    assert len(seen.marks()) > 3


def test_what_is_clipped_to_a_circle_is_clipped_to_a_path():
    def draw(ax, k):
        picture = ax.imshow(np.eye(4), extent=(0, 10, 0, 10), aspect="auto")
        picture.set_clip_path(Circle((5, 5), 3 + k, transform=ax.transData))

    seen = Seen(draw)
    _, commands, _ = seen.explorer.scene.recorder.clips[seen.only().numbers[2]]
    assert commands.startswith("MC")
    recorder = seen.explorer.scene.recorder
    writer = Writer("one", recorder.clips, recorder.pictures)
    writer.element(seen.only())
    # The axes clip the circle, which clips the picture.
    assert re.fullmatch(
        r'<clipPath id="(one-clip\d+b)"><rect [^>]*/></clipPath>'
        r'<clipPath id="one-clip\d+"><path d="M[^"]*" clip-path="url\(#\1\)"/></clipPath>',
        writer.definitions(),
    )


def test_what_is_not_clipped_may_leave_its_axes():
    seen = Seen(lambda ax, k: ax.plot([5, 15], [k, 5], clip_on=False))
    assert seen.only().numbers[5] == -1


# Colours.


def test_mapped_colours_never_turn_with_the_page():
    def draw(ax, k):
        ax.scatter([2, 5], [5, 5], c=[0, k], s=200, cmap="gray", vmin=0, vmax=1)

    codes = [int(mark.numbers[0]) for mark in Seen(draw, k=[1, 0]).marks()]
    assert codes == [0x000000, 0xFFFFFF]


def test_black_text_turns_with_the_page_but_not_over_mapped_colours():
    def draw(ax, k):
        ax.pcolormesh([0, 3, 6], [0, 3, 6], [[0, 1], [1, k]], cmap="gray")
        ax.text(3, 3, "over", color="black")
        ax.text(8, 8, "beside", color="black")

    over, beside = (mark for mark in Seen(draw).marks() if mark.shape[0] == "text")
    assert (over.numbers[0], beside.numbers[0]) == (0, BLACK)
    assert css_colour(BLACK) == "var(--ml-black,#000000)"


def test_text_over_a_kept_picture_keeps_its_colour_whatever_is_read_again():
    figure, axes = livefig.subplots()
    picture = axes.imshow(np.eye(5), extent=(0, 10, 0, 10))
    arrow = axes.annotate("a", (2, 5), (5, 8), arrowprops={"arrowstyle": "->"}, color="black")
    text = axes.text(5, 5, "over", color="black")

    def update(k):
        picture.set_data(np.eye(5) * k)
        arrow.set_text(f"{k}")
        text.set_text(f"{k}")

    explorer = livefig.explorer(figure, update, name="kept", k=(1, 6), **WORDS)
    explorer.check()
    assert explorer.way == "kept"
    assert explorer.scene.recorder._covered.keys() == {explorer.scene.name_of(picture)}


def test_the_greys_of_a_frame_turn_with_the_page_and_those_of_data_do_not():
    def draw(ax, k):
        ax.set_facecolor("0.8")
        ax.grid(color="0.5")
        ax.plot([0, 1], [k, 1], color="0.5")
        ax.legend(["line"], facecolor="0.9")

    seen = Seen(draw, bare=False)
    grey = GREYS - 0x80
    grid = seen.marks("xtick")[0]
    assert grid.numbers[2] == grey
    assert seen.marks("axes0/patch0")[0].numbers[0] == GREYS - 0xCC
    assert seen.only("axes0/line2d0").numbers[2] == 0x808080
    assert GREYS - 0xE6 in {int(mark.numbers[0]) for mark in seen.marks("legend")}
    assert css_colour(grey).startswith("color-mix(in srgb,var(--ml-ground,#fff) 50.2%")


def test_the_colours_of_the_palette_are_names():
    line = Seen(lambda ax, k: ax.plot([0, k], [1, 2], color=livefig.BLUE)).only()
    assert css_colour(int(line.numbers[2])) == "var(--ml-blue,#1d6fb8)"


@pytest.mark.parametrize("how", ["dark", "told"])
def test_a_figure_on_dark_ground_or_told_so_follows_no_theme(how):
    def draw(k):
        with plt.style.context("dark_background" if how == "dark" else "default"):
            plt.figure(figsize=(2.4, 1.8))
            plt.plot([0, k], color="white" if how == "dark" else "black")
            plt.title("no theme")

    explorer = drawn(draw, k=[1, 0], theme=how == "dark")
    explorer.check()
    marks = [mark for layer in explorer.scene.drawing().layers for mark in layer.marks]
    codes = [int(mark.numbers[place]) for mark in marks for place in (0, 2)
             if mark.shape[0] == "path"]  # fmt: skip
    assert min(codes) >= 0
    assert "var(--ml-" not in re.search("<svg.*</svg>", explorer.to_html())[0]


# Pictures.


def test_few_large_pixels_are_kept_as_they_are_and_shown_as_squares():
    values = np.arange(12.0).reshape(3, 4)
    seen = Seen(lambda ax, k: ax.imshow(values * (1 - k), extent=(0, 10, 0, 10), aspect="auto",
                                        interpolation="nearest"))  # fmt: skip
    (picture,) = seen.pictures()
    assert picture.size == (4, 3)
    assert seen.only().shape == ("image", True)
    assert 'image-rendering="pixelated"' in seen.svg(seen.only())


@pytest.mark.parametrize("origin", ["upper", "lower"])
@pytest.mark.parametrize("flipped", [True, False])
def test_a_picture_stands_the_right_way_up(origin, flipped):
    def draw(ax, k):
        ax.imshow([[0, 1, 2], [3, 4, 5 + k]], origin=origin, interpolation="nearest",
                  extent=(0, 10, 0, 10), aspect="auto")  # fmt: skip
        if flipped:
            ax.invert_xaxis()
            ax.invert_yaxis()

    Seen(draw)


@pytest.mark.parametrize("interpolation", ["nearest", "none", "bilinear"])
@pytest.mark.parametrize(
    ("values", "alpha"),
    [
        (np.eye(4), 0.4),
        (np.where(np.eye(4) > 0, np.nan, 1.0), 0.4),
        (np.eye(4), np.linspace(0, 1, 16).reshape(4, 4)),
        (np.dstack([np.eye(4)] * 3), 0.4),
    ],
)
def test_a_picture_that_shows_through_does(interpolation, values, alpha):
    def draw(ax, k):
        ax.add_patch(Rectangle((0, 0), 10, 10, color="red"))
        ax.imshow(values * (1 - k / 2), vmin=0, vmax=1, alpha=alpha, interpolation=interpolation,
                  extent=(0, 10, 0, 10), aspect="auto")  # fmt: skip

    seen = Seen(draw)
    if np.ndim(alpha) == 0 and interpolation != "bilinear":
        assert ' opacity="0.4"' in seen.svg(seen.only("image"))


def test_a_picture_on_scales_that_are_not_even_is_what_matplotlib_makes_of_it():
    def draw(ax, k):
        ax.set(xscale="log", xlim=(1, 10), ylim=(0, 10))
        ax.imshow(np.eye(4) * (1 + k), vmax=2, extent=(1, 10, 0, 10), aspect="auto",
                  interpolation="nearest")  # fmt: skip

    assert Seen(draw).only("image").shape == ("image", False)


def test_a_photograph_is_kept_in_few_bytes():
    rng = np.random.default_rng(5)
    photograph = np.clip(np.linspace(0, 1, 120)[:, None, None] + rng.normal(0, 0.05, (120, 160, 3)),
                         0, 1)  # fmt: skip
    seen = Seen(
        lambda ax, k: ax.imshow(photograph * (1 - k / 2), extent=(0, 10, 0, 10), aspect="auto")
    )
    file = seen.explorer.scene.recorder.pictures[int(seen.only().numbers[0])]
    assert pictures.kind(file) == "image/webp"
    assert 'href="data:image/webp;base64,' in seen.svg(seen.only())


def test_a_picture_of_few_colours_is_kept_exactly():
    pixels = np.zeros((30, 40, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[::2, :, 0] = 200
    again = Image.open(io.BytesIO(pictures.encoded(pixels)))
    assert again.mode == "P"
    assert np.array_equal(np.array(again.convert("RGBA")), pixels)


def test_a_dense_mesh_of_even_cells_is_a_picture_of_its_cells():
    values = np.add.outer(np.arange(20.0), np.arange(30.0))
    edges = np.linspace(0, 10, 31), np.linspace(0, 10, 21)
    seen = Seen(lambda ax, k: ax.pcolormesh(*edges, values * (1 - k)))
    (picture,) = seen.pictures()
    assert picture.size == (30, 20)


def test_a_mesh_of_few_cells_is_paths():
    seen = Seen(lambda ax, k: ax.pcolormesh([0, 5, 10], [0, 5, 10], [[0, 1], [2, 3 + k]]))
    assert [mark.shape[0] for mark in seen.marks()] == ["path"] * 4


@pytest.mark.parametrize("shading", ["gouraud", "flat"])
def test_what_has_no_other_form_is_a_picture_clipped_to_its_axes(shading):
    x, y = np.meshgrid(np.linspace(0, 10, 25) ** 1.2, np.linspace(0, 10, 25))

    def draw(ax, k):
        values = np.sin(x + k)
        ax.pcolormesh(x, y, values if shading == "gouraud" else values[1:, 1:], shading=shading)
        ax.set(xlim=(2, 7), ylim=(3, 8))

    seen = Seen(draw)
    assert seen.only().shape == ("image", False)
    assert seen.only().numbers[2] != -1


# Texts.


def test_words_and_numbers_of_a_text_are_told_apart():
    text = Seen(lambda ax, k: ax.text(5, 5, f"at {k + 0.5:.1f} USD", ha="right")).only()
    assert text.shape[:3] == ("text", ("at ", (1, 1), " USD"), "right")
    assert text.numbers[-1] == 5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"style": "italic"}, 'font-style="italic"'),
        ({"style": "oblique"}, 'font-style="oblique"'),
        ({"weight": "bold"}, 'font-weight="bold"'),
        ({"weight": 700}, 'font-weight="bold"'),
        ({"family": "monospace"}, 'font-family="&#x27;DejaVu Sans Mono&#x27;, monospace"'),
        ({"family": "serif"}, 'font-family="&#x27;DejaVu Serif&#x27;, serif"'),
        ({"rotation": 30, "ha": "center"}, 'transform="rotate(-30 '),
        ({"size": 20}, 'font-size="2.78em"'),
    ],
)
def test_a_font_is_what_its_author_chose(options, said):
    seen = Seen(lambda ax, k: ax.text(5, 5 - k, "words", **options))
    assert said in seen.svg(seen.only())


def test_the_usual_font_is_left_to_the_page():
    seen = Seen(lambda ax, k: ax.text(5, 5 - k, "words"))
    assert "font-family" not in seen.svg(seen.only())


def test_mathematics_becomes_paths():
    marks = Seen(lambda ax, k: ax.text(2, 5 - k, r"$\frac{\alpha^2}{3}$ of it")).marks()
    assert {mark.shape[0] for mark in marks} == {"path"}
    assert all(mark.numbers[0] == BLACK for mark in marks)


def test_a_text_in_a_box_and_one_of_several_lines():
    seen = Seen(lambda ax, k: ax.text(2, 5 - k, "one\ntwo", bbox={"boxstyle": "round"}))
    assert [mark.shape[0] for mark in seen.marks()] == ["path", "text", "text"]


# What turns.


def test_the_faces_of_a_surface_stay_themselves_while_it_turns():
    x, y = np.meshgrid(np.linspace(-2, 2, 6), np.linspace(-2, 2, 6))

    def draw(fig, turn):
        axes = fig.add_subplot(projection="3d")
        axes.plot_surface(x, y, np.sin(x * y), cmap="viridis")
        axes.view_init(30, turn)

    explorer = drawn(draw, turn=[0, 90], figsize=(2.4, 1.8))
    explorer.check()
    one, other = (explorer.look((stop,)) for stop in (0, 1))
    (name,) = (name for name in one if "Poly3DCollection" in name)
    assert one[name].shape[0] == "ranks"
    count = len(one[name].shape) - 1
    ranks = [state[name].numbers[-count:] for state in (one, other)]
    assert sorted(ranks[0]) == list(range(count))
    assert not np.array_equal(*ranks)

    def face(state, number):
        start = 0
        for _ in range(number):
            start += 1 + state[name].numbers[start]
        return state[name].numbers[start + 1]

    # A face has the same colour at the same place of the row, however it is turned.
    assert all(face(one, number) == face(other, number) for number in range(count))


def test_polar_axes_insets_and_parts_of_a_figure():
    def draw(fig, k):
        left, right = fig.subfigures(1, 2)
        left.add_subplot(projection="polar").plot([0, 1, 2], [1, k, 1])
        axes = right.subplots()
        axes.plot([0, k])
        axes.inset_axes([0.5, 0.1, 0.4, 0.3]).plot([0, 1 - k])

    drawn(draw, k=[0, 1], figsize=(4, 2)).check()
