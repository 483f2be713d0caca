"""`python -m nano_sre.demo`: the demo store in the foreground."""

from __future__ import annotations

import argparse
import sys
import threading

from nano_sre.demo.faults import fault_names
from nano_sre.demo.server import DemoServer
from nano_sre.demo.theme import themes


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m nano_sre.demo", description=__doc__)
    asked.add_argument("--theme", choices=themes(), default="ridge")
    asked.add_argument("--port", type=int, default=9292)
    asked.add_argument("--fault", action="append", default=[], choices=fault_names(), metavar="NAME")
    asked.add_argument("--password", help="lock the storefront behind this password")
    chosen = asked.parse_args()
    with DemoServer(chosen.theme, chosen.fault, port=chosen.port, password=chosen.password) as store:
        sys.stdout.write(f"{store.url}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
