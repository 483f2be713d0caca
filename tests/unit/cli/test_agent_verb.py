"""`agent` before it runs: what its options refuse. What it does then is tests/e2e/test_agent_process.py."""

from __future__ import annotations

import socket

import pytest

from support.cli import Desk

LONG = "a-long-and-random-text"


def test_other_machines_need_a_token(applied: Desk) -> None:
    done = applied.nano("agent", "--host", "0.0.0.0")
    assert done.code == 2
    assert "--host 0.0.0.0 opens the status page to other machines, and there is no token" in done.err
    assert "set NANO_SRE_TOKEN to a long random text" in done.err


def test_a_short_token_is_none(applied: Desk) -> None:
    applied.environ["NANO_SRE_TOKEN"] = "secret"
    done = applied.nano("agent")
    assert (done.code, "NANO_SRE_TOKEN is too short to be a secret" in done.err) == (2, True)


def test_a_port_that_is_taken_is_told(applied: Desk) -> None:
    applied.environ["NANO_SRE_TOKEN"] = LONG
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = applied.nano("agent", "--port", port)
    assert done.code == 2
    assert f"the status page cannot listen on 127.0.0.1, port {port}: " in done.err
    assert "--no-page leaves it out" in done.err


def test_an_environment_is_for_folders(applied: Desk) -> None:
    done = applied.nano("agent", "--env", "staging")
    assert (done.code, "nano-sre agent checks/ --env staging" in done.err) == (2, True)


@pytest.mark.parametrize("number", ["0", "65"])
def test_so_many_visits_at_once_are_none_or_too_many(applied: Desk, number: str) -> None:
    assert applied.nano("agent", "--concurrency", number).code == 2


def test_a_folder_that_was_never_valid_ends_it(desk: Desk) -> None:
    desk.write("cart.yaml", "version: 1\nkind: nothing\n")
    done = desk.nano("agent", "checks", "--no-page")
    assert done.code == 3
    assert "the folder is invalid, and nothing was applied before that could run" in done.err
