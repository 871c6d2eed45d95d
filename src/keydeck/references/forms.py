"""The one table of forms in which a name is used, by kind of file.

A form is a pattern in which `<N>` stands for the name, `<Q>` for a quote. It begins with a
letter that is searched for quickly and ends at the name, what must follow looked at only:
so forms inside forms (`${A:-${B}}`) are both found, and no pattern can be made slow. A new
language is a new row.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from keydeck.domain.reference import LIKELY, MENTION, SURE

NAME = r"([A-Za-z_][A-Za-z0-9_]{0,127}+)(?![A-Za-z0-9_])"
_QUOTE = r"[\"'`]"

_CODE = "python javascript go ruby rust java php csharp c elixir perl other"
_CONFIG = "yaml compose ci json toml config template text"


class Form(NamedTuple):
    """One way to use a name: in which kinds, how it is written, how sure it is.

    `needs` says that the program reads the name from outside (and not only sets or tests it);
    a `dynamic` form has no name in it.
    """

    kinds: str
    pattern: str
    certainty: str = SURE
    needs: bool = True
    dynamic: bool = False


FORMS = (
    # Placeholders of text that something fills in
    Form(_CONFIG + " shell dockerfile make", r"\{\{-?\s*+<N>(?=\s*+(?:-?\}\}|\|))"),
    Form(_CODE + " docs", r"\{\{-?\s*+<N>(?=\s*+-?\}\})", LIKELY),
    Form(_CONFIG + " docs", r"secrets\.<N>"),
    Form(_CONFIG, r"secrets\[\s*+<Q><N>(?=<Q>)"),
    Form(_CONFIG, r"\{\{-?\s*+(?:env|\.Env|secret|secrets|vault)[. ]\s*+<Q>?<N>"),
    Form(_CONFIG + " java", r"\$\{(?:env|secret|secrets|ENV)[:.]<N>"),
    Form(_CONFIG, r"\$(?<![\\$]\$)\{<N>(?=\}|:?[-+?=]|:)"),
    Form("java", r"\$(?<![\\$]\$)\{<N>(?=\}|:)", LIKELY),
    Form(_CODE.replace(" java ", " "), r"\$(?<![\\$]\$)\{<N>(?=\}|:[-+?=])", MENTION),
    Form("config", r"%\(ENV_<N>(?=\)s)"),
    Form("shell dockerfile compose ci", r"\$(?<![\\$]\$)(?:\{[#]?)?<N>"),
    Form("make", r"\$(?<!\$\$)[({]<N>(?=[)}])", LIKELY),
    Form("make", r"\$\$\{?<N>"),
    Form("yaml config text", r"\$(?<![\\$]\$)<N>", LIKELY),
    Form("shell", r"\$\{![A-Za-z_]", dynamic=True),
    Form("shell", r"printenv\s++[\"']?<N>"),
    Form("dockerfile", r"ARG[ \t]++<N>", LIKELY, needs=False),
    Form(
        "yaml json toml",
        r"(?:_env|_env_var|_env_name|EnvVar|env_key|envKey|secret_name|secret_ref|secretRef)"
        r"<Q>?\s*+[:=]\s*+<Q>?<N>(?=<Q>?\s*+(?:[,}#\r\n]|\Z))",
        LIKELY,
    ),
    Form("env-example", r"(?:(?<=\n)|(?<![\s\S]))(?:export[ \t]++)?<N>(?=[ \t]*+=)", LIKELY),
    # Python
    Form("python", r"(?:os\.)?environb?\s*+\[\s*+[rbu]?<Q><N>(?=<Q>)"),
    Form("python", r"(?:os\.)?environb?\.(?:get|pop|setdefault)\(\s*+[rbu]?<Q><N>(?=<Q>)"),
    Form("python", r"(?:os\.)?environb?(?:\[|\.get\()\s*+(?![rbu]?<Q>|[\s:\]\)])", dynamic=True),
    Form("python c other php", r"(?:os\.|secure_|Sys\.)?getenv\(\s*+<Q><N>(?=<Q>)"),
    Form(
        "python c other php", r"(?:os\.)?getenv\((?<!def getenv\()\s*+(?!<Q>|[\s\)])", dynamic=True
    ),
    Form("python", r"setenv\(\s*+<Q><N>(?=<Q>)", LIKELY, needs=False),
    Form("python", r"(?:env|alias|validation_alias|envvar)\s?=\s?<Q><N>(?=<Q>)", LIKELY),
    Form("python", r"(?:env|config|Env|env\.[a-z_]+)\(\s*+<Q><N>(?=<Q>)", LIKELY),
    # JavaScript, TypeScript: Node, Bun, Deno, bundlers, workers
    Form("javascript", r"(?:process|import\.meta|Bun)\.env(?:\?\.|\.|!\.)<N>"),
    Form("javascript", r"(?:process|import\.meta|Bun)\.env(?:\?\.)?\[\s*+<Q><N>(?=<Q>)"),
    Form(
        "javascript",
        r"(?:process|import\.meta|Bun)\.env(?:\?\.)?\[\s*+(?!<Q>|[\s\]])",
        dynamic=True,
    ),
    Form(
        "javascript",
        r"(?:process|import\.meta|Bun)\.env(?:\?\.)?\[\s*+`[^`$\n]*+\$\{",
        dynamic=True,
    ),
    Form("javascript", r"Deno\.env\.(?:get|has)\(\s*+<Q><N>(?=<Q>)"),
    Form("javascript", r"Deno\.env\.get\(\s*+(?!<Q>|[\s\)])", dynamic=True),
    Form("javascript", r"env\.<N>(?=\W)", LIKELY),
    # Go, Ruby, Rust, Java and its relatives, PHP, others
    Form("go", r"os\.(?:Getenv|LookupEnv)\(\s*+<Q><N>(?=<Q>)"),
    Form("go", r"os\.(?:Getenv|LookupEnv)\(\s*+(?!<Q>|[\s\)])", dynamic=True),
    Form("go", r"os\.(?:Setenv|Unsetenv)\(\s*+<Q><N>(?=<Q>)", needs=False),
    Form("go", r"env(?:config)?:\"<N>(?=[\",])"),
    Form("go", r"viper\.[A-Z]\w*+\(\s*+<Q><N>(?=<Q>)", LIKELY),
    Form("ruby", r"ENV\s?\[\s*+<Q><N>(?=<Q>)"),
    Form("ruby", r"ENV\.(?:fetch|key\?|dig)[( ]\s*+<Q><N>(?=<Q>)"),
    Form("ruby", r"ENV(?:\[|\.fetch\()\s*+(?!<Q>|[\s\)\]])", dynamic=True),
    Form("rust", r"env::var(?:_os)?\(\s*+\"<N>(?=\")"),
    Form("rust", r"env::var(?:_os)?\(\s*+(?![\"\s\)])", dynamic=True),
    Form("rust", r"env!\(\s*+\"<N>(?=\")"),
    Form("rust", r"env\s?=\s?\"<N>(?=\")", LIKELY),
    Form("java", r"System\.getenv\(\s*+\"<N>(?=\")"),
    Form("java", r"System\.getenv(?:\(\))?(?:\.get\(|\.getOrDefault\(|\[)\s*+\"<N>(?=\")"),
    Form("java", r"System\.getenv\(\s*+(?![\"\s\)])", dynamic=True),
    Form("java", r"sys\.env(?:\.get)?\(\s*+\"<N>(?=\")"),
    Form("php", r"\$_(?:ENV|SERVER)\[\s*+<Q><N>(?=<Q>)"),
    Form("php", r"\$_ENV\[\s*+(?!<Q>|[\s\]])", dynamic=True),
    Form("php", r"env\(\s*+<Q><N>(?=<Q>)"),
    Form("csharp", r"GetEnvironmentVariable\(\s*+\"<N>(?=\")"),
    Form("csharp", r"GetEnvironmentVariable\(\s*+(?![\"\s\)])", dynamic=True),
    Form("elixir", r"System\.(?:get_env|fetch_env!?)\(\s*+\"<N>(?=\")"),
    Form("elixir", r"System\.(?:get_env|fetch_env!?)\(\s*+(?![\"\s\)])", dynamic=True),
    Form("perl", r"\$ENV\{\s*+<Q>?<N>(?=<Q>?\s*+\})"),
    Form("other", r"environment\[\s*+<Q><N>(?=<Q>)"),
    Form("other", r"\$env:<N>"),
    Form("other", r"%<N>(?=%)", LIKELY),
)


class Forms(NamedTuple):
    """The forms of one kind as one pattern: group n of a match belongs to `table[n - 1]`."""

    pattern: re.Pattern[bytes]
    table: tuple[Form, ...]


@lru_cache(maxsize=64)
def forms_of(kind: str) -> Forms | None:
    """The forms that count in files of `kind`; None where there are none."""
    table = tuple(form for form in FORMS if kind in form.kinds.split())
    if not table:
        return None
    parts = []
    for form in table:
        pattern = form.pattern + ("()" if form.dynamic else "")
        parts.append(pattern.replace("<N>", NAME).replace("<Q>", _QUOTE))
    return Forms(re.compile("|".join(parts).encode()), table)
