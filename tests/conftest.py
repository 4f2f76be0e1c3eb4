"""The same examples on every machine and on every run, however busy it is."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("everywhere", deadline=None, derandomize=True)
settings.load_profile("everywhere")
