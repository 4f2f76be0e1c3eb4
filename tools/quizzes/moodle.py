"""Questions in Moodle's own XML, in a category of their own for each chapter."""

from xml.etree import ElementTree as ET

from lessons import Lesson

from .elements import element, plain, written
from .items import Item, Number


def moodle(chapter: Lesson, asked: list[Item]) -> bytes:
    """Return the file of a chapter."""
    place = f"$course$/top/Margin/{chapter.title.replace('/', '//')}"
    category = element("category", element("text", place))
    quiz = element("quiz", element("question", category, type="category"))
    quiz.extend(question(each) for each in asked)
    return written(quiz)


def question(asked: Item) -> ET.Element:
    """Return a question with what it says to each answer."""
    right = asked.answer
    shared = [
        element("name", element("text", asked.title)),
        html("questiontext", asked.asks),
        element("defaultgrade", "1"),
    ]
    if isinstance(right, Number):
        answers = [
            numbers(plain(right.truth), right.near, 100, right.reason),
            *(numbers(plain((low + high) / 2), (high - low) / 2, 0, reason)
              for low, high, reason in right.wrong),
            numbers("*", 0, 0, right.reason),
        ]  # fmt: skip
        return element("question", *shared, *answers, type="numerical")
    settings = {"single": "true", "shuffleanswers": "false", "answernumbering": "none"}
    shared += [element(name, value) for name, value in settings.items()]
    choices = [html("answer", each.words, fraction=str(100 * each.is_right)) for each in right]
    for choice, each in zip(choices, right, strict=True):
        choice.append(html("feedback", each.reason))
    return element("question", *shared, *choices, type="multichoice")


def numbers(middle: str, half: float, fraction: int, reason: str) -> ET.Element:
    """Return an answer: numbers around a middle, or all others (*), and what is said to them."""
    return element(
        "answer", element("text", middle), html("feedback", reason),
        element("tolerance", plain(half)), fraction=str(fraction), format="moodle_auto_format",
    )  # fmt: skip


def html(tag: str, words: str, **attributes: str) -> ET.Element:
    """Return HTML as Moodle keeps it."""
    return element(tag, element("text", words), format="html", **attributes)
