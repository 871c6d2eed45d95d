"""The walk and the scan over folders that may be anybody's."""

from __future__ import annotations

import os
import random
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from keydeck.domain.errors import NotFound
from keydeck.references import scan as scan_module
from keydeck.references.scan import scan
from keydeck.references.walk import MAX_DEPTH, Walk

NAME = "STRIPE_KEY"
USE = "echo $STRIPE_KEY\n"


def put(folder: Path, *files: str, text: str = USE) -> None:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def files_of(folder: Path) -> list[str]:
    return sorted({one.file for one in scan(str(folder), [NAME]).references})


def test_ignore_rules_are_gits(tmp_path: Path) -> None:
    put(tmp_path, "a.sh", "build/b.sh", "logs/c.sh", "logs/keep.sh", "src/d.sh", "src/gen/e.sh")
    put(tmp_path, "src/gen/kept.sh", "src/local.sh", "other/local.sh", "info.sh")
    put(tmp_path, ".gitignore", text="/build/\nlogs/*\n!logs/keep.sh\n# local.sh\n")
    put(tmp_path, "src/.gitignore", text="/local.sh\ngen/*\n")
    put(tmp_path, "src/gen/.gitignore", text="!kept.sh\n")
    put(tmp_path, ".git/info/exclude", text="info.sh\n")
    assert files_of(tmp_path) == [
        "a.sh",
        "logs/keep.sh",
        "other/local.sh",
        "src/d.sh",
        "src/gen/kept.sh",
    ]


def test_other_peoples_code_and_secret_files_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "node_modules/a/a.sh", ".venv/a.sh", ".git/hooks/a.sh", "env/a.sh", "x/a.sh")
    put(tmp_path, "env/pyvenv.cfg", ".env", ".env.local", ".systemprompt/a.sh", "a.png")
    assert files_of(tmp_path) == ["x/a.sh"]


def test_symlinks_are_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "outside/a.sh", "root/b.sh")
    root = tmp_path / "root"
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(root)
    (root / "file.sh").symlink_to(tmp_path / "outside" / "a.sh")
    (root / "broken.sh").symlink_to(root / "nowhere")
    assert files_of(root) == ["b.sh"]


def test_a_hostile_folder_is_survived(tmp_path: Path) -> None:
    put(tmp_path, "good.sh")
    os.mkfifo(tmp_path / "fifo.sh")
    put(tmp_path, "large.sh", text=USE + "x" * 1_000_001)
    (tmp_path / "latin.sh").write_bytes(b"\xff\xfe\xe9 $STRIPE_KEY \xff\n")
    (tmp_path / "binary.sh").write_bytes(b"$STRIPE_KEY\0")
    put(tmp_path, "line.sh", text="x" * 400_000 + " $STRIPE_KEY " + "y" * 400_000)
    put(tmp_path, "\x1b[31mred\u202e.sh")
    weird = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.sh")
    with suppress(OSError):  # some file systems take no such name
        Path(weird).write_text(USE)
    put(tmp_path, "/".join(["d"] * (MAX_DEPTH + 2)) + "/deep.sh")
    put(
        tmp_path,
        ".gitignore",
        text="*a*a*a*a*a*a*a*a*a*b\n" + "*a*a*a\n" * 100 + "a" * 2_000 + "\n[\n!\n\\\n",
    )
    put(tmp_path, "a" * 200 + ".sh")
    found = scan(str(tmp_path), [NAME])
    files = {one.file for one in found.references}
    assert {"good.sh", "latin.sh", "line.sh", "\ufffd[31mred\ufffd.sh"} <= files
    assert "\ufffd\ufffd.sh" in files or not os.path.exists(weird)
    assert not files & {"fifo.sh", "large.sh", "binary.sh"}
    said = "\n".join(found.skipped)
    assert "large.sh: over 1,000,000 bytes" in said
    assert "too deep" in said
    assert ".gitignore: rules with many wildcards" in said
    assert said.isprintable() or "\n" in said
    found_line = next(one for one in found.references if one.file == "line.sh")
    assert (found_line.line, found_line.column) == (1, 400_003)


def test_unreadable_files_are_said(tmp_path: Path) -> None:
    if os.geteuid() == 0:  # root reads everything: a missing target stands in for it
        put(tmp_path, "a.sh")
        assert files_of(tmp_path) == ["a.sh"]
        return
    put(tmp_path, "a.sh", "dir/b.sh")
    (tmp_path / "a.sh").chmod(0)
    (tmp_path / "dir").chmod(0)
    try:
        assert scan(str(tmp_path), [NAME]).skipped == ("a.sh: no permission", "dir: no permission")
    finally:
        (tmp_path / "dir").chmod(0o700)


SLOW = [
    "{{ " * 300_000,
    "${" * 450_000,
    "$STRIPE_KEY" * 90_000,
    "environ[" * 110_000,
    "environ[" + " " * 900_000,
    "} = process.env " * 60_000,
    "{a," * 300_000 + "} = process.env",
    "environment:\n" * 70_000,
    " " * 900_000,
    "\n" * 900_000,
    "_" * 900_000,
    "for A in\nread -r -r -r" * 40_000,
    "STRIPE_KEY=" * 80_000,
    "%(ENV_" * 150_000,
]


@pytest.mark.parametrize("number", range(len(SLOW)))
def test_no_text_makes_it_slow(number: int, tmp_path: Path) -> None:
    piece = SLOW[number][:250_000]
    for suffix in ("py", "js", "sh", "yaml", "md", "toml", "rb"):
        put(tmp_path, f"a.{suffix}", text=piece)
    put(tmp_path, "compose.yaml", "Makefile", "Dockerfile", "text", ".env.example", text=piece)
    put(tmp_path, "z.sh")
    for names in ([NAME], None):  # the test's own time-out is the judge of a hang
        found = scan(str(tmp_path), names)
        assert "z.sh" in {one.file for one in found.references}


def test_time_is_bounded(tmp_path: Path) -> None:
    put(tmp_path, "a.sh", "b.sh")
    found = scan(str(tmp_path), [NAME], seconds=-1)
    assert found.references == ()
    assert found.skipped == ("a.sh: -1 seconds were up; this and the rest",)


def test_hits_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_module, "MAX_HITS", 3)
    put(tmp_path, "a.sh", text=USE * 5)
    found = scan(str(tmp_path), [NAME])
    assert [one.line for one in found.references] == [1, 2, 3]
    assert found.skipped == ("a.sh: more than 3 places; the rest",)


def test_order_and_counts(tmp_path: Path) -> None:
    put(tmp_path, "b.md", "a.sh", "c.yaml")
    found = scan(str(tmp_path), ["STRIPE_KEY", "OTHER"])
    assert [one.file for one in found.references] == ["a.sh", "c.yaml", "b.md"]
    assert found.files == 3
    assert scan(str(tmp_path), []).references == ()


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        scan(str(tmp_path / "none"), [NAME])


RULES = [
    "a",
    "b/",
    "/a",
    "*.sh",
    "*.log",
    "!*.log",
    "**/b",
    "a/**",
    "a/*",
    "!a/c.sh",
    "logs",
    "!logs/",
    "/build/",
    "x y",
    "x\\ y",
    "é",
    "\\#h",
    "\\!n",
    "a/**/b",
    "*",
    "!*/",
    "[ab]",
    "c.*",
    "",
    "# c",
    "  ",
    "a ",
    "b\\ ",
    "**",
    "/**/c.sh",
    "!/a/b/",
    "a/b/c.sh",
    "*.txt\r",
    "!e.txt",
]
PARTS = ["a", "b", "c.sh", "d.log", "e.txt", "build", "logs", "x y", "é", "#h", "!n", "A"]


@pytest.mark.parametrize("seed", range(20))
def test_it_sees_what_git_sees(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    folders = [tmp_path]
    for _ in range(8):
        folder = chance.choice(folders) / chance.choice(PARTS)
        folder.mkdir(exist_ok=True)
        folders.append(folder)
    for _ in range(20):
        file = chance.choice(folders) / chance.choice(PARTS)
        if not file.exists():
            file.write_text("")
    for folder in chance.sample(folders, 4):
        rules = "\n".join(chance.choice(RULES) for _ in range(chance.randint(1, 5)))
        (folder / ".gitignore").write_text(rules, newline="")
    run = ["git", "-C", str(tmp_path)]
    subprocess.run([*run, "init", "-q"], check=True)
    said = subprocess.run(
        [*run, "ls-files", "-z", "-co", "--exclude-standard"], check=True, capture_output=True
    )
    ours = {file.path for file in Walk(str(tmp_path)).files()}
    assert ours == {name for name in said.stdout.decode().split("\0") if name}
