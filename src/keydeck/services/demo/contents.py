"""What the demo holds: names, kinds of values made on the spot, and a small project."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping

from keydeck.domain.record import NamedTuple

_ALNUM = string.ascii_letters + string.digits

Maker = Callable[[random.Random], str]


def _text(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(_ALNUM) for _ in range(length))


def key(prefix: str = "", length: int = 40) -> Maker:
    """Makes keys of a service: a prefix that people recognise, then noise."""
    return lambda rng: prefix + _text(rng, length)


def url(scheme: str, user: str, host: str, path: str) -> Maker:
    """Makes addresses with a password in them."""
    return lambda rng: f"{scheme}://{user}:{_text(rng, 20)}@{host}/{path}"


def hook(host: str) -> Maker:
    """Makes addresses that are a secret as a whole."""
    return lambda rng: f"https://{host}.example/hooks/{_text(rng, 24)}"


def private_key(rng: random.Random) -> str:
    """A key of several lines, as servers want it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    made = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class Spec(NamedTuple):
    """One secret: how its value is made, where it is set, and what is known of it.

    `where` holds profiles; those joined by `=` share one value (`local=staging`). `due` is
    days from now, negative when overdue.
    """

    make: Maker
    where: tuple[str, ...]
    description: str = ""
    sealed: bool = False
    due: int | None = None
    links: tuple[str, ...] = ()


_EVERYWHERE = ("local", "staging", "production")

ACME: Mapping[str, Spec] = {
    "ANTHROPIC_API_KEY": Spec(
        key("sk-a"), _EVERYWHERE, "Answers in the support chat", due=49, links=("agent:support",)
    ),
    "AWS_ACCESS_KEY_ID": Spec(key("AK", 18), ("staging=production",)),
    "AWS_SECRET_ACCESS_KEY": Spec(key(), ("staging=production",), "Uploads"),
    "DATABASE_URL": Spec(
        url("postgres", "shop", "db-1.internal:5432", "shop"), _EVERYWHERE, "The shop's database"
    ),
    "GITHUB_TOKEN": Spec(
        key("ghp_", 36), ("local=staging", "production"), due=87, links=("ci:release",)
    ),
    "JWT_SECRET": Spec(key("", 48), _EVERYWHERE, "Signs sessions", due=-3),
    "PAGER_HOOK": Spec(hook("pager"), ("staging", "production"), "Wakes whoever is on duty"),
    "PAYPAL_SECRET": Spec(key("", 32), ("production",), "Retired: all payments go to Stripe"),
    "REDIS_URL": Spec(url("redis", "default", "cache:6379", "0"), _EVERYWHERE),
    "SENTRY_DSN": Spec(
        lambda rng: f"https://{_text(rng, 32)}@errors.example/7",
        ("local=staging=production",),
        "Where errors are reported",
    ),
    "SESSION_KEY": Spec(key("", 64), _EVERYWHERE),
    "SLACK_BOT_TOKEN": Spec(key("xoxb-", 44), ("staging=production",), links=("agent:support",)),
    "SMTP_PASSWORD": Spec(key("", 16), _EVERYWHERE),
    "STRIPE_KEY": Spec(
        key("sk_", 40),
        ("staging", "production"),
        "Live key of the billing account",
        sealed=True,
        due=14,
        links=("agent:billing",),
    ),
    "STRIPE_WEBHOOK_SECRET": Spec(key("whsec_", 32), ("staging", "production")),
    "TLS_PRIVATE_KEY": Spec(private_key, ("production",), "Of shop.acme.example"),
}

GLOBEX: Mapping[str, Spec] = {
    "DATABASE_URL": Spec(url("postgres", "ledger", "db.internal:5432", "ledger"), ("production",)),
    "JWT_SECRET": Spec(key("", 48), ("production",)),
    "OIDC_CLIENT_SECRET": Spec(key("", 40), ("production",), "Single sign-on"),
    "S3_SECRET_KEY": Spec(key(), ("production",)),
}

# What differs between the vault and the server once both had agreed.
CHANGED_HERE = url("postgres", "shop", "db-2.internal:5432", "shop")  # DATABASE_URL
NEW_HERE = ("CHECKOUT_FLAGS", key("", 12))
CHANGED_THERE = ("GITHUB_TOKEN", key("ghp_", 36))
ONLY_THERE = ("DEPLOY_HOOK", hook("deploy"))
DELETED_HERE = "PAYPAL_SECRET"

# What the colleague replaces after the first sync.
COLLEAGUES = ("JWT_SECRET", key("", 48))

PROJECT: Mapping[str, str] = {
    "README.md": "# Shop\n\nThe demo's project: small, and full of names.\n",
    ".gitignore": ".systemprompt/\n__pycache__/\n",
    "compose.yaml": """\
services:
  shop:
    image: acme/shop
    environment:
      DATABASE_URL: ${DATABASE_URL:?}
      REDIS_URL: ${REDIS_URL:-redis://cache:6379/0}
      STRIPE_KEY: ${STRIPE_KEY:?}
      JWT_SECRET: ${JWT_SECRET}
""",
    "src/pay/client.py": '''\
"""Payments."""

import os


def client():
    key = os.environ["STRIPE_KEY"]
    signing = os.getenv("STRIPE_WEBHOOK_SECRET")
    return key, signing
''',
    "src/mail.py": '''\
"""Letters to customers."""

import os

PASSWORD = os.environ["SMTP_PASSWORD"]
TRACKING = os.environ.get("POSTMARK_TOKEN")
''',
    "src/settings.py": '''\
"""Settings that are looked up by a name made at run time."""

import os


def setting(section, name):
    return os.environ[f"{section}_{name}".upper()]


def all_of(names):
    return {name: os.getenv(name) for name in names}
''',
    "web/server.js": """\
const token = process.env.GITHUB_TOKEN;
const pager = process.env["PAGER_HOOK"];
""",
    "agents/support.yaml": """\
name: support
headers:
  authorization: "Bearer {{ANTHROPIC_API_KEY}}"
""",
    "docs/pay.md": """\
# Payments

Rotate STRIPE_KEY together with the webhook, on a Monday.
""",
}


def dotenv(rng: random.Random, shared: Mapping[str, str]) -> str:
    """The project's `.env`: one value that the vault has, one that differs, two that are new.

    `shared` holds values of `local` by name.
    """
    return f"""\
# Copied from the old laptop.
SMTP_PASSWORD={shared["SMTP_PASSWORD"]}
DATABASE_URL={url("postgres", "dev", "localhost:5432", "shop")(rng)}
export OPENAI_API_KEY={key("sk-", 40)(rng)}
MAPS_KEY="{key("", 32)(rng)}"  # for the shop finder
"""


def systemprompt(rng: random.Random) -> str:
    """A profile's `secrets.json`, as systemprompt keeps it."""
    import json

    names = {"gemini_api_key": key("AI", 36), "github_token": key("ghp_", 36)}
    return json.dumps({name: make(rng) for name, make in names.items()}, indent=2) + "\n"
