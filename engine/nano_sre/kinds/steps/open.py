from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Example, Text
from nano_sre.core.ports import Browser, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import GOING
from nano_sre.kinds._shared.paths import must_begin_with_a_slash


@register("step", "open", short="path")
class Open:
    """Opens a page of the store.

    The path starts with a slash; the market's own path (such as /de) is put in front of it. A page that answers
    with an error, or does not answer, fails the step.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = GOING
    example: ClassVar[str] = "- open: /collections/all"

    path: Annotated[
        Text, Doc("The path of the page, or a whole address of this store."), Example("/collections/all")
    ]
    status: Annotated[int | None, Doc("The HTTP status expected: any below 400 if not said.")] = None

    def __post_init__(self) -> None:
        must_begin_with_a_slash(self.path)

    def title(self) -> str:
        return f"Open {self.path}"

    async def run(self, io: Browser) -> None:
        path = str(io.value(self.path))
        status = await io.open(path)
        if self.status is not None and status != self.status:
            raise failed(
                "R507",
                f"The page {path} answers with status {status}, expected {self.status}.",
                expected=str(self.status),
                actual=str(status),
            )
