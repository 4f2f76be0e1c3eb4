"""What a page shows, read back from it and compared with what it should show."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable

import numpy as np
import playwright.sync_api as pw

from .._figure import SIZE, Answer, Subject, picture

RESOLUTION = 0.15  # by how much a drawn point may be off: ours are kept to a tenth of a unit

PATHS = """() => {
    const within = root => [...root.querySelectorAll("*")].flatMap(element =>
        element.shadowRoot ? within(element.shadowRoot) : element);
    const paths = within(document).filter(element => element.matches("svg path"));
    return paths.map(path => path.getAttribute("d"));
}"""


def curves(view: pw.Page, answer: Answer) -> None:
    """Raise if the lines on a page do not go through the points of an answer."""
    wanted = [np.array(line) for line in answer.lines if len(line[0]) > 2]
    count = wanted[0].shape[1]
    found = [_points(d or "") for d in view.evaluate(PATHS)]
    shown = [points for points in found if points.shape[1] == count]
    if len(shown) != len(wanted):
        raise RuntimeError(f"{len(shown)} lines at {answer.label}")
    for way in (0, 1):
        numbers = np.concatenate([line[way] for line in wanted])
        places = np.concatenate([line[way] for line in shown])
        # Pages have axes of their own: the same straight line must lead from number to place.
        straight = np.polynomial.Polynomial.fit(numbers, places, 1)
        if np.abs(straight(numbers) - places).max() > RESOLUTION:
            raise RuntimeError(f"other curves than those of {answer.label}")


def _points(d: str) -> np.ndarray:
    pairs = re.findall(r"[ML] ?([-\d.]+)[ ,]([-\d.]+)", d)
    return np.array(pairs, dtype=float).reshape(-1, 2).T


class Pictures:
    """Pages that keep a picture for each state.

    Parameters
    ----------
    dots
        Pixels to the inch.
    size
        Width and height [inches].
    """

    def __init__(self, subject: Subject, dots: int, size: tuple[float, float] = SIZE) -> None:
        self._subject, self._dots, self._size = subject, dots, size

    def sign(self, answer: Answer) -> str:
        """Match the picture of an answer by its last bytes, which hold its checksum."""
        return f'img[src$="{self._wanted(answer)[-64:]}"]'

    def check(self, view: pw.Page, answer: Answer) -> None:
        """Raise if the picture is not, to the last byte, the one that matplotlib draws."""
        source = view.locator("img").get_attribute("src") or ""
        if not source.endswith("," + self._wanted(answer)):
            raise RuntimeError(f"not the picture of {answer.label}")

    def _wanted(self, answer: Answer) -> str:
        image = io.BytesIO()
        figure = picture(self._subject, answer)
        figure.set_size_inches(self._size)
        figure.savefig(image, format="png", dpi=self._dots)
        return base64.b64encode(image.getvalue()).decode()


Check = Callable[[pw.Page, Answer], None]
