"""The server's entry point: where the browser is sent when the server starts."""

from __future__ import annotations

import asyncio
import webbrowser
from typing import Any

import pytest
import streamlit as st

import app
from tests.support.own_loop import run_in_own_loop
from ui.loading import garbage
from ui.sidebar import access

OPTIONS = {"server.headless": False, "server.address": "127.0.0.1", "server.port": 8501}


def with_options(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    options = OPTIONS | {f"server.{name}": value for name, value in changed.items()}
    monkeypatch.setattr(st, "get_option", options.get)


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "http://127.0.0.1:8501/"),
        ({"address": None, "port": 80}, "http://localhost:80/"),
        ({"address": "0.0.0.0", "baseUrlPath": "/desk/"}, "http://localhost:8501/desk"),
        ({"sslCertFile": "server.pem"}, "https://127.0.0.1:8501/"),
    ],
)
def test_the_address_follows_the_server_options(monkeypatch, options, url):
    with_options(monkeypatch, **options)
    assert app.server_url() == url


@pytest.mark.parametrize("headless", (False, True))
def test_a_browser_is_opened_unless_the_server_is_headless(monkeypatch, headless):
    opened: list[str] = []
    collecting: list[bool] = []
    monkeypatch.setattr(garbage, "start_collecting", lambda: collecting.append(True))
    with_options(monkeypatch, headless=headless)
    monkeypatch.setattr(app, "BROWSER_DELAY_SECONDS", 0.01)
    monkeypatch.setattr(webbrowser, "open", opened.append)

    monkeypatch.setattr(access, "current_access", access.Access)

    async def serve() -> None:
        async with app.start(app.app):
            await asyncio.sleep(0.2)

    run_in_own_loop(serve())
    assert collecting == [True]
    assert opened == ([] if headless else ["http://127.0.0.1:8501/"])


def test_at_the_start_the_terminal_says_why_nobody_may_enter(monkeypatch, capsys):
    def refuse() -> access.Access:
        raise access.NobodyMayEnter("No sign-in.")

    with_options(monkeypatch, headless=True)
    monkeypatch.setattr(garbage, "start_collecting", lambda: None)
    monkeypatch.setattr(access, "current_access", refuse)

    async def serve() -> None:
        async with app.start(app.app):
            pass

    run_in_own_loop(serve())
    assert capsys.readouterr().err == "No sign-in.\n"
