"""Small models on the figures of real events: what was known, what is assumed, what follows.

Each replay takes what is assumed as arguments and everything else from the figures of its event.
Its result is small, and says in words where it disagrees with the story that is usually told.
None of them is a reconstruction: positions and order books of these days were never published.
"""

from marginlib.events.replays.archegos import ArchegosReplay, archegos_2021
from marginlib.events.replays.crypto_day import CryptoDayReplay, black_thursday_2020
from marginlib.events.replays.dash_for_cash import DashForCashReplay, dash_for_cash_2020
from marginlib.events.replays.nasdaq import NasdaqReplay, nasdaq_2018
from marginlib.events.replays.nickel import NickelReplay, nickel_2022
from marginlib.events.replays.october import OctoberReplay, october_2025

__all__ = [
    "ArchegosReplay",
    "CryptoDayReplay",
    "DashForCashReplay",
    "NasdaqReplay",
    "NickelReplay",
    "OctoberReplay",
    "archegos_2021",
    "black_thursday_2020",
    "dash_for_cash_2020",
    "nasdaq_2018",
    "nickel_2022",
    "october_2025",
]
