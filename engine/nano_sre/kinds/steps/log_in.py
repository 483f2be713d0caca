from __future__ import annotations

from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from nano_sre.core.fields import Doc, Duration, Slug
from nano_sre.core.ports import Browser, Outcome, cannot_work, failed
from nano_sre.core.registry import register
from nano_sre.core.template import Template
from nano_sre.kinds._shared.checkout import shopper_for
from nano_sre.kinds._shared.parts import press_at, quoted, wait
from nano_sre.kinds._shared.theme import ask, must_not_be_locked

FORM_SECONDS = 5.0
ANSWER_SECONDS = 15.0


@register("step", "log_in", short="shopper")
class LogIn:
    """Logs in as a shopper of the store document, with e-mail address and password, and checks that it worked.

    It works where the store has customer accounts with passwords. Accounts that send a code by e-mail are not
    supported yet.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(30_000)
    example: ClassVar[str] = "- log_in: wholesale"

    shopper: Annotated[Slug, Doc("The shopper of the store document; it needs a `password`.")] = Slug(
        "default"
    )

    def title(self) -> str:
        return "Log in" if self.shopper == "default" else f"Log in as the shopper {self.shopper}"

    async def run(self, io: Browser) -> Outcome | None:
        shopper = shopper_for(io, self.shopper)
        if shopper.password is None:
            raise cannot_work(
                f"The shopper “{self.shopper}” of the store document has no password to log in with."
            )
        await io.open("/account/login")
        must_not_be_locked(io.url)
        form = await _form(io)
        if form is None:
            return Outcome(note="logged in already")
        own = io.store.shoppers.get(self.shopper)
        hidden = own is not None and isinstance(own.email, Template) and own.email.is_secret
        await io.at(form["email"]).fill(str(shopper.email), secret=hidden)
        await io.at(form["password"]).fill(str(io.value(shopper.password)), secret=True)
        await press_at(io, form["submit"]["path"], what=f"The button “{form['submit']['name']}”")
        now = await _answer(io, form)
        await _must_be_in(io, now)
        return None


async def _form(io: Browser) -> dict[str, Any] | None:
    """The log-in form; None when the account's own page came in its place. Raises `Abort` (R526)."""
    views: list[dict[str, Any]] = []

    async def drawn() -> bool:
        views[:] = [await ask(io, "login")]
        return bool(views[0]["password"] and views[0]["email"] and views[0]["submit"])

    if await wait(io, drawn, most=FORM_SECONDS, pause=0.1):
        return views[0]
    seen = views[0]
    if seen["path"].rstrip("/").endswith("/account"):
        return None
    own = urlsplit(str(io.value(io.store.url))).hostname
    if seen["email"] and not seen["password"]:
        where = "" if (urlsplit(io.url).hostname or "") == own else f" (at {urlsplit(io.url).hostname})"
        raise cannot_work(
            f"This store's accounts send a code by e-mail{where} instead of asking for a password, and reading "
            "an inbox is not supported yet."
        )
    raise failed(
        "R526",
        "Shoppers cannot log in: the log-in page has no form for an e-mail address and a password.",
        expected="a field for the e-mail address, one for the password, and a button",
        actual=f"{urlsplit(io.url).path} without them",
        hint="Look at Settings > Customer accounts in the admin, and at the theme's log-in template.",
    )


async def _answer(io: Browser, form: dict[str, Any]) -> dict[str, Any]:
    views: list[dict[str, Any]] = []

    async def answered() -> bool:
        views[:] = [await ask(io, "login")]
        now = views[0]
        moved = now["page"] != form["page"] or now["path"] != form["path"]
        return bool(now["ready"]) and (moved or bool(set(now["said"]) - set(form["said"])))

    await wait(io, answered, most=ANSWER_SECONDS, pause=0.1)
    return views[0]


async def _must_be_in(io: Browser, now: dict[str, Any]) -> None:
    """The store knows the shopper: it shows the account. Raises `Abort` (R526)."""
    if now["path"].rstrip("/").endswith("/challenge"):
        raise cannot_work(
            "The store asks whoever logs in to prove that they are human: its bot protection is on."
        )
    status = now["status"] or 200
    if status >= 500:
        raise failed(
            "R526",
            f"Logging in leads to an error page ({status}).",
            expected="the account",
            actual=f"status {status}",
        )
    answer = await io.fetch("/account")
    landed = urlsplit(answer.url).path.rstrip("/")
    if answer.status < 400 and landed.endswith("/account"):
        return
    said = quoted(now["said"])
    raise failed(
        "R526",
        f"The store does not let the shopper in{f': it says {said}' if said else ''}.",
        expected="the shopper's account",
        actual=said or f"still at {now['path']}",
        hint="Try the same e-mail address and password by hand. If they are right, look at the log-in form of the "
        "theme and at apps that change it; a new account must be activated first.",
    )
