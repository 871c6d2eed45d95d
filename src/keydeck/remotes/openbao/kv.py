"""The calls of a KV version 2 mount: read, write with compare-and-set, list, delete."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime

from keydeck.domain.errors import Invalid, KeydeckError, NotFound
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.remotes.openbao.connection import MERGE_PATCH, Connection
from keydeck.remotes.openbao.paths import split_path, url_path
from keydeck.remotes.openbao.words import Answer, failure, not_json

Path = tuple[str, ...]
Data = Mapping[str, object]


class Entry(NamedTuple):
    """What one path of the mount holds.

    `data` None: absent, soft-deleted or destroyed. `version` is what compare-and-set has to
    name: the latest version number, also of a deleted one, 0 where there never was any.
    """

    data: Data | None
    version: int = 0
    created: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """Version and created time: a version alone may start again."""
        return (str(self.version), self.created)


class Kv:
    """One KV version 2 mount behind a connection.

    Writes give the raw `Answer` back where a layout has to tell a mismatch; reads raise.
    """

    def __init__(self, connection: Connection, mount: str) -> None:
        self.connection = connection
        self.mount = split_path(mount, "mount")
        self._checked = False
        self._lock = threading.Lock()

    @property
    def label(self) -> str:
        """The mount, for people: `secret`."""
        return "/".join(self.mount)

    def check(self, path: Path) -> None:
        """Make sure, once, that the mount is KV version 2.

        Version 1 would take a version 2 write literally and without compare-and-set.
        """
        with self._lock:
            if not self._checked:
                self._look_at_mount(path)
                self._checked = True

    def _look_at_mount(self, path: Path) -> None:
        asked = url_path("sys", "internal", "ui", "mounts", *self.mount, *path)
        answer = self.connection.call("GET", asked)
        if answer.status == 403:
            raise self._why_hidden(path)
        if not answer.ok:
            raise failure(answer, "the question what is mounted there")
        found = answer.data
        there = str(found.get("path", "")).strip("/")
        if not there:
            raise not_json(self.connection.where)
        if there != self.label:
            raise NotFound(
                f"Nothing is mounted at {clean(self.label)}; the mount there is {clean(there)}.",
                todo=f"Set the remote's mount to {clean(there)} and let the path begin after it.",
            )
        options = found.get("options")
        version = options.get("version") if isinstance(options, dict) else None
        if found.get("type") not in ("kv", "generic"):
            raise Invalid(
                f"{clean(self.label)} is no KV store on this server, but “"
                f"{clean(str(found.get('type')))}”.",
                kept="Nothing was written.",
                todo="Set the remote's mount to one of kind KV version 2.",
            )
        if str(version) != "2":
            raise Invalid(
                f"{clean(self.label)} is KV version 1: it has no versions and no compare-and-set, "
                "so a stranger's change could be overwritten unseen.",
                kept="Nothing was written.",
                todo="Use a mount of KV version 2, or have this one upgraded "
                "(`bao kv enable-versioning`).",
            )

    def _why_hidden(self, path: Path) -> KeydeckError:
        """A 403 on the mount: no such mount, or a token without any right there."""
        probe = self.connection.call("GET", url_path(*self.mount, "data", *path))
        if probe.status == 404 and "no handler" in probe.errors:
            return NotFound(
                f"Nothing is mounted at {clean(self.label)} on this server.",
                todo="Check the remote's mount setting.",
            )
        return self.connection.refusal(
            f"anything under {clean(self.label)} (if there is such a mount)"
        )

    def read(self, path: Path) -> Entry:
        """What the path holds now; never an older state than this connection has written."""
        answer = self.connection.call("GET", self._url("data", path))
        if answer.ok or (answer.status == 404 and not answer.errors):
            return _entry(answer)
        raise self.problem(answer, "reading")

    def put(self, path: Path, data: Data, cas: int) -> Answer:
        """Write the whole path; `cas` 0 where there may be nothing yet."""
        body = {"data": data, "options": {"cas": cas}}
        return self.connection.call("POST", self._url("data", path), body)

    def patch(self, path: Path, changes: Data, cas: int) -> Answer:
        """Merge into what the path holds (None removes a name); 404 where it holds nothing."""
        body = {"data": changes, "options": {"cas": cas}}
        return self.connection.call(
            "PATCH", self._url("data", path), body, content_type=MERGE_PATCH
        )

    def delete(self, path: Path, version: int) -> Answer:
        """Soft-delete this one version: a newer one stays in sight."""
        return self.connection.call("POST", self._url("delete", path), {"versions": [version]})

    def names(self, path: Path) -> list[str]:
        """The entries right below the path, deleted ones among them; folders end with `/`."""
        answer = self.connection.call("LIST", self._url("metadata", path))
        if answer.status == 404 and not answer.errors:
            return []
        if not answer.ok:
            raise self.problem(answer, "listing names")
        keys = answer.data.get("keys")
        return [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []

    def identities(self, path: Path) -> dict[str, tuple[str, str]] | None:
        """Name to (version, created) below the path in one call; None where it isn't offered."""
        answer = self.connection.call("LIST", self._url("detailed-metadata", path))
        if not answer.ok:
            return None
        infos = answer.data.get("key_info")
        found = {}
        for name, info in infos.items() if isinstance(infos, dict) else ():
            if isinstance(info, dict) and isinstance(info.get("versions"), dict):
                version = str(info.get("current_version", ""))
                latest = info["versions"].get(version)
                created = latest.get("created_time", "") if isinstance(latest, dict) else ""
                found[name] = (version, str(created))
        return found

    def problem(
        self, answer: Answer, doing: str, values: tuple[SecretValue, ...] = ()
    ) -> KeydeckError:
        """The error that an answer stands for."""
        doing = f"{doing} under {clean(self.label)}"
        if answer.status == 403:
            return self.connection.refusal(doing)
        return failure(answer, doing, values)

    def _url(self, part: str, path: Path) -> str:
        return url_path(*self.mount, part, *path)


def _entry(answer: Answer) -> Entry:
    """A read's answer; of a deleted or destroyed version only the number stays."""
    metadata = answer.data.get("metadata")
    if not isinstance(metadata, dict):
        return Entry(None)
    version, created = metadata.get("version"), str(metadata.get("created_time", ""))
    number = version if isinstance(version, int) else 0
    data = answer.data.get("data")
    return Entry(data if answer.ok and isinstance(data, dict) else None, number, created)


def written(answer: Answer) -> tuple[int, str]:
    """The version and created time that a write's answer gives."""
    version, created = answer.data.get("version"), answer.data.get("created_time", "")
    return (version if isinstance(version, int) else 0), str(created)


def as_value(raw: object) -> SecretValue:
    """What stands in a field, as a value: text as it is, anything else as its JSON text."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    return SecretValue(text.encode("utf-8", "surrogatepass"))


def is_text(name: str) -> bool:
    """Whether a name is valid text; JSON can hold half a character, and nothing else could."""
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in name)


def kind_of(raw: object) -> str:
    """What a field holds that is no text, in words."""
    words = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return "nothing (null)" if raw is None else words.get(type(raw), "a map")


def milliseconds(created: str) -> int | None:
    """A server's time in Unix milliseconds; None where it is none."""
    try:
        return int(datetime.fromisoformat(created).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
