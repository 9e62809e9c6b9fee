"""The steps from session to session, and what becomes of a typed day that has none."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.app_pages import new_dashboard, run
from tests.support.page_texts import metrics

pytestmark = pytest.mark.apptest

FRIDAY, MONDAY = date(2025, 11, 21), date(2025, 11, 24)  # the last two sessions of the sample


@pytest.fixture
def at() -> AppTest:
    return run(new_dashboard(source="Sample", ticker="CIFR"))


def step(at: AppTest, step: int) -> AppTest:
    at.button(key=f"session-step {step}").click()
    return run(at)


def test_steps_skip_the_weekend_and_the_last_one_follows_the_market_again(at: AppTest) -> None:
    assert at.button(key="session-step 1").disabled
    step(at, -1)
    assert at.session_state["asof"] == FRIDAY
    step(at, 1)
    assert at.session_state["asof"] is None
    assert metrics(at)["Price"] == ("$16.77", "+18.6%")


def test_there_is_no_session_before_the_first(at: AppTest) -> None:
    first = date(2020, 7, 1)
    at.date_input(key="asof").set_value(first)
    run(at)
    assert at.button(key="session-step -1").disabled
    assert at.session_state["asof"] == first


@pytest.mark.parametrize(("typed", "taken"), [(date(2025, 11, 23), FRIDAY), (FRIDAY, FRIDAY), (MONDAY, MONDAY)])
def test_a_typed_day_becomes_the_session_on_or_before_it(at: AppTest, typed: date, taken: date) -> None:
    at.date_input(key="asof").set_value(typed)
    assert run(at).session_state["asof"] == taken
