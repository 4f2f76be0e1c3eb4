"""What happened: sourced figures of real events, and small replays of them.

>>> from marginlib import events
>>> nickel = events.event("nickel_2022")
>>> round(nickel["price_peak"].value / nickel["price_before"].value - 1, 3)
2.743
>>> round(events.event("black_thursday_2020").prices("BTC").fall, 3)
-0.417

Every figure says where it was read and how well it is known. A number that sources give in
different ways is a range, and has no ``value`` that would hide it.
"""

from marginlib.events import replays
from marginlib.events.figures import STATUSES, event, event_names

__all__ = ["STATUSES", "event", "event_names", "replays"]
