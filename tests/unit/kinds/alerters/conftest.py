from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.receivers import Receivers, receivers


@pytest.fixture
def services() -> Iterator[Receivers]:
    with receivers() as made:
        yield made
