"""The forms of a reference: each as it is written, and what must not be taken for one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from keydeck.domain.reference import LIKELY, MENTION, SURE, Found
from keydeck.references.kinds import is_dotenv, is_example, kind_of
from keydeck.references.scan import scan

NAME = "STRIPE_KEY"


def found_in(folder: Path, file: str, text: str, names: list[str] | None = None) -> Found:
    path = folder / file
    os.makedirs(path.parent, exist_ok=True)
    path.write_bytes(text.encode())
    return scan(str(folder), [NAME] if names is None else names)


# file, text, certainty, form as shown; column is where the name stands
FORMS = [
    # Python
    ("a.py", 'x = os.environ["STRIPE_KEY"]', SURE, 'os.environ["STRIPE_KEY"]'),
    ("a.py", "x = environ['STRIPE_KEY']", SURE, "environ['STRIPE_KEY']"),
    ("a.py", 'os.environ.get("STRIPE_KEY")', SURE, 'os.environ.get("STRIPE_KEY")'),
    ("a.py", 'os.environ.get("STRIPE_KEY", "x")', SURE, 'os.environ.get("STRIPE_KEY", …)'),
    ("a.py", 'os.environ.get(\n    "STRIPE_KEY",\n)', SURE, 'os.environ.get( "STRIPE_KEY", …)'),
    ("a.py", 'os.environ.pop( "STRIPE_KEY" )', SURE, 'os.environ.pop( "STRIPE_KEY")'),
    ("a.py", 'os.getenv("STRIPE_KEY")', SURE, 'os.getenv("STRIPE_KEY")'),
    ("a.py", 'os.environb[b"STRIPE_KEY"]', SURE, 'os.environb[b"STRIPE_KEY"]'),
    ("a.py", 'env.str("STRIPE_KEY")', LIKELY, 'env.str("STRIPE_KEY")'),
    ("a.py", 'key: str = Field(alias="STRIPE_KEY")', LIKELY, 'alias="STRIPE_KEY"'),
    ("a.py", 'read("STRIPE_KEY")', LIKELY, '"STRIPE_KEY"'),
    ("a.py", 'f"{{STRIPE_KEY}}"', LIKELY, "{{STRIPE_KEY}}"),
    ("a.py", "STRIPE_KEY = None", MENTION, "STRIPE_KEY"),
    ("a.py", '# os.environ["STRIPE_KEY"]', MENTION, 'os.environ["STRIPE_KEY"]'),
    # JavaScript
    ("a.js", "process.env.STRIPE_KEY", SURE, "process.env.STRIPE_KEY"),
    ("a.ts", "process.env.STRIPE_KEY!", SURE, "process.env.STRIPE_KEY"),
    ("a.ts", "process.env?.STRIPE_KEY", SURE, "process.env?.STRIPE_KEY"),
    ("a.js", 'process.env["STRIPE_KEY"]', SURE, 'process.env["STRIPE_KEY"]'),
    ("a.js", "process.env['STRIPE_KEY']", SURE, "process.env['STRIPE_KEY']"),
    ("a.vue", "import.meta.env.STRIPE_KEY", SURE, "import.meta.env.STRIPE_KEY"),
    ("a.ts", 'Deno.env.get("STRIPE_KEY")', SURE, 'Deno.env.get("STRIPE_KEY")'),
    ("a.ts", "Bun.env.STRIPE_KEY", SURE, "Bun.env.STRIPE_KEY"),
    ("a.ts", "const { A, STRIPE_KEY: k = 1 } = process.env", SURE, "STRIPE_KEY"),
    ("a.ts", "const {\n  STRIPE_KEY,\n} = process.env;", SURE, "STRIPE_KEY"),
    ("a.ts", "import { STRIPE_KEY } from '$env/static/private'", SURE, "STRIPE_KEY"),
    ("a.ts", "c.env.STRIPE_KEY)", LIKELY, "c.env.STRIPE_KEY"),
    ("a.ts", "`${STRIPE_KEY}`", MENTION, "${STRIPE_KEY}"),
    ("a.ts", "// process.env.STRIPE_KEY", MENTION, "process.env.STRIPE_KEY"),
    # Other languages
    ("a.go", 'os.Getenv("STRIPE_KEY")', SURE, 'os.Getenv("STRIPE_KEY")'),
    ("a.go", 'v, ok := os.LookupEnv("STRIPE_KEY")', SURE, 'os.LookupEnv("STRIPE_KEY")'),
    ("a.go", 'Key string `env:"STRIPE_KEY,required"`', SURE, 'env:"STRIPE_KEY"'),
    ("a.rb", "ENV['STRIPE_KEY']", SURE, "ENV['STRIPE_KEY']"),
    ("a.rb", 'ENV.fetch("STRIPE_KEY")', SURE, 'ENV.fetch("STRIPE_KEY")'),
    ("a.rs", 'std::env::var("STRIPE_KEY")?', SURE, 'std::env::var("STRIPE_KEY")'),
    ("a.rs", 'env!("STRIPE_KEY")', SURE, 'env!("STRIPE_KEY")'),
    ("a.rs", '#[arg(long, env = "STRIPE_KEY")]', LIKELY, 'env = "STRIPE_KEY"'),
    ("A.java", 'System.getenv("STRIPE_KEY")', SURE, 'System.getenv("STRIPE_KEY")'),
    ("A.java", 'System.getenv().get("STRIPE_KEY")', SURE, 'System.getenv().get("STRIPE_KEY")'),
    ("A.java", '@Value("${STRIPE_KEY}")', LIKELY, "${STRIPE_KEY}"),
    ("a.php", "getenv('STRIPE_KEY')", SURE, "getenv('STRIPE_KEY')"),
    ("a.php", "$_ENV['STRIPE_KEY']", SURE, "$_ENV['STRIPE_KEY']"),
    ("a.php", "env('STRIPE_KEY', 'x')", SURE, "env('STRIPE_KEY', …)"),
    ("a.c", 'getenv("STRIPE_KEY")', SURE, 'getenv("STRIPE_KEY")'),
    ("a.cs", 'Environment.GetEnvironmentVariable("STRIPE_KEY")', SURE, None),
    ("a.ex", 'System.fetch_env!("STRIPE_KEY")', SURE, 'System.fetch_env!("STRIPE_KEY")'),
    # Shells, containers, builds
    ("a.sh", "echo $STRIPE_KEY", SURE, "$STRIPE_KEY"),
    ("a.sh", 'curl -H "k: ${STRIPE_KEY}"', SURE, "${STRIPE_KEY}"),
    ("a.sh", ': "${STRIPE_KEY:?not set}"', SURE, "${STRIPE_KEY:?}"),
    ("a.sh", "${STRIPE_KEY:-x}", SURE, "${STRIPE_KEY:-…}"),
    ("a.sh", "${STRIPE_KEY-x}", SURE, "${STRIPE_KEY-…}"),
    ("a.sh", "${OTHER:-${STRIPE_KEY}}", SURE, "${STRIPE_KEY}"),
    ("a.sh", "${#STRIPE_KEY}", SURE, "${#STRIPE_KEY}"),
    ("a.sh", "STRIPE_KEY=x\necho $STRIPE_KEY", LIKELY, "$STRIPE_KEY"),
    ("run", "#!/usr/bin/env bash\necho $STRIPE_KEY", SURE, "$STRIPE_KEY"),
    ("run", "#!/usr/bin/env python3\nos.getenv('STRIPE_KEY')", SURE, "os.getenv('STRIPE_KEY')"),
    ("Dockerfile", "RUN login $STRIPE_KEY", SURE, "$STRIPE_KEY"),
    ("Dockerfile.prod", "ARG STRIPE_KEY", LIKELY, "ARG STRIPE_KEY"),
    ("Makefile", "\tcurl $(STRIPE_KEY)", LIKELY, "$(STRIPE_KEY)"),
    ("Makefile", "\tcurl $$STRIPE_KEY", SURE, "$$STRIPE_KEY"),
    ("compose.yaml", "services:\n  a:\n    environment:\n      - STRIPE_KEY\n", SURE, "STRIPE_KEY"),
    ("compose.yml", "a:\n  environment:\n  - STRIPE_KEY=${X}\n", LIKELY, "STRIPE_KEY"),
    ("compose.yml", "a:\n  environment:\n    STRIPE_KEY:\n", SURE, "STRIPE_KEY"),
    ("compose.yml", "a:\n  environment:\n    STRIPE_KEY: x\n", LIKELY, "STRIPE_KEY"),
    ("compose.yml", "a:\n  environment:\n    X: ${STRIPE_KEY:?}\n", SURE, "${STRIPE_KEY:?}"),
    ("compose.yml", "image: a:$STRIPE_KEY", SURE, "$STRIPE_KEY"),
    # Values and keys of data
    ("a.yaml", "token: ${STRIPE_KEY}", SURE, "${STRIPE_KEY}"),
    ("a.yaml", "token: ${STRIPE_KEY:-x}", SURE, "${STRIPE_KEY:-…}"),
    ("a.yaml", 'token: "{{STRIPE_KEY}}"', SURE, "{{STRIPE_KEY}}"),
    ("a.yaml", "token: {{ STRIPE_KEY | default('x') }}", SURE, "{{ STRIPE_KEY}}"),
    ("a.yaml", "- name: STRIPE_KEY", LIKELY, "STRIPE_KEY"),
    ("a.yaml", "STRIPE_KEY: x", LIKELY, "STRIPE_KEY"),
    ("a.yaml", "api_key_env: STRIPE_KEY", LIKELY, "_env: STRIPE_KEY"),
    ("a.yaml", "text: set STRIPE_KEY first", MENTION, "STRIPE_KEY"),
    ("a.json", '{"env": "STRIPE_KEY"}', LIKELY, '"STRIPE_KEY"'),
    ("a.json", '{"STRIPE_KEY": "x"}', LIKELY, '"STRIPE_KEY"'),
    ("a.json", '{"x": "Bearer ${STRIPE_KEY}"}', SURE, "${STRIPE_KEY}"),
    ("a.toml", 'key = "STRIPE_KEY"', LIKELY, '"STRIPE_KEY"'),
    ("a.toml", "STRIPE_KEY = 1", LIKELY, "STRIPE_KEY"),
    (".github/workflows/a.yml", "k: ${{ secrets.STRIPE_KEY }}", SURE, "{{ secrets.STRIPE_KEY}}"),
    ("a.properties", "key=${env:STRIPE_KEY}", SURE, "${env:STRIPE_KEY}"),
    (".env.example", "STRIPE_KEY=\n", LIKELY, "STRIPE_KEY"),
    (".env.example", "# c\nexport STRIPE_KEY=x\n", LIKELY, "export STRIPE_KEY"),
    ("index.html.j2", "{{ STRIPE_KEY }}", SURE, "{{ STRIPE_KEY}}"),
    # Documents
    ("README.md", "Set `STRIPE_KEY` first", MENTION, "`STRIPE_KEY`"),
    ("README.md", "export STRIPE_KEY=…", MENTION, "STRIPE_KEY"),
    ("skills/pay.md", "Use {{STRIPE_KEY}}", LIKELY, "{{STRIPE_KEY}}"),
]


@pytest.mark.parametrize(("file", "text", "certainty", "form"), FORMS)
def test_a_form(file: str, text: str, certainty: str, form: str | None, tmp_path: Path) -> None:
    found = found_in(tmp_path, file, text)
    assert found.references, "not found"
    one = found.references[0]
    assert (one.name, one.file, one.certainty) == (NAME, file, certainty)
    if form is not None:
        assert one.form == form
    line = text.splitlines()[one.line - 1]
    assert line[one.column - 1 :].startswith(NAME)


@pytest.mark.parametrize("file", ["a.py", "a.js", "a.sh", "a.yaml", "a.md", "a", "compose.yaml"])
@pytest.mark.parametrize(
    "text",
    [
        "${STRIPE_KEY_2} $STRIPE_KEYS XSTRIPE_KEY _STRIPE_KEY STRIPE_KEY2",
        'os.environ["STRIPE_KEY_ID"] process.env.STRIPE_KEY1 {{STRIPE_KEY_}}',
        "${stripe_key} os.getenv('Stripe_Key')",
        "STRIPE-KEY STRIPE KEY",
    ],
)
def test_only_the_whole_name_in_its_case_counts(file: str, text: str, tmp_path: Path) -> None:
    assert found_in(tmp_path, file, text).references == ()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.sh", "echo \\$STRIPE_KEY"),
        ("compose.yaml", "x: $$STRIPE_KEY"),
        ("a.yaml", "x: $${STRIPE_KEY} y"),
    ],
)
def test_an_escaped_dollar_is_only_a_mention(file: str, text: str, tmp_path: Path) -> None:
    (one,) = found_in(tmp_path, file, text).references
    assert one.certainty == MENTION


def test_a_default_is_never_shown(tmp_path: Path) -> None:
    text = (
        'os.getenv("STRIPE_KEY", "hunter2")\nx = "${STRIPE_KEY:-hunter2}"\nSTRIPE_KEY="hunter2"\n'
    )
    for file in ("a.py", "a.sh", "a.yaml", "a.toml", "a.md", ".env.example"):
        found_in(tmp_path, file, text)
    found = scan(str(tmp_path), [NAME])
    assert len(found.references) >= 6 * 3 - 1
    assert "hunter2" not in repr(found)


def test_a_common_word_is_not_mentioned_everywhere(tmp_path: Path) -> None:
    text = "github is where github lives\n"
    assert found_in(tmp_path, "a.md", text, ["github"]).references == ()
    found = found_in(tmp_path, "a.yaml", "a: about github\nb: ${github}\nc: github\n", ["github"])
    assert [(one.line, one.certainty) for one in found.references] == [(2, SURE), (3, LIKELY)]


def test_many_names_at_once(tmp_path: Path) -> None:
    names = [f"NAME_{number}" for number in range(500)]
    text = "\n".join(f"echo ${name}" for name in names[:50])
    found = found_in(tmp_path, "a.sh", text, names)
    assert {one.name for one in found.references} == set(names[:50])
    assert {one.certainty for one in found.references} == {SURE}


DYNAMIC = [
    ("a.py", "os.environ[key]", "os.environ[key]"),
    ("a.py", "os.environ.get(self.name)", "os.environ.get(self.name)"),
    ("a.py", "os.getenv(name)", "os.getenv(name)"),
    ("a.py", 'os.environ[f"{x}_KEY"]', "os.environ[…]"),
    ("a.js", "process.env[name]", "process.env[name]"),
    ("a.js", "process.env[`${x}_KEY`]", None),
    ("a.ts", "Deno.env.get(name)", "Deno.env.get(name)"),
    ("a.go", "os.Getenv(name)", "os.Getenv(name)"),
    ("a.rb", "ENV[name]", "ENV[name]"),
    ("a.rs", "env::var(name)", "env::var(name)"),
    ("A.java", "System.getenv(name)", "System.getenv(name)"),
    ("a.php", "getenv($name)", "getenv($name)"),
    ("a.sh", "echo ${!name}", "${!name}"),
]


@pytest.mark.parametrize(("file", "text", "form"), DYNAMIC)
def test_a_dynamic_look_up(file: str, text: str, form: str | None, tmp_path: Path) -> None:
    found = found_in(tmp_path, file, "\n" + text)
    (one,) = found.dynamic
    assert (one.file, one.line) == (file, 2)
    assert form is None or one.form == form


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.py", "def getenv(name):"),
        ("a.py", 'os.environ["A"]'),
        ("a.py", "dict(os.environ)"),
        ("a.py", "# os.environ[key]"),
        ("a.js", "process.env['A']"),
        ("A.java", "System.getenv()"),
        ("a.md", "os.environ[key]"),
    ],
)
def test_no_dynamic_look_up(file: str, text: str, tmp_path: Path) -> None:
    assert found_in(tmp_path, file, text).dynamic == ()


NEEDED = [
    ("a.py", 'os.environ["A_KEY"]; os.getenv("b_c", "x"); x["C_KEY"]', "A_KEY b_c"),
    ("a.py", 'config("D_KEY"); config("debug")', "D_KEY"),
    ("a.py", 'monkeypatch.setenv("A_KEY", "x")', ""),
    ("a.js", "const {AA, BB: c} = process.env; process.env.D1 + process.env.D", "AA BB D1"),
    ("a.js", "`${AA}`; config.env.mode", ""),
    ("deploy.yaml", "a:\n  args:\n    - SERVER_KEY\n  env:\n    - name: AA_KEY\n", ""),
    ("a.sh", "AA=1; echo $AA $BB ${CC:-x} $1 $? ${#DD[@]} $(EE) $lower", "BB CC DD"),
    ("a.sh", "echo ${my_token} $token; export -n my_key=1; echo $my_key", "my_token"),
    ("a.sh", "for AA in 1; do read -r BB; echo $AA$BB$CC; done; local DD=1; echo $DD", "CC"),
    ("a.sh", 'echo; AA="${AA:-x}"; : ${BB:?}', "AA BB"),
    ("Dockerfile", "ARG AA\nENV BB=1 \nRUN echo $AA $BB $CC", "CC"),
    ("Makefile", "AA := 1\nall:\n\techo $(AA) $(BB) $$CC", "BB CC"),
    ("compose.yml", "a:\n  environment:\n    - AA\n    - BB=1\n    - CC=${DD:?}\n", "AA DD"),
    ("compose.yml", "a:\n  environment:\n    AA:\n    BB: x\n    CC: ${DD}\n  EE:\n", "AA DD"),
    (".github/workflows/a.yml", "env:\n  AA: ${{ secrets.AA }}\nrun: echo $AA", "AA"),
    (".github/workflows/a.yml", "env:\n  AA: x\nrun: echo $AA $BB", "BB"),
    ("a.yaml", "a: ${AA}\nb: '{{ user }}'\nc: ${project}\nd: {{ BB }}", "AA BB"),
    ("a.yaml", "e: ${my_api_key}", "my_api_key"),
    (".env.example", "# top\nAA=\nBB=x\n#CC=\n", "AA BB"),
    ("README.md", "`${AA}` {{BB}}", ""),
]


@pytest.mark.parametrize(("file", "text", "names"), NEEDED)
def test_what_the_code_needs(file: str, text: str, names: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    found = scan(str(tmp_path))
    assert sorted({one.name for one in found.references}) == names.split()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.py", "python"),
        ("deploy/docker-compose.prod.yml", "compose"),
        ("compose.override.yaml", "compose"),
        ("x/Dockerfile", "dockerfile"),
        (".gitlab-ci.yml", "ci"),
        ("README", "docs"),
        (".env", ""),
        (".env.local", ""),
        ("prod.env", ""),
        (".env.example", "env-example"),
        (".env.production.sample", "env-example"),
        ("a.png", ""),
        ("package-lock.json", ""),
        ("bin/run", "text"),
    ],
)
def test_kinds(path: str, kind: str) -> None:
    assert kind_of(path) == kind
    assert is_dotenv(path) == ("env" in path and kind == "")
    assert is_example(path) == (kind == "env-example")
