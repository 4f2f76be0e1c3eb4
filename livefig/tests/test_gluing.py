"""What is glued is what MyST-NB would have glued."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import HTML
from IPython.utils.capture import capture_output

import livefig


@pytest.mark.parametrize("value", ["1,800 USD", 3, np.float64(0.5), HTML("<b>bold</b>")], ids=repr)
def test_a_value_is_kept_as_myst_nb_keeps_it(value):
    myst_nb = pytest.importorskip("myst_nb", reason="books need MyST-NB; the figures do not")
    InteractiveShell.instance()
    with capture_output() as theirs:
        myst_nb.glue("sum", value, display=False)
    with capture_output() as ours:
        livefig.glue("sum", value)
    assert [(one.data, one.metadata) for one in ours.outputs] == [
        (one.data, one.metadata) for one in theirs.outputs
    ]


def test_no_builder_of_books_is_loaded():
    code = "import sys, livefig; livefig.glue('sum', 1); print('docutils' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "False"
