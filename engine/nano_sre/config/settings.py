"""Settings of this process: the environment, then a file named .env in the folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from nano_sre.core.values import frozen


@frozen
class Settings:
    """Where data lives, which browser is used, and the names that `${env.…}` and `${secret.…}` are read from.

    `database_url` is `sqlite:///…` or `postgresql://…`; `keep_days` is how long runs are kept;
    `environ` is the environment with `.env` below it.
    """

    database_url: str
    data_dir: Path
    project_dir: Path
    browser: str | None = None
    keep_days: int = 90
    store_url: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def no_color(self) -> bool:
        return bool(self.environ.get("NO_COLOR"))


def environment(folder: Path | None = None) -> dict[str, str]:
    """The process environment over the folder's `.env` (which need not exist). What is empty counts as unset."""
    file = (folder or Path.cwd()) / ".env"
    given = {k: v for k, v in os.environ.items() if v}
    if not file.is_file():
        return given
    from dotenv import dotenv_values  # noqa: PLC0415 - most folders have no .env

    return {k: v for k, v in dotenv_values(file).items() if v} | given


def default_data_dir() -> Path:
    """The platform's folder for application data."""
    from platformdirs import user_data_path  # noqa: PLC0415 - not needed when the folder is given

    return user_data_path("nano-sre", appauthor=False)


def _days(given: str | None) -> int:
    return int(given) if given and given.isdecimal() and int(given) > 0 else 90


def get_settings(folder: Path | None = None) -> Settings:
    """Read the settings anew. `folder` is where `.env` is looked for: the working directory by default."""
    environ = environment(folder)
    given = environ.get("NANO_SRE_DATA_DIR")
    data_dir = Path(given).expanduser() if given else default_data_dir()
    return Settings(
        database_url=environ.get("NANO_SRE_DATABASE_URL") or f"sqlite:///{data_dir / 'nano_sre.db'}",
        data_dir=data_dir,
        project_dir=folder or Path.cwd(),
        browser=environ.get("NANO_SRE_BROWSER"),
        keep_days=_days(environ.get("NANO_SRE_KEEP_DAYS")),
        store_url=environ.get("NANO_SRE_STORE_URL") or environ.get("STORE_URL"),
        environ=environ,
    )
