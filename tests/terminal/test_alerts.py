"""`levelboard.py alerts`: rules and destinations made, listed, checked and deleted from the terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import levelboard
from alerts.kept_rules import all_destinations, all_rules
from alerts.rules import Threshold
from tests.support.alert_checker import SYMBOL, write_prices
from tests.support.alert_servers import web_server

ARTICLE = ("--dry-run", "--source", "sample", "--as-of", "2025-11-24")


def run(*arguments: str) -> int:
    return levelboard.main(["alerts", *arguments])


def connect(monkeypatch: pytest.MonkeyPatch, name: str, address: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{address}\n"))
    return run("connect", name)


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("options", "kinds", "threshold"),
    [
        (("CIFR", "--kind", "price_reached", "--threshold", "18"), ("price_reached",), Threshold(18.0, "price")),
        (("CIFR", "--kind", "near_level", "--threshold", "0.5 atr"), ("near_level",), Threshold(0.5, "atr")),
        (("CIFR", "--kind", "target_cut", "--threshold", "10 %"), ("target_cut",), Threshold(10.0, "percent")),
        (("--watchlist", "Miners", "--kind", "ema_lost", "--kind", "upgraded"), ("ema_lost", "upgraded"), None),
    ],
)
def test_a_rule_is_made_as_the_options_say(options, kinds, threshold):
    assert run("add", "Mine", *options) == 0
    (rule,) = all_rules()
    assert (rule.name, rule.kinds, rule.threshold) == ("Mine", kinds, threshold)
    assert rule.basis_day is not None and rule.armed_on is not None


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("CIFR", "--kind", "price_reached"), 1, "The rule has no price. Enter the one to wait for."),
        (("CIFR", "--kind", "ema_lost", "--threshold", "much"), 1, "'much' is no threshold: write a price such as 18"),
        (("CIFR", "--kind", "moon"), 2, "'moon' is nothing to wait for: use price_reached, near_level"),
        (("CIFR", "--kind", "ema_lost", "--to", "Mail"), 1, "There is no destination 'Mail': there are none yet."),
        (("C?", "--kind", "ema_lost"), 1, "'C?' cannot be a ticker"),
        (("--kind", "ema_lost"), 1, "The rule watches no ticker. Name tickers or a watchlist."),
    ],
)
def test_what_is_wrong_is_one_sentence(capsys, options, status, said):
    assert run("add", "Mine", *options) == status
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]
    assert all_rules() == ()


def test_lists_rules_and_masked_destinations(monkeypatch, capsys):
    assert connect(monkeypatch, "Hook", "json://ann:s3cret@example.com/t0ken") == 0
    run("add", "Lost", "CIFR", "--kind", "ema_lost", "--to", "Hook")
    assert run("list") == 0
    assert printed(capsys) == [
        "Added Hook: json://•••",
        "Added CIFR: EMA lost",
        "Lost: CIFR: EMA lost; daily, to Hook",
        "Destination Hook: json://•••",
    ]
    assert run("list", "--json") == 0
    rule, destination = map(json.loads, printed(capsys))
    assert (rule["rule"], rule["destinations"], rule["paused"]) == ("Lost", ["Hook"], False)
    assert destination == {"destination": "Hook", "address": "json://•••"}


def test_an_address_that_is_none_is_refused(monkeypatch, capsys):
    assert connect(monkeypatch, "Hook", "example.com") == 1
    assert "A destination is an Apprise address" in capsys.readouterr().err
    assert connect(monkeypatch, "Hook", "nonsense://t0ken") == 1
    assert "Apprise does not understand this address (nonsense://•••)" in capsys.readouterr().err
    assert all_destinations() == ()


def test_a_name_is_taken_once_and_free_again_when_removed(monkeypatch, capsys):
    for _ in range(2):
        assert connect(monkeypatch, "Hook", "json://example.com") == 0
        assert connect(monkeypatch, "Hook", "json://example.com") == 1
        assert run("add", "Lost", "CIFR", "--kind", "ema_lost") == 0
        assert run("add", "Lost", "CIFR", "--kind", "ema_lost") == 1
        assert run("remove", "Lost") == 0
        assert run("remove", "Hook") == 0
        assert run("remove", "Hook") == 1
    assert "There is no rule or destination 'Hook'" in capsys.readouterr().err


def test_a_dry_run_of_the_day_of_the_article(capsys):
    run("add", "EMA 50", "CIFR", "--kind", "ema_reclaimed", "--label", "EMA 50")
    run("add", "Cuts", "--watchlist", "Miners", "--kind", "target_cut", "--threshold", "20 %")
    capsys.readouterr()
    assert run("check", *ARTICLE) == 0
    assert printed(capsys) == [
        "CIFR, 24 Nov 2025: Closed back above the 50-day EMA at $15.89. (EMA 50)",
        "MARA, 24 Nov 2025: JPMorgan cut its target to $13 from $20. (Cuts)",
    ]
    assert run("check", *ARTICLE, "--json") == 0
    first, _ = map(json.loads, printed(capsys))
    assert first["rule"] == "EMA 50"
    assert first["price"] == pytest.approx(15.89, abs=0.005)
    assert (first["symbol"], first["session"], first["in_progress"]) == ("CIFR", "2025-11-24", False)


def test_old_bars_are_said_and_the_status_is_1(capsys):
    run("add", "Lost", "CIFR", "--kind", "ema_reclaimed")
    assert run("check", "--source", "sample") == 1
    assert capsys.readouterr().err == "CIFR: not checked, since its last session was on 24 Nov 2025.\n"


def test_a_past_day_is_checked_by_a_dry_run_only(capsys):
    assert run("check", "--as-of", "2025-11-24") == 1
    assert capsys.readouterr().err == "--as-of checks a past day, of which nothing is sent: give --dry-run too.\n"


def test_sends_what_fires_and_says_what_could_not_be_sent(tmp_path: Path, monkeypatch, capsys):
    write_prices(tmp_path)
    monkeypatch.setenv("LEVELS_FILES", str(tmp_path))
    with web_server() as webhook:
        connect(monkeypatch, "Hook", webhook.address)
        run("add", "Ten", SYMBOL, "--kind", "price_reached", "--threshold", "10", "--to", "Hook")
        assert run("test", "Hook") == 0
        monkeypatch.setattr("alerts.pictures.draw_picture", lambda source, symbol, person: ())
        capsys.readouterr()
        webhook.status = 500
        assert run("check") == 1
        said = capsys.readouterr()
        assert said.out.endswith("Reached 10.00, trading from 9.00 to 10.50. (Ten)\n")
        assert said.err.startswith(f"{SYMBOL}: Ten: Hook: the message was not taken")
        assert said.err.endswith(" It is tried again.\n")
        webhook.status = 200
        assert run("check", "--json") == 0
        assert json.loads(printed(capsys)[0]) == {
            "destination": "Hook",
            "symbol": SYMBOL,
            "title": f"{SYMBOL}: Ten",
            "outcome": "sent",
            "problem": None,
        }
        assert [received["title"] for received in webhook.received] == ["Levelboard: test", f"{SYMBOL}: Ten"]


def test_the_receipt_of_a_rule(capsys, monkeypatch):
    monkeypatch.setattr("alerts.receipt.TWO_YEARS_SESSIONS", 40)
    run("add", "Lost", "CIFR", "--kind", "upgraded", "--label", "JPMorgan")
    capsys.readouterr()
    assert run("receipt", "Lost", "--source", "sample", "--as-of", "2025-11-24", "--json") == 0
    document = json.loads(printed(capsys)[0])
    assert (document["symbol"], document["sessions"], document["days"]) == ("CIFR", 40, ["2025-11-24"])


def test_a_digest_is_printed_written_and_sent(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setattr("alerts.digest.draw_small_picture", lambda analysis: None)
    article = ("--source", "sample", "--as-of", "2025-11-24")
    assert run("digest", "Miners", *article) == 0
    assert printed(capsys)[:2] == ["Miners: 24 Nov 2025", "14 changes on 5 tickers"]
    with web_server() as webhook:
        connect(monkeypatch, "Hook", webhook.address)
        capsys.readouterr()
        file = tmp_path / "miners.html"
        assert run("digest", "Miners", "--out", str(file), "--send", "Hook", *article) == 0
        assert printed(capsys) == [str(file), "Sent to Hook: Miners: 24 Nov 2025"]
        assert "JPMorgan raised its target to $18 from $12." in webhook.received[0]["message"]
        assert "Closed back above the 50-day EMA at $15.89." in file.read_text(encoding="utf-8")
        webhook.status = 500
        assert run("digest", "Miners", "--send", "Hook", *article) == 1
    assert run("digest", "Gone", *article) == 1
    assert run("digest", "Miners", "--send", "Gone", *article) == 1
