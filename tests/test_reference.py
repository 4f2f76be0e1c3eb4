"""Every number that a real system publishes, reproduced through the public interface."""

from __future__ import annotations

import pytest

from tests.reference import ADAPTERS, Case, compare, compare_with_right, load_adapters, load_cases

load_adapters()
CASES = load_cases()
USABLE = [case for case in CASES if "skip_reason" not in case]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_published_case(case: Case) -> None:
    if "skip_reason" in case:
        pytest.skip(case["skip_reason"])
    compared = list(compare(case))
    assert compared
    if case["known_bad"]:
        assert not all(each.agrees for each in compared), "the source is right after all"
    else:
        assert all(each.agrees for each in compared), compared


KNOWN_BAD = [case for case in USABLE if case["known_bad"]]


@pytest.mark.parametrize("case", KNOWN_BAD, ids=[case["id"] for case in KNOWN_BAD])
def test_a_known_bad_case_says_what_is_right_and_why(case: Case) -> None:
    assert case["note"]
    corrected = list(compare_with_right(case))
    assert corrected
    assert all(each.agrees for each in corrected), corrected


def test_the_cases_are_all_there() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["source"] for case in CASES)
    assert {case["calc"] for case in USABLE} == set(ADAPTERS)
