"""How a price answers to a trade: buying makes dearer, selling makes cheaper.

Every law here is a :class:`Curve`: how far the price stands from where it would be, for the total
flow. :func:`linear_book` and :func:`square_root_law` are powers of it, :class:`Exponential` leaves
a price above zero whatever is sold, an :class:`OrderBook` has as much at each level as is said, and
:class:`Transient` lets another law pass with time.
"""

from marginlib.impact.curve import Curve
from marginlib.impact.exponential import Exponential
from marginlib.impact.memory import Transient
from marginlib.impact.order_book import OrderBook
from marginlib.impact.power import linear_book, square_root_law

__all__ = ["Curve", "Exponential", "OrderBook", "Transient", "linear_book", "square_root_law"]
