from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nano_sre.runtime import browsers
from nano_sre.runtime.browsers import BrowserMissing, ensure_browser, find_browser, install_browser

WORKS = "exit 0"
BROKEN = "echo 'error while loading shared libraries: libnss3.so' >&2; exit 127"


@dataclass
class Machine:
    """A computer of our own: one folder of programs, one home, and nothing else."""

    root: Path
    said: list[str] = field(default_factory=list)

    @property
    def programs(self) -> Path:
        return self.root / "bin"

    @property
    def cache(self) -> Path:
        return self.root / "home" / ".cache" / "ms-playwright"

    @property
    def environ(self) -> dict[str, str]:
        return {
            "PATH": str(self.programs),
            "HOME": str(self.root / "home"),
            "PYTHONPATH": str(self.root / "packages"),
            "LOG": str(self.root / "log"),
            "BIN": str(self.programs),
            "CACHE": str(self.cache),
        }

    @property
    def log(self) -> list[str]:
        file = self.root / "log"
        return file.read_text().splitlines() if file.exists() else []

    def program(self, name: str, body: str = WORKS) -> Path:
        return script(self.programs / name, body)

    def playwright(self, body: str) -> None:
        """What `python -m playwright` does here."""
        package = self.root / "packages" / "playwright"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(
            "import os, pathlib, sys\n"
            "with open(os.environ['LOG'], 'a') as log: print('playwright', *sys.argv[1:], file=log)\n"
            f"{body}\n"
        )

    def download(self, build: str, file: str, *, complete: bool = True, body: str = WORKS) -> Path:
        path = script(self.cache / build / file, body)
        if complete:
            (self.cache / build / "INSTALLATION_COMPLETE").touch()
        return path


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def apt(*, knows: str, needs_update: bool = False) -> str:
    """An apt-get that writes down its words and has one package, with an up-to-date list or without."""
    return f"""
PATH=/usr/bin:/bin
for last; do :; done
echo "apt-get $last $DEBIAN_FRONTEND" >>"$LOG"
if [ "$last" = update ]; then touch "$BIN/../updated"; exit 0; fi
if [ "$last" != {knows} ] || {{ [ {int(needs_update)} = 1 ] && [ ! -e "$BIN/../updated" ]; }}; then
  echo "E: Unable to locate package $last" >&2; exit 100
fi
printf '#!/bin/sh\\n' >"$BIN/$last"; chmod +x "$BIN/$last"
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    (tmp_path / "bin").mkdir()
    (tmp_path / "home").mkdir()
    monkeypatch.setattr(browsers, "SHELL_PLACES", ())
    monkeypatch.setattr(browsers, "CHROME_PLACES", ())
    monkeypatch.setattr(browsers, "RUNS_AS_ROOT", True)
    monkeypatch.setattr(browsers.platform, "system", lambda: "Linux")
    return Machine(tmp_path)


def found(machine: Machine, **environ: str) -> str | None:
    browser = find_browser(machine.environ | environ)
    return browser.path if browser else None


def bring(machine: Machine, *, allow_system: bool = True, **environ: str) -> browsers.Browser:
    return install_browser(
        allow_system=allow_system, say=machine.said.append, environ=machine.environ | environ
    )


def test_a_bare_machine_has_none(machine: Machine) -> None:
    assert find_browser(machine.environ) is None


def test_the_real_environment_is_the_default(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = machine.program("chromium-headless-shell")
    monkeypatch.delenv("NANO_SRE_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(machine.programs))
    browser = find_browser()
    assert browser is not None
    assert browser.path == str(wanted)


def test_the_order_of_preference(machine: Machine) -> None:
    chrome = machine.program("google-chrome-stable")
    assert found(machine) == str(chrome)
    chromium = machine.program("chromium")
    assert found(machine) == str(chromium)
    full = machine.download("chromium-1200", "chrome-linux/chrome")
    assert found(machine) == str(full)
    own = machine.download("chromium_headless_shell-1190", "chrome-linux/headless_shell")
    assert found(machine) == str(own)
    shell = machine.program("chromium-headless-shell")
    assert found(machine) == str(shell)
    named = script(machine.root / "elsewhere" / "my-chromium", WORKS)
    assert found(machine, NANO_SRE_BROWSER=str(named)) == str(named)


def test_where_a_window_is_wanted_a_shell_is_of_no_use(machine: Machine) -> None:
    machine.program("chromium-headless-shell")
    assert find_browser(machine.environ, windowed=True) is None
    chromium = machine.program("chromium")
    found = find_browser(machine.environ, windowed=True)
    assert found is not None
    assert found.path == str(chromium)


@pytest.mark.parametrize(
    ("name", "headless_shell"),
    [
        ("chromium-headless-shell", True),
        ("headless_shell", True),
        ("chromium", False),
        ("google-chrome", False),
    ],
)
def test_a_headless_shell_is_known_by_its_name(machine: Machine, name: str, *, headless_shell: bool) -> None:
    machine.program(name)
    browser = find_browser(machine.environ)
    assert browser is not None
    assert browser.headless_shell is headless_shell
    assert browser.origin == "found on PATH"


@pytest.mark.parametrize("wish", ["/nowhere/chromium", "folder", "not-executable"])
def test_a_wish_that_cannot_be_met_is_an_error_that_names_it(machine: Machine, wish: str) -> None:
    machine.program("chromium")
    (machine.root / "folder").mkdir()
    (machine.root / "not-executable").touch()
    path = str(machine.root / wish)
    with pytest.raises(BrowserMissing, match=r"NANO_SRE_BROWSER") as problem:
        find_browser(machine.environ | {"NANO_SRE_BROWSER": path})
    assert path in str(problem.value)


def test_an_empty_wish_is_no_wish(machine: Machine) -> None:
    chromium = machine.program("chromium")
    assert found(machine, NANO_SRE_BROWSER="") == str(chromium)


def test_places_where_systems_put_it(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = script(machine.root / "lib" / "chromium-headless-shell", WORKS)
    monkeypatch.setattr(browsers, "SHELL_PLACES", (str(machine.root / "gone"), str(shell)))
    machine.program("chromium")
    assert found(machine) == str(shell)


@pytest.mark.parametrize(
    ("build", "file"),
    [
        ("chromium_headless_shell-1181", "chrome-linux/headless_shell"),
        ("chromium_headless_shell-1208", "chrome-headless-shell-linux64/chrome-headless-shell"),
        ("chromium_headless_shell-1181", "chrome-mac/headless_shell"),
        ("chromium-1181", "chrome-linux/chrome"),
        ("chromium-1208", "chrome-linux64/chrome"),
        ("chromium-1181", "chrome-mac/Chromium.app/Contents/MacOS/Chromium"),
        (
            "chromium-1208",
            "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
        ),
    ],
)
def test_the_shapes_of_playwrights_downloads(machine: Machine, build: str, file: str) -> None:
    path = machine.download(build, file)
    browser = find_browser(machine.environ)
    assert browser is not None
    assert browser.path == str(path)
    assert browser.origin == "downloaded by Playwright"
    assert browser.headless_shell is ("headless" in build)


def test_the_newest_complete_download_wins(machine: Machine) -> None:
    machine.download("chromium_headless_shell-999", "chrome-linux/headless_shell")
    newest = machine.download("chromium_headless_shell-1190", "chrome-linux/headless_shell")
    machine.download("chromium_headless_shell-1200", "chrome-linux/headless_shell", complete=False)
    assert found(machine) == str(newest)


def test_playwrights_folder_can_be_elsewhere(machine: Machine) -> None:
    path = machine.download("chromium-1181", "chrome-linux/chrome")
    elsewhere = machine.root / "browsers"
    shutil.move(machine.cache, elsewhere)
    moved = elsewhere / path.relative_to(machine.cache)
    assert found(machine, PLAYWRIGHT_BROWSERS_PATH=str(elsewhere)) == str(moved)
    assert found(machine, PLAYWRIGHT_BROWSERS_PATH="0") is None
    shutil.copytree(elsewhere, machine.root / "xdg" / "ms-playwright")
    assert found(machine, XDG_CACHE_HOME=str(machine.root / "xdg")) is not None


def test_playwrights_folder_on_a_mac(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers.platform, "system", lambda: "Darwin")
    machine.download("chromium-1181", "chrome-mac/Chromium.app/Contents/MacOS/Chromium")
    assert find_browser(machine.environ) is None
    shutil.copytree(machine.cache, machine.root / "home" / "Library" / "Caches" / "ms-playwright")
    assert find_browser(machine.environ) is not None


def test_playwrights_download_is_tried_first(machine: Machine) -> None:
    machine.playwright(
        "build = pathlib.Path(os.environ['CACHE']) / 'chromium_headless_shell-1208'\n"
        "file = build / 'chrome-linux' / 'headless_shell'\n"
        "file.parent.mkdir(parents=True)\n"
        "file.write_text('#!/bin/sh\\n')\n"
        "file.chmod(0o755)\n"
        "(build / 'INSTALLATION_COMPLETE').touch()"
    )
    machine.program("apt-get", apt(knows="chromium-headless-shell"))
    browser = bring(machine)
    assert browser.origin == "downloaded by Playwright"
    assert browser.headless_shell
    assert machine.log == ["playwright install chromium --only-shell"]


def test_then_the_systems_package(machine: Machine) -> None:
    machine.playwright("sys.exit('getaddrinfo ENOTFOUND')")
    machine.program("apt-get", apt(knows="chromium-headless-shell"))
    assert bring(machine).path == str(machine.programs / "chromium-headless-shell")
    assert machine.log[1:] == ["apt-get chromium-headless-shell noninteractive"]
    assert any("ENOTFOUND" in text for text in machine.said)


def test_an_old_package_list_is_brought_up_to_date(machine: Machine) -> None:
    machine.playwright("sys.exit(1)")
    machine.program("apt-get", apt(knows="chromium-headless-shell", needs_update=True))
    assert bring(machine).headless_shell
    words = [line.split()[1] for line in machine.log[1:]]
    assert words == ["chromium-headless-shell", "update", "chromium-headless-shell"]
    assert any("Unable to locate package" in text for text in machine.said)


def test_a_system_without_the_headless_shell_gets_chromium(machine: Machine) -> None:
    machine.playwright("sys.exit(1)")
    machine.program("apt-get", apt(knows="chromium"))
    assert not bring(machine).headless_shell


@pytest.mark.parametrize("forbidden", [{"allow_system": False}, {"NANO_SRE_NO_SYSTEM_PACKAGES": "1"}])
def test_the_system_is_left_alone_when_told_so(machine: Machine, forbidden: dict[str, object]) -> None:
    machine.playwright("sys.exit(1)")
    machine.program("apt-get", apt(knows="chromium-headless-shell"))
    with pytest.raises(BrowserMissing) as problem:
        bring(machine, **forbidden)  # type: ignore[arg-type]
    assert machine.log == ["playwright install chromium --only-shell"]
    for word in ("not allowed", "playwright install", "apt-get", "NANO_SRE_BROWSER"):
        assert word in str(problem.value)


@pytest.mark.parametrize("password", [False, True])
def test_sudo_is_used_only_where_it_asks_for_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, *, password: bool
) -> None:
    monkeypatch.setattr(browsers, "RUNS_AS_ROOT", False)
    machine.playwright("sys.exit(1)")
    machine.program("apt-get", apt(knows="chromium-headless-shell"))
    machine.program("env", 'exec /usr/bin/env "$@"')
    machine.program("sudo", "exit 1" if password else '[ "$1" = -n ] && shift; echo "sudo $1" >>"$LOG"; "$@"')
    if password:
        with pytest.raises(BrowserMissing):
            bring(machine)
    else:
        assert bring(machine).headless_shell
        assert machine.log[1:] == ["sudo true", "sudo env", "apt-get chromium-headless-shell noninteractive"]


def test_a_download_without_its_libraries_gets_them(machine: Machine) -> None:
    path = machine.download("chromium_headless_shell-1208", "chrome-linux/headless_shell", body=BROKEN)
    machine.playwright(
        f"if sys.argv[1] == 'install-deps': pathlib.Path({str(path)!r}).write_text('#!/bin/sh\\nexit 0\\n')"
    )
    browser = ensure_browser(allow_system=True, say=machine.said.append, environ=machine.environ)
    assert browser.path == str(path)
    assert machine.log[-1] == "playwright install-deps chromium"
    assert "libnss3" in machine.said[0]


def test_one_that_starts_is_left_as_it_is(machine: Machine) -> None:
    machine.program("chromium")
    ensure_browser(allow_system=True, say=machine.said.append, environ=machine.environ)
    assert machine.said == []
    assert machine.log == []


def test_a_named_one_that_does_not_start_is_never_replaced(machine: Machine) -> None:
    path = machine.program("mine", BROKEN)
    environ = machine.environ | {"NANO_SRE_BROWSER": str(path)}
    with pytest.raises(BrowserMissing, match="libnss3"):
        ensure_browser(allow_system=True, say=machine.said.append, environ=environ)
    assert machine.log == []


def test_a_command_that_hangs_is_stopped_with_its_children(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsers, "DOWNLOAD_SECONDS", 1)
    machine.playwright("import subprocess\nsubprocess.run(['/bin/sleep', '600'])")
    with pytest.raises(BrowserMissing):
        bring(machine, allow_system=False)
    assert any("had not finished after 1 s" in text for text in machine.said)


def test_the_sandbox_goes_only_for_root() -> None:
    assert ("--no-sandbox" in browsers.LAUNCH_FLAGS) is browsers.RUNS_AS_ROOT
    assert "--disable-quic" in browsers.LAUNCH_FLAGS


def test_it_runs_as_a_command_without_any_package(machine: Machine) -> None:
    chromium = machine.program("chromium-headless-shell")
    run = command(machine)
    assert (run().returncode, run().stdout) == (0, f"{chromium} (found on PATH)\n")
    assert run("--ensure").stdout == f"{chromium} (found on PATH)\n"
    failed = run("--ensure", NANO_SRE_BROWSER="/nowhere")
    assert failed.returncode == 1
    assert "/nowhere" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_the_command_says_what_to_do_when_there_is_none(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("NANO_SRE_BROWSER", "PLAYWRIGHT_BROWSERS_PATH", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in machine.environ.items():
        monkeypatch.setenv(name, value)
    assert browsers.main([]) == 1
    assert "playwright install" in capsys.readouterr().err


def command(machine: Machine) -> Callable[..., subprocess.CompletedProcess[str]]:
    engine = str(Path(browsers.__file__).parents[2])

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-S", "-m", "nano_sre.runtime.browsers", *arguments]
        environment = machine.environ | {"PYTHONPATH": engine} | environ
        return subprocess.run(line, env=environment, capture_output=True, text=True, check=False)

    return run
