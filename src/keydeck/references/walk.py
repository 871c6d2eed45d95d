"""The files of a folder, as git would see them: ignore rules, bounds, no symlinks.

Reads nothing but names and `.gitignore` files. A folder may be anybody's: rules that could
be made slow, folders too deep and entries too many are left out and said.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections import deque
from collections.abc import Iterator

from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean

MAX_DEPTH = 48
MAX_ENTRIES = 200_000
_MAX_RULES = 64 * 1024
_MAX_SLOW_RULES = 20

# Other people's code and what tools make: never walked, whatever .gitignore says.
_NEVER = """
    .git .hg .svn .jj node_modules bower_components .venv __pycache__ .tox .nox .mypy_cache
    .ruff_cache .pytest_cache .hypothesis .gradle .terraform .next .nuxt .svelte-kit .turbo
    .parcel-cache .yarn .pnpm-store .cache .direnv .systemprompt
"""
NEVER = frozenset(_NEVER.split())


class File(NamedTuple):
    """A file on the walk: path from the root with `/`, real path, whether git ignores it."""

    path: str
    real: str
    ignored: bool
    symlink: bool = False


class Walk:
    """A walk over a folder; `skipped` says afterwards what was left out and why."""

    def __init__(
        self,
        root: str,
        *,
        into_ignored: bool = False,
        never: frozenset[str] = NEVER,
        seconds: float = 30.0,
    ) -> None:
        self.root = os.path.realpath(root)
        self.skipped: list[str] = []
        self._into_ignored = into_ignored
        self._never = never
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._left = MAX_ENTRIES

    def files(self) -> Iterator[File]:
        """Every regular file and symlink, the nearest folders first, in the order of names."""
        rules = self._rules("", os.path.join(self.root, ".git", "info", "exclude"))
        queue = deque([("", rules, False)])
        while queue:
            folder, rules, ignored = queue.popleft()
            rules += self._rules(folder, os.path.join(self.root, folder, ".gitignore"))
            for entry in self._entries(folder):
                path = f"{folder}/{entry.name}" if folder else entry.name
                if time.monotonic() > self._until:
                    self.skip(path, f"{self._seconds:g} seconds were up; this and the rest")
                    return
                kind = _kind(entry)
                if kind == _OTHER or (kind == _FOLDER and entry.name in self._never):
                    continue
                hidden = ignored or _ignores(rules, path + "/" if kind == _FOLDER else path)
                if hidden and not self._into_ignored:
                    continue
                if kind != _FOLDER:
                    yield File(path, entry.path, hidden, kind == _SYMLINK)
                elif self._enters(path):
                    queue.append((path, rules, hidden))

    def skip(self, path: str, why: str) -> None:
        """Say that `path` was left out (the first thousand are kept)."""
        if len(self.skipped) < 1_000:
            self.skipped.append(f"{clean(path)}: {why}")

    def _enters(self, path: str) -> bool:
        if path.count("/") >= MAX_DEPTH:
            self.skip(path, "too deep")
            return False
        return not os.path.exists(os.path.join(self.root, path, "pyvenv.cfg"))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        found: list[os.DirEntry[str]] = []
        try:
            with os.scandir(os.path.join(self.root, folder)) as entries:
                for entry in entries:
                    if self._left <= 0:
                        self.skip(folder or ".", f"more than {MAX_ENTRIES:,} entries; the rest")
                        break
                    self._left -= 1
                    found.append(entry)
        except OSError as error:
            self.skip(folder or ".", why_not(error))
        return sorted(found, key=lambda entry: entry.name)

    def _rules(self, folder: str, path: str) -> tuple[_Rules, ...]:
        if not os.path.isfile(path) or os.path.islink(path):
            return ()
        try:
            lines = read_regular(path, _MAX_RULES).decode("utf-8", "replace").splitlines()
        except (OSError, TooBig) as error:
            self.skip(os.path.relpath(path, self.root), why_not(error))
            return ()
        good = _quick(lines)
        if len(good) < len(lines):
            self.skip(os.path.relpath(path, self.root), "rules with many wildcards were left out")
        if not any(line.strip() and not line.startswith("#") for line in good):
            return ()
        from pathspec import GitIgnoreSpec, RegexPattern
        from pathspec.patterns.gitignore import GitIgnorePatternError

        try:
            spec = GitIgnoreSpec.from_lines(good)
        except GitIgnorePatternError:
            self.skip(os.path.relpath(path, self.root), "a rule can't be read")
            return ()
        kept = [
            (bool(one.include), one.regex)
            for one in reversed(list(spec.patterns))
            if isinstance(one, RegexPattern) and one.include is not None and one.regex is not None
        ]
        return (_Rules(f"{folder}/" if folder else "", tuple(kept)),)


_FILE, _FOLDER, _SYMLINK, _OTHER = range(4)


def _kind(entry: os.DirEntry[str]) -> int:
    """What an entry is; what can't be looked at, and devices and pipes, are `_OTHER`."""
    try:
        if entry.is_dir(follow_symlinks=False):
            return _FOLDER
        if entry.is_file(follow_symlinks=False):
            return _FILE
        return _SYMLINK if entry.is_symlink() else _OTHER
    except OSError:
        return _OTHER


class _Rules(NamedTuple):
    """The rules of one `.gitignore`, the last first, which count below `prefix`."""

    prefix: str
    rules: tuple[tuple[bool, re.Pattern[str]], ...]


def _ignores(rules: tuple[_Rules, ...], path: str) -> bool:
    """What the last rule of the nearest file with an opinion says; folders end with `/`."""
    for one in reversed(rules):
        inner = path[len(one.prefix) :]
        for include, pattern in one.rules:
            if _is_about(pattern, inner):
                return include
    return False


def _is_about(pattern: re.Pattern[str], path: str) -> bool:
    """Whether a rule matches `path` itself, not only a folder above it.

    The walk has judged those already. pathspec's patterns hold a group for the slash that
    ends a folder's name; the shortest of them is nothing but that slash.
    """
    if not pattern.groups:
        return pattern.search(path.removesuffix("/")) is not None
    found = pattern.search(path)
    if found is None:
        return False
    slash = found.end(1)
    return slash in (-1, len(path)) or (path.endswith("/") and len(found[0]) == 1)


_STARS = re.compile(r"\*+")


def _quick(lines: list[str]) -> list[str]:
    """The rules whose matching takes a bounded time: the steps grow with each wildcard."""
    good: list[str] = []
    slow = 0
    for line in lines:
        runs = [len(run) for run in _STARS.findall(line)]
        slow += runs.count(1) > 2
        if len(line) > 1_000 or runs.count(1) > 3 or len(runs) > 6 or max(runs, default=0) > 2:
            continue
        if runs.count(1) <= 2 or slow <= _MAX_SLOW_RULES:
            good.append(line)
    return good


class TooBig(Exception):
    """The file is over the limit, or is no regular file."""


def read_regular(path: str, limit: int) -> bytes:
    """The bytes of a regular file, not through a symlink; `OSError` or `TooBig`."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as file:
        info = os.fstat(fd)
        if not stat.S_ISREG(info.st_mode):
            raise TooBig("no regular file")
        if info.st_size > limit:
            raise TooBig(f"over {limit:,} bytes")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise TooBig(f"over {limit:,} bytes")
    return data


def why_not(error: OSError | TooBig) -> str:
    """Why a file can't be read, in a few words without its path."""
    if isinstance(error, TooBig):
        return str(error)
    if isinstance(error, PermissionError):
        return "no permission"
    return os.strerror(error.errno) if error.errno else "can't be read"
