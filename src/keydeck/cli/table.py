"""Every verb there is: where its commands live. Loads nothing, so that one verb loads one file."""

from __future__ import annotations

FAMILIES = {
    "keydeck.cli.look": ("look",),
    "keydeck.cli.start": ("init", "demo", "lock", "status", "doctor"),
    "keydeck.cli.hierarchy": ("tenant", "profile"),
    "keydeck.cli.secrets": ("list", "get", "matrix"),
    "keydeck.cli.changes": ("set", "edit", "unset", "generate"),
    "keydeck.cli.history": ("history", "rollback", "trash", "rotate"),
    "keydeck.cli.remotes": ("remote", "target"),
    "keydeck.cli.sync": ("diff", "sync"),
    "keydeck.cli.references": ("refs", "link", "unlink"),
    "keydeck.cli.use": ("run",),
    "keydeck.cli.exchange": ("import", "export"),
    "keydeck.cli.trust": ("audit",),
}

AREAS = (
    ("start", ("look", "init", "demo", "lock", "status", "doctor")),
    ("hierarchy", ("tenant", "profile")),
    ("secrets", ("list", "get", "set", "edit", "unset", "history", "rollback", "trash")),
    ("", ("generate", "matrix")),
    ("rotation", ("rotate",)),
    ("sync", ("remote", "target", "diff", "sync")),
    ("references", ("refs", "link", "unlink")),
    ("use", ("run",)),
    ("exchange", ("import", "export")),
    ("trust", ("audit",)),
)

# Published verbs and sub-verbs that are not built yet.
LATER = frozenset(
    (
        *("unlock", "key", "backup", "trust", "rename", "clone", "purge", "verify", "due"),
        *("policy", "login", "promote", "cleanup", "consumer", "unused", "lint", "inject"),
        *("explain", "fill", "check", "scan"),
        *("tenant rules", "profile extend", "remote policy"),
    )
)

# What people type who come from elsewhere.
MEANT = {
    "ls": "list",
    "dir": "list",
    "all": "list",
    "rm": "unset",
    "del": "unset",
    "delete": "unset",
    "remove": "unset",
    "show": "get",
    "cat": "get",
    "read": "get",
    "view": "get",
    "reveal": "get",
    "copy": "get NAME -c",
    "insert": "set",
    "add": "set",
    "put": "set",
    "create": "set",
    "new": "set",
    "write": "set",
    "update": "set",
    "mv": "rename",
    "cp": "clone",
    "exec": "run",
    "env": "run",
    "push": "sync --push-only",
    "pull": "sync --pull-only",
    "plan": "diff",
    "compare": "diff",
    "log": "history",
    "versions": "history",
    "undo": "rollback",
    "revert": "rollback",
    "restore": "trash restore",
    "undelete": "trash restore",
    "find": "refs",
    "grep": "refs",
    "uses": "refs",
    "search": "list",
    "gen": "generate",
    "password": "generate",
    "load": "import",
    "dump": "export",
    "save": "export",
    "tenants": "tenant list",
    "profiles": "profile list",
    "remotes": "remote list",
    "targets": "target list",
    "info": "status",
    "whoami": "status",
    "setup": "init",
    "edit-description": "edit",
    "fsck": "doctor",
}


def family_of(verb: str) -> str:
    """The module that holds a verb, empty where there is none."""
    return next((module for module, verbs in FAMILIES.items() if verb in verbs), "")


def verbs() -> list[str]:
    """All verbs that work today."""
    return [verb for group in FAMILIES.values() for verb in group]
