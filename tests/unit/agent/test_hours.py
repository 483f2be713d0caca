"""Eight hours of an agent's life in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.cli import STORE, api_check
from support.demo import settings_in
from support.hours import live
from support.pages import Site, site

pytestmark = pytest.mark.slow
EIGHT = timedelta(hours=8)
PATIENCE = 100.0
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVENING = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)


@pytest.fixture
def shop() -> Iterator[Site]:
    with site(index="<title>Shop</title>") as made:
        made.put("/cart.js", "{}")
        made.put("/search.js", "{}")
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "checks"
    made.mkdir()
    (made / "store.yaml").write_text(STORE)
    (made / "cart.yaml").write_text(api_check("cart", more="every: 15m\n"))
    (made / "search.yaml").write_text(api_check("search", "/search.js", more="every: 30m\n"))
    (made / "nightly.yaml").write_text(api_check("nightly", more='cron: "0 3 * * *"\n'))
    return made


def test_a_shop_without_a_fault_is_never_told_of(shop: Site, folder: Path, tmp_path: Path) -> None:
    hours = live(
        [folder], settings_in(tmp_path, {"SHOP_URL": shop.url}), length=EIGHT, patience=PATIENCE, start=NOON
    )
    assert hours.passed >= EIGHT
    assert (hours.alerts, hours.incidents) == ([], [])
    assert set(hours.results) == {"pass"}
    assert 32 + 16 <= hours.results["pass"] <= 32 + 16 + 3  # each moment once; those just past at the start


def test_a_fault_is_told_once_and_so_is_its_end(shop: Site, folder: Path, tmp_path: Path) -> None:
    def meanwhile(passed: timedelta) -> None:
        broken = timedelta(hours=2) <= passed < timedelta(hours=2, minutes=40)
        shop.put("/cart.js", "{}", status=500 if broken else 200)

    hours = live(
        [folder],
        settings_in(tmp_path, {"SHOP_URL": shop.url}),
        length=EIGHT,
        patience=PATIENCE,
        start=NOON,
        meanwhile=meanwhile,
    )
    assert hours.alerts == [("console", "fired"), ("console", "resolved")]
    assert [status for _, status in hours.incidents] == ["resolved"]


@pytest.mark.parametrize(
    ("start", "told"), [(NOON, 1), (EVENING, 2)], ids=["by-day", "while-the-nightly-check-runs"]
)
def test_a_blind_monitor_is_one_message_for_a_store(
    shop: Site, folder: Path, tmp_path: Path, start: datetime, told: int
) -> None:
    """One more for a check that has its turn hours later. It need not wait for the next night to be judged again."""
    for number in range(8):
        text = api_check(f"check-{number}", more=f"every: {10 + 5 * number}m\n")
        (folder / f"check-{number}.yaml").write_text(text)

    def meanwhile(passed: timedelta) -> None:
        blind = timedelta(minutes=30) <= passed < timedelta(hours=5)
        for path in ("/cart.js", "/search.js"):  # whoever answers so lets no monitor in
            shop.put(path, "{}", status=429 if blind else 200)

    hours = live(
        [folder],
        settings_in(tmp_path, {"SHOP_URL": shop.url}),
        length=EIGHT,
        patience=PATIENCE,
        start=start,
        meanwhile=meanwhile,
    )
    kinds = [kind for _, kind in hours.alerts]
    assert (kinds.count("no_data"), kinds.count("data_back"), kinds.count("fired")) == (told, 1, 0), kinds
    assert set(kinds) <= {"no_data", "still_no_data", "data_back"}, "nothing is known to fail"
    assert len(hours.incidents) == 9 + told
