"""Shock, forced sales, impact, rest: what a market does to a crowd of accounts."""
