"""Margin models that cannot be right are refused, in words that say what to type instead."""

from __future__ import annotations

from tests.refusals import refused_in

test_bad_input_is_refused = refused_in("margin")
