"""look: what a folder tells without a vault."""

from __future__ import annotations

import secrets
import subprocess

from cli.deck import Deck


def test_look_tells_files_and_names_and_no_value(bare: Deck) -> None:
    values = [secrets.token_urlsafe(24) for _ in range(2)]
    (bare.project / ".env").write_text(f"API_KEY={values[0]}\nOLD_TOKEN={values[1]}\n")
    (bare.project / "pay.py").write_text(
        'import os\nkey = os.environ["API_KEY"]\nother = os.environ["STRIPE_SECRET_KEY"]\n'
    )
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", ".env"], check=True)
    answer = bare.run("look", "--json").json
    [file] = answer["files"]
    assert (file["path"], file["names"], file["tracked"]) == (
        ".env",
        ["API_KEY", "OLD_TOKEN"],
        True,
    )
    assert [one["name"] for one in answer["missing"]] == ["STRIPE_SECRET_KEY"]
    assert [one["name"] for one in answer["unused"]] == ["OLD_TOKEN"]
    done = bare.run("look")
    for said in ("IN GIT", ".env", "STRIPE_SECRET_KEY", "pay.py:3", "OLD_TOKEN"):
        assert said in done.text
    assert "keydeck import .env" in done.err
    for value in values:
        assert value not in done.text + done.err + str(answer)


def test_an_empty_folder(bare: Deck) -> None:
    answer = bare.run("look", "--json").json
    assert (answer["files"], answer["missing"]) == ([], [])
    assert "0 files" in bare.run("look").text
    bare.fails(7, "look", "nowhere")
    bare.fails(64, "look", "a", "b")
