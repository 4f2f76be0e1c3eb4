"""Look at a built page in a browser: is the figure alive, is it styled, does it ask other hosts?"""

from __future__ import annotations

import io
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from place import ALIVE, KERNEL, NOTHING, STILL, Built
from playwright.sync_api import TimeoutError as TookTooLong
from stand_ins import stand_in

KEY, CONTROL = "ArrowRight", "freq"
HERE = {"", "127.0.0.1", "localhost"}
PATIENCE = 15_000  # [ms]


@dataclass
class Seen:
    """What was seen of a page in one theme: what is wrong with its life, and with its looks."""

    life: str
    faults: list[str] = field(default_factory=list)
    ugly: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


class Looker:
    """Looks at pages in a browser, light and dark."""

    def __init__(self, browser: Any, first: str, moved: str) -> None:
        self.browser, self.first, self.moved = browser, first, moved
        self.own_look: dict[str, Any] = {}

    def look(self, built: Built, theme: str, shot: Path) -> Seen:
        """Open a page, move a slider, and return what is seen."""
        hosts: set[str] = set()
        context = self.browser.new_context(
            viewport={"width": 1200, "height": 1400}, color_scheme=theme, reduced_motion="reduce"
        )
        try:
            page = context.new_page()
            page.route("**/*", lambda route: _answer(route, built.online, hosts))
            page.goto(built.dark if theme == "dark" and built.dark else built.address)
            if built.run is not None:
                built.run(page)
            figure = _figure(page)
            seen = self._judge(page, figure)
            if figure is not None:
                if built.styled:
                    seen.ugly = self._ugly(page, figure)
                figure.scroll_into_view_if_needed()
            page.screenshot(path=shot)
        finally:
            context.close()
        seen.hosts = hosts
        return seen

    def _judge(self, page: Any, figure: Any) -> Seen:
        slider = None if figure is None else figure.locator(f"input[name={CONTROL}]")
        if slider is None or not slider.count():
            return _judge_rest(page)
        if slider.is_disabled():
            says = _text(figure.locator(".ml-waiting"))
            return Seen(STILL, [] if says else ["the controls are off and nothing says why"])
        before = _picture(figure)
        first = _text(figure.locator("output"))
        faults = [] if first == self.first else [f"it begins at {first}, not at {self.first}"]
        slider.focus()
        slider.press(KEY)
        try:
            figure.locator("output", has_text=self.moved).wait_for(timeout=PATIENCE)
        except TookTooLong:
            faults.append("a slider that moves no readout")
        if _picture(figure) == before:
            faults.append("a slider that moves no picture")
        recorded = figure.locator("script.ml-table").count() > 0
        return Seen(ALIVE if recorded else KERNEL, faults)

    def _ugly(self, page: Any, figure: Any) -> list[str]:
        """Return what is wrong with the look: unlike its own page, pale, small, on alien ground."""
        page.wait_for_timeout(800)  # a page may fade into its theme
        look = figure.evaluate(SIGNATURE)
        self.own_look = self.own_look or look
        ugly = [
            f"{part} is {value}, not {self.own_look[part]}"
            for part, value in look.items()
            if part in self.own_look and _differ(value, self.own_look[part])
        ]
        ugly += figure.evaluate(CONTRASTS)
        figure.scroll_into_view_if_needed()
        box = figure.bounding_box()
        if box is None:
            return [*ugly, "the figure is not seen"]
        shot = Image.open(io.BytesIO(page.screenshot())).convert("L")
        left, top = int(box["x"]), max(int(box["y"]), 0)
        own = shot.crop((left, top, left + int(box["width"]), top + int(box["height"])))
        beside = shot.crop((max(left - 4, 0), top + 30, max(left - 4, 0) + 1, top + 31))
        grounds = [_usual(part) for part in (shot, own, beside)]
        if len({ground < 110 for ground in grounds}) > 1:
            ugly.append(
                "grounds of page, figure and what is beside it: {}, {}, {}".format(*grounds)
            )
        return ugly


def _usual(picture: Any) -> int:
    """Return the level of grey that most of a picture has."""
    levels = picture.histogram()
    return int(levels.index(max(levels)))


def _differ(one: Any, other: Any) -> bool:
    """Tell whether two values of a style differ to the eye; lengths are in letters."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) > 0.3
    return bool(one != other)


def _answer(route: Any, online: bool, hosts: set[str]) -> None:
    """Let this machine answer; note every other host, and answer for it where that is wanted."""
    address = route.request.url
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or parts.hostname in HERE:
        route.continue_()
        return
    hosts.add(parts.hostname or "")
    path = stand_in(address) if online else None
    if path is None:
        route.abort()
    else:
        kind = mimetypes.guess_type(path.name)[0] or "text/javascript"
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=path.read_bytes(), content_type=kind, headers=headers)


def _figure(page: Any) -> Any:
    """Return the figure once it has settled, from whichever frame it is in, or ``None``."""
    for _ in range(PATIENCE // 250):
        for frame in page.frames:
            figure = frame.locator("figure.ml-explorer")
            if figure.count() and figure.first.get_attribute("data-alive") in ("true", "no"):
                return figure.first
        page.wait_for_timeout(250)
    for frame in page.frames:
        if frame.locator("figure.ml-explorer input").count():
            return frame.locator("figure.ml-explorer").first
    return None


def _judge_rest(page: Any) -> Seen:
    """Look at a page without a figure of ours: a picture may be left, a live slider must not."""
    faults = []
    pictures = 0
    for frame in page.frames:
        for kind in ("input", "button[data-preset]", ".ml-reset", "select"):
            for left in frame.locator(
                f"figure {kind}, .ml-form {kind}, {kind}[name={CONTROL}]"
            ).all():
                if left.is_visible() and left.is_enabled():
                    faults.append(f"a control looks alive: {kind}")
        pictures += sum(
            picture.is_visible() and (picture.bounding_box() or {"width": 0})["width"] > 200
            for picture in frame.locator("img, svg").all()
        )
    return Seen(STILL if pictures else NOTHING, faults)


def _text(locator: Any) -> str:
    return locator.first.inner_text().strip() if locator.count() else ""


def _picture(figure: Any) -> str:
    return figure.locator(".ml-picture svg").evaluate("svg => svg.outerHTML")


SIGNATURE: str = (Path(__file__).parent / "signature.js").read_text()
CONTRASTS: str = (Path(__file__).parent / "contrasts.js").read_text()
