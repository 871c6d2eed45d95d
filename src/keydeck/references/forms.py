"""The one table of forms in which a name is used, by kind of file.

A form is a pattern in which `<N>` stands for the name, `<Q>` for a quote. It begins with
letters that stand there as they are (they are searched for at the speed of memory) and ends at
the name, what must follow only looked at: so forms inside forms (`${A:-${B}}`) are both found,
and no text can make a pattern slow. Where two fit one name, the earlier row counts. A new
language is a few new rows.
"""

from __future__ import annotations

import re
from functools import lru_cache

from keydeck.domain.record import NamedTuple
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


_JS = r"\.env(?:(?<=process\.env)|(?<=import\.meta\.env)|(?<=Bun\.env))"
_IF_END = r"(?=<Q>?\s*+(?:[,}#\r\n]|\Z))"

FORMS = (
    # Placeholders of text that something fills in
    Form(_CONFIG + " shell dockerfile make", r"\{\{-?\s*+<N>(?=\s*+(?:-?\}\}|\|))"),
    Form(_CODE + " docs", r"\{\{-?\s*+<N>(?=\s*+-?\}\})", LIKELY),
    Form(_CONFIG, r"\{\{-?\s*+(?:env|\.Env|secrets?|vault)[. ]\s*+<Q>?<N>"),
    Form(_CONFIG, r"secrets\.<N>"),
    Form(_CONFIG, r"secrets\[\s*+<Q><N>(?=<Q>)"),
    Form(_CONFIG + " java", r"\$\{(?:env|secrets?|ENV)[:.]<N>"),
    Form(_CONFIG, r"\$(?<![\\$]\$)\{<N>(?=\}|:?[-+?=]|:)"),
    Form("java", r"\$(?<![\\$]\$)\{<N>(?=\}|:)", LIKELY),
    Form(_CODE.replace(" java ", " "), r"\$(?<![\\$]\$)\{<N>(?=\}|:[-+?=])", MENTION),
    Form("config", r"%\(ENV_<N>(?=\)s)"),
    Form("shell dockerfile compose ci", r"\$(?<![\\$]\$)(?:\{[#]?)?<N>"),
    Form("make", r"\$(?<!\$\$)[({]<N>(?=[)}])", LIKELY),
    Form("make", r"\$\$\{?<N>"),
    Form("yaml config text", r"\$(?<![\\$]\$)<N>", LIKELY),
    Form("shell", r"\$\{!(?=[A-Za-z_])", dynamic=True),
    Form("shell", r"printenv\s++<Q>?<N>"),
    Form("dockerfile", r"ARG[ \t]++<N>", LIKELY, needs=False),
    Form("yaml json toml", r"_env(?:_var|_name)?<Q>?\s*+[:=]\s*+<Q>?<N>" + _IF_END, LIKELY),
    Form("yaml json toml", r"env(?:_k|K)ey<Q>?\s*+[:=]\s*+<Q>?<N>" + _IF_END, LIKELY),
    Form("yaml json toml", r"secret(?:_n|N)ame<Q>?\s*+[:=]\s*+<Q>?<N>" + _IF_END, LIKELY),
    Form("env-example", r"(?:(?<=\n)|(?<![\s\S]))(?:export[ \t]++)?<N>(?=[ \t]*+=)", LIKELY),
    # Python
    Form("python", r"environb?\s*+\[\s*+[rbu]?<Q><N>(?=<Q>)"),
    Form("python", r"environb?\.(?:get|pop|setdefault)\(\s*+[rbu]?<Q><N>(?=<Q>)"),
    Form("python", r"environb?(?:\[|\.get\()\s*+(?![rbu]?<Q>|[\s:\]\)])", dynamic=True),
    Form("python c other php", r"getenv\(\s*+<Q><N>(?=<Q>)"),
    Form("python c other php", r"getenv\((?<!def getenv\()\s*+(?!<Q>|[\s\)])", dynamic=True),
    Form("python", r"setenv\(\s*+<Q><N>(?=<Q>)", LIKELY, needs=False),
    Form("python", r"env(?:var)?\s?=\s?<Q><N>(?=<Q>)", LIKELY),
    Form("python", r"alias\s?=\s?<Q><N>(?=<Q>)", LIKELY),
    Form("python", r"env(?:\.[a-z_]++)?\(\s*+<Q><N>(?=<Q>)", LIKELY),
    Form("python", r"config\(\s*+<Q><N>(?=<Q>)", LIKELY),
    # JavaScript, TypeScript: Node, Bun, Deno, bundlers, workers
    Form("javascript", _JS + r"(?:\?\.|\.|!\.)<N>"),
    Form("javascript", _JS + r"(?:\?\.)?\[\s*+<Q><N>(?=<Q>)"),
    Form("javascript", _JS + r"(?:\?\.)?\[\s*+(?!<Q>|[\s\]])", dynamic=True),
    Form("javascript", _JS + r"(?:\?\.)?\[\s*+`[^`$\n]*+\$\{", dynamic=True),
    Form("javascript", r"Deno\.env\.(?:get|has)\(\s*+<Q><N>(?=<Q>)"),
    Form("javascript", r"Deno\.env\.get\(\s*+(?!<Q>|[\s\)])", dynamic=True),
    Form("javascript", r"env\.<N>(?=\W|\Z)", LIKELY),
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
    Form("php", r"\$_ENV\[\s*+<Q><N>(?=<Q>)"),
    Form("php", r"\$_SERVER\[\s*+<Q><N>(?=<Q>)"),
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


class Pattern(NamedTuple):
    """A form, compiled; its only group is the name (in a dynamic one empty, at the end)."""

    find: re.Pattern[bytes]
    form: Form


@lru_cache(maxsize=64)
def patterns_of(kind: str) -> tuple[Pattern, ...]:
    """The forms that count in files of `kind`, in the order of the table."""
    return tuple(Pattern(_compiled(form), form) for form in FORMS if kind in form.kinds.split())


def _compiled(form: Form) -> re.Pattern[bytes]:
    pattern = form.pattern.replace("<N>", NAME).replace("<Q>", _QUOTE)
    return re.compile((pattern + ("()" if form.dynamic else "")).encode())
