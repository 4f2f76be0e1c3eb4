"""What all tests have in common: the same examples for everyone, one browser, and ``--changed``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from tests.changes import Asked, changed_since

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent
ASKED = pytest.StashKey[Asked]()
collect_ignore = ["tools/mutants.py"]  # it runs in an environment of its own

# pytest names a test file by its folders, ``livefig.tests.test_words``, and would import the folder
# under the name of the package if the package were not there first. A source distribution of
# marginlib comes without it.
if (ROOT / "livefig").is_dir():
    import livefig

    livefig.__path__.append(str(ROOT / "livefig"))

# The same examples on every machine and on every run, however busy it is, ...
settings.register_profile("everywhere", deadline=None, derandomize=True)
settings.load_profile("everywhere")
# ... and whatever else is collected: hypothesis would also try numbers that stand in the source of
# any module that happens to be loaded, and has no setting for it. A test holds that this works.
providers._get_local_constants = lambda: providers._local_constants


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--changed",
        metavar="COMMIT",
        help="only the tests of rooms that differ from where this branch left COMMIT, and of rooms "
        "that stand on them; all if nothing differs",
    )


def pytest_configure(config: pytest.Config) -> None:
    if commit := config.getoption("--changed"):
        config.stash[ASKED] = Asked(changed_since(commit) or [])


def pytest_report_header(config: pytest.Config) -> str | None:
    asked = config.stash.get(ASKED, None)
    if asked is None:
        return None
    return f"changed: {'everything' if asked.everything else ', '.join(sorted(asked.rooms)) or '-'}"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    asked = config.stash.get(ASKED, None)
    if asked is None or collection_path.suffix != ".py":
        return None
    return None if asked.wants(collection_path.relative_to(ROOT).as_posix()) else True


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests, which finds no machine but this one."""
    from playwright.sync_api import sync_playwright  # only the tests of pages have it

    from tools.browser import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()
