"""A few pages on loopback: what a test says, served as it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0


@dataclass
class Site:
    """What is served, and what was asked for (`METHOD path`, in order)."""

    url: str = ""
    pages: dict[str, Reply] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def put(self, path: str, body: str, **more: object) -> None:
        self.pages[path] = Reply(body, **more)  # type: ignore[arg-type]


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that is killed cuts its connections: no news."""


@contextmanager
def site(**pages: str) -> Iterator[Site]:
    """Serve pages: `site(index="<h1>…")` is at `/`, any other name at `/name`."""
    made = Site()
    for name, body in pages.items():
        made.put("/" if name == "index" else f"/{name}", body)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            made.asked.append(f"{self.command} {self.path}")
            made.hosts.append(self.headers.get("host", ""))
            made.headers.append({name.lower(): value for name, value in self.headers.items()})
            made.cookies.append(self.headers.get("cookie", ""))
            made.bodies.append(self.rfile.read(int(self.headers.get("content-length") or 0)))
            reply = made.pages.get(self.path.partition("?")[0], Reply("nothing here", 404))
            time.sleep(reply.wait)
            data = reply.body.encode()
            self.send_response(reply.status)
            headers = {"content-type": "text/html; charset=utf-8", **reply.headers}
            for name, value in {**headers, "content-length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815 -- the standard library's names

        def log_message(self, *_arguments: object) -> None:
            pass

    server = _Quiet(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
