"""One unusual value goes through every command and is found where it was asked for only."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.bao import Bao, bao
from support.canary import Home, forms, seen

__all__ = ["bao"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    root = tmp_path / "home"
    root.mkdir(mode=0o700)
    return Home(root)


class Teller:
    """Runs commands and keeps what they said."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.said: dict[str, bytes] = {}

    def __call__(self, *words: str, given: str = "", code: int = 0, at: bool = True) -> bytes:
        place = ("-t", self.home.tenant, "-p", self.home.profile) if at else ()
        done = self.home.run(*place, *words, given=given)
        line = " ".join(words)
        assert done.returncode == code, (line, done.stdout, done.stderr)
        self.said[line] = done.stdout + done.stderr
        assert not seen(self.home.value, done.stderr), line
        return done.stdout


@pytest.fixture
def tell(home: Home) -> Teller:
    teller = Teller(home)
    teller("init", "--key-file", str(home.root / "unlock.key"), at=False)
    teller("tenant", "add", home.tenant, at=False)
    teller("profile", "add", home.profile, "-t", home.tenant, at=False)
    return teller


def test_the_search_finds_what_it_should(home: Home) -> None:
    for number, form in enumerate(forms(home.value).values()):
        (home.root / "tmp" / str(number)).write_bytes(b"xx" + form + b"yy")
    found = home.in_files([home.value])
    assert len(found) == len(forms(home.value))
    assert home.in_files([home.value], but=[home.root / name for name in found]) == {}
    (home.root / "cache" / home.tenant).mkdir()
    assert list(home.in_files([home.tenant])) == [f"cache/{home.tenant}"]


def test_the_command_line_tells_a_value_only_where_it_is_asked_to(
    home: Home, tell: Teller, bao: Bao
) -> None:
    name, value = home.secret, home.value
    token = home.root / "token"
    token.write_text(bao.token)
    token.chmod(0o600)
    target = home.project / "there.env"
    code = home.project / "app.py"
    code.write_text(f'import os\nos.environ["{name}"]\n')

    tell("set", name, "--description", "the canary", given=value)
    tell("remote", "add", "bao", "--kind", "openbao", "--address", bao.address,
         "--token-file", str(token), at=False)  # fmt: skip
    tell("target", "add", "bao", "--path", bao.place())
    tell("list")
    tell("list", "--json")
    tell("diff", code=2)
    tell("sync", "-y")
    tell("diff", "--json")
    tell("remote", "test", "bao")
    tell("set", name, given=home.second)
    tell("diff", "--json", code=2)
    tell("diff", code=2)
    tell("set", name, given=value)
    tell("rotate", name, "-y", given=home.second)
    tell("history", name)
    tell("rollback", name, "-y")
    tell("matrix")
    tell("audit")
    tell("audit", "--json")
    tell("link", name, "--to", "agent:support")
    tell("refs", name)
    tell("doctor")
    tell("status")
    tell("remote", "add", "here", "--kind", "file", "--path", str(target), at=False)
    tell("target", "add", "here")
    tell("sync", "--target", "here", "-y")
    tell("run", "--", "true")
    tell("unset", name, "-y", code=4)
    tell("unset", name, "-y", "--force")
    tell("trash", "list")
    tell("trash", "restore", name)
    # A mistaken option may hold a value: errors don't repeat it.
    tell("list", f"--{value}", code=64)
    tell("list", f"--tenant-name={value}", code=64)

    told = {
        line: hits
        for line, output in tell.said.items()
        for word in (home.value, home.second, bao.token)
        if (hits := seen(word, output)) and value not in line
    }
    assert told == {}
    assert tell("get", name).decode() == value

    named = [target, token, code]
    assert seen(value, target.read_bytes()) or target.read_text() == ""
    assert home.in_files([home.value, home.second, bao.token], but=named) == {}
    assert home.in_files(home.names, but=named) == {}
