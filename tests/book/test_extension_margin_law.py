"""The rules of margin law are cards, with their dates and sources."""

from __future__ import annotations

import csv

from bs4 import BeautifulSoup
from margin_law import LAW, card, law


def test_each_rule_of_the_file_is_a_card() -> None:
    soup = BeautifulSoup(law(), "html.parser")
    with LAW.open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file))
    names = [body["id"] for body in soup.select("details > div")]
    assert names == [f"law-{rule['id']}" for rule in rules]
    for entry in soup.select("dl"):
        labels = [label.get_text() for label in entry.select("dt")]
        assert {"In force", "How read", "Source"} <= set(labels)


def test_a_card_has_minus_signs_and_links() -> None:
    empty = dict.fromkeys(("until", "binds", "keeps", "acts", "owes", "status"), "")
    told = {"since": "2020-01-01", "opens": "-15 to +15 %", "source": "https://cftc.gov/a"}
    page = card(empty | told)
    assert "\N{MINUS SIGN}15 to +15 %" in page
    assert 'href="https://cftc.gov/a"' in page
