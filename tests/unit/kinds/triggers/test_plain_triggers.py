"""The kinds that only say something: intervals, cron lines, files, queues, people."""

from __future__ import annotations

import pytest

from nano_sre.core.fields import Cron, Duration, Unfit
from nano_sre.kinds.triggers.cron import CronTrigger
from nano_sre.kinds.triggers.every import Every
from nano_sre.kinds.triggers.files import Files
from nano_sre.kinds.triggers.manual import Manual
from nano_sre.kinds.triggers.sqs import Sqs


def test_an_interval_has_a_shortest() -> None:
    assert Every(interval=Duration(1_000)).interval.seconds == 1
    with pytest.raises(Unfit, match="every 999ms is too often"):
        Every(interval=Duration(999))


@pytest.mark.parametrize("paths", [(), ("",), ("theme", " ")])
def test_files_are_named(paths: tuple[str, ...]) -> None:
    with pytest.raises(Unfit, match="watches nothing"):
        Files(paths=paths)


def test_the_rest_says_where_its_events_come_from() -> None:
    assert CronTrigger(line=Cron("0 3 * * *")).comes == "timetable"
    assert Sqs(queue_url="https://sqs.example/q").comes == "queue"
    assert Manual().comes == "hand"
    assert Files(paths=("theme/",)).comes == "files"
