"""The built script and style are what their sources build, byte for byte."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "script"
PACKAGE = Path(__file__).parents[1] / "src" / "livefig"
BUILT = ["page/alone.css", "page/alone.js", "static/livefig.css", "static/livefig.js"]
NO_NPM = (
    "npm is needed to build the script; it comes with Node.js 20 or newer "
    "(https://nodejs.org, or: sudo apt-get install npm)"
)


@pytest.fixture(scope="module")
def afresh(tmp_path_factory) -> Path:
    """Build from a copy of the sources, with the bundler that the lock file names."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail(NO_NPM, pytrace=False)
    copy, built = tmp_path_factory.mktemp("script") / "script", tmp_path_factory.mktemp("built")
    shutil.copytree(SCRIPT, copy, ignore=shutil.ignore_patterns("node_modules"))
    for command in (["ci", "--no-audit", "--no-fund"], ["run", "build", "--", str(built)]):
        done = subprocess.run(
            [npm, *command],
            cwd=copy,
            env=os.environ | {"NO_COLOR": "1"},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            pytest.fail(f"npm {command[0]} failed:\n{done.stdout}{done.stderr}", pytrace=False)
    return built


def test_the_build_makes_just_scripts_and_styles(afresh):
    assert sorted(path.name for path in afresh.iterdir()) == [Path(name).name for name in BUILT]


@pytest.mark.parametrize("name", BUILT)
def test_a_built_file_is_what_its_sources_build(afresh, name):
    current = (afresh / Path(name).name).read_bytes() == (PACKAGE / name).read_bytes()
    assert current, f"{name} is not built from livefig/script; run npm run build there"
