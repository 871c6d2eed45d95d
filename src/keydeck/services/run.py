"""`run -- CMD`: a child with the secrets in its environment (interface.md, run)."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from keydeck.domain.errors import KeydeckError, NotFound
from keydeck.domain.model import LIVE, Place, Secret
from keydeck.domain.names import did_you_mean
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.services.secrets import live_names

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault, View

ALWAYS = ("PATH", "HOME", "LANG", "TERM")
TOKENS = ("BAO_TOKEN", "VAULT_TOKEN")

PASSED_ON = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1)


class CantRun(KeydeckError):
    """The command is there and can't be run, as with `env`."""

    code = 126


class NotThere(KeydeckError):
    """The command was not found, as with `env`."""

    code = 127


class Injection(NamedTuple):
    """A child's environment, which names came from the vault, which were already set."""

    environment: Mapping[str, str]
    injected: tuple[str, ...]
    kept: tuple[str, ...]  # set already: the environment won
    refused: tuple[str, ...]  # can't be an environment variable (NUL, no UTF-8)


def prepare(
    vault: Vault,
    place: Place,
    environ: Mapping[str, str],
    *,
    only: Collection[str] = (),
    override: bool = False,
    consumer: str = "",
    clean_env: bool = False,
    keep: Collection[str] = (),
) -> Injection:
    """The child's environment. `only` limits to these names (`NotFound` 7 otherwise).

    `consumer` (`agent:support`) limits to what is linked to it and implies `clean_env`:
    only PATH, HOME, LANG, TERM and `keep` stay. The child never gets `KEYDECK_*`, `BAO_TOKEN`
    or `VAULT_TOKEN` of this process unless `keep` names them.
    """
    with vault.read() as view:
        secrets = _chosen(view, place, only, consumer)
        values = view.values(place.profile.uid, secrets)
    child = _inherited(environ, bool(consumer) or clean_env, keep)
    injected, kept, refused = [], [], []
    for secret, value in zip(secrets, values, strict=True):
        if not value.is_text or b"\0" in value.reveal_bytes():
            refused.append(secret.name)
        elif secret.name in child and not override:
            kept.append(secret.name)
        else:
            child[secret.name] = value.reveal_text()
            injected.append(secret.name)
    return Injection(child, tuple(injected), tuple(kept), tuple(refused))


def _chosen(view: View, place: Place, only: Collection[str], consumer: str) -> list[Secret]:
    live = live_names(view, place)
    for name in only:
        if name not in live:
            raise NotFound(
                f"{place.label} has no {clean(name)}.",
                kept="Nothing was run.",
                todo=did_you_mean(name, live),
            )
    secrets = view.secrets(place.profile.uid, only or live)
    found = [secrets[name] for name in sorted(secrets) if secrets[name].state == LIVE]
    if not consumer:
        return found
    known = {of.label: of.uid for of in view.consumers()}
    if consumer not in known:
        raise NotFound(
            f"There is no consumer {clean(consumer)}.",
            kept="Nothing was run.",
            todo=did_you_mean(consumer, known)
            or f"keydeck link NAME --to {clean(consumer)} declares it.",
        )
    return [secret for secret in found if known[consumer] in secret.links]


def _inherited(
    environ: Mapping[str, str], clean_env: bool, keep: Collection[str]
) -> dict[str, str]:
    wanted = set(keep)
    return {
        name: value
        for name, value in environ.items()
        if name in wanted
        or (
            (not clean_env or name in ALWAYS)
            and not name.startswith("KEYDECK_")
            and name not in TOKENS
        )
    }


def execute(command: Sequence[str], injection: Injection) -> int:
    """Run it in place of this process's work: its exit code, 128 + n when signal n ended it.

    `CantRun` (126), `NotThere` (127): nothing was run. Signals that reach
    this process are passed on; the terminal's own reach the child by themselves.
    """
    import subprocess

    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        # SIGINT and SIGQUIT of a terminal go to the whole foreground group already.
        if child is None:
            early.append(number)
        elif number not in (signal.SIGINT, signal.SIGQUIT) or not os.isatty(0):
            child.send_signal(number)

    # Before there is a child, so that none is left behind; exec gives it the defaults back.
    before = {number: signal.signal(number, pass_on) for number in PASSED_ON}
    try:
        child = subprocess.Popen(list(command), env=dict(injection.environment))
        for number in early:
            child.send_signal(number)
        code = child.wait()
    except OSError as error:
        raise _failure(command[0], error, injection) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - code if code < 0 else code


def _failure(command: str, error: OSError, injection: Injection) -> KeydeckError:
    shown, kept = clean(command), "Nothing was run."
    if error.errno == errno.E2BIG:
        sizes = {name: len(injection.environment[name]) for name in injection.injected}
        largest = max(sizes, key=lambda name: sizes[name], default="")
        return CantRun(
            f"{shown} can't be run: its environment is too large for this system"
            + (f" ({largest} has {sizes[largest]:,} characters)." if largest else "."),
            kept=kept,
            todo="--only A,B passes less; a large value belongs in a file.",
        )
    if isinstance(error, FileNotFoundError):
        return NotThere(f"{shown} was not found.", kept=kept, todo="Check the command after --.")
    return CantRun(
        f"{shown} can't be run: {os.strerror(error.errno or 0)}.",
        kept=kept,
        todo="Check the command after --.",
    )
