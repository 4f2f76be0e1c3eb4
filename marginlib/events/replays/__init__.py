"""Small models on the figures of real events: what was known, what is assumed, what follows.

Each replay takes what is assumed as arguments and everything else from the figures of its event.
Its result is small, and says in words where it disagrees with the story that is usually told.
None of them is a reconstruction: positions and order books of these days were never published.
"""

from marginlib.events.replays.archegos import archegos_2021
from marginlib.events.replays.crypto_day import black_thursday_2020
from marginlib.events.replays.dash_for_cash import dash_for_cash_2020
from marginlib.events.replays.nasdaq import nasdaq_2018
from marginlib.events.replays.nickel import nickel_2022
from marginlib.events.replays.october import october_2025

__all__ = [
    "archegos_2021",
    "black_thursday_2020",
    "dash_for_cash_2020",
    "nasdaq_2018",
    "nickel_2022",
    "october_2025",
]
