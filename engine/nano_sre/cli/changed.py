"""`--changed` and `--shard`: the part of a selection that this run, or this machine, has to do."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, say

if TYPE_CHECKING:
    from nano_sre.core.program import Program
    from nano_sre.spec.link import Linkage
    from nano_sre.spec.project import Project

LAST_APPLY = "@last-apply"  # what a bare `--changed` stands for; no git ref begins so

Changed = Annotated[
    str | None,
    typer.Option(
        "--changed",
        metavar="[=REF]",
        help="Only what changed since the last apply, or since a git ref (--changed=main): a check whose file, "
        "fragment, store or skill changed. Nothing changed is exit 0.",
    ),
]
Shard = Annotated[
    str | None,
    typer.Option(
        "--shard", metavar="N/M", help="Only this machine's part, such as 2/5: all parts are everything."
    ),
]


def spelled_out(words: Sequence[str]) -> list[str]:
    """The words with a bare `--changed` given its value: options whose value may be left out are beyond typer."""
    return [f"--changed={LAST_APPLY}" if word == "--changed" else word for word in words]


def shard_named(word: str | None) -> tuple[int, int] | None:
    """`2/5` → (2, 5). Stops with 2 on anything else."""
    if word is None:
        return None
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", word)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise Stop(Exit.USAGE, f"“{word}” is no shard", hint="--shard 2/5 is the second of five")
    return int(found[1]), int(found[2])


def changed_in_folder(since: str, project: Project, linkage: Linkage, settings: Any) -> frozenset[str]:
    """Ids of the checks of a folder that changed since the last apply or a git ref. Stops with 2 without git."""
    if since == LAST_APPLY:
        from nano_sre.cli.plan import Folder, look, planned
        from nano_sre.spec.plan import affected

        snapshot, _ = look(settings)
        return frozenset(affected(planned(Folder(project, linkage), snapshot), linkage))
    from nano_sre.spec.origins import files_of

    files = changed_files(since, _folder(project))
    return frozenset(each.id for each in linkage.checks if files_of(each, project) & files)


def changed_when_applied(since: str, store: Any, project: Project, linkage: Linkage) -> frozenset[str]:
    """The same for what is registered: what the last apply changed, or what a git ref has otherwise."""
    if since == LAST_APPLY:
        applies = store.applies(after=store.registry().serial - 1)
        ids = {str(line["id"]) for each in applies for line in each.changes}
        return frozenset(
            each.id for each in linkage.checks if ids & {each.id, *(owner.id for owner in each.stores)}
        )
    from nano_sre.spec.origins import files_of

    files = changed_files(since, Path.cwd())
    return frozenset(each.id for each in linkage.checks if files_of(each, project) & files)


def part_of(
    chosen: Sequence[Program], *, since: str | None, changed: frozenset[str] | None, shard: str | None
) -> list[Program]:
    """What is left of a selection. Says so when nothing changed; stops with 9 when a shard alone holds nothing."""
    from nano_sre.spec.shard import shard_of

    part = shard_named(shard)
    left = [p for p in chosen if changed is None or p.check_id in changed]
    if not left:
        when = "the last apply" if since == LAST_APPLY else since
        say(f"No check of this selection changed since {when}: nothing to run.")
        return []
    if part is None:
        return left
    mine = shard_of(left, *part)
    if not mine and changed is None:
        raise Stop(
            Exit.NOTHING,
            f"shard {shard} is empty: {len(left)} target{'s' * (len(left) != 1)} cannot fill {part[1]} shards",
            hint=f"use at most --shard …/{len(left)}",
        )
    if not mine:
        say(f"Of what changed, nothing is for shard {shard}: nothing to run.")
    return mine


def changed_files(ref: str, folder: Path) -> set[Path]:
    """Every file that differs from where `ref` and this branch parted.

    What is not committed counts, and what git does not know yet. Stops with 2 when git cannot say.
    """
    top = Path(
        _git(folder, "rev-parse", "--show-toplevel", or_else="this folder is not in a git repository").strip()
    )
    commit = _git(
        folder,
        "rev-parse",
        "--verify",
        "--quiet",
        f"{ref}^{{commit}}",
        or_else=f"git knows no “{ref}” here; a shallow checkout has to fetch it first",
    ).strip()
    base = _answer(folder, "merge-base", commit, "HEAD")
    names = _git(
        top,
        "diff",
        "--name-only",
        "--no-renames",
        "-z",
        (base or commit).strip(),
        "--",
        or_else="git diff failed",
    )
    names += _git(top, "ls-files", "--others", "--exclude-standard", "-z", or_else="git ls-files failed")
    return {(top / name).resolve() for name in names.split("\0") if name}


def _folder(project: Project) -> Path:
    return next((Path(name).resolve().parent for name in project.sources), Path.cwd())


def _git(folder: Path, *words: str, or_else: str) -> str:
    answer = _answer(folder, *words)
    if answer is None:
        raise Stop(
            Exit.USAGE,
            or_else,
            hint="--changed=REF needs git and a branch, tag or commit, such as --changed=main",
        )
    return answer


def _answer(folder: Path, *words: str) -> str | None:
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - a list, no shell
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
