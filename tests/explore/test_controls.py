import pytest
from ipywidgets import (
    FloatLogSlider,
    FloatSlider,
    IntSlider,
    Play,
    SelectionSlider,
    Text,
    ToggleButtons,
)

from marginlib.explore import ExplorerError
from marginlib.explore.controls import read_controls


def only(given):
    return read_controls({"price": given})[0]


@pytest.mark.parametrize(
    ("given", "kind", "values", "texts"),
    [
        ((1, 3), "slider", (1, 2, 3), ("1", "2", "3")),
        ((0.0, 1.0, 0.5), "slider", (0.0, 0.5, 1.0), ("0.00", "0.50", "1.00")),
        (["a", "b"], "dropdown", ("a", "b"), ("a", "b")),
        ({"low": 1, "high": 2}, "dropdown", (1, 2), ("low", "high")),
        (True, "checkbox", (False, True), ("no", "yes")),
        (ToggleButtons(options=["x", "y"]), "buttons", ("x", "y"), ("x", "y")),
        (SelectionSlider(options=[10, 20]), "slider", (10, 20), ("10", "20")),
        (Play(min=0, max=2, value=0), "play", (0, 1, 2), ("0", "1", "2")),
        (
            IntSlider(min=1, max=5, step=2, value=3, description="Leverage [times]"),
            "slider",
            (1, 3, 5),
            ("1 times", "3 times", "5 times"),
        ),
        (
            FloatLogSlider(min=3, max=5, step=1, value=1e4, readout_format=",.0f"),
            "slider",
            (1e3, 1e4, 1e5),
            ("1,000", "10,000", "100,000"),
        ),
    ],
)
def test_every_kind_of_control_becomes_stops(given, kind, values, texts):
    control = only(given)
    assert (control.kind, control.values, control.texts) == (kind, values, texts)


def test_the_unit_leaves_the_label():
    assert (
        only(IntSlider(min=1, max=5, value=1, description="Leverage [times]")).label == "Leverage"
    )


def test_floating_stops_carry_no_rounding_dust():
    control = only(FloatSlider(min=0, max=1, step=0.1, value=0.3))
    assert control.values[3] == 0.3


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Text("a"), "is a Text, which an explorer does not have"),
        (object(), "neither a widget nor an abbreviation"),
        (IntSlider(min=3, max=3, value=3), "single stop"),
        (FloatSlider(min=0, max=1, step=0.3, value=0.5), "starts at 0.5, which is none of its"),
        (FloatSlider(min=0, max=0.01, step=0.001, value=0), "stops look alike"),
        (IntSlider(min=0, max=5000, value=0), "give it a larger step"),
        (["one"], "offers no choice"),
    ],
)
def test_an_unusable_control_says_what_to_change(given, message):
    with pytest.raises(ExplorerError, match=message):
        only(given)


def test_no_control_is_an_error():
    with pytest.raises(ExplorerError, match="needs a control"):
        read_controls({})


def test_a_stop_is_found_by_value_or_by_text():
    control = only({"low": 1, "high": 2})
    assert control.stop(2) == control.stop("high") == 1
    with pytest.raises(ExplorerError, match="no stop at 3; its stops are low, high"):
        control.stop(3)
