"""Run a notebook in place, in the environment of the places.

With ``--as-lab`` each request names its cell, as JupyterLab's do, so that figures are displayed as
they are to a person; with ``--keep-widgets`` the state of widgets is kept in the notebook.
"""

from __future__ import annotations

import argparse
from typing import Any

import nbformat
from nbclient import NotebookClient


class AsLab(NotebookClient):
    """A client that says which cell it runs."""

    async def async_start_new_kernel_client(self) -> Any:
        client = await super().async_start_new_kernel_client()
        plain = client.session.msg

        def naming_cell(kind: str, *args: Any, **options: Any) -> Any:
            if kind == "execute_request":
                options["metadata"] = {"cellId": "wave"}
            return plain(kind, *args, **options)

        client.session.msg = naming_cell
        return client


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--as-lab", action="store_true")
    parser.add_argument("--keep-widgets", action="store_true")
    given = parser.parse_args()
    notebook = nbformat.read(given.path, as_version=4)
    client = (AsLab if given.as_lab else NotebookClient)(notebook, timeout=300)
    client.store_widget_state = given.keep_widgets
    client.execute()
    nbformat.write(notebook, given.path)


if __name__ == "__main__":
    main()
