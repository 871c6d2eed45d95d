"""Words and options that several commands share."""

from __future__ import annotations

from keydeck.cli.arguments import Option, Word

NAME = Word("NAME", "the secret's name")
DESCRIPTION = Option(("--description",), "what it is for", "TEXT")
TAG = Option(("--tag",), "a tag", "TAG", many=True)
SEALED = Option(("--sealed",), "never shown again, only replaced, injected and synced")
CONFIRM = Option(
    ("--confirm",), "stands for typing a protected profile's name", "PROFILE", many=True
)
PUSH = Option(("--push",), "push these names to the target right after")
TARGET = Option(("--target",), "this target (with --push)", "NAME", many=True)
ALL_TARGETS = Option(("--all-targets",), "every target of the profile (with --push)")
PUSHING = (PUSH, TARGET, ALL_TARGETS)
NEW = Option(("--new",), "make it although the name is there in another case")
