"""Sweeps: seeds, order, executors, errors, and the shapes of grids."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from threading import Event
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import MarginError, NotSettled, efficiency, sweeps

MEMBERS = sweeps.grid(members=[3, 8], classes=[2, 5], draws=[50])


def simulated(**changes: Any) -> list[Any]:
    asked = {"rng": np.random.default_rng(7), "repeats": 3, **changes}
    return sweeps.sweep(efficiency.simulated_exposures, MEMBERS, **asked)


def draw(scale: float, rng: np.random.Generator) -> float:
    return scale * rng.uniform()


def spawned(scale: float, rng: np.random.Generator) -> float:
    return scale * rng.spawn(1)[0].uniform()


def limit_at_three(depth: int) -> int:
    if depth >= 3:
        raise NotSettled(f"no rest at depth {depth}", last=depth)
    return depth


def test_a_grid_changes_its_last_name_fastest() -> None:
    asked = sweeps.grid(depth=[1, 2], leverage=(5, 10, 20))
    assert asked.shape == (2, 3)
    assert len(asked) == 6
    assert [tuple(one.values()) for one in asked] == [
        (1, 5), (1, 10), (1, 20), (2, 5), (2, 10), (2, 20),
    ]  # fmt: skip
    assert [*asked] == [*asked]  # asked twice, told twice


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_answers_take_the_shape_of_the_grid(sizes: list[int]) -> None:
    asked = sweeps.grid(**{f"x{place}": range(size) for place, size in enumerate(sizes)})
    answers = sweeps.sweep(lambda **named: {"at": list(named.values())}, asked)
    found = sweeps.arrange(answers, asked.shape)["at"]
    assert np.array_equal(found, np.moveaxis(np.indices(sizes), 0, -1))


def test_every_executor_gives_the_same_answers() -> None:
    alone = simulated()
    with ThreadPoolExecutor(3) as threads:
        assert simulated(executor=threads) == alone
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert simulated(executor=processes) == alone
        with pytest.raises(NotSettled, match="no rest at depth 3") as caught:
            sweeps.sweep(_not_settled_elsewhere, [{}], executor=processes)
    assert caught.value.last == 3


def _not_settled_elsewhere() -> None:
    raise NotSettled("no rest at depth 3", last=3)


def test_seeds_are_those_that_numpy_spawns() -> None:
    children = np.random.SeedSequence(7).spawn(12)
    expected = [
        efficiency.simulated_exposures(
            **one, rng=np.random.default_rng(children[3 * place + again])
        )
        for place, one in enumerate(MEMBERS)
        for again in range(3)
    ]
    assert simulated() == expected


def test_no_two_calls_share_a_generator_unless_they_are_to() -> None:
    sets = [{"scale": 1.0}] * 4
    apart = sweeps.sweep(draw, sets, rng=np.random.default_rng(2), repeats=5)
    shared = sweeps.sweep(draw, sets, rng=np.random.default_rng(2), repeats=5, common=True)
    assert len(set(apart)) == 20
    assert len(set(shared[:5])) == 5
    assert shared == shared[:5] * 4


def test_shared_seeds_stay_shared_where_the_function_spawns() -> None:
    sets = [{"scale": 1.0}] * 3
    first, second, third = sweeps.sweep(spawned, sets, rng=np.random.default_rng(2), common=True)
    assert first == second == third


def test_the_same_generator_asked_again_gives_new_answers() -> None:
    rng = np.random.default_rng(2)
    sets = [{"scale": 1.0}]
    assert sweeps.sweep(draw, sets, rng=rng) != sweeps.sweep(draw, sets, rng=rng)


def test_common_generators_make_differences_less_noisy() -> None:
    sets = [{"scale": 1.0}, {"scale": 1.1}]

    def noise(common: bool) -> float:
        rng = np.random.default_rng(3)
        found = np.reshape(sweeps.sweep(draw, sets, rng=rng, repeats=200, common=common), (2, 200))
        return float((found[1] - found[0]).std())

    # 0.1 and 1.49 times the standard deviation of a uniform draw
    assert noise(common=True) == pytest.approx(0.1 / np.sqrt(12), rel=0.15)
    assert noise(common=False) == pytest.approx(np.sqrt(2.21 / 12), rel=0.15)


@pytest.mark.parametrize("workers", [0, 2])
def test_an_error_tells_the_parameters_of_its_call(workers: int) -> None:
    asked = [{"depth": depth} for depth in range(6)]
    with ThreadPoolExecutor(2) as pool:
        executor = pool if workers else None
        with pytest.raises(NotSettled, match="at depth 3") as caught:
            sweeps.sweep(limit_at_three, asked, executor=executor)
    assert caught.value.__notes__ == ["called with depth=3"]
    assert caught.value.last == 3


def test_the_note_is_short_and_names_the_seed() -> None:
    def fails(rng: np.random.Generator, **given: Any) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError) as caught:
        sweeps.sweep(fails, [{"crowd": "a" * 500}], rng=np.random.default_rng(1))
    (note,) = caught.value.__notes__
    assert note == f"called with crowd='{'a' * 59}...; the spawn key of its seed is (0,)"


def test_calls_that_have_not_begun_are_given_up_after_an_error() -> None:
    begun: list[int] = []
    given_up = Event()

    def fail_or_wait(place: int) -> None:
        begun.append(place)
        if place == 0:
            raise NotSettled("the first of all", last=place)
        given_up.wait(timeout=60)

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(NotSettled):
            sweeps.sweep(fail_or_wait, sweeps.grid(place=range(100)), executor=pool)
        given_up.set()
    assert begun in ([0], [0, 1])


def test_a_bar_is_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    sweeps.sweep(limit_at_three, sweeps.grid(depth=[0, 1, 2]), progress=True)
    assert "3/3" in capsys.readouterr().err
    sweeps.sweep(limit_at_three, sweeps.grid(depth=[0, 1, 2]))
    assert capsys.readouterr().err == ""


def test_a_missing_bar_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'marginlib\[cluster\]'"):
        sweeps.sweep(limit_at_three, [{"depth": 1}], progress=True)


def with_a_generator(seed: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    return sweeps.sweep(draw, [{"scale": 1.0, "rng": rng}], rng=rng)


class Named(NamedTuple):
    price: float
    count: int


@dataclass(frozen=True)
class Recorded:
    price: float
    count: int


@pytest.mark.parametrize("kind", [Named, Recorded, dict])
def test_named_numbers_of_every_kind_are_arranged(kind: Any) -> None:
    answers = [kind(price=float(place), count=place) for place in range(6)]
    found = sweeps.arrange(answers, (2, 3))
    assert found["price"].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert found["count"].dtype.kind == "i"


def test_no_answers_are_arranged_as_nothing() -> None:
    assert sweeps.sweep(limit_at_three, []) == []
    assert sweeps.arrange([], 0) == {}


@pytest.mark.parametrize(
    ("message", "call"),
    [
        ("depth must be a list", lambda: sweeps.grid(depth=3)),
        ("depth must be a list", lambda: sweeps.grid(depth="deep")),
        ("depth must hold at least one", lambda: sweeps.grid(depth=[])),
        ("a grid needs at least one", lambda: sweeps.grid()),
        (r"parameters\[1\] must be a dict", lambda: sweeps.sweep(draw, [{}, 3])),
        ("which the sweep gives", lambda: with_a_generator(1)),
        ("repeats and common need rng", lambda: simulated(rng=None)),
        ("repeats must be a whole number", lambda: simulated(repeats=0)),
        ("repeats must be a whole number", lambda: simulated(repeats=True)),
        ("rng must be a numpy Generator", lambda: simulated(rng=7)),
        ("has no place for 2 answers", lambda: sweeps.arrange([{}, {}], 3)),
        (r"must name \['a'\]", lambda: sweeps.arrange([{"a": 1}, {"b": 1}], 2)),
        ("values of one shape", lambda: sweeps.arrange([{"a": 1}, {"a": [1]}], 2)),
        ("must name their numbers", lambda: sweeps.arrange([1.0], 1)),
    ],
)
def test_bad_input_says_what_to_type(message: str, call: Any) -> None:
    with pytest.raises(MarginError, match=message):
        call()
