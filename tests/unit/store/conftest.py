from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.store import Store
from support.databases import Copies
from support.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, copies: Copies) -> Iterator[str]:
    """The URL of a database: every test of the store runs on both. It is empty unless the test asks for a `store`."""
    ready = "store" in request.fixturenames
    if request.param == "sqlite":
        yield copies.sqlite(tmp_path) if ready else f"sqlite:///{tmp_path}/nano_sre.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with copies.postgresql(server) if ready else server.database() as url:
        yield url


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(url: str, data_dir: Path) -> Iterator[Store]:
    with Store.open(url, data_dir=data_dir) as store:
        yield store


@pytest.fixture
def sqlite_store(tmp_path: Path, data_dir: Path, copies: Copies) -> Iterator[Store]:
    with Store.open(copies.sqlite(tmp_path), data_dir=data_dir) as store:
        yield store
