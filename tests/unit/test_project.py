"""What holds for every file of the project."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

from keydeck.cli.table import AREAS, FAMILIES, LATER, verbs

ROOT = Path(__file__).parents[2]
TEXTS = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".svg", ".sh", ""}

# The table of interface: every verb that may exist, with its sub-verbs.
PUBLISHED = {
    "start": "look init demo unlock lock status key backup doctor trust",
    "hierarchy": "tenant profile",
    "secrets": "list get set edit unset rename clone history rollback trash purge generate matrix",
    "rotation": "rotate verify due policy",
    "sync": "remote login target diff sync promote cleanup",
    "references": "refs link unlink consumer unused lint",
    "use": "run inject explain",
    "exchange": "import export fill",
    "trust": "check scan audit",
}
SUBS = {
    "key": "list add remove rekey",
    "tenant": "add list use rename rules remove",
    "profile": "add list use protect extend remove",
    "trash": "list restore empty",
    "remote": "add list test policy remove",
    "target": "add list remove",
    "consumer": "list",
}


def project_files() -> list[Path]:
    """The files that git knows or would take (without git: all but what tools leave behind)."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        left = re.compile(r"/(\.git|\.venv|dist|build|__pycache__|\.[a-z_]+_cache|\.hypothesis)/")
        return [path for path in ROOT.rglob("*") if path.is_file() and not left.search(str(path))]
    return [ROOT / name for name in done.stdout.split("\0") if (ROOT / name).is_file()]


FILES = [path for path in project_files() if path.suffix in TEXTS]
PYTHON = [path for path in FILES if path.suffix == ".py"]
SOURCES = [path for path in PYTHON if (ROOT / "src") in path.parents]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 50
    assert len(FILES) > len(PYTHON) > len(SOURCES)


def test_no_file_names_a_package_host_or_a_path_of_one_machine() -> None:
    hosts = ["pythonhosted.org", "pypi.org/simple", "index-" + "url", "--find-" + "links"]
    hosts += ["/" + "simple/"]
    own = [str(ROOT) + "/", "/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/"]
    named = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in FILES
        for word in (*hosts, *own)
        if path.name != "LICENSE" and path != Path(__file__) and word in text_of(path)
    ]
    assert named == []


def test_no_file_holds_a_key() -> None:
    """Values are made at run time: nothing here has the form of a real one."""
    forms = re.compile(
        r"sk_live_[A-Za-z0-9]{16,}|sk-ant-[A-Za-z0-9-]{20,}|ghp_[A-Za-z0-9]{30,}"
        r"|AKIA[0-9A-Z]{16}|xox[bp]-[0-9A-Za-z-]{20,}|hvs\.[A-Za-z0-9]{20,}"
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----\\?n?[A-Za-z0-9+/]{32,}"
    )
    found = [str(path.relative_to(ROOT)) for path in FILES if forms.search(text_of(path))]
    assert found == []


def test_every_verb_is_published() -> None:
    published = {verb: area for area, line in PUBLISHED.items() for verb in line.split()}
    assert set(verbs()) <= set(published)
    assert [verb for group in FAMILIES.values() for verb in group] == verbs()
    assert {verb for _, group in AREAS for verb in group} == set(verbs())
    words = {word for word in LATER if " " not in word}
    assert set(verbs()) | words == set(published)
    assert not set(verbs()) & words


def test_every_sub_verb_is_published() -> None:
    from keydeck.cli.manual import commands_of

    for verb in verbs():
        subs = {command.name.split()[1] for command in commands_of(verb) if " " in command.name}
        later = {word.split()[1] for word in LATER if word.startswith(f"{verb} ")}
        assert subs <= set(SUBS.get(verb, "").split()), verb
        if verb in SUBS:
            assert subs | later == set(SUBS[verb].split()), verb


def test_every_command_is_in_the_manual() -> None:
    page = text_of(ROOT / "docs" / "cli.md")
    from keydeck.cli.manual import commands_of

    for verb in verbs():
        for command in commands_of(verb):
            assert f"### {command.name}\n" in page


def test_the_version_is_written_once() -> None:
    from keydeck import __version__

    assert f'__version__ = "{__version__}"' in text_of(ROOT / "src/keydeck/__init__.py")
    assert 'dynamic = ["version"]' in text_of(ROOT / "pyproject.toml")


def test_constraints_are_exact_and_cover_what_is_declared() -> None:
    lines = [line for line in text_of(ROOT / "constraints.txt").splitlines() if line[:1] != "#"]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line) for line in lines)
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = {bare(one) for group in groups for one in group} - {"keydeck"}
    assert len(declared) > 15
    assert declared <= {bare(line) for line in lines}


def bare(requirement: str) -> str:
    """A requirement's name, normalised."""
    return re.split(r"[<>=\[;]", requirement)[0].strip().lower().replace("_", "-")


def test_the_app_stays_small() -> None:
    assert text_of(ROOT / "src/keydeck/tui/app.py").count("\n") < 200


def test_public_names_have_a_docstring() -> None:
    silent = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_make_help_lists_what_there_is() -> None:
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in ("demo", "run", "test", "check", "faults", "bench", "screenshots", "docs"):
        assert re.search(rf"^  make {target}\s+\w", shown, re.M), target
