"""The records around the secrets: remotes, targets, what sync remembers, consumers."""

from __future__ import annotations

from typing import Any

from keydeck.domain.model import Base, Consumer, Remote, Target, Uid
from keydeck.domain.secret import SecretValue
from keydeck.vault.encoding import from_base64, to_base64
from keydeck.vault.protocol import Fields, Key
from keydeck.vault.records import parsed


def base_key(profile: Uid, target: Uid, uid: Uid) -> Key:
    """What sync remembers of a secret at a target."""
    return Key("base", profile, (target, uid))


def remote_key(uid: Uid) -> Key:
    """A remote."""
    return Key("remote", b"", (uid,))


def consumer_key(uid: Uid) -> Key:
    """A consumer."""
    return Key("consumer", b"", (uid,))


@parsed
def to_targets(fields: Fields) -> list[Target]:
    """A profile's targets, by name."""
    found = [
        Target(
            from_base64(row["uid"]),
            row["name"],
            from_base64(row["remote"]),
            {str(key): str(value) for key, value in row["settings"].items()},
        )
        for row in fields["targets"]
    ]
    return sorted(found, key=lambda target: target.name)


def from_target(target: Target) -> dict[str, Any]:
    """A target as a profile holds it."""
    return {
        "uid": to_base64(target.uid),
        "name": target.name,
        "remote": to_base64(target.remote),
        "settings": dict(target.settings),
    }


@parsed
def to_remote(uid: Uid, fields: Fields) -> Remote:
    """A remote with its token, where that is sealed here."""
    token = fields.get("token")
    settings = {str(key): str(value) for key, value in fields["settings"].items()}
    return Remote(
        uid,
        fields["name"],
        fields["type"],
        settings,
        SecretValue(from_base64(token)) if token is not None else None,
    )


def from_remote(remote: Remote) -> dict[str, Any]:
    """A remote's fields."""
    token = remote.token
    return {
        "name": remote.name,
        "type": remote.kind,
        "settings": dict(remote.settings),
        "token": to_base64(token.reveal_bytes()) if token is not None else None,
    }


@parsed
def to_consumer(uid: Uid, fields: Fields) -> Consumer:
    """A consumer."""
    return Consumer(uid, fields["type"], fields["name"])


def from_consumer(consumer: Consumer) -> dict[str, Any]:
    """A consumer's fields."""
    return {"type": consumer.kind, "name": consumer.name}


@parsed
def to_base(fields: Fields) -> Base:
    """What sync remembers."""
    return Base(
        from_base64(fields["fingerprint"]),
        fields["version"],
        fields["created"],
        fields["at"],
        fields["host"],
        fields["local"],
    )


def from_base(base: Base) -> dict[str, Any]:
    """A base's fields."""
    return {
        "fingerprint": to_base64(base.fingerprint),
        "version": base.version,
        "created": base.created,
        "at": base.at,
        "host": base.host,
        "local": base.local,
    }
