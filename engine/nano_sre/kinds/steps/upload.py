from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Example, Inline, OneOrMany, Text, Unfit
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import SHOPPING, healed


@register("step", "upload")
class Upload:
    """Uploads files that lie beside the check: into a file field, or through a button that asks for a file."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = SHOPPING
    example: ClassVar[str] = "- upload: {field: Your photo, file: photo.png}"
    files: ClassVar[tuple[str, ...]] = ("file",)  # keys that name files beside the check

    element: Annotated[Element, Doc("The file field, its label, or the button that asks for a file."), Inline]
    file: Annotated[
        tuple[Text, ...],
        OneOrMany,
        Doc("The file, or several: where it lies, seen from the file of the check."),
        Example("photo.png"),
    ]

    def __post_init__(self) -> None:
        if not self.file:
            raise Unfit("“file” is empty: there is nothing to upload", "file", hint="name a file")

    def title(self) -> str:
        return f"Upload {' and '.join(map(str, self.file))} into {self.element}"

    async def run(self, io: Browser) -> Outcome | None:
        paths = [io.beside(str(io.value(each))) for each in self.file]
        handle = await io.one(self.element)
        await handle.upload(paths)
        return healed(handle, self.element)
