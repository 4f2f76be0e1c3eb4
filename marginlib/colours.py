"""What each colour means, throughout the book.

Examples
--------
>>> from marginlib import colours
>>> sorted(colours.MEANING)
['bankruptcy', 'equity', 'fund', 'initial', 'liquidation', 'maintenance', 'price']
"""

# Colours of the palette of livefig, which turns them with the ground: lighter on a dark page.
EQUITY = "#1d6fb8"  # blue
INITIAL = "#15803d"  # green
MAINTENANCE = "#b45309"  # orange
LIQUIDATION = "#c0262d"  # red
BANKRUPTCY = "#7a5230"  # brown
FUND = "#7c4dbd"  # purple
PRICE = "#1f2933"  # ink

MEANING = {
    "equity": EQUITY,
    "initial": INITIAL,
    "maintenance": MAINTENANCE,
    "liquidation": LIQUIDATION,
    "bankruptcy": BANKRUPTCY,
    "fund": FUND,
    "price": PRICE,
}
