"""The league of the capstone: what is refused, what is scored, and that nothing wins it all."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup

import marginlib as ml
from course.league import hidden, search, tables, world
from course.league.__main__ import main
from course.league.designs import BadFile, Bracket, Design, read_design
from course.league.scoring import points, score
from course.league.standings import Entry, entries_of, ranked

LEAGUE = Path(search.__file__).parent
STARTER = (LEAGUE / "starter.toml").read_text("utf-8")
SMALL = world.world([1, 2], [world.Day(-0.3, -0.4, 5), world.Day(0.25, 0.3, 20)])
HIDDEN = "seeds = [1, 2]\n[[days]]\nbitcoin = -0.3\nether = -0.4\nhour = 5\ngap = 0.5\nback = 0.0\n"


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str | bytes, name: str = "one.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_the_starter_and_the_samples_are_designs() -> None:
    assert read_design(LEAGUE / "starter.toml").name == "Our group"
    names = [read_design(path).name for path in sorted((LEAGUE / "samples").glob("*.toml"))]
    assert names == ["Baseline", "Good", "Large fund", "Open door", "Overfitted", "Two to one"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "fund = 0.02 ",
            "fund = 2 ",
            "from 0 to 0.5, as a fraction, 0.1 for 10 %; got 2, did you mean 0.02?",
        ),
        ("fund = 0.02 ", "fund = nan ", "fund must be from 0 to 0.5"),
        ("fund = 0.02 ", "fund = inf ", "got inf"),
        ("fund = 0.02 ", "fund = -0.1 ", "got -0.1"),
        ("fund = 0.02 ", f"fund = {'9' * 400} ", "got a number of more than 20 digits"),
        ("fund = 0.02 ", f"fund = {'9' * 5_000} ", "this is no TOML that a design needs"),
        ("fund = 0.02 ", "fund = 1e400 ", "got inf"),
        ("fund = 0.02 ", "fund = true ", "fund must be a number, as a fraction"),
        ("fund = 0.02 ", 'fund = "0.02" ', "got '0.02'"),
        ("fund = 0.02 ", "fund = 2026-11-22 ", "got a date"),
        ("fund = 0.02 ", "", "the key 'fund' is missing"),
        ("fund =", "found =", "the key 'found' is not known; did you mean 'fund'?"),
        ("fund = 0.02 ", "fund = 0.02\nimport = 'os' #", "the key 'import' is not known"),
        ("fund = 0.02 ", "fund = 0.02\nfund = 0.03 #", "this is no TOML"),
        ("haircut = 0.25", "haircut = 25", "did you mean 0.25?"),
        ('closing = "all" ', 'closing = "none" ', "closing must be one of all, half, quarter"),
        ('losses = "deleverage"', "losses = 3", "losses must be one of deleverage, share; got 3"),
        ("floor = 0", "floor = 5", "bracket 1: floor must be 0 in the first bracket; got 5"),
        ("initial = 0.05", "initial = 0", "bracket 1: initial must be from 0.005 to 1"),
        ("maintenance = 0.025", "maintenance = 0.05", "bracket 1: maintenance must be at most 0.9"),
        ("maintenance = 0.025", "maintenance = 0.025\nlong = 0.8", "the key 'long' is not known"),
        ("[[brackets]]", "[brackets]", "brackets must be 1 to 5 tables"),
        ('name = "Our group"', "name = 7", "name must be a text in quotes; got 7"),
        ('name = "Our group"', 'name = ""', "name must have 1 to 40 characters"),
        ('name = "Our group"', f'name = "{"x" * 41}"', "name must have 1 to 40 characters"),
        ('name = "Our group"', 'name = "=SUM(A1)"', "a letter or a digit first"),
        ('name = "Our group"', 'name = "a\\u202Eb"', "characters that print"),
        ('name = "Our group"', "name = ", "this is no TOML"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(written, old, new, words) -> None:
    assert old in STARTER
    with pytest.raises(BadFile) as error:
        read_design(written(STARTER.replace(old, new, 1)))
    assert words in str(error.value)
    assert len(str(error.value)) < 250


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("floor = 0\ninitial = 0.1\nmaintenance = 0.05", "bracket 2: floor must not be below"),
        (
            "floor = 9e9\ninitial = 0.1\nmaintenance = 0.05",
            "bracket 2: floor must be from 0 to 1e+08",
        ),
        ("floor = 9\ninitial = 0.04\nmaintenance = 0.03", "bracket 2: initial must not be below"),
        (
            "floor = 9\ninitial = 0.06\nmaintenance = 0.01",
            "bracket 2: maintenance must not be below",
        ),
        ("floor = 9\ninitial = 0.06", "bracket 2: the key 'maintenance' is missing"),
    ],
)
def test_brackets_rise(written, second, words) -> None:
    with pytest.raises(BadFile, match=re.escape(words)):
        read_design(written(f"{STARTER}\n[[brackets]]\n{second}\n"))


def test_there_are_five_brackets_at_the_most(written) -> None:
    more = [f"[[brackets]]\nfloor = {n}\ninitial = 0.1\nmaintenance = 0.05\n" for n in range(1, 6)]
    assert len(read_design(written(STARTER + "".join(more[:4]))).brackets) == 5
    with pytest.raises(BadFile, match="1 to 5 tables"):
        read_design(written(STARTER + "".join(more)))
    with pytest.raises(BadFile, match="begun by"):
        read_design(written(re.sub(r"(?s)\[\[brackets.*", "brackets = [1]", STARTER)))


def test_hostile_files_cost_little(written, tmp_path) -> None:
    tracemalloc.start()
    with pytest.raises(BadFile, match="more than 8,000 bytes"):
        read_design(written(b"#" * 10_000_000))
    assert tracemalloc.get_traced_memory()[1] < 1_000_000 + 10_000_000  # the file, made here
    tracemalloc.stop()
    for data in (b"\xff\xfe\x00", b"name = '\xe9'"):
        with pytest.raises(BadFile, match="not UTF-8"):
            read_design(written(data))
    with pytest.raises(BadFile, match="no TOML"):
        read_design(written("fund = " + "[" * 7_000))
    with pytest.raises(BadFile, match="the key 'a' is not known"):
        read_design(written(".".join(["a"] * 3_900) + " = 1"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(BadFile, match="link or no file"):
        read_design(tmp_path / "folder.toml")
    (tmp_path / "link.toml").symlink_to(LEAGUE / "starter.toml")
    with pytest.raises(BadFile, match="link or no file"):
        read_design(tmp_path / "link.toml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[1, 2]", "[1, 1]", "seeds must differ"),
        ("[1, 2]", "[1, -2]", "seeds must be whole numbers"),
        ("[1, 2]", "[1.5]", "seeds must be whole numbers"),
        ("[1, 2]", "[]", "seeds must be a list of 1 to 50"),
        ("hour = 5", "hour = 25", "day 1: hour must be from 1 to 24"),
        ("hour = 5", "hour = 5.5", "day 1: hour must be whole"),
        ("bitcoin = -0.3", "bitcoin = -30", "day 1: bitcoin must be from -0.9 to 5"),
        ("[[days]]", "[days]", "days must be 1 to 12 tables"),
    ],
)
def test_the_teachers_file_is_checked_too(written, old, new, words) -> None:
    with pytest.raises(BadFile, match=re.escape(words)):
        hidden.read_hidden(written(HIDDEN.replace(old, new)))


def test_the_example_has_twenty_crowds_and_six_days_of_both_directions() -> None:
    there = hidden.read_hidden(LEAGUE / "hidden_example.toml")
    assert there.asked.shape == (20, 1, 500)
    day_ends = np.prod(1 + there.moves[:24, 0, :, 0], axis=0) - 1
    assert (day_ends < 0).sum() == (day_ends > 0).sum() == 3


def test_a_day_moves_by_what_is_said_and_takes_back_its_part() -> None:
    moves = world.moves_of(world.Day(0.3, -0.2, hour=7, gap=0.6, back=0.5))
    assert np.prod(1 + moves[:24], axis=0) == pytest.approx([1.3, 0.8])
    assert np.prod(1 + moves, axis=0) == pytest.approx([1.3**0.5, 0.8**0.5])
    assert 1 + moves[6, 0] == pytest.approx(1.3**0.6)


def test_extreme_designs_end_and_have_points_within_bounds() -> None:
    for fund, fee, cut, rate, kept in [
        (0, 0, 0, 0.005, 0), (0.5, 0.05, 1, 1, 0.9), (0, 0.05, 1, 0.005, 0.9), (0.5, 0, 0, 1, 0),
    ]:  # fmt: skip
        for closing, losses in [("all", "deleverage"), ("quarter", "share")]:
            brackets = (Bracket(0.0, rate, kept * rate), Bracket(1e-9, 1.0, 0.9))
            got = score(Design("x", fund, fee, cut, closing, losses, brackets), SMALL)
            for values in got:
                assert np.isfinite(values).all()
            assert (got.points >= 0).all()
            assert (got.points < 90).all()


def test_a_venue_without_customers_has_no_points() -> None:
    nothing = np.zeros(1)
    known = np.array([0.8])
    assert points(nothing, nothing, nothing, np.ones(1), known) == 0
    assert points(nothing, nothing, nothing, np.array([0.2]), known) == 100
    exercise = [np.array([number]) for number in (0.02, 0.06, 0.01, 0.2)]
    assert points(*exercise, known) == pytest.approx(100 * 2.3 / 3)


def test_foresight_cuts_each_position_to_what_its_owners_money_carries() -> None:
    # One is long a bitcoin with 5,000 in cash, one is short with four ether, which are as much.
    two = ml.accounts.Accounts([-15_000, 20_000], [[1, 0], [-1, 4]])
    crowd = ml.accounts.Accounts(two.cash[None, None], two.quantity[None, None])
    fall, rise = np.array([[[[-0.5, -0.2]]], [[[0.5, -0.2]]]])[:, None]
    assert world.foresight(crowd, fall) == pytest.approx([(5_000 / 10_000 + 1) / 2])
    assert world.foresight(crowd, rise) == pytest.approx([(1 + 4_000 / 10_000) / 2])
    both = np.concatenate([fall, rise], axis=2)
    assert world.foresight(crowd, both) == pytest.approx([0.725])
    assert world.foresight(crowd, 0 * both) == pytest.approx([1.0])


def test_names_harm_nobody(written, tmp_path) -> None:
    evil = "A<script>alert(1)</script>&\"'x"
    written(STARTER.replace('"Our group"', json.dumps(evil)), "a.toml")
    written(STARTER, "b.toml")
    written(STARTER.replace("Our group", "OUR GROUP"), "c<b>.toml")
    written("name = 1", "d.toml")
    entries, refused = entries_of(sorted(tmp_path.glob("*.toml")), SMALL)
    assert [one.name for one in entries] == [evil, "Our group (b.toml)", "OUR GROUP (c<b>.toml)"]
    assert list(refused) == ["d.toml"]
    page = BeautifulSoup(tables.leaderboard(ranked(entries), refused), "html.parser")
    assert page.find("script") is None
    assert page.find("b") is None
    assert page.find_all("tr")[1].th.get_text().startswith("A<script>")
    rows = list(csv.DictReader(io.StringIO(tables.table(ranked(entries), refused))))
    assert [row["file"] for row in rows] == ["a.toml", "b.toml", "c<b>.toml", "d.toml"]
    assert rows[0]["name"] == evil
    assert rows[3]["name"].startswith("refused: ")


def test_those_who_cannot_be_told_apart_share_a_place() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(0, 5, 20)

    def entry(name: str, level: float, own: float) -> Entry:
        values = level + luck + own * rng.normal(0, 1, 20)
        return Entry(name, name, score(search_design(), SMALL)._replace(points=values))

    rows = ranked([entry("c", 30, 0.1), entry("a", 50, 8), entry("b", 49.5, 8)])
    assert sorted(row.name for row in rows[:2]) == ["a", "b"]
    assert [row.place for row in rows] == [1, 1, 3]
    assert rows[2].step > 2 * rows[2].noise


def search_design() -> Design:
    return read_design(LEAGUE / "starter.toml")


def test_one_command_scores_a_folder(written, tmp_path, capsys) -> None:
    written(HIDDEN, "hidden.toml")
    written("fund = 1", "broken.toml")
    written(STARTER, "ours.toml")
    out = tmp_path / "out"
    assert main([str(tmp_path), "--hidden", str(tmp_path / "hidden.toml"), "--out", str(out)]) == 0
    assert "Our group" in (out / "league.html").read_text("utf-8")
    assert "src=" not in (out / "league.html").read_text("utf-8")
    assert len((out / "league.csv").read_text("utf-8").splitlines()) == 3
    assert "broken.toml: the key" in capsys.readouterr().out
    assert main([str(out), "--hidden", str(tmp_path / "hidden.toml"), "--out", str(out)]) == 1
    assert main([str(tmp_path), "--hidden", str(out / "none"), "--out", str(out)]) == 1


def test_the_samples_spread_over_half_of_the_scale_and_stand_apart() -> None:
    there = hidden.read_hidden(LEAGUE / "hidden_example.toml")
    some = there._replace(
        asked=there.asked[:6],
        wanted=there.wanted[:6],
        impact=world.depth_of(there.wanted[:6]),
        foresight=there.foresight[:6],
    )
    rows = ranked(entries_of(sorted((LEAGUE / "samples").glob("*.toml")), some)[0])
    assert (rows[0].name, rows[-1].name) == ("Good", "Open door")
    assert rows[0].points - rows[-1].points > 50
    step, noise = np.array([(row.step, row.noise) for row in rows[1:]]).mean(axis=0)
    assert step > 2 * noise
    got = {row.name: row.points for row in rows}
    fitted = world.world([2025], world.practice_days()[:3])
    overfitted = read_design(LEAGUE / "samples" / "overfitted.toml")
    assert float(score(overfitted, fitted).points.mean()) > 90 > 60 > got["Overfitted"]


def test_one_side_alone_cannot_be_turned_away() -> None:
    assert set(Bracket.__dataclass_fields__) == {"floor", "initial", "maintenance"}


def test_no_design_of_a_small_search_wins_everything() -> None:
    """The whole search is `python -m course.league.search`; this is a sample of it."""
    rng = np.random.default_rng(4)
    every = list(search.grid())
    tried = [every[place] for place in rng.permutation(len(every))[:16]]
    tried += [search.drawn(rng) for _ in range(8)]
    got = [score(design, SMALL) for design in tried]
    best = max(range(len(got)), key=lambda place: got[place].points.mean())
    for _ in range(8):
        tried.append(search.changed(tried[best], rng))
        got.append(score(tried[-1], SMALL))
    total = np.array([one.points.mean() for one in got])
    assert total.max() < 90
    assert np.ptp(total) > 45
    numbers = np.array([[values.mean() for values in one[:4]] for one in got])
    winner = numbers[total.argmax()]
    assert (numbers < winner).any(axis=0).sum() >= 3  # others are ahead in three of four


def test_changed_designs_could_be_handed_in() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        design = search.changed(search.drawn(rng), rng)
        for first, second in zip(design.brackets, design.brackets[1:], strict=False):
            assert first.floor < second.floor
            assert first.initial <= second.initial
            assert first.maintenance <= second.maintenance
        assert all(0 <= one.maintenance <= 0.9 * one.initial + 1e-12 for one in design.brackets)


def test_the_chapter_and_the_league_agree() -> None:
    cells = json.loads((LEAGUE.parents[1] / "chapters" / "capstone.ipynb").read_text("utf-8"))
    shown = {cell["id"]: cell for cell in cells["cells"]}["worked"]["outputs"][0]
    told = BeautifulSoup("".join(shown["data"]["text/html"]), "html.parser")
    row = [cell.get_text() for cell in told.find_all("tr")[-1].find_all(["th", "td"])]
    practice = world.world([2025], world.practice_days())
    hidden_day = world.world([2025], [world.Day(0.30, 0.34, hour=5, gap=0.7)])
    baseline, good = (read_design(LEAGUE / "samples" / f"{n}.toml") for n in ("baseline", "good"))
    for text, design, there in zip(
        row[1:], [baseline, good, good], [practice, practice, hidden_day], strict=True
    ):
        assert float(score(design, there).points[0]) == pytest.approx(float(text), abs=0.051)


def test_a_wider_fund_is_never_unpaid_for() -> None:
    lean, rich = (score(replace(search_design(), fund=fund), SMALL) for fund in (0.0, 0.2))
    assert (rich.idle > lean.idle).all()
    assert (rich.taken <= lean.taken + 1e-12).all()
