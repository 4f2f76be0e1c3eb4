"""The book that LaTeX sets: its type, what it leaves out, and the numbers that the site has.

Parts of the book that only make sense on a screen are left out. LaTeX would count chapters, figures
and formulas by itself and come to other numbers, as some chapters of the site have none: it is told
each. Anchors are written where its writers leave them out, and the subjects of the index, which the
site keeps in a table. The text names works by author and year, so their list has no numbers.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from addresses import told
from docutils import nodes
from on_paper import page_of
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.latex import LaTeXBuilder
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform

PARTS_OF_THE_SITE = {"Make your own living figure", "The library"}
PAGES_OF_THE_SITE = {"figures", "reference_cases", "venues", "course/index", "status", "CHANGELOG"}
WORKS = "bibliography"  # a page of nothing else, which LaTeX sets at the end
CHAPTERS, NONE = 0, -1  # what is numbered down to, in LaTeX's levels
COUNTED = {"figure": (nodes.figure, "figure"), "displaymath": (nodes.math_block, "equation")}
BREAK = "\N{ZERO WIDTH SPACE}"

FONTS = r"""
\setmainfont{TeX Gyre Pagella}[Ligatures=TeX]
\setsansfont{TeX Gyre Heros}[Scale=MatchLowercase]
\setmonofont{DejaVu Sans Mono}[Scale=0.8]
\usepackage{unicode-math}
\setmathfont{texgyrepagella-math.otf}
"""
# Exercises and answers are indented under their title, with which some lines stay: a frame would
# break no table, and let those at the end of a page run over its foot.
PREAMBLE = r"""
\setlength{\emergencystretch}{3em}
\setlength{\tymin}{6.5em}
\newcolumntype{T}{L}
\usepackage{xurl}
\newenvironment{sphinxVerbatimInput}{}{}
\newenvironment{sphinxVerbatimOutput}{}{}
\usepackage{newunicodechar}
\newfontfamily{\signs}{DejaVu Sans}
\newunicodechar{✅}{{\signs ✓}}
\newunicodechar{^^^^200b}{\allowbreak}
\sphinxsetup{verbatimwithframe=false, VerbatimColor={gray}{0.96}, verbatimhintsturnover=false}
\renewenvironment{sphinxadmonition}[2]
  {\par\Needspace{7\baselineskip}\addvspace{9pt plus 3pt}%
   \noindent{\sffamily\bfseries #2}\par\nobreak
   \list{}{\leftmargin1em\rightmargin0pt\topsep3pt\partopsep0pt\parsep\parskip}\item\relax}
  {\endlist\addvspace{9pt plus 3pt}}
\protected\def\sphinxtablecontinued#1{}
\def\sphinxstyleindexentry#1{#1}
\makeatletter\renewcommand\@biblabel[1]{}\makeatother
\renewenvironment{sphinxthebibliography}[1]
  {\chapter*{\bibname}\markboth{\bibname}{\bibname}\addcontentsline{toc}{chapter}{\bibname}
   \list{}{\leftmargin1.5em\itemindent-1.5em\labelwidth0pt\labelsep0pt}\sloppy}
  {\endlist}
"""
LATEX = {
    "papersize": "a4paper",
    "pointsize": "10pt",
    "figure_align": "H",  # floats may not stand in a list
    "extraclassoptions": "openany",
    "fncychap": "",
    "fontpkg": FONTS,
    "preamble": PREAMBLE,
    "tableofcontents": r"\sphinxtableofcontents\markboth{}{}",  # no page of the text is headed so
}


class LeaveOut(SphinxPostTransform):
    """Leave the parts that need a screen out."""

    default_priority = 2  # before their figures are drawn

    def run(self, **kwargs: Any) -> None:
        if isinstance(self.app.builder, LaTeXBuilder):
            leave_out(self.app, self.document)
            for link in self.document.findall(addnodes.pending_xref):
                if link["reftarget"] in PAGES_OF_THE_SITE and not link.astext():
                    link[0] += nodes.Text(self.env.titles[link["reftarget"]].astext())


class LatexBook(SphinxPostTransform):
    """Make the book that LaTeX sets from all pages, once they are printable."""

    default_priority = 4  # after OnPaper

    def run(self, **kwargs: Any) -> None:
        if not isinstance(self.app.builder, LaTeXBuilder):
            return
        for file in self.document.findall(addnodes.start_of_file):
            list_subjects(self.env, file)
            free_terms(file)
            number_chapter(self.env, file)
            if file["docname"] == WORKS:
                keep_works(file)
        for kind, (node_class, counter) in COUNTED.items():
            for node in list(self.document.findall(node_class)):
                page = page_of(node.parent, self.env.docname)
                numbers = self.env.toc_fignumbers.get(page, {}).get(kind, {})
                if node["ids"] and (number := numbers.get(node["ids"][0])):
                    told = ".".join(map(str, number))
                    put_before(node, latex(rf"\renewcommand{{\the{counter}}}{{{told}}}"))
        for exercise in list(self.document.findall(is_exercise)):
            put_before(exercise, anchor(page_of(exercise, self.env.docname), exercise["label"]))
        for table in self.document.findall(nodes.table):
            let_names_break(table)


def leave_out(app: Sphinx, doctree: nodes.document) -> None:
    """Leave out parts and pages of a book, and say which pages are left to link to."""
    for part in list(doctree.findall(nodes.compound)):
        if part.get("caption") in PARTS_OF_THE_SITE:
            part.parent.remove(part)
    for file in list(doctree.findall(addnodes.start_of_file)):
        if file["docname"] in PAGES_OF_THE_SITE:
            file.parent.remove(file)
    left = {file["docname"] for file in doctree.findall(addnodes.start_of_file)}
    app.builder.docnames = {app.config.root_doc, *left}


def number_chapter(env: Any, file: addnodes.start_of_file) -> None:
    """Give a chapter its number of the site, or none."""
    number = env.toc_secnumbers.get(file["docname"], {}).get("")
    told = rf"\setcounter{{secnumdepth}}{{{CHAPTERS if number else NONE}}}"
    if number:
        told += rf"\setcounter{{chapter}}{{{number[0] - 1}}}"
    file.insert(0, latex(told))


def list_subjects(env: Any, file: addnodes.start_of_file) -> None:
    """Put the subjects of a page's sections into the index."""
    entries = env.get_domain("index").entries.get(file["docname"], [])
    for section in file.findall(nodes.section):
        of_section = [entry for entry in entries if entry[2] in section["ids"]]
        if of_section:
            section.insert(1, addnodes.index(entries=of_section))


def free_terms(file: addnodes.start_of_file) -> None:
    """Put what the index says of a term after it: within, LaTeX would spell a hyphen otherwise."""
    for item in file.findall(nodes.definition_list_item):
        for entry in list(item.findall(addnodes.index)):
            entry.parent.remove(entry)
            item[-1].insert(0, entry)


def keep_works(file: addnodes.start_of_file) -> None:
    """Keep the works of a page, which LaTeX sets at the end, and the names that lead to it."""
    (page,) = file.findall(nodes.section)
    works = [node for node in page if not isinstance(node, nodes.title | nodes.paragraph)]
    file.children = []
    file.extend([anchor(file["docname"], name) for name in (":doc", *page["ids"])])
    file.extend(works)


def let_names_break(table: nodes.table) -> None:
    """Let the names of code break within a narrow column."""
    for literal in table.findall(nodes.literal):
        for text in list(literal.findall(nodes.Text)):
            text.parent.replace(text, nodes.Text(text.replace("_", f"_{BREAK}")))


def is_exercise(node: nodes.Node) -> bool:
    return type(node).__name__.startswith("exercise_") and "label" in node


def anchor(page: str, name: str) -> nodes.raw:
    """Return a place that links to a name of a page lead to."""
    return latex(rf"\phantomsection\label{{\detokenize{{{page}:{name}}}}}")


def latex(text: str) -> nodes.raw:
    return nodes.raw("", text, format="latex")


def put_before(node: nodes.Node, other: nodes.Node) -> None:
    node.parent.insert(node.parent.index(node), other)


def title_page(app: Sphinx) -> str:
    """Return what the title page says beside the title and the authors."""
    book = told(Path(app.srcdir))
    today = date.today()
    version = [f"Version {book['version']}"] if book else []
    _, _, subtitle = book.get("title", "").partition(": ")
    lines = r" \\ ".join([*version, f"{today.day} {today:%B %Y}"])
    info = subtitle[:1].upper() + subtitle[1:]
    return rf"\renewcommand{{\releaseinfo}}{{{info}}}\date{{{lines}}}\sphinxmaketitle"


def set_type(app: Sphinx, config: Config) -> None:
    """Set how LaTeX sets the book."""
    config.latex_elements = {**config.latex_elements, **LATEX, "maketitle": title_page(app)}
    config.latex_table_style = ["booktabs"]
    config.latex_show_urls = "no"
    config.latex_domain_indices = False
    config.latex_use_xindy = False


def keep_class(app: Sphinx, config: Config) -> None:
    """Keep Sphinx's own class: the other one needs fonts that are large to install."""
    config.latex_theme = "manual"


def keep_depth(app: Sphinx) -> None:
    """Count by chapters, as the site: another depth would let the next build read all anew."""
    if isinstance(app.builder, LaTeXBuilder):
        app.config["numfig_secnum_depth"] = 1


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("config-inited", set_type, priority=400)  # Jupyter Book adds to it
    app.connect("config-inited", keep_class, priority=900)  # Jupyter Book chose another
    app.connect("builder-inited", keep_depth, priority=900)  # Jupyter Book chose two
    app.add_post_transform(LeaveOut)
    app.add_post_transform(LatexBook)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
