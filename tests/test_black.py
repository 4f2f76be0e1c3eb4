from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erfcx, ndtr

from marginlib import MarginError
from marginlib._normal import scaled_tail
from marginlib.black import greeks, implied_volatility, value

forwards = st.floats(10.0, 1_000.0)
years = st.floats(0.01, 5.0)
volatilities = st.floats(0.05, 2.0)
discounts = st.floats(0.5, 1.0)
rarely = settings(deadline=None, max_examples=200, derandomize=True)


def textbook(forward, strike, time, volatility, is_call, discount=1.0):
    """Return Black's formula as it is printed."""
    upper = np.log(forward / strike) / (volatility * np.sqrt(time)) + volatility * np.sqrt(time) / 2
    lower = upper - volatility * np.sqrt(time)
    call = forward * ndtr(upper) - strike * ndtr(lower)
    put = strike * ndtr(-lower) - forward * ndtr(-upper)
    return discount * np.where(is_call, call, put)


def test_the_tail_is_that_of_the_normal_distribution() -> None:
    far = np.concatenate([np.linspace(0, 10, 100_001), np.geomspace(10, 1e6, 10_001)])
    found, work = np.empty((2, far.size))
    scaled_tail(far, found, work)
    assert found == pytest.approx(erfcx(far / np.sqrt(2)) / 2, rel=1e-14)


@pytest.mark.parametrize(
    ("spot", "strike", "interest", "dividends", "volatility", "time", "call", "put"),
    [
        # Hull, Options, Futures, and Other Derivatives, 9th ed.: example 15.6, and the European
        # index call of example 17.1; puts of the latter by parity.
        (42, 40, 0.10, 0.00, 0.20, 0.5, 4.76, 0.81),
        (930, 900, 0.08, 0.03, 0.20, 2 / 12, 51.83, None),
    ],
)
def test_the_textbook_says_so(spot, strike, interest, dividends, volatility, time, call, put):
    forward, discount = spot * np.exp((interest - dividends) * time), np.exp(-interest * time)
    found = value(forward, strike, time, volatility, [True, False], discount)
    assert round(float(found[0]), 2) == call
    if put is not None:
        assert round(float(found[1]), 2) == put


def test_blocks_meet_without_a_seam() -> None:
    rng = np.random.default_rng(3)
    forward = 100 * np.exp(rng.normal(0, 0.5, (3, 40_000)))
    strike = 100 * np.exp(rng.normal(0, 0.5, 40_000))
    time, volatility = rng.uniform(0.01, 2, 40_000), rng.uniform(0.05, 1.5, (3, 1))
    is_call = rng.random(40_000) < 0.5
    terms = (forward, strike, time, volatility, is_call, 0.9)
    assert value(*terms) == pytest.approx(textbook(*terms), abs=1e-11)


@rarely
@given(forwards, forwards, years, volatilities, discounts)
def test_puts_and_calls_are_at_parity(forward, strike, time, volatility, discount) -> None:
    call, put = value(forward, strike, time, volatility, [True, False], discount)
    assert call - put == pytest.approx(discount * (forward - strike), abs=1e-11 * forward)


@rarely
@given(forwards, forwards, years, volatilities, st.booleans())
def test_a_value_lies_between_its_bounds_and_scales(forward, strike, time, sigma, is_call) -> None:
    worth = value(forward, strike, time, sigma, is_call)
    intrinsic = max(forward - strike if is_call else strike - forward, 0)
    assert intrinsic <= worth <= (forward if is_call else strike)
    assert value(7 * forward, 7 * strike, time, sigma, is_call) == pytest.approx(7 * worth)
    # Time counts as often as variance does.
    assert value(forward, strike, 4 * time, sigma / 2, is_call) == pytest.approx(worth)


@rarely
@given(forwards, forwards, years, st.floats(0.1, 2.0), st.booleans(), discounts)
def test_greeks_are_derivatives(forward, strike, time, sigma, is_call, discount) -> None:
    def at(shift=0.0, later=0.0, bump=0.0):
        return value(forward + shift, strike, time - later, sigma + bump, is_call, discount)

    found = greeks(forward, strike, time, sigma, is_call, discount)
    spread = forward * sigma * np.sqrt(time)
    step, day, point = 1e-3 * spread, 1e-4 * time, 1e-4 * sigma
    close = {"rel": 1e-4, "abs": 1e-6}
    assert found.delta == pytest.approx((at(step) - at(-step)) / (2 * step), **close)
    wide = 1e-2 * spread
    second = (at(wide) - 2 * at() + at(-wide)) / wide**2
    assert found.gamma * spread == pytest.approx(second * spread, abs=1e-4)
    assert found.vega == pytest.approx((at(bump=point) - at(bump=-point)) / (2 * point), **close)
    assert found.theta == pytest.approx((at(later=day) - at(later=-day)) / (2 * day), **close)


def test_without_time_or_volatility_the_value_is_intrinsic() -> None:
    for time, sigma in [(0, 0.5), (1, 0)]:
        calls = value([90, 100, 110], 100, time, sigma, True, discount=0.9)
        assert calls.tolist() == pytest.approx([0, 0, 9], abs=1e-12)
        found = greeks([90, 100, 110], 100, time, sigma, [[True], [False]], discount=0.9)
        assert found.delta == pytest.approx(np.array([[0, 0.45, 0.9], [-0.9, -0.45, 0]]))
        assert not np.any([found.gamma, found.vega, found.theta])


def test_far_from_the_money_no_digits_are_lost() -> None:
    # Black's formula in 50 digits, with mpmath.
    expected = pytest.approx(4.0829666315878704e-12, rel=1e-12, abs=0)
    assert value(100, 200, 1, 0.1, True) == expected


@rarely
@given(forwards, forwards, years, volatilities, st.booleans(), discounts)
def test_implied_volatility_undoes_the_value(fwd, strike, time, sigma, is_call, discount) -> None:
    worth = value(fwd, strike, time, sigma, is_call, discount)
    found = implied_volatility(worth, fwd, strike, time, is_call, discount)
    again = value(fwd, strike, time, found, is_call, discount)
    assert again == pytest.approx(worth, rel=1e-12, abs=1e-13 * fwd)


@rarely
@given(st.floats(-6, 6), st.floats(0.01, 4.0))
def test_the_volatility_of_cheap_options_is_found_too(distance, spread) -> None:
    strike = float(np.exp(distance * spread))
    worth = value(1.0, strike, 1.0, spread, strike > 1)
    assert implied_volatility(worth, 1.0, strike, 1.0, strike > 1) == pytest.approx(
        spread, rel=1e-9
    )


def test_no_volatility_gives_a_value_out_of_bounds() -> None:
    assert np.isnan(implied_volatility([-1, 101, 9.9, 5], [100, 100, 110, 100], 100, 1, True))[
        :3
    ].all()
    assert np.isnan(implied_volatility(10, 110, 100, 0, True))  # expired: any volatility will do
    assert implied_volatility(10, 110, 100, 1, True) == 0
    assert implied_volatility(0, 90, 100, 1, True) == 0


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ((0, 1, 1, 1, True), "forward must be positive; got 0"),
        ((1, [1, -1], 1, 1, True), r"strike\[1\] must be positive; got -1"),
        ((1, 1, -1, 1, True), "years must not be negative"),
        ((1, 1, 1, -0.2, True), "volatility must not be negative"),
        ((1, 1, 1, 1, True, 0), "discount must be positive"),
        (([1, 1], [1, 1, 1], 1, 1, True), r"do not fit together: forward \(2,\), strike \(3,\)"),
    ],
)
def test_bad_terms_are_named(terms, message) -> None:
    with pytest.raises(MarginError, match=message):
        value(*terms)
    with pytest.raises(MarginError, match=message):
        greeks(*terms)
