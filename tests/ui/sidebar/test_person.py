"""Who is looking, by a sign-in or by the web server in front."""

from __future__ import annotations

import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from market.store.store import Store
from ui.sidebar.person import COMMON_VISITOR, person_of

GOOGLE = {"is_logged_in": True, "iss": "https://accounts.example", "sub": "107", "email": "Ann@Example.com"}


@pytest.mark.parametrize(
    ("user", "headers", "person"),
    [
        ({}, {}, COMMON_VISITOR),
        ({"is_logged_in": False, "email": "ann@example.com"}, {}, COMMON_VISITOR),
        (GOOGLE | {"email_verified": True}, {}, "ann@example.com"),
        (GOOGLE, {}, "ann@example.com"),
        (GOOGLE | {"email_verified": False}, {}, "https://accounts.example 107"),
        (GOOGLE | {"email": None}, {}, "https://accounts.example 107"),
        ({"user": " Ann "}, {"X-Remote-User": "user"}, "ann"),
        ({"user": None}, {"X-Remote-User": "user"}, COMMON_VISITOR),
        ({"user": "ann"}, {}, COMMON_VISITOR),
        ({"email": "", "user": "bob"}, {"X-Email": "email", "X-Remote-User": "user"}, "bob"),
        ({"user": "x" * 300}, {"X-Remote-User": "user"}, "x" * 254),
    ],
)
def test_person_is_whom_the_provider_or_the_web_server_vouches_for(
    user: dict[str, Any], headers: dict[str, str], person: str
) -> None:
    assert person_of(user, headers) == person


def test_pages_note_a_visit_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[str] = []
    monkeypatch.setattr(Store, "note_visit", lambda _, person: noted.append(person))
    page = AppTest.from_string("from ui.sidebar import person\nperson.note_visit()").run()
    page.run()
    assert noted == [COMMON_VISITOR]
    page.session_state["visit-noted"] = (COMMON_VISITOR, time.monotonic() - 1000.0)
    page.run()
    assert noted == [COMMON_VISITOR] * 2
    assert not page.exception
