"""The YAML language server that editors use, spoken to as an editor does (LSP over stdio)."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "editor"
SERVER = HERE / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
SECONDS = 60


def installed() -> Path:
    """The server; brought with npm when it is missing. Raises `RuntimeError` when Node.js is not there."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise RuntimeError(
            "Node.js is not installed: node and npm are needed to test what editors make of the schema"
        )
    if not SERVER.exists():
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts"],
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"npm ci in {HERE} failed:\n{done.stderr[-2000:]}")
    return SERVER


class Editor:
    """One editor with one workspace. Positions count from 0, as LSP has them; a `|` in a text is the cursor."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, settings: Mapping[str, Any]) -> None:
        self._process, self._folder, self._settings = process, folder, settings
        self._answers: dict[int, queue.Queue[Any]] = {}
        self._diagnostics: queue.Queue[Any] = queue.Queue()
        self._number = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def begin(self) -> None:
        root = self._folder.as_uri()
        capabilities = {
            "textDocument": {
                "completion": {
                    "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}
                },
                "hover": {"contentFormat": ["markdown"]},
            },
            "workspace": {"configuration": True, "workspaceFolders": True},
        }
        folders = [{"uri": root, "name": "shop"}]
        self.ask(
            "initialize",
            {"processId": None, "rootUri": root, "capabilities": capabilities, "workspaceFolders": folders},
        )
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})
        for number in range(600):  # the server answers before it has read its settings
            if self.complete(f"checks/begin{number}.yaml", "kind: |\n"):
                return
            time.sleep(0.1)
        raise AssertionError("the language server does not know our schema")

    def open(self, name: str, text: str) -> str:
        """Open a file with this text, which need not be on the disk; its address."""
        uri = (self._folder / name).as_uri()
        self._tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}},
        )
        return uri

    def complete(self, name: str, text: str) -> list[dict[str, Any]]:
        uri, place = self._at_cursor(name, text)
        answer = self.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": place})
        return list(answer["items"] if isinstance(answer, dict) else answer or [])

    def hover(self, name: str, text: str) -> str:
        uri, place = self._at_cursor(name, text)
        answer = self.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": place})
        return str(answer["contents"]["value"]) if answer else ""

    def mistakes(self, name: str, text: str) -> list[tuple[int, int, str]]:
        """Line, column and message of everything that the editor underlines."""
        uri = self.open(name, text)
        while True:
            told = self._diagnostics.get(timeout=SECONDS)
            if told["uri"] == uri:
                break
        return [
            (each["range"]["start"]["line"], each["range"]["start"]["character"], each["message"])
            for each in told["diagnostics"]
        ]

    def _at_cursor(self, name: str, text: str) -> tuple[str, dict[str, int]]:
        before, _, after = text.partition("|")
        uri = self.open(name, before + after)
        return uri, {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}

    def ask(self, method: str, params: Any) -> Any:
        self._number += 1
        number, answer = self._number, queue.Queue[Any]()
        self._answers[number] = answer
        self._send({"id": number, "method": method, "params": params})
        held = answer.get(timeout=SECONDS)
        assert "error" not in held, held["error"]
        return held["result"]

    def _tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            self._process.stdin.flush()

    def _read(self) -> None:
        with suppress(ValueError, OSError):  # it was ended in the middle of a message
            self._read_all()

    def _read_all(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            self._take(json.loads(stream.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._answers[message["id"]].put(message)
        elif method == "workspace/configuration":
            asked = [self._settings.get(item.get("section"), {}) for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": asked})
        elif method == "textDocument/publishDiagnostics":
            self._diagnostics.put(message["params"])
        elif "id" in message:
            self._send({"id": message["id"], "result": None})


@contextmanager
def editing(folder: Path) -> Iterator[Editor]:
    """An editor in a folder, with the settings that lie in its `.vscode`."""
    given = json.loads((folder / ".vscode" / "settings.json").read_text())
    yaml: dict[str, Any] = {
        "schemaStore": {"enable": False},
        "validate": True,
        "hover": True,
        "completion": True,
    }
    yaml |= {key.removeprefix("yaml."): value for key, value in given.items()}
    settings = {
        "yaml": yaml,
        "editor": {"tabSize": 2},
        "files": {},
        "http": {},
        "[yaml]": {},
        "vscode-yaml": {},
    }
    process = subprocess.Popen(
        ["node", str(installed()), "--stdio"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            editor = Editor(process, folder, settings)
            editor.begin()
            yield editor
        finally:
            process.kill()
