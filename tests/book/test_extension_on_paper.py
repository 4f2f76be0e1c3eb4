from xml.etree import ElementTree

from bs4 import BeautifulSoup
from docutils import nodes
from html_nodes import from_html
from on_paper import answered, asked, drawn, elsewhere, header, settings, share_width

import livefig


def explorer() -> livefig.Explorer:
    figure, axes = livefig.subplots()
    (line,) = axes.plot([0, 1], [0, 1])
    axes.set(xlim=(0, 1), ylim=(0, 9))

    def show(slope: int) -> dict[str, float]:
        line.set_ydata([0, slope])
        return {"end": slope}

    return livefig.explorer(
        figure,
        show,
        name="rise",
        alt="A line.",
        caption="A line that rises.",
        readouts={"end": livefig.Readout("End", ".0f", "m")},
        guess=livefig.GuessNumber("How high at three?", readout="end", at={"slope": 3}),
        controls={"slope": (1, 4, 1)},
    )


def test_a_figure_is_told_whole():
    shown = explorer()
    html = shown.to_html()
    found = BeautifulSoup(html, "html.parser").find("figure")
    assert asked(found)[0].astext() == "Guess first. How high at three?"
    assert plain(answered(found)[0]) == "The answer. 3 m."
    assert header(found.find("script").get_text())["name"] == "rise"
    assert "slope" in settings(repr(shown))[0].astext().lower()


def test_a_drawing_is_a_file_of_its_own():
    root = ElementTree.fromstring(drawn(explorer().to_html()))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    written = ElementTree.tostring(root, encoding="unicode")
    assert "var(" not in written
    assert "ml-" not in written.replace("rise-", "")


def test_links_to_what_is_left_out():
    words = [nodes.Text("the library")]
    assert elsewhere("", "%api/index#top", words) == words
    (link,) = elsewhere("https://example.org/", "%api/index#top", words)
    assert link["refuri"] == "https://example.org/api/index.html#top"


def test_columns_of_a_long_table_share_the_page():
    rows = "".join(f"<tr><td>{n}</td><td>{'word ' * 20}</td></tr>" for n in range(30))
    (table,) = from_html(f"<table>{rows}</table>")
    share_width(table)
    assert [column["colwidth"] for column in table.findall(nodes.colspec)] == [4, 42]


def plain(node: nodes.Node) -> str:
    return node.astext().replace("\N{NO-BREAK SPACE}", " ")
