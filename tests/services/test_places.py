"""Which place a verb is about (interface.md, Place)."""

from __future__ import annotations

import pytest

from keydeck.domain.errors import NotFound, Refused
from keydeck.domain.model import Place
from keydeck.services import hierarchy, places
from keydeck.vault.vault import Vault


def label(place: Place) -> tuple[str, str]:
    return place.label, place.source


def test_the_only_place_is_taken(vault: Vault, place: Place) -> None:
    assert label(places.resolve(vault, environ={})) == ("acme/staging", "the only profile")


def test_option_beats_environment_beats_use(vault: Vault, place: Place) -> None:
    for name in ("local", "dev"):
        hierarchy.add_profile(vault, "acme", name)
    hierarchy.use(vault, "acme", "dev")
    environ = {"KEYDECK_PROFILE": "local"}
    assert label(places.resolve(vault, environ={})) == ("acme/dev", "profile use")
    assert label(places.resolve(vault, environ=environ)) == ("acme/local", "KEYDECK_PROFILE")
    chosen = places.resolve(vault, profile="staging", environ=environ)
    assert label(chosen) == ("acme/staging", "-p")


def test_a_place_can_be_named_whole(vault: Vault, place: Place) -> None:
    hierarchy.add_tenant(vault, "globex")
    hierarchy.add_profile(vault, "globex", "staging")
    assert places.resolve(vault, profile="globex/staging", environ={}).label == "globex/staging"


def test_a_protected_profile_is_never_a_default(vault: Vault) -> None:
    hierarchy.add_tenant(vault, "acme")
    hierarchy.add_profile(vault, "acme", "production", protected=True)
    with pytest.raises(NotFound) as caught:
        places.resolve(vault, environ={})
    assert "protected" in caught.value.what
    with pytest.raises(Refused):
        hierarchy.use(vault, "acme", "production")
    assert places.resolve(vault, profile="production", environ={}).label == "acme/production"


def test_a_default_that_becomes_protected_is_a_default_no_longer(
    vault: Vault, place: Place
) -> None:
    hierarchy.add_profile(vault, "acme", "dev")
    hierarchy.use(vault, "acme", "staging")
    hierarchy.protect(vault, "acme", "staging")
    with pytest.raises(NotFound):
        places.resolve(vault, environ={})


def test_several_and_none_named_lists_them(vault: Vault, place: Place) -> None:
    hierarchy.add_tenant(vault, "globex")
    with pytest.raises(NotFound) as caught:
        places.resolve(vault, environ={})
    assert "acme" in caught.value.todo
    assert "globex" in caught.value.todo


def test_an_unknown_name_has_near_matches(vault: Vault, place: Place) -> None:
    with pytest.raises(NotFound) as caught:
        places.resolve(vault, tenant="acem", environ={})
    assert "acme" in caught.value.todo
    with pytest.raises(NotFound) as caught:
        places.resolve(vault, profile="stagging", environ={})
    assert "staging" in caught.value.todo
