"""Who may see the dashboard: everyone, whoever signs in, or some of them. In doubt, nobody.

A sign-in is set up by the `[auth]` section of Streamlit's secrets. A secrets file without a valid one is taken for a
sign-in that somebody meant to set up, since serving the dashboard to everyone is the one mistake nobody would notice.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from text.prose import join_words

REQUIRED_VARIABLE = "LEVELS_REQUIRE_SIGN_IN"
USERS_VARIABLE, DOMAINS_VARIABLE = "LEVELS_ALLOWED_USERS", "LEVELS_ALLOWED_DOMAINS"
OFF = ("", "0", "false", "no", "off")

SHARED_KEYS = ("redirect_uri", "cookie_secret")
PROVIDER_KEYS = ("client_id", "client_secret", "server_metadata_url")
# Providers where anyone can have an account, by the host and the first part of the path of their metadata
PUBLIC_PROVIDERS = frozenset(
    {
        ("accounts.google.com", ".well-known"),
        ("login.microsoftonline.com", "common"),
        ("login.microsoftonline.com", "organizations"),
        ("login.microsoftonline.com", "consumers"),
        ("appleid.apple.com", ".well-known"),
        ("www.facebook.com", ".well-known"),
        ("www.linkedin.com", "oauth"),
        ("gitlab.com", ".well-known"),
    }
)


class NobodyMayEnter(Exception):
    """The sign-in is not set up well enough to let anyone in; str() says why and what to do."""


@dataclass(frozen=True)
class Access:
    """Who may see the dashboard.

    `providers`: names for `st.login`, None standing for the only one; empty where no sign-in is needed. `users` and
    `domains`: e-mail addresses and their domains in small letters; where both are empty, whoever signs in may enter.
    """

    providers: tuple[str | None, ...] = ()
    users: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    @property
    def needs_sign_in(self) -> bool:
        return bool(self.providers)

    def admits(self, user: Mapping[str, Any]) -> bool:
        """Return whether the viewer with these claims of an identity provider may enter."""
        if not self.needs_sign_in:
            return True
        return user.get("is_logged_in") is True and (not (self.users or self.domains) or self._lists(user))

    def _lists(self, user: Mapping[str, Any]) -> bool:
        """Return whether the viewer's e-mail address is allowed, and the provider says that it is the viewer's."""
        address = str(user.get("email") or "").strip().lower()
        name, _, domain = address.rpartition("@")
        verified = user.get("email_verified") in (True, "true", "True")
        return verified and bool(name) and (address in self.users or domain in self.domains)


def current_access() -> Access:
    """Return who may enter, as the environment and the secrets said at the first call. Raises `NobodyMayEnter`."""
    settled = _settled_access()
    if isinstance(settled, NobodyMayEnter):
        raise settled
    return settled


@cache
def _settled_access() -> Access | NobodyMayEnter:
    """Settle it once for a process: a file that an editor replaces must not open the dashboard for a moment."""
    try:
        return read_access(os.environ, [Path(path) for path in st.get_option("secrets.files")])
    except NobodyMayEnter as refusal:
        return refusal


def read_access(environment: Mapping[str, str], secrets_files: Sequence[Path]) -> Access:
    """Return who may enter. Raises `NobodyMayEnter` where the sign-in is not set up well enough to tell."""
    existing = [path for path in secrets_files if path.exists()]
    if not existing:
        return _without_secrets(environment)
    files = join_words([str(path) for path in existing])
    auth = _auth_section(files)
    providers = _providers(auth, files)
    users, domains = _listed(environment, USERS_VARIABLE), _listed(environment, DOMAINS_VARIABLE)
    _check_lists(auth, users, domains)
    return Access(tuple(providers), users, domains)


def _without_secrets(environment: Mapping[str, str]) -> Access:
    required = environment.get(REQUIRED_VARIABLE, "").strip().lower()
    if required in OFF and not _listed(environment, USERS_VARIABLE) and not _listed(environment, DOMAINS_VARIABLE):
        return Access()
    variables = (REQUIRED_VARIABLE, USERS_VARIABLE, DOMAINS_VARIABLE)
    asking = next(name for name in variables if environment.get(name, "").strip().lower() not in OFF)
    raise NobodyMayEnter(
        f"{asking} asks for a sign-in and there is no secrets file, so nobody is let in: "
        "write an [auth] section into .streamlit/secrets.toml and start Levelboard again."
    )


def _auth_section(files: str) -> Mapping[str, Any]:
    try:
        secrets = st.secrets.to_dict()
    except (StreamlitSecretNotFoundError, OSError, UnicodeDecodeError):
        raise NobodyMayEnter(
            f"{files} cannot be read as TOML, so nobody is let in: "
            "mend it (look for a missing quote, or save it as UTF-8 without a BOM) and start Levelboard again."
        ) from None
    auth = secrets.get("auth")
    if not isinstance(auth, Mapping) or not auth:
        raise NobodyMayEnter(
            f"{files} has no [auth] section, so nobody is let in: "
            "add one, spelled like that, or remove the file, and start Levelboard again."
        )
    return auth


def _providers(auth: Mapping[str, Any], files: str) -> list[str | None]:
    """Return the provider of the section itself as None, or the names of its subsections."""
    named = [name for name, value in auth.items() if isinstance(value, Mapping) and name != "client_kwargs"]
    missing = [key for key in SHARED_KEYS if not _is_set(auth, key)]
    if any(key in auth for key in PROVIDER_KEYS) or not named:
        missing += [key for key in PROVIDER_KEYS if not _is_set(auth, key)]
        providers: list[str | None] = [None]
    else:
        providers = []
    missing += [f"{name}.{key}" for name in named for key in PROVIDER_KEYS if not _is_set(auth[name], key)]
    if missing:
        raise NobodyMayEnter(
            f"The [auth] section of {files} lacks {join_words(missing)}, so nobody is let in: "
            "add what is missing and start Levelboard again."
        )
    return providers + list(named)


def _is_set(section: Mapping[str, Any], key: str) -> bool:
    value = section.get(key)
    return isinstance(value, str) and bool(value.strip())


def _check_lists(auth: Mapping[str, Any], users: frozenset[str], domains: frozenset[str]) -> None:
    """Raise where everyone with an account of a public provider would be let in, or an entry can match nobody."""
    if unusable := sorted([user for user in users if "@" not in user] + [name for name in domains if "@" in name]):
        raise NobodyMayEnter(
            f"{unusable[0]!r} can match nobody, so nobody is let in: {USERS_VARIABLE} lists e-mail addresses and "
            f"{DOMAINS_VARIABLE} what follows their @; correct it and start Levelboard again."
        )
    sections = [auth, *(value for value in auth.values() if isinstance(value, Mapping))]
    public = [_is_public(str(section.get("server_metadata_url", ""))) for section in sections]
    if any(public) and not (users or domains):
        raise NobodyMayEnter(
            "Anyone can have an account of this identity provider, so nobody is let in: "
            f"say who may enter with {USERS_VARIABLE} or {DOMAINS_VARIABLE} and start Levelboard again."
        )


def _is_public(metadata_url: str) -> bool:
    parts = urlsplit(metadata_url.strip().lower())
    return (parts.hostname or "", parts.path.strip("/").partition("/")[0]) in PUBLIC_PROVIDERS


def _listed(environment: Mapping[str, str], variable: str) -> frozenset[str]:
    """Return the entries of a list such as `ann@example.com, bob@example.com`, in small letters."""
    entries = environment.get(variable, "").replace(";", ",").split(",")
    names = (entry.strip().lower() for entry in entries)
    return frozenset(name.removeprefix("@") if variable == DOMAINS_VARIABLE else name for name in names if name)
