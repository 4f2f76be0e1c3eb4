"""The one failure an explorer knows, and the one warning, always told in the author's terms."""

from __future__ import annotations


class ExplorerError(ValueError):
    """A figure, control or function that cannot become an explorer.

    The message names the figure's part, the control or the state, and says what to change.
    """


class MissingWords(UserWarning):
    """A figure that does not say in words what it shows."""
