"""Two ways of seeing a figure: artists that are kept, and the whole drawing anew."""

from .kept import Kept
from .whole import Drawer, Plain, Updated, Whole

__all__ = ["Drawer", "Kept", "Plain", "Updated", "Whole"]
