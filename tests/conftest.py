"""What holds for every test."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import settings

from support.databases import Copies
from support.postgres import PostgresServer

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Workers get whole files: those that take long first, so that none of them begins when all else is done."""
    if not hasattr(config, "workerinput"):
        return
    tests = Counter(item.path for item in items)
    slow = {item.path for item in items if "e2e" in item.path.parts or item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path not in slow, -tests[item.path], item.path))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests of this process."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """Databases with every table."""
    return Copies(tmp_path_factory.mktemp("copies"))
