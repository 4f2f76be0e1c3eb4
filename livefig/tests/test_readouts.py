from decimal import Decimal

import numpy as np
import pytest

from livefig import ExplorerError, Readout
from livefig.readouts import read_returned, write_readouts

from .making import updated


@pytest.mark.parametrize(
    ("readout", "value", "text"),
    [
        (Readout("Price", ",.0f", "USD"), 18947.37, "18,947\u00a0USD"),
        (Readout("Change", ".1%"), -0.0526, "−5.3\u00a0%"),
        (Readout("Change", "+.1f", "%"), 5.26, "+5.3\u00a0%"),
        (Readout("Zero", ".1f"), -0.001, "0.0"),
        (Readout("Count", "d"), np.int64(7), "7"),
        (Readout("Count", "d"), 7.0, "7"),
        (Readout("Price", none="never"), np.nan, "never"),
        (Readout("Ratio"), np.inf, "infinite"),
        (Readout("State"), "Liquidated", "Liquidated"),
        (Readout("State"), "price -16 %", "price −16\u00a0%"),
    ],
)
def test_readout_is_written_as_a_reader_expects(readout, value, text):
    assert readout.write(value) == text


@pytest.mark.parametrize("value", [None, [1, 2], np.array([1.0, 2.0])])
def test_a_readout_that_is_no_number_is_refused(value):
    with pytest.raises(ExplorerError, match="must be one number or a text"):
        Readout("Price").write(value)


def artists():
    return {"boxes": [object()], "whiskers": [object()]}


def test_without_announcement_the_names_that_are_returned_are_the_readouts():
    readouts = read_returned(None, {"final_price": np.float64(3), "state": "up", 7: Decimal("0.5")})
    assert {key: readout.label for key, readout in readouts.items()} == {
        "final_price": "Final price", "state": "State", "7": "7"
    }  # fmt: skip
    returned = {"final_price": np.array(4.5), "state": "down", 7: 1}
    assert write_readouts(readouts, returned, announced=False) == {
        "final_price": "4.5", "state": "down", "7": "1"
    }  # fmt: skip


@pytest.mark.parametrize("returned", [None, [1, 2], 3.0, "words", {}, artists()])
def test_what_plotting_functions_return_says_nothing(returned):
    assert read_returned(None, returned) == {}
    assert write_readouts({}, returned, announced=False) == {}


def test_a_number_beside_what_is_none_tells_what_is_wrong():
    readouts = read_returned(None, {"price": 1.0, "all": [1, 2]})
    with pytest.raises(ExplorerError, match=r"'All' must be one number or a text; got \[1, 2\]"):
        write_readouts(readouts, {"price": 1.0, "all": [1, 2]}, announced=False)


def test_an_announced_readout_needs_a_mapping():
    with pytest.raises(ExplorerError, match="as a mapping from name to number; got list"):
        write_readouts({"price": Readout("Price")}, [1.0])


def test_update_must_return_what_was_announced():
    with pytest.raises(ExplorerError, match=r"left out \['price'\].*returned \['prise'\]"):
        write_readouts({"price": Readout("Price")}, {"prise": 1.0})


def thirds(**readout):
    """A figure whose readouts are hard to write: 0, 1/3 ... and nothing at the end."""

    def change(axes, line, value):
        line.set_ydata([0, value])
        return {"third": value / 3 if value < 4 else np.nan, "words": "so", "still": np.pi}

    return updated(
        change,
        readouts={
            "third": Readout("Third", ".1f", **readout), "words": Readout("Words", **readout),
            "still": Readout("Still", ".1f", **readout),
        },
    )  # fmt: skip


def test_numbers_are_handed_on_as_they_were_returned():
    assert thirds().at(value=1)["third"] == "0.3"
    numbers = thirds().numbers_at(value=1)
    assert numbers["third"] == 1 / 3
    assert np.isnan(numbers["words"])
    assert np.isnan(thirds().numbers_at(value=4)["third"])
