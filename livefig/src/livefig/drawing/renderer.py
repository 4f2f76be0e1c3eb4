"""A renderer of matplotlib's that draws nothing: it writes down what it is asked to draw.

matplotlib draws everything through a *renderer*, in order, clipped and with its final colours. What
:class:`Recorder` writes down is therefore what is seen, whatever kind of artist it came from.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from .. import language
from ..errors import ExplorerError
from . import outlines, pictures
from .colours import DATA, FRAME, MAPPED, TEXT, hex_code, hex_codes, themed
from .fonts import family_of, weight_of
from .groups import Group, place_name
from .hatches import tiles_over
from .marks import NO_CLIP, Drawing, Layer, Mark, Shape, name_of_content

FRAME_GROUPS = ("matplotlib.axis", "legend", "axis3d", "pane3d", "grid3d")
"""Groups of matplotlib's that belong to the frame, by the beginning of their names."""

MESH_CELLS = 200
"""A mesh with more cells than this is kept as a picture."""

SHARPNESS = 2
"""Pixels to the unit in pictures of what is no picture (dense meshes, smooth shading)."""

NO_TEX = (
    "a figure with text.usetex cannot live; matplotlib's own mathematics ($...$) can: leave "
    "usetex out"
)

_DIGIT = re.compile(r"\d")
_TENTHS = np.array([10.0, -10.0])
"""From figure units, upwards, to tenths of a unit, downwards."""

Box = tuple[float, float, float, float]


class Recorder(RendererBase):
    """A renderer that writes down what it is asked to draw.

    Parameters
    ----------
    width, height
        Size of the figure [units].
    dpi
        Units to the inch.
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__()
        self.width, self.height, self.dpi = width, height, dpi
        self._origin = np.array([0.0, 10 * height])
        self.drawing = Drawing()
        self.clips: dict[int, Any] = {}
        self.pictures: dict[int, bytes] = {}
        self.roles: dict[str, str] = {}
        """What an artist's marks belong to, by its gid; see :mod:`livefig.drawing.colours`."""
        self.orders: dict[str, np.ndarray] = {}
        """In which order a collection's members will be drawn, by its gid."""
        self.themed = True
        """Whether anything follows the theme."""
        self.name_of: Callable[[list[Group]], str] = place_name
        self._groups: list[Group] = []
        self._only: str | None = None
        self._order: np.ndarray | None = None
        self._covered: dict[str, list[Box]] = {}
        self._text_sizes: dict[Any, tuple[float, float, float]] = {}
        # Texts are measured as matplotlib measures them where it draws pixels.
        self._agg = new_agg(1, 1, dpi)

    def record(self, artist: Any, only: str | None = None) -> Drawing:
        """Return the drawing of a whole figure, or of one artist under the name given."""
        self.drawing = Drawing()
        self._groups = [Group("", None)]
        self._only = only
        if isinstance(artist, Figure):
            self._covered = {}
        self._covered.pop(only or "", None)
        artist.draw(self)
        return self.drawing

    # What matplotlib asks of every renderer.

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin what belongs to one artist."""
        self._groups.append(self._groups[-1].child(s, gid))
        self._order = self.orders.get(gid or "")

    def close_group(self, s: str) -> None:
        """End what belongs to one artist."""
        self._groups.pop()
        self._groups[-1].segment += 1

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure [units]."""
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        """Return points as units."""
        return points * self.dpi / 72

    def get_text_width_height_descent(
        self, s: str, prop: Any, ismath: Any
    ) -> tuple[float, float, float]:
        """Measure a text, once for all its numbers: figures are equally wide."""
        if ismath == "TeX":
            raise ExplorerError(NO_TEX)
        key = s if ismath else _DIGIT.sub("0", s), hash(prop), ismath
        if key not in self._text_sizes:
            self._text_sizes[key] = self._agg.get_text_width_height_descent(key[0], prop, ismath)
        return self._text_sizes[key]

    def flipy(self) -> bool:
        """Let y grow upwards for paths and texts alike; it is turned once, at the end."""
        return False

    def option_image_nocomposite(self) -> bool:
        """Keep pictures apart: each has its own place in the order."""
        return True

    def option_scale_image(self) -> bool:
        """Take the pixels of a picture as they are, and where they go."""
        return True

    def start_filter(self) -> None:
        """Refuse a filter."""
        raise ExplorerError("a figure with an agg_filter cannot live; leave the filter out")

    def draw_path(self, gc: Any, path: Path, transform: Any, rgbFace: Any = None) -> None:
        """Write down a path."""
        placed = self._sketched(gc, transform.transform_path(path))
        self._add_path(gc, placed, self._paint(gc, rgbFace))
        self._add_hatch(gc, placed)

    def draw_markers(
        self, gc: Any, marker_path: Path, marker_trans: Any, path: Path, trans: Any,
        rgbFace: Any = None,
    ) -> None:  # fmt: skip
        """Write down one outline and the places it is put at."""
        letters, points, scale = outlines.relative(marker_trans.transform_path(marker_path))
        places = trans.transform(np.asarray(path.vertices)[outlines.ends_of_segments(path)])
        places = places[np.isfinite(places).all(axis=1)]
        shape = ("marks", letters, points, not gc.get_antialiased())
        paint, clip = self._paint(gc, rgbFace), self._clip(gc)
        together = _one_paint(paint)
        for part in [places] if together or not len(places) else np.split(places, len(places)):
            self._add(shape, [*paint, clip, round(100 * scale)], self._whole(part).ravel())

    def draw_path_collection(
        self, gc: Any, master_transform: Any, paths: Any, all_transforms: Any, offsets: Any,
        offset_trans: Any, facecolors: Any, edgecolors: Any, linewidths: Any, linestyles: Any,
        antialiaseds: Any, urls: Any, offset_position: Any, *, hatchcolors: Any = None,
    ) -> None:  # fmt: skip
        """Write down the members of a collection, as markers where they have places."""
        if not len(paths):  # matplotlib asks first whether hatchcolors is known
            return
        count = max(len(paths), len(all_transforms), len(offsets))
        places = offset_trans.transform(offsets) if len(offsets) else np.zeros((1, 2))
        paints = self._paints(gc, facecolors, edgecolors, linewidths, count)
        pens = self._pens(gc, linestyles, linewidths, antialiaseds, count)
        clip = self._clip(gc)
        if gc.get_hatch() is None and not np.any(places) and len(all_transforms) <= 1:
            transform = self._placed(all_transforms, 0, master_transform)
            marks = self._members(paths, transform, paints, pens, clip, count)
        else:
            marks = self._placed_members(
                gc,
                paths,
                all_transforms,
                master_transform,
                places,
                paints,
                pens,
                clip,
                count,
                hatchcolors,
            )
        self._extend(marks)

    def draw_quad_mesh(
        self, gc: Any, master_transform: Any, meshWidth: Any, meshHeight: Any, coordinates: Any,
        offsets: Any, offsetTrans: Any, facecolors: Any, antialiased: Any, edgecolors: Any,
    ) -> None:  # fmt: skip
        """Write down a mesh: as a picture if it is dense."""
        lined = len(edgecolors) and gc.get_linewidth() > 0 and to_rgba_array(edgecolors)[:, 3].any()
        if lined or coordinates[1:, 1:].size // 2 <= MESH_CELLS:
            super().draw_quad_mesh(
                gc, master_transform, meshWidth, meshHeight, coordinates, offsets, offsetTrans,
                facecolors, antialiased, edgecolors,
            )  # fmt: skip
            return
        corners = master_transform.transform(coordinates.reshape(-1, 2)).reshape(coordinates.shape)
        across, up = corners[0, :, 0], corners[:, 0, 1]
        upright = np.allclose(corners[..., 0], across, atol=0.05) and np.allclose(
            corners[..., 1], up[:, None], atol=0.05
        )
        if upright and _even(across) and _even(up):
            cells = np.rint(255 * np.asarray(facecolors)).astype(np.uint8)
            cells = cells.reshape(len(up) - 1, len(across) - 1, 4)
            cells = cells[:: 1 if up[0] > up[-1] else -1, :: 1 if across[0] < across[-1] else -1]
            box = (across.min(), up.min(), np.ptp(across), np.ptp(up))
            self._add_picture(gc, cells, box, pixelated=True)
            return
        self._as_picture(
            gc,
            lambda agg, pen, larger: agg.draw_quad_mesh(
                pen, master_transform + larger, meshWidth, meshHeight, coordinates, offsets,
                offsetTrans, facecolors, antialiased, edgecolors,
            )
        )  # fmt: skip

    def draw_gouraud_triangles(
        self, gc: Any, triangles_array: Any, colors_array: Any, transform: Any
    ) -> None:
        """Keep smooth shading as a picture."""
        self._as_picture(
            gc,
            lambda agg, pen, larger: agg.draw_gouraud_triangles(
                pen, triangles_array, colors_array, transform + larger
            ),
        )

    def draw_image(self, gc: Any, x: float, y: float, im: Any, transform: Any = None) -> None:
        """Keep a picture, with its own pixels where matplotlib says where they go."""
        pixels = np.asarray(im)
        rows, columns = pixels.shape[:2]
        if transform is None:
            self._add_picture(gc, pixels[::-1], (x, y, columns, rows), pixelated=False)
            return
        # The unit square goes to where the transform puts it; a turned picture never comes here.
        corners = np.asarray(transform.transform([(0, 0), (1, 1)]))
        (left, bottom), (right, top) = corners + np.array([x, y])
        pixels = pixels[::-1] if top > bottom else pixels
        pixels = pixels if right > left else pixels[:, ::-1]
        box = (min(left, right), min(bottom, top), abs(right - left), abs(top - bottom))
        # Only here is the opacity of the whole not in the pixels.
        self._add_picture(gc, pixels, box, pixelated=True, opacity=round(255 * gc.get_alpha()))

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float,
        ismath: Any = False, mtext: Any = None,
    ) -> None:  # fmt: skip
        """Write down a text; mathematics becomes paths."""
        if ismath:
            super().draw_text(gc, x, y, s, prop, angle, ismath)
            return
        anchor = mtext.get_horizontalalignment() if mtext is not None else "left"
        width, _, _ = self.get_text_width_height_descent(s, prop, ismath=False)
        along = width * {"left": 0.0, "center": 0.5, "right": 1.0}[anchor]
        turn = np.deg2rad(angle)
        # matplotlib names the left end of the line; SVG wants the point that must not move.
        # A renderer with flipy() False gives text positions with y upwards, as for paths.
        place = np.array([[x + along * np.cos(turn), y + along * np.sin(turn)]])
        pattern, numbers = language.read(s)
        size = round(float(self.points_to_pixels(prop.get_size_in_points())), 1)
        style = "" if prop.get_style() == "normal" else str(prop.get_style())
        whole = self._whole(place).ravel()
        fill = self._colour(gc.get_rgb(), None, self._role(whole))
        self._add(
            ("text", pattern, anchor, size, weight_of(prop), style, family_of(prop)),
            [*fill, self._clip(gc), round(10 * float(angle))],
            [*whole, *numbers],
        )

    # From matplotlib's terms to ours.

    def _layer(self) -> Layer:
        return self.drawing.layer(self._name())

    def _name(self) -> str:
        return self._only or self.name_of(self._groups)

    def _add(self, shape: Shape, head: Sequence[int], rest: Any = ()) -> None:
        # Joined as arrays: a list of their numbers would be made one by one.
        parts = [np.asarray(part, dtype=np.int64) for part in (head, rest)]
        self._layer().marks.append(Mark(shape, np.concatenate(parts)))

    def _extend(self, marks: list[Mark]) -> None:
        layer = self._layer()
        order = self._order
        if order is not None and len(order) == len(marks) and not layer.marks:
            kept: list[Any] = [None] * len(marks)
            for drawn, member in enumerate(order.tolist()):
                kept[member] = marks[drawn]
            layer.marks += kept
            layer.ranks = np.argsort(order)
        else:
            layer.marks += marks

    def _add_path(self, gc: Any, placed: Path, paint: list[int]) -> None:
        commands, coordinates = self.outline(placed)
        cap = {"projecting": "square"}.get(gc.get_capstyle(), gc.get_capstyle())
        shape = ("path", commands, self._dash(gc.get_dashes()), str(cap), str(gc.get_joinstyle()),
                 not gc.get_antialiased())  # fmt: skip
        self._add(shape, [*paint, self._clip(gc)], coordinates)

    def _add_hatch(self, gc: Any, placed: Path) -> None:
        """Add a hatch: its tile, repeated over the path and clipped to it."""
        if not gc.get_hatch():
            return
        tiles = tiles_over(
            gc.get_hatch_path(), placed.get_extents().extents, (self.width, self.height), self.dpi
        )
        if tiles is None:
            return
        colour = gc.get_hatch_color()
        colour = gc.get_rgb() if colour is None else to_rgba(colour)
        stroke = self._colour(colour, gc.get_alpha() if gc.get_forced_alpha() else None)
        width = round(10 * self.points_to_pixels(gc.get_hatch_linewidth()))
        lines = 2 * np.count_nonzero(np.asarray(tiles.codes) == Path.MOVETO)
        filled = stroke if len(np.asarray(tiles.vertices)) > lines else [0, 0]
        commands, coordinates = self.outline(tiles)
        clip = self._remember_clip(self._rectangle(gc), placed)
        self._add(
            ("path", commands, "", "butt", "miter", False), [*filled, *stroke, width, clip],
            coordinates,
        )  # fmt: skip

    def _members(
        self, paths: Any, transform: Any, paints: list[list[int]], pens: Any, clip: int, count: int
    ) -> list[Mark]:
        """Return the members of a collection whose paths are where they belong."""
        lengths = [len(path.vertices) for path in paths]
        points = np.concatenate([np.asarray(path.vertices) for path in paths])
        whole = self._whole(transform.transform(points))
        ends = list(itertools.accumulate(lengths))
        marks = []
        for index in range(count):
            which = index % len(paths)
            own = whole[ends[which] - lengths[which] : ends[which]]
            commands, coordinates = outlines.outline(own, paths[which].codes)
            dash, cap, join, crisp = pens[index]
            numbers = np.concatenate([paints[index], [clip], coordinates])
            marks.append(Mark(("path", commands, dash, cap, join, crisp), numbers))
        if self._fills(paints):
            self._cover(np.concatenate([whole.min(axis=0), whole.max(axis=0)]))
        return marks

    def _placed_members(
        self, gc: Any, paths: Any, all_transforms: Any, master_transform: Any, places: np.ndarray,
        paints: list[list[int]], pens: Any, clip: int, count: int, hatchcolors: Any,
    ) -> list[Mark]:  # fmt: skip
        """Return the members of a collection that are put at places."""
        known: dict[tuple[int, int], Any] = {}
        marks: list[Mark] = []
        before: Any = None
        spots = self._whole(places)
        for index in range(count):
            spot, place = spots[index % len(places)], places[index % len(places)]
            if not np.isfinite(place).all():
                continue
            turn = index % len(all_transforms) if len(all_transforms) else 0
            key = index % len(paths), turn
            if key not in known:
                transform = self._placed(all_transforms, turn, master_transform)
                placed = transform.transform_path(paths[key[0]])
                known[key] = (*outlines.relative(placed), placed)
            letters, points, scale, placed = known[key]
            dash, cap, join, crisp = pens[index]
            if gc.get_hatch() or not (place.any() or len(places) > 1):
                moved = placed.transformed(Affine2D().translate(*place))
                commands, coordinates = self.outline(moved)
                numbers = np.concatenate([paints[index], [clip], coordinates])
                marks.append(Mark(("path", commands, dash, cap, join, crisp), numbers))
                if gc.get_hatch():
                    self._extend(marks)
                    if hatchcolors is not None and len(hatchcolors):  # from matplotlib 3.11 on
                        gc.set_hatch_color(hatchcolors[index % len(hatchcolors)])
                    self._add_hatch(gc, moved)
                    marks = []
                continue
            head = [*paints[index], clip, round(100 * scale)]
            shape = ("marks", letters, points, crisp)
            if before == (shape, head) and _one_paint(head):
                marks[-1] = Mark(shape, np.concatenate([marks[-1].numbers, spot]))
            else:
                marks.append(Mark(shape, np.array([*head, *spot])))
            before = shape, head
        return marks

    @staticmethod
    def _placed(all_transforms: Any, index: int, master_transform: Any) -> Any:
        if not len(all_transforms):
            return master_transform
        return Affine2D(all_transforms[index]) + master_transform

    def _paints(self, gc: Any, faces: Any, edges: Any, widths: Any, count: int) -> list[list[int]]:
        """Return the paint of each member of a collection."""
        role = self._role()
        filled = self._colours(faces, role) or [[0, 0]]
        drawn = self._colours(edges, role) or [[0, 0]]
        lines = [round(10 * self.points_to_pixels(width)) for width in widths] or [
            round(10 * self.points_to_pixels(gc.get_linewidth()))
        ]
        paints = []
        for index in range(count):
            width = lines[index % len(lines)]
            stroke = drawn[index % len(drawn)] if width > 0 else [0, 0]
            paints.append([*filled[index % len(filled)], *stroke, width])
        return paints

    def _pens(
        self, gc: Any, linestyles: Any, linewidths: Any, antialiaseds: Any, count: int
    ) -> list[tuple[str, str, str, bool]]:
        cap = str({"projecting": "square"}.get(gc.get_capstyle(), gc.get_capstyle()))
        join = str(gc.get_joinstyle())
        dashes = [self._dash(style) for style in linestyles] or [self._dash(gc.get_dashes())]
        smooth = list(antialiaseds) or [gc.get_antialiased()]
        return [
            (dashes[index % len(dashes)], cap, join, not smooth[index % len(smooth)])
            for index in range(count)
        ]

    def _dash(self, dashes: Any) -> str:
        offset, lengths = dashes
        if lengths is None or not len(lengths):
            return ""
        units = " ".join(f"{length:.4g}" for length in self.points_to_pixels(np.array(lengths)))
        return f"{units};{self.points_to_pixels(offset):.4g}" if offset else units

    def _whole(self, points: Any) -> np.ndarray:
        """Return points as whole tenths of a unit, with y downwards."""
        return outlines.whole_numbers(np.asarray(points, dtype=float) * _TENTHS + self._origin)

    def outline(self, path: Path) -> tuple[str, np.ndarray]:
        """Return the commands of a path and its coordinates."""
        codes: Any = path.codes
        return outlines.outline(self._whole(path.vertices), codes)

    def _sketched(self, gc: Any, path: Path) -> Path:
        sketch = gc.get_sketch_params()
        return path if sketch is None else path.cleaned(sketch=sketch, curves=True)

    def _paint(self, gc: Any, face: Any) -> list[int]:
        role = self._role()
        width = self.points_to_pixels(gc.get_linewidth())
        stroke = self._colour(gc.get_rgb(), None, role) if width > 0 else [0, 0]
        if face is None:
            fill = [0, 0]
        else:
            alpha = gc.get_alpha() if gc.get_forced_alpha() else None
            fill = self._colour(face, alpha, role)
        return [*fill, *stroke, round(10 * width)]

    def _colour(self, colour: Any, alpha: float | None, role: str | None = None) -> list[int]:
        """Return a colour code and an opacity from 0 to 255."""
        red, green, blue, opacity = to_rgba(colour)
        code = hex_code(red, green, blue)
        code = themed(code, self._role() if role is None else role)
        return [code, round(255 * (opacity if alpha is None else alpha))]

    def _colours(self, colours: Any, role: str) -> list[list[int]]:
        if not len(colours):
            return []
        values = to_rgba_array(colours)
        opacities = np.rint(255 * values[:, 3]).astype(int).tolist()
        return [
            [themed(code, role), opacity]
            for code, opacity in zip(hex_codes(values), opacities, strict=True)
        ]

    def _role(self, place: Any = None) -> str:
        """Return what the present mark belongs to, and with it whether it follows the theme."""
        if not self.themed:
            return MAPPED
        for group in self._groups:
            known = self.roles.get(group.gid or "")
            if known is not None:
                return known
            if group.kind.startswith(FRAME_GROUPS):
                return FRAME
        role = TEXT if self._groups[-1].kind == "text" else DATA
        covered = role == TEXT and place is not None and self._is_covered(place)
        return MAPPED if covered else role

    def _cover(self, box: Any) -> None:
        """Note where a picture or mapped colours lie: texts over them keep their colours."""
        left, top, right, bottom = (float(edge) for edge in box)
        self._covered.setdefault(self._name(), []).append((left, top, right, bottom))

    def _is_covered(self, place: Any) -> bool:
        x, y = place
        return any(
            left <= x <= right and top <= y <= bottom
            for boxes in self._covered.values()
            for left, top, right, bottom in boxes
        )

    def _fills(self, paints: list[list[int]]) -> bool:
        return self._role() == MAPPED and any(paint[1] for paint in paints)

    def _clip(self, gc: Any) -> int:
        """Return the name of what a mark is clipped to, or -1."""
        path, transform = gc.get_clip_path()
        placed = None if path is None else transform.transform_path(path)
        return self._remember_clip(self._rectangle(gc), placed)

    def _rectangle(self, gc: Any) -> tuple[int, ...] | None:
        box = gc.get_clip_rectangle()
        if box is None:
            return None
        left, bottom, width, height = (round(10 * float(edge)) for edge in box.bounds)
        return left, round(10 * self.height) - bottom - height, width, height

    def _remember_clip(self, rectangle: tuple[int, ...] | None, path: Path | None) -> int:
        if path is None and rectangle is None:
            return NO_CLIP
        content: list[Any] = [rectangle]
        if path is not None:
            commands, coordinates = self.outline(path)
            content += [commands, coordinates.tolist()]
        number = name_of_content([repr(content).encode()])
        self.clips[number] = content
        return number

    def _add_picture(
        self, gc: Any, pixels: np.ndarray, box: Box, *, pixelated: bool, opacity: int = 255
    ) -> None:
        """Add a picture, its first row on top, in a box (left, bottom, width, height)."""
        pixels = np.ascontiguousarray(pixels)
        number = name_of_content([repr(pixels.shape).encode(), pixels.tobytes()])
        if number not in self.pictures:
            self.pictures[number] = pictures.encoded(pixels)
        left, bottom, width, height = box
        corner = self._whole([[left, bottom + height]]).ravel()
        size = [round(10 * width), round(10 * height)]
        name = self._only
        gid = gc.get_gid()
        if name is None and gid is not None:
            self._groups.append(self._groups[-1].child("image", gid))
        self._add(("image", pixelated), [number, opacity, self._clip(gc)], [*corner, *size])
        self._cover([*corner, *(corner + size)])
        if name is None and gid is not None:
            self._groups.pop()
        self._groups[-1].segment += 1

    def _as_picture(self, gc: Any, draw: Callable[[Any, Any, Any], None]) -> None:
        """Let Agg draw what has no other form, and keep what it drew, clipped as it would be."""
        size = SHARPNESS
        agg = new_agg(round(size * self.width), round(size * self.height), size * self.dpi)
        pen = agg.new_gc()
        draw(agg, pen, Affine2D().scale(size))
        pixels = np.array(agg.buffer_rgba())
        rows, columns = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        box = (left / size, self.height - bottom / size, (right - left) / size,
               (bottom - top) / size)  # fmt: skip
        self._add_picture(gc, pixels[top:bottom, left:right], box, pixelated=False)


def new_agg(width: int, height: int, dpi: float) -> Any:
    """Return matplotlib's own engine for pixels."""
    engine: Any = RendererAgg
    return engine(width, height, dpi)


def _one_paint(paint: Sequence[int]) -> bool:
    """Tell whether markers may be drawn as one: none shows through, or has a rim of its own."""
    fill, filled, stroke, drawn, width = paint[:5]
    opaque = filled in (0, 255) and drawn in (0, 255)
    return opaque and (not drawn or not width or not filled or fill == stroke)


def _even(edges: np.ndarray) -> bool:
    """Tell whether edges lie evenly, to a quarter of a unit."""
    return bool(np.abs(edges - np.linspace(edges[0], edges[-1], len(edges))).max() < 0.25)
