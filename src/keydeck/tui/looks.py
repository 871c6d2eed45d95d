"""What a value looks like, by its beginning: said beside the field, never the value itself."""

from __future__ import annotations

import re

from keydeck.domain.secret import SecretValue

# Beginnings that issuers publish for their keys; the longest that fits is told.
_BEGINNINGS = (
    "sk-ant-", "sk-proj-", "sk-", "sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_",
    "pk_test_", "whsec_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",
    "AIza", "AKIA", "ASIA", "xoxb-", "xoxp-", "xapp-", "hvs.", "hvb.", "npm_", "pypi-", "dop_v1_",
    "SG.", "key-", "eyJ",
)  # fmt: skip
_URL = re.compile(r"([a-z][a-z0-9+.-]{1,15})://")
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]{3,40})-----")
_KINDS = {"eyJ": "a JSON web token"}


def looks_like(value: SecretValue) -> str:
    """`looks like sk_live_`, `looks like a postgres URL`, …; empty where nothing is known."""
    if not value.is_text:
        return ""
    text = value.reveal_text()[:200].lstrip()
    pem = _PEM.match(text)
    if pem:
        return f"looks like a {pem[1].lower()} in PEM"
    found = max((start for start in _BEGINNINGS if text.startswith(start)), key=len, default="")
    if found:
        return f"looks like {_KINDS.get(found, found)}"
    url = _URL.match(text)
    return f"looks like a {url[1]} URL" if url else ""
