"""The one failure an explorer knows, always told in the author's terms."""

from __future__ import annotations


class ExplorerError(ValueError):
    """A figure, control or ``update`` function that cannot become an explorer.

    The message names the figure's part or the control, and says what to change.
    """
