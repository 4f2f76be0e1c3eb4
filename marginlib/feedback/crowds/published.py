"""Leverage as an exchange once published it."""

from __future__ import annotations

from marginlib.feedback.crowds.distributions import Beta

#: Leverage of longs in XBTUSD on BitMEX, May 2018 to April 2019, weighted by contracts.
#:
#: Published are four fifths of all contracts held long at 54 times or less over the twelve ends of
#: months, a mean of 29 times in the first of these months and of 22 in the last, and a maximum of
#: 100. This is the beta distribution from 1 to 100 with that quantile and the mean of those two
#: months: its shape is a choice, and no more of it than these figures is known. Crowds that draw
#: size and leverage independently have it as their distribution by contracts and by accounts.
#:
#: Source: BitMEX, "BitMEX leverage statistics, April 2019", blog, 15 May 2019 (how it was
#: measured); its figures as reported by Cointelegraph, "Crypto exchange BitMEX reveals most of its
#: users don't use maximum leverage", 16 May 2019.
BITMEX_2019_LONG = Beta(mean=25.5, concentration=1.026977, least=1, most=100)

#: Leverage of shorts, as :data:`BITMEX_2019_LONG`: four fifths at 47 times or less; means 26, 30.
BITMEX_2019_SHORT = Beta(mean=28.0, concentration=3.197454, least=1, most=100)
