from pathlib import Path

from site_weight import PACKAGES, licences, unused


def test_what_a_page_a_style_or_a_script_asks_for_stays(tmp_path: Path):
    static = tmp_path / "_static"
    (static / "fonts").mkdir(parents=True)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/page.html").write_text(
        '<link href="../_static/a.css?v=1"><script src="../_static/a.js"></script>'
        '<img src="../_static/drawing.svg#one"><script data-src="../_static/x.states"></script>'
    )
    (static / "a.css").write_text("@font-face { src: url('fonts/b.woff2') }")
    (static / "a.js").write_text("load('later.js')")
    kept = (
        "fonts/b.woff2",
        "fonts/OFL.txt",
        "later.js",
        "drawing.svg",
        "x.states",
        "c.LICENSE.txt",
    )
    for name in (*kept, "a.js.map", "forgotten.css", "fonts/c.ttf"):
        (static / name).write_text("")
    assert [path.relative_to(static).as_posix() for path in unused(tmp_path)] == [
        "a.js.map",
        "fonts/c.ttf",
        "forgotten.css",
    ]


def test_each_part_has_its_licence():
    text = licences()
    assert all(f"\n{name}\n" in text for name in PACKAGES)
    for words in ("Attribution 4.0 International", "SIL OPEN FONT LICENSE", "Font Awesome"):
        assert words in text
    for part in text.split("=" * 79)[2::2]:
        assert len(part.strip()) > 100  # nothing is only named
