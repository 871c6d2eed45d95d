"""Which kind of file a path is: the kind decides which forms of a reference count in it."""

from __future__ import annotations

import re


def _words(text: str) -> list[str]:
    return text.split()


_SUFFIXES = {
    "python": "py pyi pyw",
    "javascript": "js mjs cjs jsx ts mts cts tsx vue svelte astro",
    "go": "go",
    "ruby": "rb rake gemspec erb ru",
    "rust": "rs",
    "java": "java kt kts scala groovy gradle clj",
    "php": "php phtml",
    "csharp": "cs fs vb razor",
    "c": "c h cc cpp cxx hpp hh m mm",
    "elixir": "ex exs",
    "perl": "pl pm",
    "other": "lua swift dart r jl nim zig hs ml ps1 psm1 bat cmd nix",
    "shell": "sh bash zsh ksh fish envrc",
    "dockerfile": "dockerfile containerfile",
    "yaml": "yaml yml",
    "json": "json jsonc json5 ipynb",
    "toml": "toml",
    "config": "ini cfg conf properties xml plist service tf tfvars hcl sql graphql editorconfig",
    "template": "html htm j2 jinja jinja2 tmpl tpl hbs mustache ejs liquid njk",
    "docs": "md mdx markdown rst txt adoc org",
}
_BY_SUFFIX = {suffix: kind for kind, all_of in _SUFFIXES.items() for suffix in all_of.split()}

# Never text worth reading: not opened at all.
_BINARY = frozenset(
    _words(
        """
        png jpg jpeg gif webp avif bmp ico icns tif tiff psd pdf zip gz tgz bz2 xz zst 7z rar tar
        jar war class o a so dylib dll exe wasm pyc pyo whl egg woff woff2 ttf otf eot mp3 mp4 m4a
        mov avi mkv webm ogg wav flac sqlite sqlite3 db parquet npy npz bin dat iso dmg keydeck
        """
    )
)
_MADE = re.compile(
    r".*\.(?:min\.(?:js|css)|map|lock|svg|css|csv|log|snap)|package-lock\.json|pnpm-lock\.yaml"
    r"|npm-shrinkwrap\.json|go\.sum"
)

_NAMES = (
    ("compose", re.compile(r"(?:.*/)?(?:docker-)?compose[^/]*\.ya?ml")),
    (
        "ci",
        re.compile(
            r"(?:.*/)?(?:\.github/.*\.ya?ml|\.gitlab-ci[^/]*\.ya?ml|\.circleci/.*\.ya?ml"
            r"|bitbucket-pipelines\.ya?ml|azure-pipelines[^/]*\.ya?ml|\.travis\.ya?ml"
            r"|action\.ya?ml|Jenkinsfile[^/]*)"
        ),
    ),
    ("dockerfile", re.compile(r"(?:.*/)?(?:Docker|Container)file[^/]*")),
    ("make", re.compile(r"(?:.*/)?(?:GNU)?[Mm]akefile[^/]*|.*\.mk|(?:.*/)?[Jj]ustfile")),
    ("ruby", re.compile(r"(?:.*/)?(?:Rakefile|Gemfile|Fastfile|Vagrantfile)")),
    ("shell", re.compile(r"(?:.*/)?(?:\.(?:bash|zsh)rc|\.profile|\.envrc|Procfile[^/]*)")),
    ("docs", re.compile(r"(?:.*/)?(?:README|LICENSE|NOTICE|CHANGELOG|AUTHORS|COPYING)[^/.]*")),
)
_EXAMPLE = re.compile(
    r"(?:.*/)?(?:\.?env[.-](?:example|sample|template|dist|defaults)(?:\.[\w.-]+)?"
    r"|\.env\.[\w.-]+\.(?:example|sample|template|dist)|(?:example|sample)\.env)",
)
_SECRETS = re.compile(r"(?:.*/)?(?:\.env|\.env[.-][^/]*|[^/]+\.env|\.dev\.vars(?:\.[^/]*)?)")
SECRETS_JSON = ("secrets.json", ".secrets.json")
_SHEBANG = re.compile(
    rb"#![^\n]{0,200}?\b(bash|zsh|sh|dash|ksh|python|node|deno|bun|ruby|php|perl)"
)
_INTERPRETERS = {
    b"python": "python",
    b"node": "javascript",
    b"deno": "javascript",
    b"bun": "javascript",
    b"ruby": "ruby",
    b"php": "php",
    b"perl": "perl",
}


def is_example(path: str) -> bool:
    """Whether `path` is a `.env.example` or the like: names without real values."""
    return _EXAMPLE.fullmatch(path) is not None


def is_dotenv(path: str) -> bool:
    """Whether `path` is a `.env` file with real values."""
    return _SECRETS.fullmatch(path) is not None and not is_example(path)


def kind_of(path: str) -> str:
    """The kind of the file at `path` (with `/`); empty where it is not to be read.

    `text` is said where only its first bytes can tell.
    """
    if is_example(path):
        return "env-example"
    base = path.rpartition("/")[2]
    if is_dotenv(path) or base in SECRETS_JSON:
        return ""
    suffix = base.rpartition(".")[2].lower() if "." in base else ""
    if suffix in _BINARY or _MADE.fullmatch(base):
        return ""
    for kind, pattern in _NAMES:
        if pattern.fullmatch(path):
            return kind
    return _BY_SUFFIX.get(suffix, "text")


def kind_of_content(kind: str, data: bytes) -> str:
    """`kind`, or for `text` what the first line says (`#!/bin/sh`)."""
    if kind != "text":
        return kind
    found = _SHEBANG.match(data)
    return _INTERPRETERS.get(found[1], "shell") if found else kind
