"""What a project's own rules of diagnosis mean beside the built-in ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from nano_sre.core import registry
from nano_sre.core.codes import CODES
from nano_sre.core.diagnostics import Diagnostic, Related, Span
from nano_sre.core.fields import Unfit
from nano_sre.core.own_rules import NEEDED, OwnRule, fits_everything, path_in
from nano_sre.core.rules import Clue, Rule
from nano_sre.spec.bind import Binder
from nano_sre.spec.load import Path_
from nano_sre.spec.project import Loaded, Project
from nano_sre.spec.rules import built_in_rules, sound_rules
from nano_sre.spec.suggest import did_you_mean, listing

FINDINGS = [code for code in CODES if code.startswith("R")]


def judge_rules(project: Project) -> Iterator[Diagnostic]:
    """What is wrong with the rules of a project. Those that are applied were judged when they were."""
    documents = [each for each in project.of_kind("rules") if each.document.positions is None]
    if not documents:
        return
    known: dict[str, Rule] = {rule.cause: rule for rule in built_in_rules()}
    met: dict[str, Span] = {}
    for loaded in documents:
        for index, rule in sound_rules(loaded.document, Binder(loaded.document, loaded.broken), OwnRule):
            yield from _Judge(loaded, rule, ("rules", index)).told(known, met)


class _Judge:
    """Looks at one rule of a document."""

    def __init__(self, loaded: Loaded, rule: OwnRule, path: Path_) -> None:
        self.loaded, self.rule, self.path = loaded, rule, path

    def at(self, *path: str | int, key: bool = False) -> Span:
        written = path_in(self.loaded.document.data, (*self.path, *path))
        return self.loaded.document.span(written, key=key)

    def told(self, known: dict[str, Rule], met: dict[str, Span]) -> Iterator[Diagnostic]:
        place = self.at("cause")
        first = met.setdefault(self.rule.cause, place)
        if first is not place:
            yield Diagnostic(
                code="E447",
                message=f"the cause “{self.rule.cause}” has a rule already",
                span=place,
                hint="keep one of the two, and put the clues of both into it",
                related=(Related(message="the other rule", span=first),),
            )
        yield from self._whole(known)
        for path, clue in self.rule.clues():
            yield from self._clue(path, clue)

    def _whole(self, known: dict[str, Rule]) -> Iterator[Diagnostic]:
        """Whether the rule can stand, by itself or beside the built-in one."""
        cause, before = self.rule.cause, known.get(self.rule.cause)
        if before is None and self.rule.missing:
            word, hint = did_you_mean(cause, known)
            needed = listing([f"“{key}”" for key in self.rule.missing])
            yield Diagnostic(
                code="E350",
                message=f"no built-in cause is called “{cause}”, and this rule does not say {needed}",
                span=self.at("cause"),
                suggestion=word,
                hint=hint or f"a cause of your own says {', '.join(NEEDED)}",
            )
            return
        try:
            self.rule.beside(before)
        except Unfit as error:
            where = "rarity" if self.rule.rarity is not None else "for"
            yield Diagnostic(
                code=error.code, message=str(error), span=self.at(where, key=True), hint=error.hint
            )

    def _clue(self, path: Path_, clue: Clue) -> Iterator[Diagnostic]:
        for below, pattern in fits_everything(clue):
            yield Diagnostic(
                code="E351",
                message=f"“{pattern}” fits everything, so this clue says nothing",
                span=self.at(*path, *below),
                hint="write what only this cause says"
                + ("" if below[0] in ("says", "page") else "; “.” asks whether there is any at all"),
            )
        say = partial(Diagnostic, code="E352")
        for number, code in enumerate(clue.code):
            if code not in FINDINGS:
                word, hint = did_you_mean(code, FINDINGS)
                hint = hint or "docs/errors.md lists the codes that findings have"
                yield say(
                    message=f"no finding has the code “{code}”",
                    span=self.at(*path, "code", number),
                    suggestion=word,
                    hint=hint,
                )
        for number, verb in enumerate(clue.verb):
            if not registry.known("step", verb):
                word, hint = did_you_mean(verb, registry.names("step"))
                yield say(
                    message=f"there is no step “{verb}”",
                    span=self.at(*path, "verb", number),
                    suggestion=word,
                    hint=hint or "docs/checks.md lists the steps there are",
                )
