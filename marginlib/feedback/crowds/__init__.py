"""Many accounts at once, drawn with a seed.

A crowd is :class:`~marginlib.accounts.Accounts` of shape (N,), and nothing else: whatever the
library computes for one account it computes for a crowd. How its leverage, sizes, sides, holdings
and collateral are spread is an assumption, to be made in the open, except where an exchange once
published it. All of it is spoken of as ``marginlib.feedback``.
"""
