"""Asking git which files it tracks and ignores, in a folder that may be anybody's.

A repository's own config can name programs that git runs. Only two commands are asked that
read the index and the ignore rules; what could start a program in them is switched off.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from keydeck.domain.record import NamedTuple

_SECONDS = 10
_MAX_REPOSITORIES = 20
_AT_ONCE = 200  # names on one command line

_OPTIONS = (
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "safe.bareRepository=explicit",
    "-c",
    "core.quotePath=false",
)


class GitSays(NamedTuple):
    """What git knows of one file; None where it could not be asked."""

    tracked: bool | None = None
    ignored: bool | None = None


def state(root: str) -> str:
    """`yes` where `root` lies in a repository that git reads, `no`, or `unknown`."""
    top = _repository(root, "x")
    if top is None:
        return "no"
    return "unknown" if _run(top, ["rev-parse", "--git-dir"], (), (0,)) is None else "yes"


def ask(root: str, paths: Sequence[str]) -> dict[str, GitSays]:
    """What git says of each of `paths` (from `root`, with `/`).

    Outside of any repository nothing is tracked and `ignored` is None. Each path is asked in
    the innermost repository that holds it.
    """
    answers: dict[str, GitSays] = {}
    groups: dict[str | None, list[str]] = {}
    for path in paths:
        groups.setdefault(_repository(root, path), []).append(path)
    for number, (top, inside) in enumerate(groups.items()):
        if top is None:
            answers.update(dict.fromkeys(inside, GitSays(tracked=False)))
        elif number < _MAX_REPOSITORIES:
            answers.update(_ask_one(root, top, inside))
    return {path: answers.get(path, GitSays()) for path in paths}


def _repository(root: str, path: str) -> str | None:
    """The innermost folder above the file that has a `.git`, also above `root`."""
    folder = os.path.dirname(os.path.join(root, path))
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _ask_one(root: str, top: str, paths: Sequence[str]) -> dict[str, GitSays]:
    from_top = {path: os.path.relpath(os.path.join(root, path), top) for path in paths}
    tracked = _tracked(top, list(from_top.values()))
    # Written as ./name, so that a name that begins with a colon is no pattern. 1: none is ignored
    lines = [f"./{name}" for name in from_top.values()]
    ignored = _run(top, ["check-ignore", "-z", "--stdin"], lines, (0, 1))
    return {
        path: GitSays(
            None if tracked is None else name in tracked,
            None if ignored is None else f"./{name}" in ignored,
        )
        for path, name in from_top.items()
    }


def _tracked(top: str, names: Sequence[str]) -> set[str] | None:
    found: set[str] = set()
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        some = _run(
            top, ["--literal-pathspecs", "ls-files", "-z", "--cached", "--", *part], (), (0,)
        )
        if some is None:
            return None
        found |= some
    return found


def _run(
    top: str, words: Sequence[str], lines: Iterable[str], fine: Sequence[int]
) -> set[str] | None:
    """The names that git prints; None where there is no git, or it refuses or hangs."""
    import subprocess

    try:
        done = subprocess.run(
            ["git", *_OPTIONS, "-C", top, *words],
            input=b"\0".join(os.fsencode(line) for line in lines),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode not in fine:
        return None
    return {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}


def _environment() -> dict[str, str]:
    """The environment without anything that steers git, and with what keeps it quiet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }
