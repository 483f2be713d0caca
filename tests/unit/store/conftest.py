from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.store import Store
from support.postgres import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: every test of the store runs on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/nano_sre.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.fresh_database()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(url: str, data_dir: Path) -> Iterator[Store]:
    with Store.open(url, data_dir=data_dir) as store:
        yield store


@pytest.fixture
def sqlite_store(tmp_path: Path, data_dir: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/nano_sre.db", data_dir=data_dir) as store:
        yield store
