"""Tables of bad input, and the test that each of them is refused in the words that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from marginlib import MarginError

Refusals = Mapping[str, tuple[Callable[[], object], str]]
"""What is wrong: the call that is refused, and what its message must say."""


def refused(bad: Refusals) -> Callable[..., None]:
    """Return a test of each entry."""

    @pytest.mark.parametrize(("wrong", "message"), bad.values(), ids=bad)
    def test(wrong: Callable[[], object], message: str) -> None:
        with pytest.raises(MarginError, match=message):
            wrong()

    return test
