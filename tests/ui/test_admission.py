"""Which tabs count as let in: those whose page ran for a viewer who may see it, until they are told otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from ui import admission
from ui.admission import forget_connection, is_connection_admitted, is_session_admitted, note_admission


@pytest.fixture(autouse=True)
def nobody_admitted() -> Iterator[None]:
    for noted in (admission._sessions, admission._connections):
        noted.clear()
    yield
    for noted in (admission._sessions, admission._connections):
        noted.clear()


def run_page(monkeypatch: pytest.MonkeyPatch, session: str, connection: str | None, is_admitted: bool) -> None:
    """Note it as a run of that session's page does."""
    headers = {} if connection is None else {admission.CONNECTION_HEADER: connection}
    monkeypatch.setattr(admission, "get_script_run_ctx", lambda: SimpleNamespace(session_id=session))
    monkeypatch.setattr(admission.st, "context", SimpleNamespace(headers=headers))
    note_admission(is_admitted)


def test_a_tab_is_let_in_until_its_viewer_signs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(monkeypatch, "ann", "tab", is_admitted=True)
    assert is_session_admitted("ann") and is_connection_admitted("tab")
    assert not is_session_admitted("tab") and not is_connection_admitted("ann")
    run_page(monkeypatch, "ann", "tab", is_admitted=False)
    assert not is_session_admitted("ann") and not is_connection_admitted("tab")


def test_a_closed_connection_is_forgotten_and_its_session_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(monkeypatch, "ann", "tab", is_admitted=True)
    forget_connection("tab")
    forget_connection("unknown")
    assert is_session_admitted("ann") and not is_connection_admitted("tab")
    run_page(monkeypatch, "ann", None, is_admitted=True)
    assert not admission._connections
