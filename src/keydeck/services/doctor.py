"""What is wrong with a vault and its surroundings, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from keydeck.vault.vault import Vault


class Check(NamedTuple):
    """One thing looked at: `ok`, what was found, what to do; `code` its exit code if not."""

    what: str
    ok: bool
    detail: str = ""
    todo: str = ""
    code: int = 0


def examine(path: str, vault: Vault | None, environ: Mapping[str, str]) -> list[Check]:
    """Look at the file, its mode and folder, its whole tree (when unlocked), the terminal,
    remembered generations and the environment; changes nothing."""
    raise NotImplementedError
