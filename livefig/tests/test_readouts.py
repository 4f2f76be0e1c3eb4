import numpy as np
import pytest

from livefig import ExplorerError, Readout
from livefig.readouts import write_readouts


@pytest.mark.parametrize(
    ("readout", "value", "text"),
    [
        (Readout("Price", ",.0f", "USD"), 18947.37, "18,947 USD"),
        (Readout("Change", ".1%"), -0.0526, "−5.3%"),
        (Readout("Change", "+.1f", "%"), 5.26, "+5.3 %"),
        (Readout("Zero", ".1f"), -0.001, "0.0"),
        (Readout("Count", "d"), np.int64(7), "7"),
        (Readout("Count", "d"), 7.0, "7"),
        (Readout("Price", none="never"), np.nan, "never"),
        (Readout("State"), "Liquidated", "Liquidated"),
    ],
)
def test_readout_is_written_as_a_reader_expects(readout, value, text):
    assert readout.write(value) == text


@pytest.mark.parametrize("value", [None, [1, 2], np.array([1.0, 2.0])])
def test_a_readout_that_is_no_number_is_refused(value):
    with pytest.raises(ExplorerError, match="must be one number or a text"):
        Readout("Price").write(value)


def test_update_must_return_what_was_announced():
    with pytest.raises(ExplorerError, match=r"left out \['price'\].*returned \['prise'\]"):
        write_readouts({"price": Readout("Price")}, {"prise": 1.0})
