"""A real PostgreSQL server for tests: its own folder, port and password, gone at the end."""

from __future__ import annotations

import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg

_USER = "nano"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "log_min_messages": "fatal",
}


class PostgresServer:
    """`with PostgresServer() as server: server.fresh_database()` gives the URL of an empty database."""

    def __init__(self) -> None:
        self.password = f"pw-{secrets.token_hex(6)}"
        self._numbers = itertools.count(1)
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        binaries = _binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="nano-sre-postgres-"))
        try:
            self._create_cluster(binaries)
            self._start(binaries)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # a fast shutdown: does not wait for clients
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str, *, password: str | None = None) -> str:
        return f"postgresql://{_USER}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def fresh_database(self) -> str:
        return self._create("")

    @contextmanager
    def database(self, *, like: str = "") -> Iterator[str]:
        """The URL of a database that is dropped afterwards: empty, or a copy of the one at another URL."""
        url = self._create(f"TEMPLATE {_name(like)}" if like else "")
        try:
            yield url
        finally:
            self.execute(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def _create(self, how: str) -> str:
        name = f"test{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} {how}")
        return self.url(name)

    def execute(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql)  # type: ignore[arg-type, unused-ignore]

    def drop_connections(self) -> None:
        """What a restart of the server, or a firewall, does to everybody."""
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname LIKE 'test%' AND pid <> pg_backend_pid()"
        )

    def _create_cluster(self, binaries: Path) -> None:
        password = self._folder / "password"
        password.write_text(self.password)
        owner = _ordinary_user()
        if owner:
            for path in (self._folder, password):
                os.chown(path, owner["user"], owner["group"])
        options = ["--no-sync", "-U", _USER, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8"]
        subprocess.run(
            [binaries / "initdb", *options, "--locale=C", "-D", self._folder / "data"],
            check=True,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            **owner,
        )

    def _start(self, binaries: Path) -> None:
        for _ in range(5):  # somebody may take the free port before the server does
            self.port = _free_port()
            settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
            self._process = subprocess.Popen(
                [binaries / "postgres", "-D", self._folder / "data", "-p", str(self.port), *settings],
                cwd=self._folder,
                **_ordinary_user(),
            )
            if self._answers():
                return
        raise RuntimeError("PostgreSQL did not start; its messages are above")

    def _answers(self) -> bool:
        deadline = time.monotonic() + 30
        while self._process and self._process.poll() is None and time.monotonic() < deadline:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _binaries() -> Path:
    """Where `initdb` and `postgres` are."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if config := shutil.which("pg_config"):
        found = subprocess.run([config, "--bindir"], check=True, capture_output=True, text=True)
        candidates.insert(0, Path(found.stdout.strip()))
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    raise RuntimeError(
        "these tests need a PostgreSQL server: `make test` installs it, or: apt-get install postgresql"
    )


def _ordinary_user() -> dict[str, Any]:
    """The server refuses to run as root: then it runs as a user that has no rights."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError(
        "running as root, and there is neither a user postgres nor nobody to run the server as"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
