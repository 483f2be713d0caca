"""Elements that only a later one of several names found: what a step is told of, and where its YAML would be mended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nano_sre.core.fields import Element
from nano_sre.core.ports import Outcome
from nano_sre.core.program import AnyOf, StepCall
from nano_sre.core.result import Finding, Patch
from nano_sre.kinds._shared.parts import healed, with_first

if TYPE_CHECKING:
    from nano_sre.runtime.handle import PageHandle


@dataclass(slots=True)
class Healing:
    """What the step that runs now has used, of the elements with several names."""

    _last: dict[Element, PageHandle] = field(default_factory=dict)

    def begin(self) -> None:
        """A step begins."""
        self._last.clear()

    def used(self, handle: PageHandle) -> None:
        """An element is read or acted on: the last time counts, as the first name may appear late."""
        if handle.element is not None:
            self._last[handle.element] = handle

    def added_to(self, outcome: Outcome) -> Outcome:
        """The outcome of the step, with a warning when it has none of its own."""
        if outcome.warning is not None:
            return outcome
        found = (healed(handle, element) for element, handle in self._last.items())
        first = next((each for each in found if each is not None), None)
        return outcome if first is None else replace(outcome, warning=first.warning)


def own_patch(finding: Finding, call: StepCall) -> Finding:
    """A finding whose patch leads to the YAML of this step; without one when nobody knows where that stands.

    Names are compared as they are written: `${vars.buy}` stays that.
    """
    patch = finding.patch
    if patch is None:
        return finding
    written = _written(patch, call)
    if written is None or call.span is None:
        return replace(finding, patch=None)
    new = with_first(written.names, patch.old.index(patch.new[0]))
    home = replace(
        patch, file=call.span.file, document=written.document, path=written.path, old=written.names, new=new
    )
    return replace(finding, patch=home)


def _written(patch: Patch, call: StepCall) -> AnyOf | None:
    same = [each for each in call.any_of if each.names == patch.old]
    alike = [each for each in call.any_of if len(each.names) == len(patch.old)]
    if same:
        return same[0]
    return alike[0] if len(alike) == 1 else None
