"""run · import · export · refs · link · unlink · audit: shapes and exit codes."""

from __future__ import annotations

import json
import os
import secrets
import signal
import stat
import subprocess
import sys

import pytest

from cli.deck import Deck

SHOW = "import os, sys; print(json.dumps(dict(os.environ)))".replace("json", "__import__('json')")


def child(*words: str) -> list[str]:
    """`keydeck run WORDS` as a process: its child writes to the real standard output."""
    return [sys.executable, "-m", "keydeck.entry", "run", *words]


def environment(deck: Deck, *words: str) -> dict[str, str]:
    """What a child sees."""
    done = subprocess.run(
        child(*words, "--", sys.executable, "-c", SHOW), capture_output=True, check=True
    )
    return dict(json.loads(done.stdout))


def test_run_gives_the_secrets_and_nothing_of_keydeck(
    deck: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = deck.set("A_KEY")
    deck.set("OTHER")
    monkeypatch.setenv("BAO_TOKEN", secrets.token_hex(4))
    monkeypatch.setenv("KEPT_VARIABLE", "x")
    seen = environment(deck, "--only", "A_KEY")
    assert seen["A_KEY"] == value
    assert seen["KEPT_VARIABLE"] == "x"
    assert "OTHER" not in seen
    assert not [name for name in seen if name.startswith(("KEYDECK_", "BAO_TOKEN"))]
    seen = environment(deck, "--clean", "--keep", "KEPT_VARIABLE,BAO_TOKEN")
    assert {"PATH", "HOME", "A_KEY", "OTHER", "KEPT_VARIABLE", "BAO_TOKEN"} <= set(seen)
    assert "KEYDECK_VAULT" not in seen


def test_run_names_what_was_set_already(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    value = deck.set("A_KEY")
    monkeypatch.setenv("A_KEY", "outer")
    done = subprocess.run(child("--", "true"), capture_output=True, text=True, check=True)
    assert "A_KEY" in done.stderr
    assert environment(deck)["A_KEY"] == "outer"
    assert environment(deck, "--override")["A_KEY"] == value


def test_run_as_a_consumer_gives_exactly_its_set(deck: Deck) -> None:
    value = deck.set("LINKED")
    deck.set("OTHER")
    deck.run("link", "LINKED", "--to", "agent:support")
    seen = environment(deck, "--as", "agent:support")
    assert seen["LINKED"] == value
    assert "OTHER" not in seen
    assert "KEYDECK_VAULT" not in seen


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--", "sh", "-c", "exit 7"), 7),
        (("--", "no-such-command-here"), 127),
        (("--", "/etc/passwd"), 126),
        (("--only", "NOPE", "--", "true"), 125),
        (("-p", "nobody", "--", "true"), 125),
        ((), 125),
        (("--banana", "--", "true"), 125),
        (("--", "sh", "-c", "kill -TERM $$"), 128 + signal.SIGTERM),
    ],
)
def test_run_passes_exit_codes_on(deck: Deck, words: tuple[str, ...], code: int) -> None:
    deck.run("run", *words, code=code)


def test_run_passes_signals_on(deck: Deck) -> None:
    # The pause lets keydeck come from starting the command to passing signals on.
    script = "trap 'exit 42' TERM; echo ready; while :; do sleep 0.05; done"
    process = subprocess.Popen(child("--", "sh", "-c", script), stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 42
    process.stdout.close()


def test_import_shows_first_and_keeps_conflicts(deck: Deck) -> None:
    ours = deck.set("CLASH")
    same = deck.set("SAME")
    theirs = secrets.token_hex(12)
    file = deck.project / ".env"
    file.write_text(f"NEW=1\nSAME={same}\nCLASH={theirs}\nbad-name=x\n")
    done = deck.run("import", ".env", code=13)
    assert "conflict" in done.text
    assert theirs not in done.text
    assert deck.names() == ["CLASH", "SAME"]
    answer = deck.run("import", ".env", "--format", "dotenv", "-y", "--json", code=3).json
    rows = {row["name"]: (row["state"], row["result"]) for row in answer["rows"]}
    assert rows["NEW"] == ("new", "set")
    assert rows["SAME"] == ("same", "same")
    assert rows["CLASH"] == ("conflict", "kept")
    assert deck.get("CLASH") == ours
    deck.run("import", ".env", "-y", "--take", "CLASH")
    assert deck.get("CLASH") == theirs
    deck.fails(7, "import", ".env", "-y", "--take", "NOPE")


def test_import_of_json_and_from_standard_input(deck: Deck) -> None:
    deck.run("import", "-", "--format", "json", "-y", given='{"A": "one", "B": "two"}')
    assert deck.names() == ["A", "B"]
    file = deck.project / "secrets.json"
    file.write_text('// local\n{"c": "three"}\n')
    deck.run("import", "secrets.json", "--format", "systemprompt", "-y")
    assert deck.get("c") == "three"
    deck.fails(7, "import", "nowhere", "-y")
    deck.fails(11, "import", "secrets.json", "--format", "banana", "-y")
    deck.fails(11, "import", "-", "--format", "json", "-y", given="[1]")


def test_import_over_a_protected_profile_needs_its_name(deck: Deck) -> None:
    deck.set("A", "-p", "production")
    words = ("import", "-", "--format", "json", "-p", "production", "-y", "--take", "A")
    deck.run(*words, given='{"A": "x"}', code=13)
    deck.run(*words, "--confirm", "production", given='{"A": "x"}')
    assert deck.get("A", "-p", "production") == "x"


@pytest.mark.parametrize("form", ["dotenv", "json", "systemprompt"])
def test_export_comes_back_as_it_went(deck: Deck, form: str) -> None:
    values = {name: deck.set(name) for name in ("A", "B")}
    data = deck.run("export", "--format", form).out
    for name in values:
        deck.run("unset", name, "-y")
    deck.run("trash", "empty", "-y")
    deck.run("import", "-", "--format", form, "-y", given=data)
    assert {name: deck.get(name) for name in values} == values
    answer = deck.run("export", "--format", form, "--json").json
    assert answer["content"].encode() == data
    assert answer["left_out"] == []


def test_export_to_a_file(deck: Deck) -> None:
    value = deck.set("A")
    deck.run("export", "--format", "dotenv", "--out", "out.env")
    file = deck.project / "out.env"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert value in file.read_text()
    deck.fails(13, "export", "--format", "dotenv", "--out", "out.env")
    deck.run("export", "--format", "dotenv", "--out", "out.env", "-y")
    (deck.project / "link.env").symlink_to("elsewhere.env")
    deck.fails(4, "export", "--format", "dotenv", "--out", "link.env", "-y")
    assert not (deck.project / "elsewhere.env").exists()
    deck.fails(64, "export")
    deck.fails(11, "export", "--format", "banana")


def test_export_of_sealed_secrets(deck: Deck) -> None:
    value = deck.set("SHUT", "--sealed")
    deck.set("OPEN")
    assert "SHUT" in deck.fails(4, "export", "--format", "json")["message"]
    assert deck.run("export", "--format", "json", "--skip-sealed", "--json").json["left_out"] == [
        "SHUT"
    ]
    assert value in deck.run("export", "--format", "json", "--allow-sealed", "SHUT").text


def test_refs_have_their_published_shape(deck: Deck) -> None:
    deck.set("A_KEY")
    deck.set("B_KEY")
    deck.run("link", "A_KEY", "B_KEY", "--to", "agent:support")
    sub = deck.project / "deploy"
    sub.mkdir()
    (sub / "run.sh").write_text('echo "${A_KEY:-none}"\n')
    answer = deck.run("refs", "A_KEY", "--json").json
    assert set(answer) == {"schema", "references", "dynamic"}
    assert isinstance(answer["dynamic"], int)
    for row in answer["references"]:
        assert set(row) == {
            *("name", "kind", "consumer", "file", "line", "column", "form", "certainty"),
        }
        assert row["name"] == "A_KEY"
        assert row["certainty"] in ("sure", "likely", "mention")
    files = [row for row in answer["references"] if row["file"]]
    assert [(row["line"], row["column"] > 0) for row in files] == [(1, True)]
    assert "run.sh:1" in deck.run("refs").text
    empty = deck.home / "empty"
    empty.mkdir()
    found = deck.run("refs", "A_KEY", "--path", str(empty), "--json").json["references"]
    assert [row["consumer"] for row in found] == ["agent:support"]
    deck.fails(7, "refs", "NOPE")
    deck.fails(7, "refs", "--path", "nowhere")


def test_links(deck: Deck) -> None:
    deck.set("A_KEY")
    answer = deck.run("link", "A_KEY", "--to", "service:pay", "--json").json
    assert answer["links"] == [{"name": "A_KEY", "consumer": "service:pay"}]
    assert deck.run("list", "--json").json["secrets"][0]["uses"] == 1
    deck.fails(64, "link", "A_KEY")
    deck.fails(11, "link", "A_KEY", "--to", "banana:x")
    deck.fails(7, "link", "NOPE", "--to", "agent:x")
    deck.fails(7, "unlink", "A_KEY", "--to", "agent:x")
    deck.run("unlink", "A_KEY", "--to", "service:pay")
    assert deck.run("list", "--json").json["secrets"][0]["uses"] == 0


def test_audit_tells_every_change_and_no_value(deck: Deck) -> None:
    value = deck.set("A_KEY")
    deck.run("edit", "A_KEY", "--tag", "x")
    done = deck.run("audit", "--verify", "--since", "7d", "--json")
    rows = done.json["rows"]
    assert [row["action"] for row in rows[-2:]] == ["set", "edit"]
    assert rows[-2]["names"] == ["A_KEY"]
    assert rows[-1]["at"].endswith("Z")
    assert done.json["verified"] >= len(rows)
    assert value not in done.text
    only = deck.run("audit", "--name", "A_KEY", "--json").json["rows"]
    assert [row["action"] for row in only] == ["set", "edit"]
    assert "A_KEY" in deck.run("audit").text
    deck.fails(11, "audit", "--since", "banana")
