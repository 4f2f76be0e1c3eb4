"""The colours of the book are those that livefig turns with the ground."""

from __future__ import annotations

import pytest

from livefig.theme import PALETTE
from marginlib import colours


@pytest.mark.parametrize("meaning", colours.MEANING)
def test_every_colour_is_one_of_the_palette(meaning):
    assert colours.MEANING[meaning] in PALETTE.values()


def test_no_colour_means_two_things():
    assert len(set(colours.MEANING.values())) == len(colours.MEANING)
