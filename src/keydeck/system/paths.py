"""Where keydeck keeps its files: XDG on Linux, `~/Library` on macOS, all overridable.

Own lines rather than platformdirs, which costs the command line a third of an interpreter's
start (docs/decisions/0002).
"""

from __future__ import annotations

import os
import sys

APP = "keydeck"
_MAC = sys.platform == "darwin"


def _folder(variable: str, linux: str, mac: str) -> str:
    set_to = os.environ.get(variable, "")
    if os.path.isabs(set_to):
        return os.path.join(set_to, APP)
    home = os.path.expanduser("~")
    return os.path.join(home, mac if _MAC else linux, APP)


def data_folder() -> str:
    """The folder of the default vault."""
    return _folder("XDG_DATA_HOME", ".local/share", "Library/Application Support")


def state_folder() -> str:
    """What this machine remembers of each vault: the last generation seen."""
    return _folder("XDG_STATE_HOME", ".local/state", "Library/Application Support/State")


def config_folder() -> str:
    """Settings, user themes."""
    return _folder("XDG_CONFIG_HOME", ".config", "Library/Preferences")


def runtime_folder() -> str | None:
    """The user's runtime folder, or None where the system gives none."""
    set_to = os.environ.get("XDG_RUNTIME_DIR", "")
    return os.path.join(set_to, APP) if os.path.isabs(set_to) else None


def default_vault() -> str:
    """`KEYDECK_VAULT`, else `vault.keydeck` in the data folder."""
    return os.environ.get("KEYDECK_VAULT") or os.path.join(data_folder(), "vault.keydeck")


def config_file() -> str:
    """`KEYDECK_CONFIG`, else `config.toml` in the config folder."""
    return os.environ.get("KEYDECK_CONFIG") or os.path.join(config_folder(), "config.toml")
