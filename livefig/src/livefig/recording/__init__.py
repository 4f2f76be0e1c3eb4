"""Every state of an explorer, recorded as tables of integers."""

from .budget import Budget
from .record import Recording, record
from .tracks import Track

__all__ = ["Budget", "Recording", "Track", "record"]
