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

KEY, CONTROL, READOUT = "ArrowRight", "freq", "steepness"
HERE = {"", "127.0.0.1", "localhost"}
PATIENCE = 15_000  # [ms]
DEAD = ("a slider that moves no readout", "a slider that moves no picture")


@dataclass
class Seen:
    """What was seen of a page in one theme."""

    life: str
    faults: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    says: str = ""


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
            seen = self._judge(page, figure, theme)
            if figure is not None:
                figure.scroll_into_view_if_needed()
            page.screenshot(path=shot)
        finally:
            context.close()
        seen.hosts = hosts
        return seen

    def _judge(self, page: Any, figure: Any, theme: str) -> Seen:
        if figure is None:
            return _judge_rest(page)
        slider = figure.locator(f"input[name={CONTROL}]")
        if not slider.count():
            return _judge_rest(page)
        says = _text(figure.locator(".ml-waiting"))
        if slider.is_disabled():
            faults = [] if says else ["the controls are off and nothing says why"]
            return Seen(STILL, faults + self._style_faults(page, figure), says=says)
        before = _picture(figure)
        faults = [] if _text(figure.locator("output")) == self.first else ["first readout"]
        slider.focus()
        slider.press(KEY)
        try:
            figure.locator("output", has_text=self.moved).wait_for(timeout=PATIENCE)
        except TookTooLong:
            faults.append(DEAD[0])
        if _picture(figure) == before:
            faults.append(DEAD[1])
        recorded = figure.locator("script.ml-table").count() > 0
        faults += self._style_faults(page, figure)
        return Seen(ALIVE if recorded else KERNEL, faults, says=says)

    def _style_faults(self, page: Any, figure: Any) -> list[str]:
        """Return what is wrong with the look: parts that differ from the figure's own page, theme,
        sizes, contrasts.
        """
        page.wait_for_timeout(800)  # a page may fade into its theme
        look = figure.evaluate(SIGNATURE)
        self.own_look = self.own_look or look
        faults = [
            f"{part} is {value}, not {self.own_look[part]}"
            for part, value in look.items()
            if part in self.own_look and _differ(value, self.own_look[part])
        ]
        faults += figure.evaluate(CONTRASTS)
        figure.scroll_into_view_if_needed()
        box = figure.bounding_box()
        if box is None:
            return [*faults, "the figure is not seen"]
        shot = Image.open(io.BytesIO(page.screenshot())).convert("L")
        middle = min(max(box["y"] + 30, 0), shot.height - 1)
        outside = shot.getpixel((max(int(box["x"]) - 4, 0), int(middle)))
        inside = shot.getpixel((int(box["x"]) + 5, int(middle)))
        if (outside < 110) != (inside < 110):
            faults.append(f"ground {inside} on a page of {outside}")
        return faults


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
