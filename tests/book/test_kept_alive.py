"""What is done elsewhere is a verb here; translations, editions and JupyterLite say what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tools import editions, messages
from tools.lite.__main__ import leading_page, notebooks, runnable

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
VERBS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
HELD = re.compile(r"\{(?:ref|eq|glue:text|cite:[pt])\}`([^`]*)`|\]\((#[^)]*)\)|(?<![\w}])(\{\w*\})")


def steps(workflow: Path) -> list[str]:
    """Return what the jobs of a workflow run."""
    jobs = yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_verbs_that_there_are(workflow: Path) -> None:
    asked = re.findall(r"\bmake ([a-z]+)", "\n".join(steps(workflow)))
    assert asked or ".ci/run" in steps(workflow)
    assert set(asked) <= VERBS


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read_unless_a_job_says_more(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text("utf-8"))["permissions"] == {"contents": "read"}


def held(text: str) -> list[str]:
    """Return what a translation must keep: what is looked up, states, and places of values."""
    names = ["".join(found) for found in HELD.findall(text)]
    return sorted(re.sub(r"^.*<(.*)>$|^\w+\.ipynb::(.*):s$", r"\1\2", name) for name in names)


@pytest.mark.parametrize(
    "file", sorted((ROOT / "locale").rglob("*.po")), ids=lambda path: path.stem
)
def test_a_translation_keeps_what_is_looked_up(file: Path) -> None:
    told = [message for message in read_po(file.open("rb")) if message.id and message.string]
    assert told
    for message in told:
        assert held(message.string) == held(message.id)


@pytest.mark.parametrize("file", sorted((ROOT / "locale").glob("*/words.json")), ids=str)
def test_words_of_figures_keep_their_values(file: Path) -> None:
    for text, other in json.loads(file.read_text("utf-8")).items():
        assert held(other) == held(text), text


@pytest.mark.parametrize("file", sorted((ROOT / "locale").rglob("margin.po")), ids=str)
def test_all_that_the_pages_say_around_the_prose_is_translated(file: Path) -> None:
    said = {found[2] for found in extract_from_dir(ROOT / "_extensions")}
    translated = {message.id for message in read_po(file.open("rb")) if message.string}
    assert len(said) > 20
    assert said == translated - {""}


def test_a_translation_is_renewed_without_losing_what_was_said(tmp_path: Path) -> None:
    template, translated = tmp_path / "page.pot", tmp_path / "page.po"
    template.write_text('msgid "One"\nmsgstr ""\n\nmsgid "Three"\nmsgstr ""\n')
    translated.write_text('msgid "One"\nmsgstr "Eins"\n\nmsgid "Two"\nmsgstr "Zwei"\n')
    assert messages.renew(translated, template) == (1, 2)
    assert 'msgid "One"\nmsgstr "Eins"' in translated.read_text()


def test_a_translation_stays_as_it_is_where_nothing_changed(tmp_path: Path) -> None:
    template, translated = tmp_path / "page.pot", tmp_path / "page.po"
    head = 'msgid ""\nmsgstr ""\n"POT-Creation-Date: {}+0000\\n"\n\nmsgid "One {{}}"\nmsgstr "{}"\n'
    translated.write_text(head.format("2026-01-01 10:00", "Eins {}"))
    kept = []
    for day in ("2026-01-01 10:00", "2026-02-02 20:00"):
        template.write_text(head.format(day, ""))
        messages.renew(translated, template)
        kept.append(translated.read_bytes())
    assert kept[0] == kept[1]


def test_editions_stand_beside_each_other(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "a").mkdir()
    (site / "a/page.html").write_text('<p class="copyright">')
    (site / "index.html").write_text("new")
    (tmp_path / "all/0.1.0").mkdir(parents=True)
    editions.add(site, tmp_path / "all", "0.2.0")
    editions.add(site, tmp_path / "all", "0.2.0-de")
    led = re.findall(r'href="([^"]+)"', editions.list_of(tmp_path / "all"))
    assert led == ["0.2.0/index.html", "0.2.0-de/index.html", "0.1.0/index.html"]
    assert (tmp_path / "all/0.2.0/index.html").read_text() == "new"
    page = (tmp_path / "all/0.2.0-de/a/page.html").read_text()
    assert page == '<p class="copyright"><a href="../../index.html">0.2.0-de</a><br>'
    assert editions.version() in (ROOT / "pyproject.toml").read_text("utf-8")


def test_a_chapter_that_runs_in_a_browser_brings_its_packages() -> None:
    title, text = runnable(ROOT / "chapters/margin.ipynb")
    cells = json.loads(text)["cells"]
    assert title == "Margin"
    assert "%pip install -q marginlib livefig" in cells[1]["source"]
    assert not any(cell.get("outputs") for cell in cells)


def test_the_page_that_leads_there_names_the_hosts_the_wait_and_every_chapter() -> None:
    listed = [(path.relative_to(ROOT).as_posix(), path.stem) for path in notebooks()]
    page = leading_page(listed)
    for told in ("jsDelivr", "Python Package Index", "a minute or more", "blocks these hosts"):
        assert told in page
    assert page.count("run/lab/index.html?path=") == len(listed)
    assert {path.name for path in (ROOT / "chapters").glob("*.ipynb")} <= {
        Path(name).name for name, _ in listed
    }
