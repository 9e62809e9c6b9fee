"""Who may see the dashboard: never everyone where a sign-in was meant to be set up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from tests.support.app_pages import DASHBOARD
from tests.support.page_texts import alerts
from ui.sidebar import access
from ui.sidebar.access import Access, NobodyMayEnter, read_access

PROVIDER = """
client_id = "levelboard"
client_secret = "secret"
server_metadata_url = "https://id.example.com/.well-known/openid-configuration"
"""
SHARED = """
redirect_uri = "http://127.0.0.1:8501/oauth2callback"
cookie_secret = "thirty-two letters and some more of them"
"""
VALID = f"[auth]{SHARED}{PROVIDER}"
GOOGLE = VALID.replace("id.example.com", "accounts.google.com")
USERS, DOMAINS = access.USERS_VARIABLE, access.DOMAINS_VARIABLE


@pytest.fixture
def secrets(tmp_path: Path) -> Iterator[Path]:
    """Return the path of the secrets file that Streamlit reads, which does not exist yet."""
    path = tmp_path / ".streamlit" / "secrets.toml"
    path.parent.mkdir()
    before = st.get_option("secrets.files")
    config.set_option("secrets.files", [str(path)])
    secrets_singleton._reset()
    access._settled_access.cache_clear()
    yield path
    config.set_option("secrets.files", before)
    secrets_singleton._reset()
    access._settled_access.cache_clear()


def access_of(secrets: Path, text: str | bytes, **environment: str) -> Access:
    secrets.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_access(environment, [secrets])


def test_without_secrets_everyone_may_enter(secrets: Path) -> None:
    access = read_access({}, [secrets])
    assert not access.needs_sign_in and access.admits({})


def test_with_a_sign_in_only_who_is_signed_in_may_enter(secrets: Path) -> None:
    access = access_of(secrets, VALID)
    assert access.providers == (None,)
    assert access.admits({"is_logged_in": True})
    for stranger in ({}, {"is_logged_in": False}, {"is_logged_in": "no"}, {"email": "ann@example.com"}):
        assert not access.admits(stranger)


def test_named_providers_are_offered_by_name(secrets: Path) -> None:
    named = f"[auth]{SHARED}[auth.okta]{PROVIDER}[auth.entra]{PROVIDER}"
    assert access_of(secrets, named).providers == ("okta", "entra")
    both = f"{VALID}client_kwargs = {{prompt = 'login'}}\n[auth.okta]{PROVIDER}"
    secrets_singleton._reset()
    assert access_of(secrets, both).providers == (None, "okta")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (VALID.replace('"levelboard"', '"levelboard'), "cannot be read as TOML"),
        (b"\xef\xbb\xbf" + VALID.encode(), "without a BOM"),
        (VALID.encode("utf-16"), "cannot be read as TOML"),
        (VALID.replace("[auth]", "[Auth]"), "has no [auth] section"),
        (VALID.replace("[auth]", "[authentication]"), "has no [auth] section"),
        (VALID.replace("[auth]", "[[auth]]"), "has no [auth] section"),
        ("[auth]\n", "has no [auth] section"),
        ("auth = 'yes'\n", "has no [auth] section"),
        ("", "has no [auth] section"),
        ("[connections.levels]\nurl = 'x'\n", "has no [auth] section"),
        (f"[auth]{PROVIDER}", "lacks redirect_uri and cookie_secret"),
        (f"[auth]{SHARED}", "lacks client_id, client_secret and server_metadata_url"),
        (VALID.replace('"levelboard"', '" "'), "lacks client_id"),
        (f"[auth]{SHARED}[auth.google]client_id = 'a'\n".replace("]client", "]\nclient"), "lacks google.client_secret"),
        (f"[auth]{SHARED}[auth.google]\n", "lacks google.client_id"),
    ],
)
def test_a_secrets_file_without_a_valid_sign_in_lets_nobody_in(secrets: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(NobodyMayEnter) as refusal:
        access_of(secrets, text)
    sentence = str(refusal.value)
    assert said in sentence and str(secrets) in sentence and "nobody is let in" in sentence
    assert "thirty-two letters" not in sentence and sentence.count("\n") == 0


@pytest.mark.parametrize(
    "environment", [{access.REQUIRED_VARIABLE: "1"}, {access.REQUIRED_VARIABLE: "maybe"}, {USERS: "ann@example.com"}]
)
def test_a_sign_in_that_is_asked_for_and_not_set_up_lets_nobody_in(secrets: Path, environment: dict[str, str]) -> None:
    with pytest.raises(NobodyMayEnter, match=f"{next(iter(environment))} asks for a sign-in"):
        read_access(environment, [secrets])
    assert read_access({access.REQUIRED_VARIABLE: "0"}, [secrets]) == Access()


def test_a_public_provider_needs_a_list_of_who_may_enter(secrets: Path) -> None:
    with pytest.raises(NobodyMayEnter, match="Anyone can have an account"):
        access_of(secrets, GOOGLE)
    assert access_of(secrets, GOOGLE, **{DOMAINS: "example.com"}).domains == {"example.com"}


@pytest.mark.parametrize("environment", [{USERS: "example.com"}, {DOMAINS: "ann@example.com"}])
def test_an_entry_that_can_match_nobody_is_refused(secrets: Path, environment: dict[str, str]) -> None:
    with pytest.raises(NobodyMayEnter, match="can match nobody"):
        access_of(secrets, VALID, **environment)


@pytest.mark.parametrize(
    ("claims", "admitted"),
    [
        ({"email": "ann@example.com", "email_verified": True}, True),
        ({"email": " Ann@Example.COM ", "email_verified": "true"}, True),
        ({"email": "bob@desk.example", "email_verified": True}, True),
        ({"email": "ann@example.com"}, False),
        ({"email": "ann@example.com", "email_verified": False}, False),
        ({"email": "ann@example.com", "email_verified": "false"}, False),
        ({"email": "eve@example.com", "email_verified": True}, False),
        ({"email": "bob@desk.example.net", "email_verified": True}, False),
        ({"email": "bob@sub.desk.example", "email_verified": True}, False),
        ({"email": "desk.example", "email_verified": True}, False),
        ({"email": "@desk.example", "email_verified": True}, False),
        ({"email": "ann@example.com@evil.net", "email_verified": True}, False),
        ({"email_verified": True}, False),
    ],
)
def test_only_listed_and_verified_addresses_may_enter(secrets: Path, claims: dict[str, object], admitted: bool) -> None:
    access = access_of(secrets, VALID, **{USERS: "ann@example.com", DOMAINS: "@desk.example; other.example"})
    assert access.admits({"is_logged_in": True} | claims) is admitted
    assert not access.admits(claims)


@given(address=some.text(max_size=30), verified=some.sampled_from([True, False, None, "true", "false", 1, "1"]))
def test_no_address_outside_the_lists_enters(address: str, verified: object) -> None:
    access = Access((None,), frozenset({"ann@example.com"}), frozenset({"desk.example"}))
    user = {"is_logged_in": True, "email": address, "email_verified": verified}
    listed = address.strip().lower() == "ann@example.com" or address.strip().lower().endswith("@desk.example")
    assert not access.admits(user) or (listed and verified in (True, "true"))


def test_who_may_enter_is_settled_once(secrets: Path) -> None:
    """An editor that replaces the file must not open the dashboard for a moment, nor a removed file for good."""
    secrets.write_text("[Auth]\n")
    with pytest.raises(NobodyMayEnter):
        access.current_access()
    secrets.unlink()
    with pytest.raises(NobodyMayEnter):
        access.current_access()


@pytest.mark.apptest
def test_while_nobody_may_enter_there_is_one_sentence_on_every_page(secrets: Path) -> None:
    secrets.write_text("[Auth]\n")
    at = AppTest.from_file(DASHBOARD, default_timeout=60)
    at.query_params["source"] = "Sample"
    at.run()
    assert not at.exception
    assert alerts(at) == [
        f"{secrets} has no [auth] section, so nobody is let in: add one, spelled like that, or remove the file, "
        "and start Levelboard again."
    ]
    assert not at.sidebar.children and not at.button and not at.header
