"""The seam of checks without a browser: what `kind: api` and its like may ask, and say, while they run.

Times are seconds unless a name says otherwise. Everything async may raise `Abort`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol

from nano_sre.core.diagnostics import Span
from nano_sre.core.ports import Answer
from nano_sre.core.result import Finding

if TYPE_CHECKING:
    from nano_sre.core.program import StoreFacts


class Http(Protocol):
    """The shared HTTP client of API programs, bound to one store's address."""

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        timeout: float = 10.0,
    ) -> Answer:
        """Ask; cookies last for one attempt of one program. Raises `Abort` (inconclusive) when out of reach."""
        ...

    async def graphql(self, query: str, *, variables: Mapping[str, Any] | None = None) -> Answer:
        """Ask the Admin API. Raises `Abort` (inconclusive) when it does not let us ask."""
        ...


class ProbeIO(Protocol):
    """What a check without a browser may ask."""

    @property
    def store(self) -> StoreFacts: ...

    @property
    def http(self) -> Http: ...

    def value(self, given: Any) -> Any:
        """Resolve a `Template`; anything else comes back as it is."""
        ...

    def keep(self, name: str, value: Any) -> None: ...

    def step(self, title: str, *, verb: str, span: Span | None) -> AbstractAsyncContextManager[StepNotes]:
        """One step of the report. A finding raised inside is kept and the probe goes on; inconclusive ends it."""
        ...


class StepNotes(Protocol):
    """What may be said about a step while it runs."""

    def note(self, text: str) -> None: ...

    def warn(self, finding: Finding) -> None: ...
