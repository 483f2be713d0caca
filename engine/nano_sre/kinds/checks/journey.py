from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from nano_sre.core.check import BrowserCheck, Locate
from nano_sre.core.fields import Doc
from nano_sre.core.program import JourneyParts, Severity, Steps
from nano_sre.core.registry import register


@register("check", "journey")
class Journey(BrowserCheck):
    """A shopper's way through the store, in a real browser.

    Steps run one after another as a person would do them; the first that fails ends the journey.
    """

    example: ClassVar[str] = """\
version: 1
kind: journey
id: buy-a-snowboard
name: Buy a snowboard
steps:
  - open_product: complete-snowboard
  - add_to_cart
  - open_cart
  - start_checkout
"""

    severity: Annotated[Severity, Doc("How bad a failure is: P0 (all hands) to P3 (some day).")] = "P1"
    overlays: Annotated[
        Literal["on", "off"], Doc("`off` leaves the store's overlays alone, for a journey that looks at one.")
    ] = "on"
    steps: Annotated[Steps, Doc("What the shopper does and sees, in order.")]
    always: Annotated[Steps, Doc("Clean-up that runs whatever happened.")] = ()

    def compile(self, at: Locate) -> JourneyParts:
        return JourneyParts(
            steps=self.steps, always=self.always, consent=self.consent, overlays=self.overlays == "on"
        )
