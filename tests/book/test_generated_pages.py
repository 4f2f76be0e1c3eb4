"""The generated pages say what the data say, and nothing else."""

from __future__ import annotations

import gzip

import html_tables
import pytest
import reference_cases
import venue_rules
from bs4 import BeautifulSoup

from marginlib import venues
from tests.reference import load_cases

LIGHT = 300_000  # a page with more bytes than this, compressed, is slow on a phone


@pytest.fixture(scope="module")
def results():
    return list(reference_cases.all_results())


@pytest.fixture(scope="module")
def cases_page(results):
    return BeautifulSoup(reference_cases.page(results), "html.parser")


@pytest.fixture(scope="module")
def venues_page():
    return BeautifulSoup(venue_rules.page(), "html.parser")


class TestReferenceCases:
    def test_every_case_is_there(self, results):
        assert [result.case["id"] for result in results] == [case["id"] for case in load_cases()]
        assert all(result.rows for result in results)

    def test_outcomes_follow_the_data(self, results):
        for result in results:
            is_bad = result.case["known_bad"] and "skip_reason" not in result.case
            assert (result.outcome == "wrong in its source") == is_bad
            assert (result.outcome == "left out") == ("skip_reason" in result.case)
            assert bool(result.remark) == (result.outcome in ("wrong in its source", "left out"))

    def test_the_counts_add_up(self, results, cases_page):
        rows = [
            [cell.get_text() for cell in row.select("td")]
            for row in cases_page.select("table")[0]("tr")
        ][1:]
        counts = [[int(text.replace("–", "0")) for text in row[1:]] for row in rows]
        assert rows[-1][0] == "all"
        assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]
        assert sum(counts[-1]) == len(results)

    def test_each_system_is_folded_and_reached_from_the_list(self, cases_page):
        targets = {link["href"][1:] for link in cases_page.select("td > a[href^='#']")}
        assert targets == {fold.div["id"] for fold in cases_page.select("details")}
        assert not cases_page.select("details[open]")

    def test_rows_have_what_expected_ours_and_source(self, cases_page):
        for found in cases_page.select("details table"):
            assert [cell.get_text() for cell in found.select("th")] == list(reference_cases.HEAD)
            spans = sum(int(cell.get("rowspan", 1)) for cell in found.select("td.ml-source"))
            assert spans == len(found.select("tbody tr"))

    def test_the_page_is_light(self, results):
        assert len(gzip.compress(reference_cases.page(results).encode())) < LIGHT

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (131650297229, "131,650,297,229"),
            (0.1 + 0.2, "0.3"),
            (True, "yes"),
            ([1, 2.5], "1, 2.5"),
            ([[2, 10], [5, 10]], "(2, 10), (5, 10)"),
            (list(range(9)), "0, 1, 2, 3, … (9 values)"),
            ({"BTC": 2.0}, "BTC 2"),
            ("a < b", "a &lt; b"),
        ],
    )
    def test_values_are_short(self, value, text):
        assert reference_cases.shown(value) == text


class TestVenues:
    def test_every_rule_set_says_date_source_and_what_is_left_out(self, venues_page):
        for name in venues.names():
            one = venues.rule_set(name)
            part = venues_page.find(id=venue_rules._anchor(name, one))
            text = part.get_text()
            assert one.head["as_of"] in part.parent.summary.get_text()
            assert one.head["status"] in text
            assert all(reason in text for reason in one.not_covered)
            assert all(asked in text for asked in one.required)

    def test_every_bracket_is_there(self, venues_page):
        # Symbols whose brackets are the same share a table: "A, B, 2024-10-24".
        listed = {
            (symbol, date)
            for folded in venues_page.select("summary")
            for *symbols, date in [folded.get_text().split(", ")]
            for symbol in symbols
        }
        for name in venues.names():
            for symbol in venues.symbols(name):
                assert (symbol, venues.dates(name, symbol)[-1]) in listed

    def test_names_are_unique(self, venues_page):
        names = [part["id"] for part in venues_page.select("[id]")]
        assert len(set(names)) == len(names)

    def test_the_page_is_light(self):
        assert len(gzip.compress(venue_rules.page().encode())) < LIGHT


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("https://a.example/b (search)", "https://a.example/b"),
        ("support.a.example/hc/1 (an article)", "https://support.a.example/hc/1"),
        (
            "owner/name@0123456789 src/a.rs::case",
            "https://github.com/owner/name/blob/0123456789/src/a.rs",
        ),
        ("A Book, chapter 3", None),
    ],
)
def test_sources_are_linked(source, address):
    link = BeautifulSoup(html_tables.linked(source), "html.parser").a
    assert (link["href"] if link else None) == address
