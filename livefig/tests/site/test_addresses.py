"""Whatever stands in the address of a page, its figures live, and show their first state."""

from __future__ import annotations

import pytest

from livefig.tests.making import drawn

FRAGMENTS = [
    "#one:value=%", "#one:value=%E0%A4%A", "#%", "#one:", "#one:=", "#one:value", "#one:value=",
    "#one:value=Infinity", "#one:value=-Infinity", "#one:value=NaN", "#one:value=1e999",
    "#one:other=3", "#one:__proto__=3", "#one:constructor=3", "#__proto__:value=3",
    "#two:value=3", "#one:value=3&value=%", "#one:value=3&other=1", "#:value=3", "#one:value=%00",
    "#<img src=x onerror=alert(1)>", "#one:value='\"><script>alert(1)</script>", "#" + 5000 * "a",
]  # fmt: skip


@pytest.fixture
def page(new_context, tmp_path):
    def level(ax, value):
        ax.plot([0, 1], [value, value])
        return {"height": value}

    drawn(level, value=(0, 4)).save(tmp_path / "page.html")
    page = new_context().new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.address = (tmp_path / "page.html").as_uri()
    return page


def test_no_address_disturbs_a_page(page):
    for fragment in FRAGMENTS:
        page.goto("about:blank")
        page.goto(page.address + fragment)
        page.wait_for_selector("#one[data-alive=true]")
        assert page.locator("output").text_content() == "2", fragment
    page.evaluate("location.hash = 'one:value=3'")
    page.wait_for_function("document.querySelector('output').textContent === '3'")
