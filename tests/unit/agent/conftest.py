from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.store import Store
from support.databases import Copies


@pytest.fixture
def kept(tmp_path: Path, copies: Copies) -> Iterator[Store]:
    with Store.open(copies.sqlite(tmp_path), data_dir=tmp_path / "data") as store:
        yield store
