"""`remote test`: the connection tried step by step, each step told truthfully."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keydeck.domain.errors import KeydeckError
from keydeck.domain.remote import Finding
from keydeck.domain.safetext import clean
from keydeck.remotes.openbao.connection import Connection
from keydeck.remotes.openbao.kv import Kv, Path
from keydeck.remotes.openbao.patience import Patience
from keydeck.remotes.openbao.words import quotable

# A test answers soon: it does not wait for a new leader.
SOON = Patience(bound=2.0)

# The published exit codes that a failed step stands for.
NO_PLACE, NO_TOKEN, NO_SERVER, NO_RIGHT = 7, 8, 9, 10


def look_at_server(connection: Connection) -> Iterator[Finding]:
    """Whether the address answers, and what answers there; raises where it does not."""
    answer = connection.call("GET", "sys/seal-status", patience=SOON)
    found = answer.body
    version = clean(str(found.get("version", "?")))
    yield Finding(
        "address", answer.ok, f"{clean(connection.where)} answers, version {version}", NO_SERVER
    )
    open_ = [a.url for a in connection.addresses if a.scheme == "http" and not a.is_loopback]
    if open_:
        yield Finding(
            "encryption", False, f"{clean(open_[0])} is plain http: token and values go in clear"
        )
    if found.get("initialized") is False:
        yield Finding("sealed", False, "the server was never initialised", NO_SERVER)
    elif found.get("sealed") is not False:
        words = "the server is sealed: ask whoever runs it to unseal it"
        yield Finding("sealed", False, words, NO_SERVER)
    else:
        yield Finding("sealed", True, "no")


def look_at_token(connection: Connection) -> Finding:
    """Whether the token is accepted, whose it is, how long it lasts."""
    answer = connection.call("GET", "auth/token/lookup-self", patience=SOON)
    if answer.status == 403 and not answer.is_bad_token:
        return Finding("token", True, "accepted (it may not look itself up)")
    if not answer.ok:
        said = quotable(answer) or str(answer.status)
        if answer.status == 404:  # a namespace that is not there, whatever the token
            return Finding("token", False, f"not looked up ({said})", NO_PLACE)
        return Finding("token", False, f"not accepted ({said}): log in again", NO_TOKEN)
    name = clean(str(answer.data.get("display_name", "")))
    policies = answer.data.get("policies")
    listed = ", ".join(clean(str(p)) for p in policies) if isinstance(policies, list) else ""
    return Finding("token", True, f"{name}, {_lasts(answer.data.get('ttl'))}, policies {listed}")


def _lasts(ttl: object) -> str:
    if not isinstance(ttl, int) or ttl <= 0:
        return "does not expire"
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if ttl >= 2 * length:
            return f"lasts {ttl // length} {unit}"
    return f"lasts {ttl} s"


def look_at_mount(kv: Kv, path: Path) -> Finding:
    """Whether the mount is KV version 2."""
    try:
        kv.check(path)
    except KeydeckError as error:
        return Finding("mount", False, error.what, error.code)
    return Finding("mount", True, f"{clean(kv.label)} is KV version 2")


def look_at_rights(kv: Kv, path: Path, layout: str) -> Iterator[Finding]:
    """Right by right, what this token may do at the target."""
    data = policy_path(kv, "data", path, layout)
    metadata = policy_path(kv, "metadata", path, layout)
    delete = policy_path(kv, "delete", path, layout)
    folder = policy_path(kv, "metadata", path, "map") + ("/" if layout == "path" else "")
    answer = kv.connection.call(
        "POST", "sys/capabilities-self", {"paths": [data, metadata, delete, folder]}, patience=SOON
    )
    if not answer.ok:
        yield Finding("rights", True, "not told: this token may not ask what it may do")
        return

    def has(where: str, *any_of: str) -> bool:
        found = answer.data.get(where)
        held = [str(one) for one in found] if isinstance(found, list) else []
        return "root" in held or any(one in held for one in any_of)

    update = has(data, "update")
    yield _right("read values", has(data, "read"), f"{data}: read")
    yield _right("write new", has(data, "create"), f"{data}: create")
    yield _right("change", update or has(data, "patch"), f"{data}: patch or update")
    if layout == "path":
        yield _right("list names", has(folder, "list"), f"{folder}: list")
        yield _right("delete", has(delete, "update", "create"), f"{delete}: update")
    else:
        yield _right("delete", update or has(data, "patch"), f"{data}: patch or update")


def _right(what: str, ok: bool, needs: str) -> Finding:
    words = "yes" if ok else f"no: the policy lacks {clean(needs)}"
    return Finding(f"may {what}", ok, words, NO_RIGHT)


def policy_path(kv: Kv, part: str, path: Path, layout: str) -> str:
    """A path as policies know it; of the layout `path`, that of some secret in the folder."""
    some: Sequence[str] = ("NAME",) if layout == "path" else ()
    return "/".join((*kv.mount, part, *path, *some))
