"""Secrets that somebody wrote into a file as they are: found by how tokens look, and by the key they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from nano_sre.spec.listing import ARRANGEMENTS
from nano_sre.spec.load import Document, Node, Path_

# Makers of tokens give them beginnings of their own, so that they can be found in files.
_TOKENS = re.compile(
    r"shp(?:at|ca|pa|ss|ua|tka)_[A-Za-z0-9]{16,}"
    r"|(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|whsec_[A-Za-z0-9+/=]{16,}"
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}"
    r"|xox[abeprs]-[A-Za-z0-9-]{10,}"
    r"|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|sk-ant-[\w-]{20,}|sk-(?:proj-)?[A-Za-z0-9]{20,}"
    r"|https://hooks\.slack\.com/services/\S{12,}"
    r"|https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\S{12,}"
)
_KEY = re.compile(
    r"pass(?:word|wd|phrase)|secret|token|api[-_]?key|access[-_]?key|authorization|credential", re.IGNORECASE
)
# In alerters.yaml and triggers.yaml the address of a webhook is as good as a password.
_OWN_KEY = re.compile(r"webhook|(?:^|_)key$|password|secret|token", re.IGNORECASE)
_OWN_VALUE = re.compile(r"https?://\S*[\w-]{16,}\S*|(?=\S*\d)[\w+/=.~-]{16,}", re.IGNORECASE)
_LONG = re.compile(r"(?:(?:Bearer|Basic|Token)\s+)?(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[A-Za-z0-9+/=_.~-]{20,}")
# Most files hold none of these, and are read no further.
_BEGINNINGS = (
    "shp",
    "_live_",
    "_test_",
    "whsec_",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "xox",
    "AKIA",
    "AIza",
    "sk-",
    "hooks.slack",
    "discord",
)

_WORDS = (
    "passw",
    "passph",
    "secret",
    "token",
    *(f"{thing}{joint}key" for thing in ("api", "access") for joint in ("", "-", "_")),
    "authorization",
    "credential",
    "webhook",
    "_key",
)


def plain_secrets(document: Document) -> Iterator[tuple[Path_, str, str]]:
    """Path, secret and a name for it, of each secret in plain text."""
    if may_hold_secrets(document.source):
        yield from secrets_below(document.node, (), document.kind)


def may_hold_secrets(text: str) -> bool:
    """Whether it is worth while to look at each value of a text."""
    lower = text.lower()  # a pattern that ignores case takes ten times as long
    return any(map(text.__contains__, _BEGINNINGS)) or any(map(lower.__contains__, _WORDS))


def secrets_below(node: Node, path: Path_, kind: Any) -> Iterator[tuple[Path_, str, str]]:
    """The same of the values below a node; `path` leads to it, and `kind` is that of its document."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from secrets_below(value, (*path, str(key.value)), kind)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from secrets_below(value, (*path, index), kind)
    elif isinstance(node, yaml.ScalarNode) and node.value and "${" not in node.value:
        found = _secret_in(node.value, path, kind)
        if found is not None:
            yield path, found, _variable(path, kind)


def _secret_in(text: str, path: Path_, kind: Any) -> str | None:
    token = _TOKENS.search(text)
    if token is not None:
        return token[0]
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if key == "password" and kind in ("store", *ARRANGEMENTS.values()):
        return text
    if kind in ARRANGEMENTS.values() and _OWN_KEY.search(key) and _OWN_VALUE.fullmatch(text):
        return text
    return text if _KEY.search(key) and _LONG.fullmatch(text) else None


def _variable(path: Path_, kind: Any) -> str:
    """What the variable could be called: STORE_PASSWORD, SLACK_WEBHOOK, or the key in capitals."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "token")
    name = re.sub(r"[^A-Z0-9]+", "_", key.upper()).strip("_")
    if kind in ARRANGEMENTS.values() and len(path) > 1:  # slack: {webhook: …}
        name = f"{path[-2]}_{name}".upper()
    if kind == "store" and name == "PASSWORD":
        name = "STORE_PASSWORD" if len(path) == 1 else f"{path[-2]}_PASSWORD".upper().replace("-", "_")
    return name if re.match(r"[A-Z]", name) else f"SECRET_{name}"
