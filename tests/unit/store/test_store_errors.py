from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.store import ArtifactFiles, Store, StoreError
from support import store_programs


@contextlib.contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may write everywhere: be nobody for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        Path(name).chmod(0o755)


@pytest.mark.parametrize("url", ["mysql://x/y", "nano.db", "sqlite:///", "sqlite:///:memory:"])
def test_a_url_of_another_kind(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(url, data_dir=tmp_path)
    assert "sqlite:///" in str(caught.value.hint)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("dear diary, " * 200)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(f"sqlite:///{tmp_path}/notes.txt", data_dir=tmp_path)


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file") as caught:
        Store.open(f"sqlite:///{tmp_path}/file/nano.db", data_dir=tmp_path)
    assert "folder" in str(caught.value.hint)


def test_a_folder_that_may_not_be_written(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with ordinary_user(), pytest.raises(StoreError, match=r"nano\.db") as caught:
        Store.open(f"sqlite:///{open_folder}/nano.db", data_dir=open_folder)
    assert "may write" in str(caught.value.hint)
    with ordinary_user(), pytest.raises(StoreError, match="cannot write"):
        ArtifactFiles(open_folder).write("r1", "a.png", b"x")


def test_a_database_that_may_only_be_read(open_folder: Path) -> None:
    url = f"sqlite:///{open_folder}/nano.db"
    Store.open(url, data_dir=open_folder).close()
    (open_folder / "nano.db").chmod(0o444)
    with ordinary_user(), pytest.raises(StoreError) as caught, Store.open(url, data_dir=open_folder) as store:
        store.update_baseline("a", "b", x=1)
    assert "may write" in str(caught.value.hint)


def test_a_full_disk_is_told_and_survived(tmp_path: Path) -> None:
    program = store_programs.start("fill_the_disk", f"sqlite:///{tmp_path}/nano.db", tmp_path)
    output, _ = program.communicate(timeout=60)
    told, kept, intact = output.splitlines()
    assert told.startswith("StoreError: the disk")
    assert "nano.db" in told
    assert kept == "kept True 1"
    assert intact == "('ok',)"
