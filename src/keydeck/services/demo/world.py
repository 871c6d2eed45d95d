"""Builds the demo's vault, its project, and a server that already differs."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping

from keydeck.domain.model import Place
from keydeck.domain.record import NamedTuple
from keydeck.domain.secret import SecretValue
from keydeck.services import access, hierarchy, places, references, secrets, sync, targets
from keydeck.services.demo import contents
from keydeck.services.demo.elsewhere import Elsewhere
from keydeck.system.clock import now_ms
from keydeck.system.files import private_folder, replace_file
from keydeck.vault.vault import Vault

PASSPHRASE = "demo"  # noqa: S105 of a vault that lives as long as the demo; people type it
PRODUCTION = "acme/production"
_DAY = 86_400_000

Travel = Callable[[float], None]


class World(NamedTuple):
    """A built demo: its folder, vault and key files, project, and the other side."""

    folder: str
    vault: str
    key_file: str
    project: str

    def environ(self, outer: Mapping[str, str]) -> dict[str, str]:
        """The environment of what runs in it: nothing of the user's own vault or servers."""
        kept = {
            name: value
            for name, value in outer.items()
            if not name.startswith(("KEYDECK_", "BAO_", "VAULT_"))
        }
        kept |= {
            f"XDG_{kind}_HOME": os.path.join(self.folder, kind.lower())
            for kind in ("DATA", "STATE", "CONFIG", "CACHE")
        }
        return kept | {"KEYDECK_VAULT": self.vault, "KEYDECK_KEY_FILE": self.key_file}


def layout(folder: str) -> World:
    """Where things lie in a demo's folder."""
    return World(
        folder,
        os.path.join(folder, "demo.keydeck"),
        os.path.join(folder, "demo.key"),
        os.path.join(folder, "shop"),
    )


def build(
    folder: str,
    elsewhere: Elsewhere,
    environ: Mapping[str, str],
    *,
    rng: random.Random | None = None,
    travel: Travel | None = None,
) -> World:
    """Build everything in an empty folder. `environ` is the demo's own.

    `rng` makes the values (by default from the system's randomness). `travel(days)` is called
    before each stage of the story with the days that it lies back.
    """
    from random import SystemRandom

    rng = rng or SystemRandom()
    travel = travel or _stay
    world = layout(folder)
    today = now_ms()
    travel(60)
    vault, _ = access.init(
        world.vault, SecretValue(PASSPHRASE), key_file=world.key_file, recovery=False
    )
    try:
        builder = _Builder(vault, elsewhere, environ, rng, today)
        builder.tenants()
        travel(41)
        builder.fill("acme", contents.ACME)
        builder.fill("globex", contents.GLOBEX)
        builder.remotes()
        travel(12)
        builder.agree(PRODUCTION)
        builder.agree("globex/production")
        travel(1)
        builder.differ_there()
        travel(2 / 24)
        builder.differ_here()
        travel(0)
        _project(world.project, builder, rng)
    finally:
        vault.close()
    return world


def _stay(_days: float) -> None:
    """The story is told in one moment."""


class _Builder:
    """The stages of the story, on one open vault."""

    def __init__(
        self,
        vault: Vault,
        elsewhere: Elsewhere,
        environ: Mapping[str, str],
        rng: random.Random,
        today: int,
    ) -> None:
        self.vault = vault
        self.elsewhere = elsewhere
        self.environ = environ
        self.rng = rng
        self.today = today
        self.made: dict[str, dict[str, str]] = {}

    def place(self, label: str) -> Place:
        return places.resolve(self.vault, profile=label, environ={})

    def tenants(self) -> None:
        for tenant, profiles in {
            "acme": ("production", "staging", "local"),
            "globex": ("production",),
        }.items():
            hierarchy.add_tenant(self.vault, tenant)
            for name in profiles:
                hierarchy.add_profile(self.vault, tenant, name, protected=name == "production")
        hierarchy.use(self.vault, "acme", "local")

    def fill(self, tenant: str, specs: Mapping[str, contents.Spec]) -> None:
        for name, spec in specs.items():
            for group in spec.where:
                value = spec.make(self.rng)
                for profile in group.split("="):
                    self.made.setdefault(f"{tenant}/{profile}", {})[name] = value
        for label in [label for label in self.made if label.startswith(f"{tenant}/")]:
            self._fill(self.place(label), self.made[label], specs)

    def _fill(
        self, place: Place, values: Mapping[str, str], specs: Mapping[str, contents.Spec]
    ) -> None:
        due = place.profile.protected
        with self.vault.write("import", place.tenant.name, place.profile.name, values) as change:
            for name, value in values.items():
                spec = specs[name]
                more = {"due_at": self.today + spec.due * _DAY} if due and spec.due else {}
                change.set_value(
                    place.profile.uid,
                    name,
                    SecretValue(value),
                    origin="import",
                    description=spec.description,
                    sealed=spec.sealed and due,
                    **more,
                )
        for name in values:
            for consumer in specs[name].links if due else ():
                references.link(self.vault, place, name, consumer)

    def remotes(self) -> None:
        """One server for all places; files are one a place."""
        for label in (PRODUCTION, "acme/staging", "globex/production"):
            name = "bao" if self.elsewhere.kind == "openbao" else label.replace("/", "-")
            if name not in {remote.name for remote in targets.remotes(self.vault)}:
                token = getattr(self.elsewhere, "token", None)
                settings = self.elsewhere.settings(label)
                targets.add_remote(self.vault, name, self.elsewhere.kind, settings, token=token)
            targets.add_target(self.vault, self.place(label), name, settings={})

    def agree(self, label: str) -> None:
        """Both sides have the same values, and the vault remembers that."""
        self.elsewhere.put(label, self.made[label])
        place = self.place(label)
        (target,) = targets.targets(self.vault, place)
        plan = sync.make_plan(self.vault, place, target, environ=self.environ)
        sync.apply(
            self.vault,
            plan,
            sync.default_choices(plan),
            environ=self.environ,
            allow_sealed=list(self.made[label]),
            confirm=place.profile.name,
        )

    def differ_there(self) -> None:
        name, make = contents.CHANGED_THERE
        extra, make_extra = contents.ONLY_THERE
        self.elsewhere.patch(PRODUCTION, {name: make(self.rng), extra: make_extra(self.rng)})
        self.elsewhere.patch("globex/production", {"S3_SECRET_KEY": contents.key()(self.rng)})
        staging = dict(self.made["acme/staging"])
        staging["SMTP_PASSWORD"] = contents.key("", 16)(self.rng)
        self.elsewhere.put("acme/staging", staging)

    def differ_here(self) -> None:
        place = self.place(PRODUCTION)
        name, make = contents.NEW_HERE
        changed = SecretValue(contents.CHANGED_HERE(self.rng))
        secrets.set_value(self.vault, [place], "DATABASE_URL", changed)
        secrets.set_value(self.vault, [place], name, SecretValue(make(self.rng)))
        secrets.delete(self.vault, place, [contents.DELETED_HERE])


def _project(folder: str, builder: _Builder, rng: random.Random) -> None:
    """A small project: code that uses names, an `.env` to import, a key that git tracks."""
    private_folder(folder)
    files = {
        **contents.PROJECT,
        ".env": contents.dotenv(rng, builder.made["acme/local"]),
        ".systemprompt/profiles/local/secrets.json": contents.systemprompt(rng),
        "deploy/deploy_key.pem": contents.private_key(rng),
    }
    for path, text in files.items():
        whole = os.path.join(folder, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        replace_file(whole, text.encode(), 0o644)
    _track(folder)


def _track(folder: str) -> None:
    """Put the project under git, where there is one."""
    import subprocess
    from contextlib import suppress

    environ = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=Demo", "-c", "user.email=demo@example.invalid")
    tracked = [path for path in contents.PROJECT if not path.startswith("docs/")]
    with suppress(OSError):
        for words in (
            ("init", "-q"),
            ("add", "--", *tracked, "deploy/deploy_key.pem"),
            (*who, "commit", "-q", "-m", "Begin"),
        ):
            subprocess.run(
                ("git", *words),
                cwd=folder,
                env=environ,
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
