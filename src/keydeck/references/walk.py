"""The files of a folder, as git would see them: ignore rules, bounds, no symlinks.

Reads nothing but names and `.gitignore` files. A folder may be anybody's: rules that could
be made slow, folders too deep and entries too many are left out and said.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from keydeck.domain.safetext import clean

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_DEPTH = 48
MAX_ENTRIES = 200_000
_MAX_RULES = 64 * 1024

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
        self, root: str, *, into_ignored: bool = False, never: frozenset[str] = NEVER
    ) -> None:
        self.root = os.path.realpath(root)
        self.skipped: list[str] = []
        self._into_ignored = into_ignored
        self._never = never
        self._left = MAX_ENTRIES

    def files(self) -> Iterator[File]:
        """Every regular file and symlink, folders in order of their names."""
        rules = self._rules("", os.path.join(self.root, ".git", "info", "exclude"))
        stack = [("", rules, False)]
        while stack:
            folder, rules, ignored = stack.pop()
            own = self._rules(folder, os.path.join(self.root, folder, ".gitignore"))
            rules = rules + own
            inner: list[tuple[str, tuple[_Rules, ...], bool]] = []
            for entry in self._entries(folder):
                path = f"{folder}/{entry.name}" if folder else entry.name
                try:
                    directory = entry.is_dir(follow_symlinks=False)
                    regular = directory or entry.is_file(follow_symlinks=False)
                    symlink = not regular and entry.is_symlink()
                except OSError:
                    self.skip(path, "can't be looked at")
                    continue
                if directory and entry.name in self._never:
                    continue
                hidden = ignored or _ignores(rules, path + "/" if directory else path)
                if directory:
                    if (not hidden or self._into_ignored) and self._enters(path):
                        inner.append((path, rules, hidden))
                elif (regular or symlink) and (not hidden or self._into_ignored):
                    yield File(path, entry.path, hidden, symlink)
            stack.extend(reversed(inner))

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
        good = [line for line in lines if not _could_be_slow(line)]
        if len(good) < len(lines):
            self.skip(os.path.relpath(path, self.root), "rules with many wildcards were left out")
        if not any(line.strip() and not line.startswith("#") for line in good):
            return ()
        from pathspec import GitIgnoreSpec
        from pathspec.patterns.gitignore import GitIgnorePatternError

        try:
            spec = GitIgnoreSpec.from_lines(good)
        except GitIgnorePatternError:
            self.skip(os.path.relpath(path, self.root), "a rule can't be read")
            return ()
        return (_Rules(f"{folder}/" if folder else "", spec),)


class _Rules(NamedTuple):
    """The rules of one `.gitignore`, which count below `prefix`."""

    prefix: str
    spec: GitIgnoreSpec


def _ignores(rules: tuple[_Rules, ...], path: str) -> bool:
    """What the nearest file with an opinion says."""
    for one in reversed(rules):
        said = one.spec.check_file(path[len(one.prefix) :]).include
        if said is not None:
            return said
    return False


def _could_be_slow(line: str) -> bool:
    """Whether a rule has so many wildcards that matching it could take for ever."""
    return (
        len(line) > 1_000
        or max(map(len, re.findall(r"\*+", line)), default=0) > 2
        or (len(re.findall(r"\*+", line)) > 4)
    )


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
