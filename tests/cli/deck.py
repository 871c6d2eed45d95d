"""keydeck's command line in this process, with its output caught."""

from __future__ import annotations

import io
import json
import secrets
import sys
from pathlib import Path
from typing import Any, NamedTuple

from keydeck.entry import main


class Done(NamedTuple):
    """One command carried out."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.out.decode()

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        answer = json.loads(self.out)
        assert answer["schema"] == 1
        return dict(answer)

    @property
    def error(self) -> dict[str, Any]:
        """The error of `--json`, its code checked against the exit code."""
        error = self.json["error"]
        assert set(error) == {"code", "message", "hint"}
        assert error["code"] == self.code
        return dict(error)


class Deck:
    """keydeck with a vault of its own; `run` carries out a command line in this process."""

    def __init__(self, home: Path, project: Path) -> None:
        self.home = home
        self.project = project

    def run(self, *words: str, given: bytes | str | None = b"", code: int | None = 0) -> Done:
        """Carry out `keydeck WORDS` with `given` on standard input; its code is checked."""
        data = given.encode() if isinstance(given, str) else given or b""
        before = (sys.stdin, sys.stdout, sys.stderr)
        put_in, out, err = io.BytesIO(data), io.BytesIO(), io.BytesIO()
        streams = [io.TextIOWrapper(of, "utf-8", write_through=True) for of in (put_in, out, err)]
        sys.stdin, sys.stdout, sys.stderr = streams
        try:
            ended = main(list(words))
        finally:
            sys.stdin, sys.stdout, sys.stderr = before
        done = Done(ended, out.getvalue(), err.getvalue().decode())
        assert "Internal error" not in done.err, done.err
        if code is not None:
            assert ended == code, (words, ended, done.text, done.err)
        return done

    def fails(self, code: int, *words: str, given: bytes | str = b"") -> dict[str, Any]:
        """The same failure twice: for people (nothing on stdout), and with `--json`."""
        for_people = self.run(*words, given=given, code=code)
        assert for_people.out == b""
        assert for_people.err
        done = self.run("--json", *words, given=given, code=code)
        return done.error

    def set(self, name: str, *words: str, value: str = "") -> str:
        """Set a fresh value (or this one); the value."""
        made = value or secrets.token_urlsafe(24)
        self.run("set", name, *words, given=made)
        return made

    def get(self, name: str, *words: str) -> str:
        """The value."""
        return self.run("get", name, *words).text

    def names(self, *words: str) -> list[str]:
        """The names that `list` gives."""
        return [row["name"] for row in self.run("list", "--json", *words).json["secrets"]]

    def file_remote(self, *words: str, name: str = "here", path: str = ".env") -> Path:
        """A file remote with a target of the place; the file."""
        self.run("remote", "add", name, "--kind", "file", "--path", path, "--format", "dotenv")
        self.run("target", "add", name, *words)
        return self.project / path
