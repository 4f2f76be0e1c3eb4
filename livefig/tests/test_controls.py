"""Controls: whatever ``interact`` takes, as a finite list of stops."""

import numpy as np
import pytest
from ipywidgets import (
    BoundedFloatText,
    BoundedIntText,
    Dropdown,
    FloatLogSlider,
    FloatRangeSlider,
    FloatSlider,
    IntRangeSlider,
    IntSlider,
    Play,
    RadioButtons,
    Select,
    SelectionRangeSlider,
    SelectionSlider,
    SelectMultiple,
    Text,
    ToggleButton,
    ToggleButtons,
    fixed,
)

from livefig import ExplorerError
from livefig.controls import is_fixed, read_controls


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
        (ToggleButton(value=True), "checkbox", (False, True), ("no", "yes")),
        (ToggleButtons(options=["x", "y"]), "buttons", ("x", "y"), ("x", "y")),
        (RadioButtons(options=["x", "y"]), "buttons", ("x", "y"), ("x", "y")),
        (Select(options=["x", "y"], value="y"), "dropdown", ("x", "y"), ("x", "y")),
        (SelectionSlider(options=[10, 20]), "slider", (10, 20), ("10", "20")),
        (Play(min=0, max=2, value=0), "play", (0, 1, 2), ("0", "1", "2")),
        (BoundedIntText(min=0, max=4, step=2, value=2), "slider", (0, 2, 4), ("0", "2", "4")),
        (BoundedFloatText(min=0, max=1, step=0.5), "slider", (0, 0.5, 1), ("0.0", "0.5", "1.0")),
        (
            IntSlider(min=1, max=5, step=2, value=3, description="Leverage [times]"),
            "slider",
            (1, 3, 5),
            ("1\u00a0times", "3\u00a0times", "5\u00a0times"),
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


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        (IntRangeSlider(min=0, max=2, value=(0, 1)), (0, 1, 2)),
        (FloatRangeSlider(min=0, max=1, step=0.5, value=(0, 0.5)), (0.0, 0.5, 1.0)),
        (SelectionRangeSlider(options=["a", "b", "c"], index=(0, 1)), ("a", "b", "c")),
    ],
)
def test_a_range_has_a_stop_for_each_pair_of_its_ends(given, ends):
    control = only(given)
    one, two, three = ends
    assert control.kind == "range"
    assert control.values == (
        (one, one), (one, two), (one, three), (two, two), (two, three), (three, three)
    )  # fmt: skip
    assert len(control.ends) == 3
    assert control.texts[1] == f"{control.ends[0]} to {control.ends[1]}"
    assert control.values[control.start] == (one, two)
    assert control.stop([two, three]) == 4


def test_the_unit_leaves_the_label_and_stands_at_both_ends_of_a_range():
    slider = IntSlider(min=1, max=5, value=1, description="Leverage [times]")
    assert only(slider).label == "Leverage"
    span = FloatRangeSlider(min=0, max=1, step=0.5, value=(0, 1), description="Band [m]")
    assert only(span).texts[1] == "0.00\u00a0m to 0.50\u00a0m"


@pytest.mark.parametrize(
    ("given", "values", "start"),
    [
        (FloatSlider(min=0, max=1, step=0.4, value=0.5), (0.0, 0.4, 0.5, 0.8), 2),
        (IntSlider(min=0, max=8, step=4, value=5), (0, 4, 5, 8), 2),
        (FloatLogSlider(min=0, max=2, step=1, value=50), (1.0, 10.0, 50.0, 100.0), 2),
        (Play(min=0, max=8, step=4, value=1), (0, 1, 4, 8), 1),
    ],
)
def test_a_start_between_two_stops_is_a_stop_of_its_own(given, values, start):
    control = only(given)
    assert (control.values, control.start) == (values, start)
    assert control.step is None


def test_a_range_that_starts_between_two_places_has_a_place_there():
    control = only(IntRangeSlider(min=0, max=8, step=4, value=(1, 8)))
    assert control.ends == ("0", "1", "4", "8")
    assert control.values[control.start] == (1, 8)


def test_floating_stops_carry_no_rounding_dust():
    control = only(FloatSlider(min=0, max=1, step=0.1, value=0.3))
    assert control.values[3] == 0.3
    assert control.step == 0.1


def test_what_plays_knows_its_pace():
    control = only(Play(min=0, max=4, value=0, interval=50, repeat=True))
    assert (control.interval, control.loop) == (50, True)


def test_what_is_held_fixed_is_told_from_a_control():
    assert is_fixed(fixed(3))
    assert not is_fixed((0, 3))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Text("a"), "is a Text, which has no finite list of stops to record; use IntSlider"),
        (SelectMultiple(options=[1, 2]), "is a SelectMultiple, which has no finite list"),
        (object(), "neither a widget nor an abbreviation; give a widget"),
        ((1, 2, 3, 4), "neither a widget nor an abbreviation"),
        ((5, 1), r"control \w+=\(5, 1\) is no range of a slider; give \(lowest, highest\)"),
        ((1, 5, 0), "is no range of a slider; .* with a step above 0"),
        (IntSlider(min=3, max=3, value=3), "single stop; widen its range"),
        (IntRangeSlider(min=3, max=3, value=(3, 3)), "single stop; widen its range"),
        (SelectionRangeSlider(options=["a"]), "single stop; widen its range"),
        (IntSlider(min=0, max=3, step=0), "needs a step above 0; got 0"),
        (BoundedFloatText(min=0, max=3), "needs a step above 0; got None"),
        (FloatSlider(min=0, max=0.01, step=0.001, value=0), "look alike .* more digits"),
        (IntSlider(min=0, max=10**9, value=0), "1,000,000,001 stops.*give it a larger step"),
        (IntRangeSlider(min=0, max=100, value=(0, 1)), "5,151 ranges.* at most 44 places"),
        (IntSlider(min=0, max=9, readout_format="s"), "'s' is no format; use"),
        (["one"], "offers no choice"),
    ],
)
def test_an_unusable_control_says_what_to_change(given, message):
    with pytest.raises(ExplorerError, match=message):
        only(given)


def test_no_control_is_an_error():
    with pytest.raises(ExplorerError, match="needs a control"):
        read_controls({})


@pytest.mark.parametrize("name", ['a"><img src=x>', "two words", "1st", "a&b=c", ""])
def test_a_control_whose_name_is_no_keyword_is_refused(name):
    with pytest.raises(ExplorerError, match="is no keyword of a function"):
        read_controls({name: (0, 3)})


def test_a_keyword_of_any_script_is_a_name():
    assert read_controls({"größe": (0, 3)})[0].name == "größe"


@pytest.mark.parametrize("value", [2, 2.0, np.int64(2), np.float32(2), 2 + 1e-12])
def test_a_number_is_found_whatever_its_type(value):
    assert only((0.0, 4.0, 1.0)).stop(value) == only((0, 4)).stop(value) == 2


def test_a_stop_is_found_by_value_or_by_text():
    control = only({"low": 1, "high": 2})
    assert control.stop(2) == control.stop("high") == 1
    with pytest.raises(ExplorerError, match="no stop at 3; its stops are low, high"):
        control.stop(3)


def test_a_long_list_of_stops_is_told_in_short():
    with pytest.raises(ExplorerError, match=r"its stops are 0, 1, \.\.\. 99 \(100 stops\)"):
        only((0, 99)).stop(100)


def test_true_is_no_number():
    assert only([0, 1, False, True]).stop(True) == 3
    assert only([False, True, 0.0, 1.0]).stop(1 + 1e-12) == 3
    with pytest.raises(ExplorerError, match="no stop at True"):
        only((0, 4)).stop(True)


def test_a_choice_may_be_anything():
    one, other = object(), object()
    control = only(Dropdown(options=[("one", one), ("other", other)], value=other))
    assert control.values == (one, other)
    assert control.start == 1
