"""What the figures need: a clean environment with compiled bytecode, vaults of any size."""

from __future__ import annotations

import compileall
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keydeck.domain.model import Place
from keydeck.domain.secret import SecretValue
from keydeck.services import access, hierarchy
from keydeck.services import secrets as verbs
from keydeck.vault.vault import Vault

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".bench"


def clean_venv() -> Path:
    """The folder of programs of a virtual environment with keydeck in it and nothing else.

    Made once from the constraints, then kept; keydeck itself is installed anew each time, from
    the sources as they are. Everything has bytecode.
    """
    folder = HOME / "venv"
    python = folder / "bin" / "python"
    quiet = ["-qq", "--disable-pip-version-check"]
    install = [str(python), "-m", "pip", "install", *quiet]
    if not python.exists():
        print("Making a clean environment (once) …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([*install, "-c", str(ROOT / "constraints.txt"), str(ROOT)], check=True)
    subprocess.run([*install, "--force-reinstall", "--no-deps", str(ROOT)], check=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(folder)})
    compileall.compile_dir(packages, quiet=2)
    return folder / "bin"


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder on the disk the project is on (a temporary file system would flatter commits)."""
    HOME.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="work-", dir=HOME))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class Filled:
    """A vault of `count` secrets in acme/staging, opened by a key file."""

    def __init__(self, folder: Path, count: int) -> None:
        self.path = folder / f"{count}.keydeck"
        self.key_file = folder / f"{count}.key"
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "COLORTERM": "truecolor",
            "XDG_STATE_HOME": str(folder / "state"),
            "KEYDECK_VAULT": str(self.path),
            "KEYDECK_KEY_FILE": str(self.key_file),
        }
        os.environ["XDG_STATE_HOME"] = self.environ["XDG_STATE_HOME"]
        self.vault: Vault = access.init(
            str(self.path), None, key_file=str(self.key_file), recovery=False
        )[0]
        hierarchy.add_tenant(self.vault, "acme")
        self.place: Place = hierarchy.add_profile(self.vault, "acme", "staging")
        hierarchy.use(self.vault, "acme", "staging")
        self.names = [f"SERVICE_{number:06d}_KEY" for number in range(count)]
        for start in range(0, count, 1000):
            part = {name: value() for name in self.names[start : start + 1000]}
            verbs.set_many(self.vault, self.place, part)


def value() -> SecretValue:
    """A value as services hand out: 43 characters."""
    return SecretValue(secrets.token_urlsafe(32))
