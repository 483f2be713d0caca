"""What holds for every test."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile

from hypothesis import settings

# What `validate` remembers of the tests' folders is nobody's business but theirs.
os.environ["NANO_SRE_CACHE_DIR"] = tempfile.mkdtemp(prefix="nano-sre-tests-cache-")
atexit.register(shutil.rmtree, os.environ["NANO_SRE_CACHE_DIR"], ignore_errors=True)

# A shell that runs us in the background has Ctrl-C ignored, and every process we start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples for everyone, so that a change is what turns a test red; NANO_SRE_EXPLORE=1 looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("explore" if os.environ.get("NANO_SRE_EXPLORE") else "steady")
