from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.store import Store


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/nano_sre.db", data_dir=tmp_path / "data") as store:
        yield store
