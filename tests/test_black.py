from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import erfcx, ndtr

from marginlib import MarginError
from marginlib._normal import scaled_tail
from marginlib.black import (
    bachelier_greeks,
    bachelier_value,
    bachelier_volatility,
    black_greeks,
    black_value,
    black_volatility,
)

forwards = st.floats(10.0, 1_000.0)
years = st.floats(0.01, 5.0)
volatilities = st.floats(0.05, 2.0)
discounts = st.floats(0.5, 1.0)
rarely = settings(max_examples=200)


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
    found = black_value(forward, strike, time, volatility, [True, False], discount)
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
    assert black_value(*terms) == pytest.approx(textbook(*terms), abs=1e-11)


@rarely
@given(forwards, forwards, years, volatilities, discounts)
def test_puts_and_calls_are_at_parity(forward, strike, time, volatility, discount) -> None:
    call, put = black_value(forward, strike, time, volatility, [True, False], discount)
    assert call - put == pytest.approx(discount * (forward - strike), abs=1e-11 * forward)


@rarely
@given(forwards, forwards, years, volatilities, st.booleans())
def test_a_value_lies_between_its_bounds_and_scales(forward, strike, time, sigma, is_call) -> None:
    worth = black_value(forward, strike, time, sigma, is_call)
    intrinsic = max(forward - strike if is_call else strike - forward, 0)
    assert intrinsic <= worth <= (forward if is_call else strike)
    assert black_value(7 * forward, 7 * strike, time, sigma, is_call) == pytest.approx(7 * worth)
    # Time counts as often as variance does.
    assert black_value(forward, strike, 4 * time, sigma / 2, is_call) == pytest.approx(worth)


@rarely
@given(forwards, forwards, years, st.floats(0.1, 2.0), st.booleans(), discounts)
def test_greeks_are_derivatives(forward, strike, time, sigma, is_call, discount) -> None:
    def at(shift=0.0, later=0.0, bump=0.0):
        return black_value(forward + shift, strike, time - later, sigma + bump, is_call, discount)

    found = black_greeks(forward, strike, time, sigma, is_call, discount)
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
        calls = black_value([90, 100, 110], 100, time, sigma, True, discount=0.9)
        assert calls.tolist() == pytest.approx([0, 0, 9], abs=1e-12)
        found = black_greeks([90, 100, 110], 100, time, sigma, [[True], [False]], discount=0.9)
        assert found.delta == pytest.approx(np.array([[0, 0.45, 0.9], [-0.9, -0.45, 0]]))
        assert not np.any([found.gamma, found.vega, found.theta])


def test_far_from_the_money_no_digits_are_lost() -> None:
    # Black's formula in 50 digits, with mpmath.
    expected = pytest.approx(4.0829666315878704e-12, rel=1e-12, abs=0)
    assert black_value(100, 200, 1, 0.1, True) == expected


@rarely
@given(forwards, forwards, years, volatilities, st.booleans(), discounts)
def test_implied_volatility_undoes_the_value(fwd, strike, time, sigma, is_call, discount) -> None:
    worth = black_value(fwd, strike, time, sigma, is_call, discount)
    found = black_volatility(worth, fwd, strike, time, is_call, discount)
    again = black_value(fwd, strike, time, found, is_call, discount)
    assert again == pytest.approx(worth, rel=1e-12, abs=1e-13 * fwd)


@rarely
@given(st.floats(-6, 6), st.floats(0.01, 4.0))
def test_the_volatility_of_cheap_options_is_found_too(distance, spread) -> None:
    strike = float(np.exp(distance * spread))
    worth = black_value(1.0, strike, 1.0, spread, strike > 1)
    assert black_volatility(worth, 1.0, strike, 1.0, strike > 1) == pytest.approx(spread, rel=1e-9)


def test_no_volatility_gives_a_value_out_of_bounds() -> None:
    assert np.isnan(black_volatility([-1, 101, 9.9, 5], [100, 100, 110, 100], 100, 1, True))[
        :3
    ].all()
    assert np.isnan(black_volatility(10, 110, 100, 0, True))  # expired: any volatility will do
    assert black_volatility(10, 110, 100, 1, True) == 0
    assert black_volatility(0, 90, 100, 1, True) == 0


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
        black_value(*terms)
    with pytest.raises(MarginError, match=message):
        black_greeks(*terms)


# ---- Bachelier's formula, for prices of any sign

prices = st.floats(-200.0, 200.0)
moves = st.floats(0.5, 100.0)


@rarely
@given(prices, prices, years, moves, discounts)
def test_normal_puts_and_calls_are_at_parity(forward, strike, time, sigma, discount) -> None:
    call, put = bachelier_value(forward, strike, time, sigma, [True, False], discount)
    assert call - put == pytest.approx(discount * (forward - strike), abs=1e-11)
    assert min(call, put) >= 0
    # Only the distance to the strike matters, and a call is the put of the mirrored price.
    assert bachelier_value(forward + 50, strike + 50, time, sigma, True, discount) == pytest.approx(
        call, abs=1e-11
    )
    mirrored = bachelier_value(-forward, -strike, time, sigma, False, discount)
    assert mirrored == pytest.approx(call, abs=1e-11)


def test_a_normal_option_is_the_average_of_what_it_pays() -> None:
    for forward, strike, is_call in [(-37.63, -50, True), (-37.63, 10, True), (3, 20, False)]:
        spread, sign = 60 * np.sqrt(0.25), 1 if is_call else -1

        def paid(z: float, forward=forward, strike=strike, spread=spread, sign=sign) -> float:
            pays = max(0.0, sign * (forward + spread * z - strike))
            return pays * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)

        average = quad(paid, -12, 12, points=[(strike - forward) / spread], epsabs=1e-12)[0]
        assert bachelier_value(forward, strike, 0.25, 60, is_call) == pytest.approx(average)


def test_where_moves_are_small_the_formulas_agree() -> None:
    for volatility in (1e-2, 1e-3):
        usual = black_value(100, 100, 1, volatility, True)
        normal = bachelier_value(100, 100, 1, 100 * volatility, True)
        assert normal == pytest.approx(100 * volatility / np.sqrt(2 * np.pi), rel=1e-12)
        assert usual == pytest.approx(float(normal), rel=volatility**2 / 20)


def test_a_normal_option_without_time_is_worth_what_it_pays() -> None:
    paid = bachelier_value([-30, -60], -50, 0, 60, [[True], [False]])
    assert paid.tolist() == [[20, 0], [0, 10]]
    assert bachelier_greeks([-30, -60], -50, 0, 60, True).delta.tolist() == [1, 0]


@rarely
@given(prices, prices, years, moves, st.booleans(), discounts)
def test_normal_greeks_are_derivatives(forward, strike, time, sigma, is_call, discount) -> None:
    def worth(shift=0.0, bump=0.0, later=0.0):
        terms = forward + shift, strike, time - later, sigma + bump, is_call, discount
        return float(bachelier_value(*terms))

    found, unit = bachelier_greeks(forward, strike, time, sigma, is_call, discount), sigma / 1e3
    assert found.delta == pytest.approx((worth(unit) - worth(-unit)) / (2 * unit), abs=1e-5)
    second = (worth(unit) - 2 * worth() + worth(-unit)) / unit**2
    assert found.gamma * sigma == pytest.approx(second * sigma, abs=1e-3)
    vega = (worth(bump=unit) - worth(bump=-unit)) / (2 * unit)
    assert found.vega == pytest.approx(vega, abs=1e-4)
    step = time / 1e4
    theta = (worth(later=step) - worth(later=-step)) / (2 * step)
    assert found.theta * time == pytest.approx(theta * time, abs=1e-3 * sigma)


@rarely
@given(prices, st.floats(-6, 6), years, moves, st.booleans(), discounts)
def test_normal_implied_volatility_undoes_the_value(
    forward, away, time, sigma, is_call, discount
) -> None:
    strike = forward + away * sigma * np.sqrt(time)
    worth = bachelier_value(forward, strike, time, sigma, is_call, discount)
    found = bachelier_volatility(worth, forward, strike, time, is_call, discount)
    again = bachelier_value(forward, strike, time, found, is_call, discount)
    assert again == pytest.approx(float(worth), rel=1e-12, abs=1e-13 * abs(forward))


def test_normal_volatilities_that_are_none() -> None:
    assert np.isnan(bachelier_volatility([-1, 9.9], [100, 110], 100, 1, True)).all()
    assert np.isnan(bachelier_volatility(10, 110, 100, 0, True))
    assert bachelier_volatility([10, 0], [110, 90], 100, 1, True).tolist() == [0, 0]
