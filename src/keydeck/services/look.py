"""`look`: what a folder tells about its secrets, with no vault and no network; reads only.

Which files hold secrets and whether git would publish them, which names the code needs that
none of the files has, and which names nothing uses.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from keydeck.domain.errors import NotFound
from keydeck.domain.record import NamedTuple
from keydeck.domain.reference import Dynamic, Reference
from keydeck.domain.safetext import clean
from keydeck.references.certainty import looks_secret
from keydeck.references.scan import scan
from keydeck.services import look_files, look_git
from keydeck.services.look_files import SecretFile

SHOWN_REFERENCES = 5  # of each missing name

# Set by the system, a shell, a tool or a CI service: nobody keeps them as secrets.
_KNOWN = """
    PATH HOME USER LOGNAME SHELL PWD OLDPWD TMPDIR TMP TEMP TERM LANG LANGUAGE TZ EDITOR VISUAL
    PAGER DISPLAY COLUMNS LINES HOSTNAME HOSTTYPE OSTYPE UID EUID GID GROUPS PPID IFS PS1 PS4
    SECONDS RANDOM LINENO OPTARG OPTIND REPLY FUNCNAME PIPESTATUS SHLVL DIRSTACK COMP_WORDS
    COMP_CWORD COMPREPLY NO_COLOR FORCE_COLOR CLICOLOR COLORTERM CI DEBUG VERBOSE HOST PORT
    NODE_ENV NODE_OPTIONS RAILS_ENV RACK_ENV APP_ENV FLASK_ENV FLASK_APP ENV ENVIRONMENT STAGE
    LOG_LEVEL RUST_LOG RUST_BACKTRACE OUT_DIR PYTHONPATH PYTHONUNBUFFERED VIRTUAL_ENV GOPATH
    GOROOT GOOS GOARCH JAVA_HOME MAKE MAKEFLAGS MAKECMDGOALS MAKEFILE_LIST CURDIR CC CXX AR LD
    CFLAGS CXXFLAGS CPPFLAGS LDFLAGS DESTDIR PREFIX RM SSH_AUTH_SOCK SSH_TTY SSH_CONNECTION
    SUDO_USER APPDATA LOCALAPPDATA USERPROFILE PROGRAMFILES PROGRAMDATA WINDIR COMSPEC BASE_URL
    MODE DEV PROD SSR HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY TMUX STY WAYLAND_DISPLAY
"""
_WELL_KNOWN = frozenset(_KNOWN.split())
_PREFIXES = (
    *("XDG_", "LC_", "BASH", "ZSH", "CARGO_", "npm_", "NPM_CONFIG_", "PIP_", "PYTEST_", "RUNNER_"),
    *("GITHUB_", "CI_", "BUILDKITE_", "CIRCLE_", "TRAVIS_", "KUBERNETES_", "VSCODE_", "TEXTUAL_"),
    *("KEYDECK_", "GIT_", "DOCKER_BUILDKIT", "COMPOSE_"),
)
_MADE_IN_CI = ("GITHUB_TOKEN",)  # by the service itself

# What the platform itself asks for under other names (its client's rule).
_PLATFORM = {"gemini": "GEMINI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"} | {
    "openai": "OPENAI_API_KEY",
    "internal_database_url": "DATABASE_URL",
}
_PLATFORM_NAMES = """
    jwt_secret oauth_at_rest_pepper database_url internal_database_url external_database_url
    sync_token gemini anthropic openai github github_token gemini_api_key anthropic_api_key
    openai_api_key
"""
_PLATFORM_READS = frozenset(_PLATFORM_NAMES.split())
_TESTS = re.compile(
    r"(?:.*/)?(?:tests?|__tests__|specs?|testdata|fixtures|__mocks__)/.*"
    r"|(?:.*/)?(?:test_[^/]*|conftest\.py|[^/]*(?:_test\.|\.test\.|\.spec\.|_spec\.)[^/]*)"
)


class Missing(NamedTuple):
    """A name that the code needs and no secret file has: the first places, and how many.

    `secret` says that it sounds like a credential; those come first, what only tests need last.
    """

    name: str
    secret: bool
    references: tuple[Reference, ...]
    uses: int


class Unused(NamedTuple):
    """A name that secret files define and nothing here uses."""

    name: str
    files: tuple[str, ...]


class Look(NamedTuple):
    """What was seen in a folder: paths are from `root`, with `/`.

    `scanned` counts the files that were read for names, `skipped` says what was not read and
    why. `git` is `yes`, `no` (no repository) or `unknown` (not installed, or it refuses).
    """

    root: str
    git: str
    files: tuple[SecretFile, ...]
    missing: tuple[Missing, ...]
    unused: tuple[Unused, ...]
    dynamic: tuple[Dynamic, ...]
    scanned: int
    skipped: tuple[str, ...]

    @property
    def exposed(self) -> tuple[SecretFile, ...]:
        """The files that git tracks, or would take in with the next `git add`."""
        return tuple(one for one in self.files if one.tracked or one.ignored is False)

    def to_json(self) -> dict[str, object]:
        """The stable shape of `keydeck look --json`."""
        return {
            "schema": 1,
            "root": clean(self.root),
            "git": self.git,
            "files": [
                {
                    "path": one.path,
                    "kind": one.kind,
                    "names": list(one.names),
                    "tracked": one.tracked,
                    "ignored": one.ignored,
                    "mode_open": one.mode_open,
                }
                for one in self.files
            ],
            "missing": [
                {
                    "name": one.name,
                    "secret": one.secret,
                    "count": one.uses,
                    "references": [_reference_json(place) for place in one.references],
                }
                for one in self.missing
            ],
            "unused": [{"name": one.name, "files": list(one.files)} for one in self.unused],
            "dynamic": len(self.dynamic),
            "scanned": self.scanned,
            "skipped": list(self.skipped),
        }


def _reference_json(one: Reference) -> dict[str, object]:
    return {
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "kind": one.kind,
        "form": one.form,
        "certainty": one.certainty,
    }


def look(folder: str = ".", *, seconds: float = 30.0) -> Look:
    """Look at `folder`: no vault, no network, nothing is written.

    `seconds` bounds each of three walks over it. Raises `NotFound` (7) where there is no folder.
    """
    if not os.path.isdir(folder):
        raise NotFound(f"There is no folder {clean(folder)}.", todo="Check the path.")
    try:
        root = os.path.realpath(folder)
    except OSError:  # the folder keydeck was started in was removed
        raise NotFound(
            "The folder keydeck was started in is gone.", todo="Go to another, or name one."
        ) from None
    files, skipped = look_files.find(root, seconds)
    files = _with_git(root, files)
    needed = scan(root, None, seconds=seconds)
    missing = _missing(needed.references, files)
    unused, unused_skipped = _unused(root, files, needed.references, seconds)
    return Look(
        root=root,
        git=look_git.state(root),
        files=tuple(files),
        missing=missing,
        unused=unused,
        dynamic=needed.dynamic,
        scanned=needed.files,
        skipped=tuple(dict.fromkeys((*skipped, *needed.skipped, *unused_skipped))),
    )


def _with_git(root: str, files: list[SecretFile]) -> list[SecretFile]:
    """The files with git's word on each, and with paths that can be shown."""
    answers = look_git.ask(root, [file.path for file in files])
    return [
        file._replace(
            path=clean(file.path),
            tracked=answers[file.path].tracked,
            ignored=answers[file.path].ignored,
        )
        for file in files
    ]


def _defined(files: Iterable[SecretFile]) -> dict[str, list[SecretFile]]:
    """Name to the files that define it."""
    found: dict[str, list[SecretFile]] = {}
    for file in files:
        for name in file.names if file.importable else ():
            found.setdefault(name, []).append(file)
    return found


def _called(name: str) -> set[str]:
    """What a name may be asked for as: itself, the other case, the platform's own name."""
    called = {name, name.upper(), name.lower()}
    if name in _PLATFORM:
        called.add(_PLATFORM[name])
    return called


def is_well_known(name: str) -> bool:
    """Whether a name is set by a system, shell, tool or CI service and holds no secret."""
    return name in _WELL_KNOWN or (name.startswith(_PREFIXES) and not looks_secret(name))


def _missing(references: Iterable[Reference], files: list[SecretFile]) -> tuple[Missing, ...]:
    """What is needed and not there; credentials first, then what is used most."""
    there = set().union(*(_called(name) for name in _defined(files)))
    places: dict[str, list[Reference]] = {}
    for one in references:
        if one.name not in there and not is_well_known(one.name):
            places.setdefault(one.name, []).append(one)
    found = [
        Missing(name, looks_secret(name), tuple(all_of[:SHOWN_REFERENCES]), len(all_of))
        for name, unsorted in places.items()
        if not (name in _MADE_IN_CI and all(one.kind == "ci" for one in unsorted))
        for all_of in (sorted(unsorted, key=lambda one: _is_test(one.file)),)
    ]
    return tuple(
        sorted(
            found,
            key=lambda one: (_is_test(one.references[0].file), not one.secret, -one.uses, one.name),
        )
    )


def _is_test(path: str) -> bool:
    return _TESTS.fullmatch(path) is not None


def _unused(
    root: str, files: list[SecretFile], needed: Iterable[Reference], seconds: float
) -> tuple[tuple[Unused, ...], tuple[str, ...]]:
    """The defined names that only documents and examples speak of, or nothing at all."""
    used = {one.name for one in needed if one.kind != "env-example"}
    defined = {
        name: holders
        for name, holders in _defined(files).items()
        if not _called(name) & used
        and not (name in _PLATFORM_READS and any(one.kind == "systemprompt" for one in holders))
    }
    wanted = set().union(*(_called(name) for name in defined))
    found = scan(root, wanted, seconds=seconds)
    used = {one.name for one in found.references if one.kind not in ("docs", "env-example")}
    return (
        tuple(
            Unused(name, tuple(one.path for one in holders))
            for name, holders in sorted(defined.items())
            if not _called(name) & used
        ),
        found.skipped,
    )
