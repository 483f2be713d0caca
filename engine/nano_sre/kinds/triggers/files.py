from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Example, OneOrMany, Unfit
from nano_sre.core.registry import register
from nano_sre.core.trigger import Comes


@register("trigger", "files", short="paths")
class Files:
    """Runs checks when a file is changed, added or removed: a theme that is being worked on, a stock list.

    Changes that come together are one event, and so is all that changed while the agent was not running.
    """

    comes: ClassVar[Comes] = "files"
    example: ClassVar[str] = "files: theme/"

    paths: Annotated[
        tuple[str, ...],
        OneOrMany,
        Doc("Files or folders, seen from the folder of triggers.yaml; a folder with all that is in it."),
        Example("[theme/, stock.csv]"),
    ]

    def __post_init__(self) -> None:
        if not self.paths or not all(each.strip() for each in self.paths):
            raise Unfit("this trigger watches nothing", "paths", hint="name at least one file or folder")
