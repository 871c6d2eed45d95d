"""`look` over real folders and real git repositories, friendly and not."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from keydeck.domain.errors import NotFound
from keydeck.services.look import Look, is_well_known, look
from keydeck.services.look_files import SecretFile


@pytest.fixture(autouse=True)
def _own_git_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "project"
    path.mkdir()
    return path


def put(folder: Path, file: str, text: str | bytes = "", mode: int = 0o600) -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def by_path(found: Look) -> dict[str, SecretFile]:
    return {file.path: file for file in found.files}


def pem() -> str:
    kind = "PRIVATE KEY"
    body = secrets.token_urlsafe(64)
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n"


def test_a_project_as_a_stranger_sees_it(folder: Path) -> None:
    hidden = secrets.token_urlsafe(24)
    git(folder, "init", "-q")
    put(folder, ".gitignore", ".env\n.systemprompt/\n*.pem\n")
    put(folder, ".env", f"STRIPE_KEY={hidden}\nOLD_TOKEN={hidden}\nLOG_LEVEL=info\n", 0o644)
    put(folder, ".env.production", f"STRIPE_KEY={hidden}\n")
    put(folder, ".env.staging", f"XX={hidden}\n")
    put(folder, ".env.example", "STRIPE_KEY=\nMAIL_PASSWORD=\n")
    put(folder, ".systemprompt/credentials.json", json.dumps({"api_token": hidden}))
    put(folder, ".systemprompt/tenants.json", json.dumps({"tenants": [{"database_url": hidden}]}))
    put(
        folder,
        ".systemprompt/profiles/local/secrets.json",
        f'// mine\n{{"database_url": "{hidden}", "agent_key": "{hidden}", "anthropic": "x"}}',
    )
    put(folder, "keys/server.pem", pem())
    put(folder, "keys/cert.pem", "-----BEGIN CERTIFICATE-----\n")
    put(folder, "id_ed25519", pem())
    put(folder, "id_ed25519.pub", "ssh-ed25519 x")
    put(folder, "gcp.json", json.dumps({"type": "service_account", "private_key": pem()}))
    put(folder, "package.json", "{}")
    put(folder, "conf/secrets.json", '{"conf_key": "x"}')
    put(
        folder,
        "app.py",
        'import os\nos.environ["STRIPE_KEY"]\nos.getenv("MAIL_PASSWORD")\nos.environ[name]\n'
        'os.environ["PATH"]\nos.environ["S3_BUCKET"]\nos.environ["DATABASE_URL"]\n',
    )
    put(folder, "run.sh", "curl ${MAIL_PASSWORD:?} $LOG_LEVEL\n")
    put(folder, "docs.md", "OLD_TOKEN is what it was\n")
    git(folder, "add", ".env.production", "app.py")

    found = look(str(folder))

    files = by_path(found)
    assert {path: file.kind for path, file in files.items()} == {
        ".env": "dotenv",
        ".env.production": "dotenv",
        ".env.staging": "dotenv",
        ".systemprompt/credentials.json": "systemprompt-credentials",
        ".systemprompt/profiles/local/secrets.json": "systemprompt",
        ".systemprompt/tenants.json": "systemprompt-tenants",
        "conf/secrets.json": "json",
        "gcp.json": "service-account",
        "id_ed25519": "private-key",
        "keys/server.pem": "private-key",
    }
    assert files[".env"] == SecretFile(
        ".env", "dotenv", ("STRIPE_KEY", "OLD_TOKEN", "LOG_LEVEL"), False, True, True
    )
    assert (files[".env.production"].tracked, files[".env.production"].ignored) == (True, False)
    assert not files[".env.production"].mode_open
    assert (files[".env.staging"].tracked, files[".env.staging"].ignored) == (False, False)
    assert files["keys/server.pem"].ignored is True
    secrets_json = files[".systemprompt/profiles/local/secrets.json"]
    assert secrets_json.names == ("database_url", "agent_key", "anthropic")
    assert {one.path for one in found.exposed} == {
        ".env.production",
        ".env.staging",
        "conf/secrets.json",
        "gcp.json",
        "id_ed25519",
    }
    assert [(one.name, one.secret, one.uses) for one in found.missing] == [
        ("MAIL_PASSWORD", True, 3),
        ("S3_BUCKET", False, 1),
    ]
    places = [(one.file, one.line) for one in found.missing[0].references]
    assert places == [("app.py", 3), ("run.sh", 1), (".env.example", 2)]
    assert [(one.name, one.files) for one in found.unused] == [
        ("OLD_TOKEN", (".env",)),
        ("XX", (".env.staging",)),
        ("agent_key", (".systemprompt/profiles/local/secrets.json",)),
        ("conf_key", ("conf/secrets.json",)),
    ]
    assert [(one.file, one.line) for one in found.dynamic] == [("app.py", 4)]
    assert found.git == "yes"
    assert found.skipped == ()
    shown = json.dumps(found.to_json())
    assert hidden not in shown + repr(found)
    assert "BEGIN" not in shown


def test_the_json_shape_is_stable(folder: Path) -> None:
    put(folder, ".env", f"A_KEY={secrets.token_urlsafe()}\nB_KEY=\n")
    put(folder, "a.py", 'os.environ["A_KEY"]\nos.environ["C_KEY"]\n')
    assert look(str(folder)).to_json() == {
        "schema": 1,
        "root": str(folder),
        "git": "no",
        "files": [
            {
                "path": ".env",
                "kind": "dotenv",
                "names": ["A_KEY", "B_KEY"],
                "tracked": False,
                "ignored": None,
                "mode_open": False,
            }
        ],
        "missing": [
            {
                "name": "C_KEY",
                "secret": True,
                "count": 1,
                "references": [
                    {
                        "file": "a.py",
                        "line": 2,
                        "column": 13,
                        "kind": "python",
                        "form": 'os.environ["C_KEY"]',
                        "certainty": "sure",
                    }
                ],
            }
        ],
        "unused": [{"name": "B_KEY", "files": [".env"]}],
        "dynamic": 0,
        "scanned": 1,
        "skipped": [],
    }


def test_a_name_counts_as_there_under_the_names_it_goes_by(folder: Path) -> None:
    put(folder, ".systemprompt/profiles/p/secrets.json", '{"anthropic": "x", "my_key": "y"}')
    put(folder, "a.py", 'os.environ["ANTHROPIC_API_KEY"]\nos.environ["MY_KEY"]\n')
    found = look(str(folder))
    assert found.missing == ()
    assert found.unused == ()


def test_what_only_tests_need_comes_last(folder: Path) -> None:
    put(folder, "tests/test_a.py", 'os.environ["T_KEY"]\n' * 9)
    put(folder, "src/a.py", 'os.environ["S3_BUCKET"]\nos.environ["B_KEY"]\nos.environ["T2_KEY"]')
    put(folder, "src/a_test.go", 'os.Getenv("T2_KEY")')
    found = look(str(folder))
    assert [one.name for one in found.missing] == ["T2_KEY", "B_KEY", "S3_BUCKET", "T_KEY"]
    assert [one.file for one in found.missing[0].references] == ["src/a.py", "src/a_test.go"]


def test_the_token_that_ci_makes_is_not_missing(folder: Path) -> None:
    put(folder, ".github/workflows/a.yml", "${{ secrets.GITHUB_TOKEN }} ${{ secrets.NPM_TOKEN }}")
    assert [one.name for one in look(str(folder)).missing] == ["NPM_TOKEN"]


def test_a_subfolder_and_a_repository_inside(folder: Path) -> None:
    git(folder, "init", "-q")
    put(folder, "sub/.env", "A_KEY=\n")
    put(folder, "sub/inner/.env", "A_KEY=\n")
    put(folder, "sub/inner/.gitignore", ".env.local\n")
    put(folder, "sub/inner/.env.local", "A_KEY=\n")
    git(folder / "sub/inner", "init", "-q")
    git(folder, "add", "sub/.env")
    git(folder / "sub/inner", "add", ".env")
    found = by_path(look(str(folder / "sub")))
    said = {path: (file.tracked, file.ignored) for path, file in found.items()}
    assert said == {
        ".env": (True, False),
        "inner/.env": (True, False),
        "inner/.env.local": (False, True),
    }


def test_without_git_it_says_unknown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(folder, "init", "-q")
    put(folder, ".env", "A_KEY=\n")
    monkeypatch.setenv("PATH", str(folder))
    found = look(str(folder))
    assert (found.git, found.files[0].tracked, found.files[0].ignored) == ("unknown", None, None)


def test_a_repository_that_git_refuses_is_unknown(folder: Path) -> None:
    put(folder, ".env", "A_KEY=\n")
    put(folder, ".git", "gitdir: nowhere\n")
    found = look(str(folder))
    assert (found.git, found.files[0].tracked, found.files[0].ignored) == ("unknown", None, None)


def test_a_repository_runs_no_program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(folder, "init", "-q")
    put(folder, ".env", "A_KEY=\n")
    git(folder, "add", "-f", ".env")
    marker = folder.parent / "ran"
    put(folder, "evil.sh", f"#!/bin/sh\ntouch {marker}\n", 0o755)
    evil = str(folder / "evil.sh")
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "pager.ls-files"):
        git(folder, "config", key, evil)
    git(folder, "config", "core.hooksPath", str(folder))
    git(folder, "config", "alias.ls-files", f"!{evil}")
    for hook in ("post-index-change", "fsmonitor-watchman", "query-watchman"):
        put(folder, hook, f"#!/bin/sh\ntouch {marker}\n", 0o755)
    monkeypatch.setenv("GIT_DIR", str(folder / "elsewhere"))
    monkeypatch.setenv("GIT_TRACE", str(marker))
    index = (folder / ".git/index").read_bytes()
    found = look(str(folder))
    assert by_path(found)[".env"].tracked is True
    assert not marker.exists()
    assert (folder / ".git/index").read_bytes() == index


def test_it_writes_nothing(folder: Path) -> None:
    git(folder, "init", "-q")
    put(folder, ".env", "A_KEY=\n")

    def everything() -> list[tuple[str, int, int]]:
        every = sorted(path for path in folder.rglob("*"))
        return [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in every]

    before = everything()
    look(str(folder))
    assert everything() == before


def test_a_hostile_folder_is_survived(folder: Path, tmp_path: Path) -> None:
    hidden = secrets.token_urlsafe(24)
    git(folder, "init", "-q")
    put(tmp_path, "outside/.env", f"OUTSIDE_KEY={hidden}\n")
    (folder / ".env").symlink_to(tmp_path / "outside" / ".env")
    (folder / "out").symlink_to(tmp_path / "outside")
    os.mkfifo(folder / ".env.fifo")
    put(folder, ".env.binary", b"A=\0\xff")
    put(folder, ".env.json", f'{{"a": "{hidden}"}}')
    put(folder, ".env.large", "A=1\n" + "#" * 1_000_001)
    put(folder, ".env.\x1b[31m\u202e", "ESC_KEY=\n")
    put(folder, ":(top).env", "MAGIC_KEY=\n")
    put(folder, "-q.env", "DASH_KEY=\n")
    put(folder, "deep.json", '{"private_key":' * 50_000)
    put(folder, ".systemprompt/profiles/p/secrets.json", '{"a":' * 50_000 + f'"{hidden}"')
    put(folder, ".env.names", f"{hidden}\nGOOD_KEY={hidden}\n1{hidden}=x\n")
    weird = os.fsdecode(os.fsencode(folder) + b"/\xff.env")
    with suppress(OSError):  # some file systems take no such name
        Path(weird).write_text("WEIRD_KEY=\n")
    git(folder, "add", ".env.names")
    found = look(str(folder))
    files = by_path(found)
    assert files[".env.\ufffd[31m\ufffd"].names == ("ESC_KEY",)
    assert files[":(top).env"].ignored is False
    assert files["-q.env"].names == ("DASH_KEY",)
    assert "\ufffd.env" in files or not os.path.exists(weird)
    assert files[".env.names"] == SecretFile(".env.names", "dotenv", ("GOOD_KEY",), True, False)
    assert ".env" not in files
    said = "\n".join(found.skipped)
    assert ".env: a symbolic link, not followed" in said
    assert ".env.large: over 1,000,000 bytes" in said
    assert "nested too deeply" in said
    everything = json.dumps(found.to_json()) + repr(found)
    assert hidden not in everything
    assert "OUTSIDE_KEY" not in everything


def test_an_empty_folder_and_none(folder: Path) -> None:
    found = look(str(folder))
    assert (found.files, found.missing, found.unused, found.git) == ((), (), (), "no")
    with pytest.raises(NotFound):
        look(str(folder / "none"))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("PATH", True),
        ("NODE_ENV", True),
        ("XDG_DATA_HOME", True),
        ("GITHUB_SHA", True),
        ("CARGO_PKG_VERSION", True),
        ("CARGO_REGISTRY_TOKEN", False),
        ("STRIPE_KEY", False),
        ("DATABASE_URL", False),
    ],
)
def test_well_known_names(name: str, known: bool) -> None:
    assert is_well_known(name) is known
