"""What `validate` remembers never changes what it tells."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from nano_sre.cli.validate import answer
from nano_sre.config.settings import environment
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.render import render_text
from nano_sre.spec import memory, survey
from nano_sre.spec.link import link
from nano_sre.spec.load import read_file
from nano_sre.spec.project import load_project
from support.arrangements import ALERTERS, TRIGGERS
from support.golden import folders
from support.projects import STORE, fragment, journey, store

CHECKS = [Path("checks")]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NANO_SRE_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def trust_stamps(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every file had lain there for long: its stamp alone says whether it changed."""
    monkeypatch.setattr(memory, "SETTLED", -(10**18))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose YAML was read."""
    seen: list[str] = []
    real = survey.decode

    def noting(raw: bytes, *, shown: str) -> tuple[str, list[Diagnostic]]:
        seen.append(shown)
        return real(raw, shown=shown)

    monkeypatch.setattr(survey, "decode", noting)
    return seen


def write(**texts: str) -> None:
    """Files below checks/, by name: `shop__store` is checks/shop/store.yaml."""
    for name, text in texts.items():
        file = Path("checks", f"{name.replace('__', '/')}.yaml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def frames(told: list[object], sources: dict[str, str]) -> str:
    return render_text(told, sources=sources)  # type: ignore[arg-type]


def without_memory(paths: list[Path] = CHECKS) -> tuple[str, int, int]:
    """What the whole engine says, file after file, kept and linked in one go."""
    project = load_project(paths)
    told = link(project, environ=environment()).diagnostics
    return frames(list(told), project.sources), len(project.checks), len(project.sources)


def with_memory(paths: list[Path] = CHECKS, *, anew: bool = False) -> tuple[str, int, int]:
    told, sources, checks, files = answer(paths, anew=anew)
    return frames(list(told), sources), checks, files


def agree(paths: list[Path] = CHECKS) -> str:
    """Asked anew, asked from memory and asked once more, it is told the same; returns what."""
    expected = without_memory(paths)
    assert with_memory(paths) == expected
    assert with_memory(paths) == expected
    assert with_memory(paths, anew=True) == expected
    return expected[0]


def edits(files: list[Path]) -> Iterator[Callable[[], None]]:
    """What people do to their files, each a little piece of work."""
    for file in files:
        yield lambda file=file: file.write_bytes(file.read_bytes() + b"\n# a note\n")  # type: ignore[misc]
        yield lambda file=file: file.rename(file.with_name(f"zz-{file.name}"))  # type: ignore[misc]
        moved = file.with_name(f"zz-{file.name}")
        yield lambda moved=moved: moved.write_bytes(  # type: ignore[misc]
            moved.read_bytes().replace(b"id: ", b"id: other-", 1)
        )
        yield lambda moved=moved: moved.unlink()  # type: ignore[misc]


@pytest.mark.parametrize("folder", folders("diagnostics"), ids=lambda folder: folder.name)
def test_every_golden_folder_before_and_after_edits(folder: Path, trust_stamps: None) -> None:
    shutil.copytree(folder, "it")
    os.chdir("it")
    agree()
    for edit in edits(sorted(file for file in Path().rglob("*.y*ml") if file.is_file())):
        edit()
        agree()


@pytest.mark.parametrize("folder", folders("diagnostics")[::5], ids=lambda folder: folder.name)
def test_files_that_have_just_changed_are_told_by_their_content(folder: Path) -> None:
    shutil.copytree(folder, "it")
    os.chdir("it")
    for edit in edits(sorted(file for file in Path("checks").rglob("*.y*ml") if file.is_file())):
        agree()
        edit()
    agree()


def test_an_edit_of_the_same_length_within_a_tick_is_seen() -> None:
    write(store=STORE, one=journey("see: Cart"))
    agree()
    before = Path("checks/one.yaml").stat()
    write(one=journey("sea: Cart"))
    os.utime("checks/one.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "sea" in agree()


def test_what_has_not_changed_is_not_read(trust_stamps: None, reads: list[str]) -> None:
    write(store=STORE, **{f"c{n}": journey(named=f"c{n}") for n in range(9)})
    with_memory()
    assert len(reads) == 10
    reads.clear()
    with_memory()
    assert reads == []
    write(c3=journey("see: Basket", named="c3"))
    with_memory()
    assert sorted(reads) == ["checks/c3.yaml", "checks/store.yaml"]


def test_trees_are_let_go_at_once() -> None:
    """Nothing collects circles while a folder is read, so there must be none."""
    write(store=STORE, **{f"c{n}": journey(named=f"c{n}") for n in range(30)})
    gc.collect()
    gc.disable()
    try:
        survey.survey(CHECKS, environ={})
        assert sum(isinstance(each, yaml.MappingNode) for each in gc.get_objects()) < 30
    finally:
        gc.enable()


def test_touched_files_are_not_read_as_yaml(reads: list[str]) -> None:
    write(store=STORE, one=journey())
    with_memory()
    reads.clear()
    for file in Path("checks").iterdir():
        os.utime(file, (1, 1))
    assert with_memory() == ("", 1, 2)
    assert reads == []


def test_a_check_learns_what_became_of_its_store(trust_stamps: None) -> None:
    write(store=STORE, one=journey("open: /products/${vars.board}"))
    assert agree() == ""
    write(store=STORE.replace("board", "plank"))
    assert "vars.board" in agree()
    write(store=STORE, other=store("winter"))
    assert "could belong to" in agree()
    Path("checks/other.yaml").unlink()
    assert agree() == ""


def test_a_check_learns_what_became_of_its_fragment(trust_stamps: None) -> None:
    write(
        store=STORE,
        look=fragment("see: '${inputs.what}'", inputs="inputs: {what: {default: Cart}}\n"),
        one=journey("use: look"),
    )
    assert agree() == ""
    write(look=fragment("see: Cart"), two=journey("use: {fragment: look, with: {what: x}}", named="two"))
    assert "takes no input" in agree()
    write(look=fragment("press: Cart"))
    assert "checks nothing" in agree()


def test_what_a_check_gives_to_a_fragment_is_told_at_the_fragment_each_time(trust_stamps: None) -> None:
    amount = fragment("set_quantity: '${inputs.n}'", inputs="inputs: {n: {}}\n")
    write(store=STORE, look=amount, one=journey("use: {fragment: look, with: {n: '-3'}}", "see: Cart"))
    assert "checks/look.yaml" in agree()
    write(two=journey(named="two"))
    assert "checks/look.yaml" in agree()


def test_checks_are_compared_with_each_other_though_only_one_changed(trust_stamps: None) -> None:
    write(store=STORE, one=journey(named="one", more="depends_on: two\n"), two=journey(named="two"))
    assert agree() == ""
    write(two=journey(named="three"))
    assert "there is no check “two”" in agree()
    write(two=journey(named="one"))
    assert "is taken" in agree()
    write(two=journey(named="two", more="depends_on: [one]\n"))
    assert "in a circle" in agree()


def test_renames_are_compared_though_only_one_changed(trust_stamps: None) -> None:
    write(store=STORE, one=journey(named="one", more="moved_from: zero\n"), two=journey(named="two"))
    assert agree() == ""
    write(two=journey(named="zero"))
    assert "is still there" in agree()
    write(two=journey(named="two", more="moved_from: zero\n"))
    assert "moved to another check" in agree()


def test_a_check_for_one_environment(trust_stamps: None) -> None:
    staged = STORE + "environments:\n  staging: {vars: {plank: x}}\n"
    write(store=staged, one=journey("open: '${vars.plank}'", "see: Cart", more="only_in: [staging]\n"))
    assert agree() == ""
    write(store=staged.replace("plank", "board"))
    assert "vars.plank" in agree()
    write(store=STORE)
    assert "environment" in agree()


def test_a_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, trust_stamps: None, reads: list[str]) -> None:
    write(store=STORE + 'password: "${secret.DOOR}"\n', one=journey())
    assert "DOOR" in agree()
    monkeypatch.setenv("DOOR_FILE", "/run/door")
    assert agree() == ""
    reads.clear()
    with_memory()
    assert reads == []
    monkeypatch.delenv("DOOR_FILE")
    assert "DOOR" in agree()


def test_a_check_that_watches_a_journey(trust_stamps: None) -> None:
    page = "version: 1\nkind: page\nid: fast\nname: Fast\nduring: buy\nconsole: {errors: {at_most: 0}}\nmarkets: [de]\n"
    write(store=STORE, one=journey(more="markets: [us, de]\n"), page=page)
    assert agree() == ""
    write(one=journey())
    assert "has no market “de”" in agree()
    write(one=journey(more="markets: [us, de]\n"), page=page.replace("[de]", "[us, de]"))
    assert agree() == ""
    write(one=journey(named="sell"))
    assert "there is no journey “buy”" in agree()
    write(one=journey(more="markets: [us, de]\n"))
    assert agree([Path("checks/page.yaml"), Path("checks/store.yaml")]) == ""


def test_a_store_above_the_paths(trust_stamps: None) -> None:
    write(shop__store=STORE, shop__de__one=journey("open: '${vars.board}'", "see: Cart"))
    paths = [Path("checks/shop/de")]
    assert agree(paths) == ""
    write(shop__store=STORE.replace("board", "plank"))
    assert "vars.board" in agree(paths)
    Path("checks/shop/store.yaml").unlink()
    assert "has no store" in agree(paths)
    write(store=STORE)
    assert agree(paths) == ""
    Path("checks/shop/.git").mkdir()
    assert "has no store" in agree(paths)


def test_variables_that_are_set_and_unset(monkeypatch: pytest.MonkeyPatch, trust_stamps: None) -> None:
    write(store=STORE.replace("https://shop.example", '"${env.SHOP_URL}"'), one=journey())
    assert "SHOP_URL is not set" in agree()
    monkeypatch.setenv("SHOP_URL", "https://a.example")
    assert agree() == ""
    monkeypatch.setenv("SHOP_URL", "")
    assert "SHOP_URL is not set" in agree()
    Path(".env").write_text("SHOP_URL=https://b.example\n")
    assert agree() == ""
    Path(".env").write_text("SHOP_URL=${ELSEWHERE}\n")
    assert "SHOP_URL is not set" in agree()
    monkeypatch.setenv("ELSEWHERE", "https://c.example")
    assert agree() == ""
    Path(".env").unlink()
    assert "SHOP_URL is not set" in agree()


def test_a_skill_whose_module_comes_and_goes(trust_stamps: None) -> None:
    write(store=STORE, one="version: 1\nkind: skill\nid: one\nname: One\nskill: mine.tools:Look\n")
    assert "E406" in agree()
    Path("checks/mine").mkdir()
    Path("checks/mine/tools.py").write_text("class Looks:\n    pass\n")
    assert "Looks" in agree()
    Path("checks/mine/tools.py").write_text("class Look:\n    pass\n")
    assert agree() == ""
    Path("checks/mine/tools.py").unlink()
    assert "E406" in agree()


def test_a_file_to_upload_that_comes_and_goes(trust_stamps: None) -> None:
    write(store=STORE, one=journey("upload: {field: Photo, file: photo.png}", "see: Cart"))
    assert "E420" in agree()
    Path("checks/photo.png").write_bytes(b"x")
    assert agree() == ""
    Path("checks/photo.png").rename("checks/foto.png")
    assert "did you mean" in agree()


def test_steps_inside_a_step_keep_their_own_places() -> None:
    loop = "for_each: {value: size, in: [S, M], steps: [{see: '${size}'}]}"
    write(store=STORE, one=journey("reload", loop, named="one"), two=journey(loop, named="two"))
    project = load_project(CHECKS)
    found = [check.check.steps[-1].step.steps[0].span for check in project.checks]
    assert [(span.file, span.line) for span in found] == [("checks/one.yaml", 7), ("checks/two.yaml", 6)]


def test_a_password_is_not_kept() -> None:
    write(store=STORE + "password: open-sesame\n", one=journey())
    assert "••••" in agree()
    for file in record_files():
        assert "sesame" not in file.read_text()


def test_a_remembered_check_can_be_asked_for_all_of_it(trust_stamps: None) -> None:
    write(store=STORE, one=journey("see: Cart", more="tags: [a]\n"))
    with_memory()
    found = memory.recall(["checks"])
    assert found is not None
    write(store=STORE + "# changed\n")
    surveyor = survey._Surveyor(CHECKS, survey._Asked({}), memory.recall(["checks"]), placed=True)
    looked = surveyor.look()
    assert looked is not None
    (one,) = looked[0].checks
    assert one.document.data["id"] == "buy"
    assert "tags" in one.document.data
    assert one.document.data.get("tags") == ["a"]
    assert one.document.data.get("owner") is None
    assert dict(one.document.data.items())["name"] == "Buy"
    assert one.check.steps[0].verb == "see"
    assert one.document.span(("steps", 0)).line == 7
    assert one.document.source.startswith("version: 1")


def test_another_engine_asks_anew(monkeypatch: pytest.MonkeyPatch, trust_stamps: None) -> None:
    write(store=STORE, one=journey())
    with_memory()
    assert memory.recall(["checks"]) is not None
    monkeypatch.setattr(memory, "engine", lambda: ["another"])
    assert memory.recall(["checks"]) is None


def test_the_engine_is_told_by_its_code_and_by_the_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = memory.engine()
    assert memory.engine() == before
    (tmp_path / "plug_in-1.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert memory.engine() != before


def record_files() -> list[Path]:
    found = memory.place(os.environ)
    assert found is not None
    return sorted(Path(found).glob("*"))


@pytest.mark.parametrize("left", [0, 1, 20, 40, 200, -200, -40, -1])
def test_a_record_that_is_cut_off_or_garbled_is_as_good_as_none(left: int, trust_stamps: None) -> None:
    write(store=STORE, one=journey(more="depends_on: nobody\n"))
    agree()
    (file,) = record_files()
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    assert memory.recall(["checks"]) is None
    assert "nobody" in agree()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + b"\xff\x00" + whole[middle + 2 :])
    assert memory.recall(["checks"]) is None
    assert "nobody" in agree()


def test_killed_while_it_writes_the_record(trust_stamps: None) -> None:
    """kill -9 at each step of the writing: what was there stays, and the next one finds its way."""
    write(store=STORE, one=journey())
    agree()
    (file,) = record_files()
    before = file.read_bytes()
    write(one=journey("see: Basket"))
    for step in ("os.replace", "os.open", "os.makedirs", "builtins.open"):
        module = step.partition(".")[0]
        code = (
            f"import {module}, os, signal\nfrom pathlib import Path\n"
            "from nano_sre.spec import memory, survey\n"
            f"real = {step}\n"
            "def killed(*a, **k):\n"
            "    if 'tmp' in str(a[0]) or isinstance(a[0], int) or 'makedirs' in real.__name__:\n"
            "        got = real(*a, **k) if real.__name__ == 'open' else None\n"
            "        getattr(got, 'write', lambda text: None)('nano-sre/memory 1 half')\n"
            "        getattr(got, 'flush', lambda: None)()\n"
            "        os.kill(os.getpid(), signal.SIGKILL)\n"
            "    return real(*a, **k)\n"
            "survey.survey([Path('checks')], environ={})\n"
            f"{step} = killed\n"
            "memory.keep(['checks'], {'rows': []}, {})\n"
        )
        ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
        assert ended.returncode == -9, ended.stderr
        assert file.read_bytes() == before
    assert len(record_files()) > 1, "something was left behind"
    assert agree() == ""
    for left in record_files():
        if left.suffix == ".tmp":
            os.utime(left, (time.time() - 7200,) * 2)
    write(one=journey("see: Cart", "see: Basket"))
    agree()
    assert record_files() == [file]


def test_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(store=STORE, one=journey(more="depends_on: nobody\n"))
    (tmp_path / "a-file").write_text("")
    monkeypatch.setenv("NANO_SRE_CACHE_DIR", str(tmp_path / "a-file"))
    assert "nobody" in agree()


def test_without_cache_nothing_is_kept(tmp_path: Path) -> None:
    write(store=STORE, one=journey())
    with_memory(anew=True)
    assert not (tmp_path / "cache").exists()


def test_several_at_once() -> None:
    write(store=STORE, **{f"c{n}": journey(named=f"c{n}") for n in range(50)})
    command = [sys.executable, "-m", "nano_sre.cli.main", "validate", "checks"]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for each in running:
        _, said = each.communicate()
        assert (each.returncode, said) == (0, "50 checks in 51 files: fine.\n")
    found = memory.recall(["checks"])
    assert found is not None
    assert found.unchanged()
    assert [file.suffix for file in record_files()] == [".json"]


def test_a_folder_of_nothing_but_a_store_and_paths_that_are_not_there() -> None:
    write(store=STORE)
    assert "there are no checks" in agree()
    assert "there is no file or folder" in agree([Path("nowhere"), Path("checks")])


def test_a_store_whose_kind_is_written_strangely(trust_stamps: None) -> None:
    write(store=STORE.replace("kind: store", '"kind": "st\\x6fre"'), one=journey())
    assert agree() == ""
    write(one=journey("sea: Cart"))
    assert "sea" in agree()


def test_a_file_that_cannot_be_read() -> None:
    write(store=STORE, one=journey())
    Path("checks/folder.yaml").mkdir()
    Path("checks/gone.yaml").symlink_to("nowhere.yaml")
    told = agree()
    assert "cannot read checks/folder.yaml" in told
    assert "cannot read checks/gone.yaml" in told
    assert read_file("checks/gone.yaml")[1]


def test_the_files_beside_the_checks_are_looked_at_again(trust_stamps: None, reads: list[str]) -> None:
    write(store=STORE, **{f"c{n}": journey(named=f"c{n}", more="tags: [smoke]\n") for n in range(5)})
    triggers = Path("triggers.yaml")
    assert agree() == ""
    reads.clear()
    triggers.write_text(TRIGGERS.replace("all", "{tags: [smoke], checks: c3}"))
    assert with_memory() == ("", 5, 7)
    triggers.write_text(TRIGGERS.replace("all", "{tags: [smok]}"))
    assert "did you mean “smoke”?" in with_memory()[0]
    assert set(reads) == {"checks/store.yaml"}  # the checks are remembered, their tags as well
    write(c0=journey(named="c0", more="tags: [smok]\n"))
    assert agree() == ""
    triggers.rename("triggers.yml")
    assert "the file is called triggers.yaml" in agree()
    Path("triggers.yml").unlink()
    assert agree() == ""
    write(de__triggers=TRIGGERS)
    assert agree() == ""  # deeper than what is given, but the only one
    Path("checks/de/triggers.yaml").write_text("version: 2\n")
    assert "version" in agree()
    triggers.write_text(TRIGGERS)
    assert "there is another triggers.yaml" in agree()


def test_a_folder_of_templates_that_comes_and_goes(trust_stamps: None) -> None:
    write(store=STORE, one=journey())
    Path("alerters.yaml").write_text(ALERTERS + "templates: mine/\n")
    assert "there is no folder “mine/”" in agree()
    Path("mine").mkdir()
    assert agree() == ""
    Path("mine").rmdir()
    assert "there is no folder “mine/”" in agree()


def test_a_variable_of_alerters_that_is_set_later(
    monkeypatch: pytest.MonkeyPatch, trust_stamps: None
) -> None:
    write(store=STORE, one=journey())
    Path("alerters.yaml").write_text(ALERTERS + 'heartbeat: {url: "${secret.PING_URL}"}\n')
    assert "PING_URL is not set" in agree()
    monkeypatch.setenv("PING_URL", "https://hc.example")
    assert agree() == ""
