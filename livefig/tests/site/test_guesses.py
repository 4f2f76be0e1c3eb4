"""Figures that ask before they tell: guessed, shown, linked to, forgotten, without a script."""

from __future__ import annotations

import pytest

import livefig
from livefig import GuessChoice, GuessNumber, GuessPoint
from livefig.page import html as pages
from livefig.tests.comparing import differences
from livefig.tests.making import WORDS, drawn, rise, updated

AROUND = (
    '<details class="ml-after-{0}"><summary>Commit first</summary>Because.</details>{1}'
    '<div class="cell tag_ml-after-{0}">printed</div><a id="to-{0}" href="#{0}:{2}">there</a>'
)


@pytest.fixture(scope="module")
def explorers():
    """Return one figure of each kind: with kept artists, and two drawn anew."""

    def top(axes, line, value):
        rise(axes, line, value)
        return {"top": 2.5 * value}

    def name_the_line(axes):
        axes.set(ylim=(0, 5_000), yticks=[0, 5_000])
        axes.lines[0].set_gid("line")

    number = updated(
        top, name="number", readouts={"top": livefig.Readout("Top", ",.1f", "m")},
        value=(0, 1600, 400), prepare=name_the_line,
        sentence="It rises to {top}.",
        guess=GuessNumber(
            "How high?", readout="top", at={"value": 1200}, waits=["line"], axis="y",
            reasons={1200: "That is the value."},
        ),
    )  # fmt: skip

    def two(ax, k):
        ax.plot([0, 1], [0, 1])
        ax.plot([0, 1], [k, k], gid="told")
        return {"word": "rising" if k > 2 else "level"}

    choice = drawn(
        two, name="choice", k=(1, 4),
        guess=GuessChoice(
            "Which is it?", choices=["rising", "level"], readout="word", at="shown",
            waits=["told"], reasons={"rising": "Not before three."},
        ),
    )  # fmt: skip

    def place(ax, k):
        ax.set(xlim=(0, 10), ylim=(0, 1))
        ax.axvline(k, gid="told")
        return {"place": k}

    point = drawn(
        place, name="point", k=(1.0, 9.0, 1.0),
        guess=GuessPoint("Where?", readout="place", axis="x", waits=["told"]),
    )  # fmt: skip
    return {explorer.name: explorer for explorer in (number, choice, point)}


@pytest.fixture(scope="module")
def address(explorers, tmp_path_factory):
    path = tmp_path_factory.mktemp("guesses") / "guesses.html"
    states = {"number": "value=1600", "choice": "k=4", "point": "k=9"}
    parts = [
        AROUND.format(name, explorer.to_html(), states[name])
        for name, explorer in explorers.items()
    ]
    path.write_text(pages.document(parts, WORDS["caption"]), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def open_page(new_context, address):
    def open_it(state="", context=None, **options):
        context = context or new_context(viewport={"width": 800, "height": 1000}, **options)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(address + state)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("#point[data-alive=true]")
        return page

    return open_it


def part(page, name, of):
    return page.locator(f"#{of} .ml-{name}")


def verdict(page, of):
    return part(page, "verdict", of).text_content().replace("\xa0", " ")


def assert_waits(page, of, waits=True):
    """Hold what tells, in the figure and around it, to be hidden or seen."""
    hidden = page.evaluate(
        """name => [...document.querySelectorAll(
            `#${name} g.ml-waits > *, .ml-after-${name}, .tag_ml-after-${name}`)]
            .map(element => !element.checkVisibility({visibilityProperty: true}))""",
        of,
    )
    assert hidden
    assert set(hidden) == {waits}
    told = page.locator(f"#{of} output").all_text_contents()
    assert ("?" in told) is waits


def test_until_it_is_guessed_the_figure_answers_without_telling(open_page):
    page = open_page()
    for name in ("number", "choice", "point"):
        assert_waits(page, name)
    page.locator("#number [name=value]").press("End")
    assert page.locator("#number .ml-sentence").text_content() == "It rises to ?."
    page.locator("#number .ml-numbers summary").click()
    page.wait_for_selector("#number .ml-tables td")
    assert set(page.locator("#number .ml-tables td").all_text_contents()) == {"?"}
    page.wait_for_function("document.querySelector('#number .ml-spoken').textContent !== ''")
    assert part(page, "spoken", "number").text_content() == "It rises to ?."
    assert_waits(page, "number")


def test_a_wrong_number_is_told_how_far_it_is_off_and_why(open_page, explorers):
    page = open_page()
    typed = part(page, "typed input", "number")
    for nonsense in ("", "high", "1,2", "1e3"):
        typed.fill(nonsense)
        typed.press("Enter")
        assert "Type a number" in part(page, "problem", "number").text_content()
        assert_waits(page, "number")
    typed.fill("1,200 m")
    assert part(page, "problem", "number").text_content() == ""
    typed.press("Enter")
    said = "You said 1,200 m, it is 3,000.0 m: 60 % too low. That is the value."
    assert verdict(page, "number") == said
    assert_waits(page, "number", waits=False)
    assert page.locator("details.ml-after-number").evaluate("fold => fold.open")
    assert differences(page, explorers["number"], (3,)) == []
    lines = page.locator("#number .ml-guesses line")
    heights = [float(lines.nth(k).get_attribute("y1")) for k in range(2)]
    axes = explorers["number"].scene.figure.axes[0]
    wanted = axes.transData.transform([(0, 1200), (0, 3000)])[:, 1]
    assert heights == pytest.approx(explorers["number"].scene.height - wanted, abs=0.2)
    assert page.evaluate("document.activeElement.className") == "ml-anew"
    page.wait_for_function("document.querySelector('#number .ml-spoken').textContent !== ''")
    spoken = part(page, "spoken", "number").text_content().replace("\xa0", " ")
    assert spoken == f"{said} It rises to 3,000.0 m."
    page.locator("#number [name=value]").press("End")  # elsewhere another answer would be right
    assert lines.count() == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [("3000", ": right."), ("3,000.04", ": right."), ("\u22125", "3,005 m too low."),
     ("3,010", "less than 1 % too high."), ("9000", "3 times as much.")],
)  # fmt: skip
def test_a_number_is_compared_as_it_is_written(open_page, typed, said):
    page = open_page()
    part(page, "typed input", "number").fill(typed)
    part(page, "commit", "number").click()
    assert verdict(page, "number").endswith(said)


def test_a_choice_is_marked_beside_the_right_one_and_has_its_reason(open_page):
    page = open_page()
    part(page, "commit", "choice").click()
    assert "Choose" in part(page, "problem", "choice").text_content()
    page.get_by_label("rising").press("Space")
    part(page, "commit", "choice").press("Enter")
    assert verdict(page, "choice") == "You said “rising”, it is “level”. Not before three."
    marks = page.locator("#choice .ml-guess label").evaluate_all(
        "all => all.map(e => e.dataset.mark)"
    )
    assert marks == [" (your guess)", " (the answer)"]
    assert_waits(page, "choice", waits=False)


def test_a_question_about_what_is_shown_is_answered_there(open_page):
    page = open_page()
    page.locator("#choice [name=k]").press("End")
    page.get_by_label("rising").check()
    part(page, "commit", "choice").click()
    assert verdict(page, "choice") == "You said “rising”: right. Not before three."


def test_a_point_is_dragged(open_page, explorers):
    page = open_page()
    grip = page.locator("#point .ml-pointer .ml-grip")
    grip.scroll_into_view_if_needed()
    box, frame = grip.bounding_box(), page.locator("#point svg").bounding_box()
    scale = frame["width"] / explorers["point"].scene.width
    left, right = explorers["point"].scene.figure.axes[0].bbox.intervalx * scale + frame["x"]
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(left + 0.8 * (right - left), box["y"] - 20, steps=3)
    page.mouse.up()
    slider = part(page, "asking input", "point")
    assert float(slider.get_attribute("aria-valuetext")) == pytest.approx(8, abs=0.1)
    assert_waits(page, "point")


def test_a_point_is_set_by_keys(open_page):
    page = open_page()
    slider = part(page, "asking input", "point")
    slider.press("Home")
    for _ in range(3):
        slider.press("PageUp")
    said = float(slider.get_attribute("aria-valuetext"))
    part(page, "commit", "point").press("Enter")
    assert verdict(page, "point").startswith(f"You said {said:g}, it is 5: ")
    assert_waits(page, "point", waits=False)
    assert not part(page, "pointer", "point").is_visible()


def test_show_me_tells_and_guess_again_forgets(open_page):
    page = open_page()
    part(page, "show", "number").click()
    assert verdict(page, "number") == "It is 3,000.0 m."
    assert_waits(page, "number", waits=False)
    assert_waits(page, "point")
    part(page, "anew", "number").click()
    assert_waits(page, "number")
    assert page.evaluate("document.activeElement.type") == "text"
    page.reload()
    page.wait_for_selector("#point[data-alive=true]")
    assert_waits(page, "number")


@pytest.mark.parametrize("way", ["link", "address"])
def test_a_link_or_an_address_into_the_figure_tells(open_page, way):
    page = open_page("" if way == "link" else "#number:value=1600")
    if way == "link":
        page.locator("#number [name=value]").press("End")  # where the link leads
        page.wait_for_function("location.hash.includes('1600')")
        page.locator("#to-number").click()
    assert_waits(page, "number", waits=False)
    assert page.locator("#number .ml-sentence").text_content() == "It rises to 4,000.0\u00a0m."
    assert_waits(page, "point")


def test_a_page_that_is_loaded_again_remembers(open_page):
    page = open_page()
    page.locator("#point [name=k]").press("End")
    page.wait_for_function("location.hash.includes('point')")
    page.reload()
    page.wait_for_selector("#point[data-alive=true]")
    assert_waits(page, "point")  # the figure wrote this address itself
    page.get_by_label("level").check()
    part(page, "commit", "choice").click()
    page.reload()
    page.wait_for_selector("#point[data-alive=true]")
    assert verdict(page, "choice") == "You said “level”: right."
    assert_waits(page, "choice", waits=False)


def test_a_browser_that_keeps_nothing_asks_all_the_same(browser, address):
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw 0; }})")
    page.goto(address)
    page.mouse.move(1, 1)
    page.wait_for_selector("#point[data-alive=true]")
    part(page, "show", "number").click()
    assert_waits(page, "number", waits=False)
    context.close()


def test_on_paper_and_without_script_nothing_waits(open_page):
    page = open_page()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert_waits(page, "number", waits=False)
    assert not part(page, "guess", "number").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert_waits(page, "number")
    plain = open_page(java_script_enabled=False)
    assert_waits(plain, "number", waits=False)
    assert not part(plain, "guess", "number").is_visible()


def test_a_figure_that_cannot_live_tells_everything(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(address)
    page.mouse.move(1, 1)
    page.wait_for_selector("#point[data-alive=no]")
    assert_waits(page, "number", waits=False)
    assert not part(page, "guess", "number").is_visible()
    context.close()
