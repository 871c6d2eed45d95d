"""A home in which unusual words are planted, and a search for them in everything it holds."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

KEYDECK = (sys.executable, "-P", "-m", "keydeck.entry")


def forms(word: str) -> dict[str, bytes]:
    """How a word may lie in a file or an output, by name of the form."""
    raw = word.encode()
    shifted = {
        f"base64 at {shift}": base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 :][
            : len(raw) * 4 // 3 - 4
        ]
        for shift in range(3)
    }
    return {
        "as it is": raw,
        "turned round": raw[::-1],
        "hex": raw.hex().encode(),
        "UTF-16": word.encode("utf-16-le"),
        "JSON": json.dumps(word)[1:-1].encode(),
        "URL": quote(word, safe="").encode(),
        "its first half": raw[: len(raw) // 2],
        "its second half": raw[len(raw) // 2 :],
        **shifted,
    }


def seen(word: str, data: bytes) -> list[str]:
    """The forms in which a word occurs in some bytes."""
    return [name for name, form in forms(word).items() if form in data]


class Home:
    """Every folder that keydeck may write to, below one; and the words to look for.

    `value` is the canary itself; `names` what nobody may learn from a file either: the
    secret's name, the tenant's, the profile's.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.value = f"canary-{secrets.token_urlsafe(36)}"
        self.second = f"second-{secrets.token_urlsafe(36)}"
        self.secret = f"NAME_{secrets.token_hex(10).upper()}"
        self.tenant = f"tenant-{secrets.token_hex(8)}"
        self.profile = f"profile-{secrets.token_hex(8)}"
        self.project = root / "project"
        for name in ("project", "data", "state", "cache", "config", "tmp", "run"):
            (root / name).mkdir(mode=0o700)
        self.vault = root / "data" / "keydeck" / "vault.keydeck"
        self.vault.parent.mkdir(mode=0o700)

    @property
    def names(self) -> tuple[str, ...]:
        """Names that may stand in no file in clear."""
        return (self.secret, self.tenant, self.profile)

    @property
    def environ(self) -> dict[str, str]:
        """An environment in which all that is written lands in this home."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TMPDIR": str(self.root / "tmp"),
            "XDG_DATA_HOME": str(self.root / "data"),
            "XDG_STATE_HOME": str(self.root / "state"),
            "XDG_CACHE_HOME": str(self.root / "cache"),
            "XDG_CONFIG_HOME": str(self.root / "config"),
            "XDG_RUNTIME_DIR": str(self.root / "run"),
            "KEYDECK_KEY_FILE": str(self.root / "unlock.key"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *words: str, given: str = "", **more: str) -> subprocess.CompletedProcess[bytes]:
        """Carry out a command of keydeck in the project's folder."""
        return subprocess.run(
            (*KEYDECK, *words),
            input=given.encode(),
            capture_output=True,
            env={**self.environ, **more},
            cwd=self.project,
            timeout=60,
            check=False,
        )

    def in_files(self, words: Iterable[str], but: Iterable[Path] = ()) -> Mapping[str, list[str]]:
        """File (or its name) → forms, for every occurrence outside the files that were named."""
        left = set(but)
        found: dict[str, list[str]] = {}
        for path in self.root.rglob("*"):
            if path in left:
                continue
            data = path.read_bytes() if path.is_file() else b""
            hits = [
                f"{word}: {form}"
                for word in words
                for form in seen(word, data + b"\0" + str(path.relative_to(self.root)).encode())
            ]
            if hits:
                found[str(path.relative_to(self.root))] = hits
        return found
