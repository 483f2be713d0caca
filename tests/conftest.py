"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples for everyone, so that a change is what turns a test red; NANO_SRE_EXPLORE=1 looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("explore" if os.environ.get("NANO_SRE_EXPLORE") else "steady")
