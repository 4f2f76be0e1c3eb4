"""What each colour means, throughout the book.

Examples
--------
>>> from marginlib import colours
>>> sorted(colours.MEANING)
['bankruptcy', 'equity', 'fund', 'initial', 'liquidation', 'maintenance', 'price']
"""

from .explore import theme

EQUITY = theme.BLUE
INITIAL = theme.GREEN
MAINTENANCE = theme.ORANGE
LIQUIDATION = theme.RED
BANKRUPTCY = theme.BROWN
FUND = theme.PURPLE
PRICE = theme.INK

MEANING = {
    "equity": EQUITY,
    "initial": INITIAL,
    "maintenance": MAINTENANCE,
    "liquidation": LIQUIDATION,
    "bankruptcy": BANKRUPTCY,
    "fund": FUND,
    "price": PRICE,
}
