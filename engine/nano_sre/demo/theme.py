"""A theme: a folder of templates, style, script and words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nano_sre.demo.catalogue import SHARED

THEMES = Path(__file__).parent / "themes"
ASSET_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def themes() -> tuple[str, ...]:
    """The names of the themes the demo store can wear."""
    return tuple(sorted(path.parent.name for path in THEMES.glob("*/theme.json")))


@dataclass(frozen=True)
class Asset:
    body: bytes
    kind: str
    version: str


class Theme:
    """One theme, with its templates compiled once."""

    def __init__(self, name: str) -> None:
        folder = THEMES / name
        settings = json.loads((folder / "theme.json").read_text("utf-8"))
        self.name = name
        self.folder = folder
        self.id: int = settings["id"]
        self.title: str = settings["title"]
        self.shop: str = settings["shop"]
        self.shop_name: str = settings["shop_name"]
        self.locale: str = settings["locale"]
        self.region: str = settings["region"]
        self.currency: str = settings["currency"]
        self.country: str = settings["country"]
        self.checkout: str = settings["checkout"]
        self.consent: str = settings["consent"]
        self.sections: frozenset[str] = frozenset(settings["sections"])
        self.labels: dict[str, Any] = json.loads((folder / "labels.json").read_text("utf-8"))
        self._money: dict[str, str] = settings["money"]
        self.assets = {path.name: _asset(path) for path in _asset_files(folder)}
        self.templates = self._environment()

    def money(self, hundredths: int) -> str:
        """An amount as the theme's locale writes it: $1,299.00 or 1.299,00 €."""
        whole, rest = divmod(abs(hundredths), 100)
        digits = f"{whole:,}".replace(",", self._money["group"])
        amount = f"{digits}{self._money['decimal']}{rest:02d}"
        text = self._money["pattern"].replace("{amount}", amount)
        return f"-{text}" if hundredths < 0 else text

    def asset_url(self, name: str) -> str:
        return f"/cdn/shop/t/1/assets/{name}?v={self.assets[name].version}"

    def render(self, template: str, context: dict[str, Any]) -> str:
        return self.templates.get_template(template).render(context)

    def _environment(self) -> Environment:
        made = Environment(
            loader=FileSystemLoader([self.folder / "templates", SHARED]),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters["money"] = self.money
        made.filters["plain"] = plain_amount
        made.globals.update(theme=self, asset=self.asset_url, labels=self.labels)
        return made


@lru_cache(maxsize=8)
def load_theme(name: str) -> Theme:
    if name not in themes():
        raise ValueError(f"unknown theme {name!r}; there is {', '.join(themes())}")
    return Theme(name)


def plain_amount(hundredths: int) -> str:
    """1299.00, as feeds and meta tags write amounts."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _asset_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "assets").iterdir() if path.suffix in ASSET_KINDS)


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    version = hashlib.sha256(body).hexdigest()[:12]
    return Asset(body, ASSET_KINDS[path.suffix], version)
