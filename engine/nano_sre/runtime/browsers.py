"""Find a Chromium, or bring one. Standard library only, so that it works before any package is installed."""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

RUNS_AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

LAUNCH_FLAGS: tuple[str, ...] = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(("--no-sandbox",) if RUNS_AS_ROOT else ()),
)

SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
SHELL_PLACES = (
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/lib64/chromium-browser/headless_shell",
)
CHROME_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROME_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PLAYWRIGHT_BUILDS = (
    ("chromium_headless_shell", ("chrome-*/headless_shell", "chrome-*/chrome-headless-shell")),
    ("chromium", ("chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*")),
)
APT_INSTALL = ("apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends")
APT_UPDATE = ("apt-get", "-o", "DPkg::Lock::Timeout=300", "update")

DOWNLOAD_SECONDS = 300
SYSTEM_SECONDS = 900
START_SECONDS = 30
LINES_OF_LOG = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A Chromium that is there. `origin` says in words for people how it was found."""

    path: str
    origin: str
    headless_shell: bool


class BrowserMissing(Exception):
    """No usable browser. The message says what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One way to get a browser: commands of which each must succeed, `seconds` for each at the most."""

    words: str
    commands: tuple[tuple[str, ...], ...]
    seconds: int = SYSTEM_SECONDS


def find_browser(environ: Mapping[str, str] | None = None, *, windowed: bool = False) -> Browser | None:
    """The browser to use, or None; one that can show a window if `windowed`. Starts no process.

    Raises `BrowserMissing` when NANO_SRE_BROWSER names something that cannot be executed: a wish that
    cannot be met is never replaced in silence.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("NANO_SRE_BROWSER", "")
    if not named:
        return next((each for each in _candidates(environ) if not (windowed and each.headless_shell)), None)
    path = shutil.which(str(Path(named).expanduser()), path=_search_path(environ))
    if path is None:
        raise BrowserMissing(
            f"NANO_SRE_BROWSER is {named!r}, which is not an executable file. "
            "Give it the path of a Chromium or Chrome, or unset it."
        )
    return _browser(path, origin="named by NANO_SRE_BROWSER")


def ensure_browser(
    *, allow_system: bool, say: Callable[[str], None], environ: Mapping[str, str] | None = None
) -> Browser:
    """The browser that is there and starts; else one is installed, as `install_browser` does."""
    environ = os.environ if environ is None else environ
    browser = find_browser(environ)
    if browser is None:
        return install_browser(allow_system=allow_system, say=say, environ=environ)
    problem = _why_it_does_not_start(browser, environ)
    if problem is None:
        return browser
    say(f"{browser.path} ({browser.origin}) does not start: {problem}")
    if environ.get("NANO_SRE_BROWSER"):
        raise BrowserMissing(f"NANO_SRE_BROWSER is {browser.path!r}, which does not start: {problem}")
    return install_browser(allow_system=allow_system, say=say, environ=environ)


def install_browser(
    *, allow_system: bool, say: Callable[[str], None], environ: Mapping[str, str] | None = None
) -> Browser:
    """Bring a browser: Playwright's own download, else the system's package where that is allowed.

    NANO_SRE_NO_SYSTEM_PACKAGES=1 forbids the system's packages whatever the caller allows. `say` hears what
    is being tried and why it failed. Raises `BrowserMissing` with what to do when nothing worked.
    """
    environ = os.environ if environ is None else environ
    system = allow_system and environ.get("NANO_SRE_NO_SYSTEM_PACKAGES", "") in {"", "0"}
    for recipe in _recipes(environ, system=system):
        say(recipe.words)
        problem = _follow(recipe, environ)
        browser = find_browser(environ)
        if browser is not None:
            # What a run will pick has to start: that another one does would help nobody.
            problem = _why_it_does_not_start(browser, environ)
            if problem is None:
                return browser
        say(_indented(problem or "That brought no browser."))
    raise BrowserMissing(_advice(environ, system=system))


def _browser(path: str, *, origin: str) -> Browser:
    return Browser(path=path, origin=origin, headless_shell=Path(path).name in SHELL_NAMES)


def _search_path(environ: Mapping[str, str]) -> str:
    return environ.get("PATH", os.defpath)


def _candidates(environ: Mapping[str, str]) -> Iterator[Browser]:
    yield from _installed(SHELL_NAMES, SHELL_PLACES, environ)
    yield from _playwrights_own(environ)
    yield from _installed(CHROME_NAMES, CHROME_PLACES, environ)


def _installed(
    names: tuple[str, ...], places: tuple[str, ...], environ: Mapping[str, str]
) -> Iterator[Browser]:
    on_path = (shutil.which(name, path=_search_path(environ)) for name in names)
    yield from (_browser(path, origin="found on PATH") for path in on_path if path)
    in_place = (shutil.which(place) for place in places)
    yield from (_browser(path, origin="found where systems put it") for path in in_place if path)


def _playwrights_own(environ: Mapping[str, str]) -> Iterator[Browser]:
    folder = _playwright_folder(environ)
    if folder is None:
        return
    files = (
        file
        for name, patterns in PLAYWRIGHT_BUILDS
        for build in _complete_builds(folder, name)
        for pattern in patterns
        for file in sorted(build.glob(pattern))
    )
    in_place = (shutil.which(str(file)) for file in files)
    yield from (_browser(path, origin="downloaded by Playwright") for path in in_place if path)


def _complete_builds(folder: Path, name: str) -> list[Path]:
    """The finished downloads of one browser, the newest first; Playwright marks those itself."""
    revisions = (
        (int(match[1]), build)
        for build in folder.glob(f"{name}-*")
        if (match := re.fullmatch(rf"{name}-(\d+)", build.name))
        and (build / "INSTALLATION_COMPLETE").exists()
    )
    return [build for _, build in sorted(revisions, reverse=True)]


def _playwright_folder(environ: Mapping[str, str]) -> Path | None:
    chosen = environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if chosen == "0":  # Playwright's word for "inside my own package"
        spec = importlib.util.find_spec("playwright")
        origin = spec.origin if spec else None
        return Path(origin).parent / "driver" / "package" / ".local-browsers" if origin else None
    if chosen:
        return Path(chosen).expanduser()
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    if platform.system() == "Darwin":
        return home / "Library" / "Caches" / "ms-playwright"
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "ms-playwright"


def _why_it_does_not_start(browser: Browser, environ: Mapping[str, str]) -> str | None:
    """None when it does: a download without its libraries looks installed, and so does a package's stub."""
    return _run((browser.path, "--version"), environ, seconds=START_SECONDS)


def _recipes(environ: Mapping[str, str], *, system: bool) -> Iterator[Recipe]:
    if importlib.util.find_spec("playwright"):
        command = (sys.executable, "-m", "playwright", "install", "chromium", "--only-shell")
        yield Recipe(
            words="Downloading a Chromium with Playwright", commands=(command,), seconds=DOWNLOAD_SECONDS
        )
    if not system:
        return
    root = _as_root(environ)
    if root is not None and next(_playwrights_own(environ), None):
        libraries = (sys.executable, "-m", "playwright", "install-deps", "chromium")
        yield Recipe(words="Installing the libraries that Chromium needs", commands=((*root, *libraries),))
    for manager, recipes in _by_manager().items():
        if not shutil.which(manager, path=_search_path(environ)):
            continue
        prefix = () if manager == "brew" else root
        if prefix is None:
            continue
        for commands in recipes:
            words = f"Installing a browser: {' '.join(commands[-1])}"
            yield Recipe(words=words, commands=tuple((*prefix, *command) for command in commands))


def _by_manager() -> dict[str, tuple[tuple[tuple[str, ...], ...], ...]]:
    """For each package manager the recipes to try in order."""
    shell, full = (*APT_INSTALL, "chromium-headless-shell"), (*APT_INSTALL, "chromium")
    return {
        # A machine's package list is often empty or old, so the second try brings it up to date first.
        "apt-get": ((shell,), (APT_UPDATE, shell), (full,)),
        "dnf": ((("dnf", "install", "-y", "chromium-headless"),), (("dnf", "install", "-y", "chromium"),)),
        "apk": ((("apk", "add", "chromium"),),),
        "pacman": ((("pacman", "-S", "--needed", "--noconfirm", "chromium"),),),
        "brew": ((("brew", "install", "--cask", "google-chrome"),),),
    }


def _as_root(environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """What to put before a command that needs root; None where that would take a password."""
    if RUNS_AS_ROOT:
        return ()
    sudo = shutil.which("sudo", path=_search_path(environ))
    if sudo is None or _run((sudo, "-n", "true"), environ, seconds=START_SECONDS) is not None:
        return None
    return (sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive")


def _follow(recipe: Recipe, environ: Mapping[str, str]) -> str | None:
    for command in recipe.commands:
        problem = _run(command, environ, seconds=recipe.seconds)
        if problem is not None:
            return problem
    return None


def _run(command: tuple[str, ...], environ: Mapping[str, str], *, seconds: int) -> str | None:
    """None when the command succeeded, else the end of what it said."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a", **environ}
    # A file, not a pipe: a service that a package starts would keep a pipe open for ever.
    with tempfile.TemporaryFile() as log:
        try:
            process = subprocess.Popen(  # noqa: S603 -- our own constants and paths the user chose
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=quiet, start_new_session=True
            )
        except OSError as problem:
            return str(problem)
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"{command[0]} had not finished after {seconds} s and was stopped."
        finally:
            _stop(process)
        if code == 0:
            return None
        log.seek(0)
        lines = log.read().decode(errors="replace").strip().splitlines()
    return "\n".join(lines[-LINES_OF_LOG:]) or f"{command[0]} ended with exit code {code}."


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends what is still running of it, children included; a command of root's may be out of our reach."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)


def _indented(text: str) -> str:
    return "\n".join(f"  | {line}" for line in text.splitlines())


def _advice(environ: Mapping[str, str], *, system: bool) -> str:
    managers = [name for name in _by_manager() if shutil.which(name, path=_search_path(environ))]
    ways = [f"{sys.executable} -m playwright install --with-deps --only-shell chromium"]
    ways += [" ".join(_by_manager()[name][0][-1]) for name in managers]
    ways.append("NANO_SRE_BROWSER=/path/to/chromium, if there is one already")
    why = "" if system else " (system packages were not allowed)"
    return "\n  - ".join([f"There is no Chromium that starts{why}. One of these helps:", *ways])


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nano_sre.runtime.browsers", description=__doc__)
    parser.add_argument("--ensure", action="store_true", help="install one where none is found")
    parser.add_argument("--no-system", action="store_true", help="never use the system's package manager")
    options = parser.parse_args(arguments)
    system = not options.no_system
    try:
        browser = ensure_browser(allow_system=system, say=_tell) if options.ensure else find_browser()
    except BrowserMissing as problem:
        _tell(str(problem))
        return 1
    if browser is None:
        _tell(_advice(os.environ, system=system))
        return 1
    print(f"{browser.path} ({browser.origin})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
