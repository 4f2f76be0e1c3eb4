"""What a student's server need not load: it is read before the server starts.

Each of these takes time at the start of every server, and no chapter uses any of them.
"""

c.ServerApp.jpserver_extensions = {  # type: ignore[name-defined]  # noqa: F821
    "jupyter_lsp": False,
    "jupyterlab_jupytext": False,
    "notebook_shim": False,
}
