"""What every command is given: the options for all, the vault, the place, and who may be asked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from keydeck.cli.arguments import Arguments
from keydeck.cli.output import Output
from keydeck.domain.errors import AnswerNeeded, Locked, Refused, Usage
from keydeck.domain.safetext import clean

if TYPE_CHECKING:
    from keydeck.cli.terminal import Terminal
    from keydeck.domain.model import Place, Profile, Tenant
    from keydeck.domain.secret import SecretValue
    from keydeck.services.access import Credentials
    from keydeck.vault.vault import Vault


class Context:
    """One command's surroundings. The vault is opened when it is first asked for."""

    def __init__(self, out: Output, args: Arguments, environ: Mapping[str, str]) -> None:
        self.out = out
        self.args = args
        self.environ = environ
        self.yes = args.flag("yes")
        self.no_input = args.flag("no_input")
        self.tenant_option = args.text("tenant") or ""
        self.profile_option = args.text("profile") or ""
        self._vault: Vault | None = None
        self._confirmed: set[str] = set()

    @property
    def path(self) -> str:
        """The vault's file."""
        from keydeck.system.paths import default_vault

        return self.args.text("vault") or default_vault()

    @property
    def vault(self) -> Vault:
        """The open vault: by what the environment gives, else by a passphrase asked for."""
        if self._vault is None:
            self._vault = self.unlock()
            for warning in self._vault.warnings:
                self.out.warn(warning)
        return self._vault

    def unlock(self) -> Vault:
        """Open the vault; see `services.access.unlock` for what can go wrong."""
        from keydeck.services import access

        return access.unlock(self.path, self.credentials())

    def credentials(self) -> Credentials:
        """What unlocks the vault: given by the environment, else asked for on the terminal."""
        from keydeck.services import access

        access.require_vault(self.path)
        given = access.from_environment(self.environ)
        return given if any(given) else self._ask_for(access.ways(self.path))

    def ways(self) -> list[str]:
        """The kinds of the vault's slots; `NotFound` (7) with what to do where there is none."""
        from keydeck.services import access

        access.require_vault(self.path)
        return access.ways(self.path)

    def _ask_for(self, ways: Sequence[str]) -> Credentials:
        from keydeck.services.access import Credentials

        with self.terminal() as terminal:
            if terminal is None or not {"passphrase", "recovery"} & set(ways):
                raise Locked(
                    "The vault is locked.",
                    todo="Name KEYDECK_PASSPHRASE_FILE or KEYDECK_KEY_FILE, or use a terminal.",
                )
            what = "Passphrase" if "passphrase" in ways else "Recovery key"
            typed = terminal.ask_masked(f"{what} of {clean(self.path)}: ")
        if looks_like_recovery(typed):
            return Credentials(passphrase=typed, recovery=typed)
        return Credentials(passphrase=typed)

    def close(self) -> None:
        """Forget the keys."""
        if self._vault is not None:
            self._vault.close()
            self._vault = None

    # the place

    def place(self) -> Place:
        """The tenant and profile this is about."""
        from keydeck.services import places

        if "," in self.profile_option:
            raise Usage("This takes one profile, not several.", todo="Name one profile with -p.")
        return places.resolve(
            self.vault,
            tenant=self.tenant_option,
            profile=self.profile_option,
            environ=self.environ,
        )

    def all_places(self) -> list[Place]:
        """The profiles this is about, where `-p` may name several with commas."""
        from keydeck.services import places

        wanted = [name.strip() for name in self.profile_option.split(",") if name.strip()]
        found = [
            places.resolve(
                self.vault, tenant=self.tenant_option, profile=name, environ=self.environ
            )
            for name in dict.fromkeys(wanted or [""])
        ]
        if len({place.tenant.uid for place in found}) > 1:
            raise Usage("The profiles are of several tenants.", todo="Name one tenant at a time.")
        return found

    def tenant(self, name: str = "") -> Tenant:
        """The tenant this is about: `name`, else by option, environment or default."""
        from keydeck.services import places

        return places.resolve_tenant(self.vault, name or self.tenant_option, self.environ)

    def begin(self, places: Sequence[Place]) -> None:
        """The first word of every write: where it goes, and what said so."""
        where = ", ".join(place.label for place in places)
        self.out.note(f"→ {where} (from {places[0].source})")

    def writing(self) -> Place:
        """The place, told as the place of a write."""
        place = self.place()
        self.begin([place])
        return place

    # asking

    @contextmanager
    def terminal(self) -> Iterator[Terminal | None]:
        """The terminal to ask on; None without one, or with `--no-input`."""
        from keydeck.cli import terminal

        opened = None if self.no_input else terminal.open_terminal()
        try:
            yield opened
        finally:
            if opened is not None:
                opened.close()

    @property
    def _nobody(self) -> str:
        """Why nobody can be asked."""
        return (
            "--no-input keeps it from being asked."
            if self.no_input
            else "There is no terminal to answer on."
        )

    def require_yes(self, question: str, *, kept: str = "Nothing was changed.") -> None:
        """Go on only after a yes: `-y`, or an answer. `AnswerNeeded` (13), `Refused` (4)."""
        if self.yes:
            return
        with self.terminal() as terminal:
            if terminal is None:
                raise AnswerNeeded(f"{question} {self._nobody}", kept=kept, todo="-y says yes.")
            if not terminal.ask_yes(question):
                raise Refused("You said no.", kept=kept)

    def require_name(self, profiles: Sequence[Profile], doing: str) -> None:
        """Go on only where each protected profile's name was given: `--confirm`, or typed.

        `Refused` (4) for another name, `AnswerNeeded` (13) where nobody can be asked. A name
        is asked for once in a command.
        """
        given = self.args.many("confirm")
        for profile in profiles:
            if profile.protected and profile.name not in self._confirmed:
                self._confirm_one(profile.name, given, doing)
                self._confirmed.add(profile.name)

    def _confirm_one(self, name: str, given: Sequence[str], doing: str) -> None:
        if name in given:
            return
        kept = "Nothing was changed."
        what = f"{name} is protected, and {doing} needs its name."
        if given:
            raise Refused(
                f"{what} {', '.join(given)} is another.", kept=kept, todo=f"--confirm {name}"
            )
        with self.terminal() as terminal:
            if terminal is None:
                raise AnswerNeeded(
                    f"{what} {self._nobody}",
                    kept=kept,
                    todo=f"--confirm {name} stands for typing it.",
                )
            if terminal.ask(f"{what} Type it: ") != name:
                raise Refused("That is not its name.", kept=kept)

    def require_consent(self, profiles: Sequence[Profile], question: str, doing: str) -> None:
        """A yes, and a protected profile's name; on a terminal, typing the name is the yes."""
        guarded = any(profile.protected for profile in profiles)
        if guarded and not self.yes and not self.args.many("confirm"):
            self.out.note(question)
        else:
            self.require_yes(question)
        self.require_name(profiles, doing)

    @property
    def folder(self) -> str:
        """The folder keydeck was started in; empty where it is gone."""
        try:
            return os.getcwd()
        except OSError:
            return ""


def looks_like_recovery(typed: SecretValue) -> bool:
    """Whether something typed has the form of a recovery key: 36 base32 characters."""
    if not typed.is_text:
        return False
    text = "".join(typed.reveal_text().split()).replace("-", "").upper()
    return len(text) == 36 and all("A" <= c <= "Z" or "2" <= c <= "7" for c in text)
