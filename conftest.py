"""For the tests, ``livefig`` is the package and not the folder that holds it.

pytest names a test file by its folders, ``livefig.tests.test_words``, and would import the folder
under the name of the package if the package were not there first.
"""

from __future__ import annotations

from pathlib import Path

import livefig

livefig.__path__.append(str(Path(__file__).with_name("livefig")))
