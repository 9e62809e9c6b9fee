"""Messages reach a real mail server and a real web server, and no address is told to anyone."""

from __future__ import annotations

import base64
import logging
import sys
from collections.abc import Iterator

import pytest

from alerts import sending
from alerts.destinations import MASK, Destination
from alerts.sending import (
    AddressNotAllowed,
    AppriseMissing,
    BadAddress,
    Message,
    NotTaken,
    Picture,
    check_address,
    send,
    without_address,
)
from tests.support.alert_servers import Mailbox, Webhook, mail_server, web_server

MESSAGE = Message("CIFR: <b>EMA</b> lost", "Closed below the 50-day EMA at $15.89. <i>Not</i> *markup* [x](http://y).")
PICTURE = Picture("CIFR_levels_2025-11-24.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with web_server() as webhook:
        yield webhook


def test_a_mail_has_the_text_as_it_is_and_the_picture(mailbox):
    send(Destination("Mail", mailbox.address), MESSAGE, lambda: (PICTURE,))
    (mail,) = mailbox.mails
    assert (mail["subject"], mail["to"], mail["from"]) == (MESSAGE.title, "ann@example.com", "levels@example.com")
    text, picture = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content().strip() == MESSAGE.text
    assert (picture.get_filename(), picture.get_content()) == (PICTURE.file, PICTURE.png)


HTML = Message("Digest", "plain", f'<p>CIFR <b>rose</b> <img src="cid:{PICTURE.file}"></p>')


def test_a_mail_may_be_html_with_its_pictures_inside(mailbox):
    send(Destination("Mail", mailbox.address), HTML, lambda: (PICTURE,))
    (mail,) = mailbox.mails
    html = mail.get_body(("html",))
    assert html is not None
    assert "<b>rose</b>" in html.get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["content-id"] == f"<{PICTURE.file}>"
    assert picture.get_content() == PICTURE.png


def test_other_channels_get_the_text_and_the_pictures(webhook):
    send(Destination("Hook", webhook.address), HTML, lambda: (PICTURE,))
    (received,) = webhook.received
    assert received["message"] == "plain"
    assert len(received["attachments"]) == 1


def test_a_webhook_gets_the_text_and_the_picture(webhook):
    send(Destination("Hook", webhook.address), MESSAGE, lambda: (PICTURE,))
    (received,) = webhook.received
    assert (received["title"], received["message"]) == (MESSAGE.title, MESSAGE.text)
    (attached,) = received["attachments"]
    assert (attached["filename"], base64.b64decode(attached["base64"])) == (PICTURE.file, PICTURE.png)


def test_no_picture_is_drawn_for_a_channel_that_takes_none(webhook):
    """Gotify takes text only."""
    gotify = Destination("Gotify", f"gotify://127.0.0.1:{webhook.server_port}/t0ken")
    send(gotify, MESSAGE, lambda: pytest.fail("drew a picture"))
    assert webhook.received[0]["message"] == MESSAGE.text


def test_a_title_is_one_line(mailbox):
    send(Destination("Mail", mailbox.address), Message("A\nBcc: eve@example.com", "text"))
    assert mailbox.mails[0]["subject"] == "A Bcc: eve@example.com"
    assert mailbox.mails[0]["bcc"] is None


@pytest.mark.parametrize("status", [401, 500])
def test_a_refusal_is_a_sentence_without_the_address(webhook, status, caplog, capsys):
    webhook.status = status
    with caplog.at_level(logging.DEBUG), pytest.raises(NotTaken) as error:
        send(Destination("Hook", webhook.address), MESSAGE)
    assert str(error.value).startswith("Hook: the message was not taken (")
    assert str(status) in str(error.value)
    assert_tells_nothing(str(error.value), *logged(caplog), *capsys.readouterr())


def test_a_server_that_is_gone_is_a_sentence_without_the_address(caplog, capsys):
    with web_server() as gone:
        hook = Destination("Hook", gone.address)
    with caplog.at_level(logging.DEBUG), pytest.raises(NotTaken) as error:
        send(hook, MESSAGE)
    assert_tells_nothing(str(error.value), *logged(caplog), *capsys.readouterr())


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what is written to the log: that of Apprise and of urllib3, which both name the address, is not."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("levelboard")]


def assert_tells_nothing(*said: str) -> None:
    assert not [secret for secret in ("s3cret-pass", "t0ken-of-ann", "ann:") if secret in " ".join(said)]


@pytest.mark.parametrize("address", ["nonsense://token-of-ann", "tgram://"])
def test_an_address_that_apprise_does_not_know_is_said(address):
    with pytest.raises(BadAddress, match=r"^Mine: Apprise does not understand this address") as error:
        check_address(Destination("Mine", address))
    assert "token-of-ann" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general?template=/etc/passwd",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general?%54EMPLATE=/etc/passwd",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?template=/etc/passwd",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?template=/etc/passwd",
        "fcm://project/device/?keyfile=/etc/passwd",
        "mailto://ann:pass@example.com?pgpkey=/etc/passwd",
    ],
)
def test_no_address_reads_a_file_of_the_server(address):
    with pytest.raises(AddressNotAllowed, match=r"^Mine: the address names a file of the server\."):
        check_address(Destination("Mine", address))


def test_a_server_may_send_to_some_services_only(webhook, mailbox, monkeypatch):
    monkeypatch.setenv("LEVELS_ALERT_SERVICES", "mailto, MAILTOS")
    send(Destination("Mail", mailbox.address), MESSAGE)
    with pytest.raises(AddressNotAllowed, match="this server sends to mailto or mailtos only"):
        send(Destination("Hook", webhook.address), MESSAGE)
    assert webhook.received == []


def test_without_apprise_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    sending._apprise.cache_clear()
    with pytest.raises(AppriseMissing, match=r"pip install -r requirements-alerts\.txt"):
        send(Destination("Mail", "mailto://ann:pass@example.com"), MESSAGE)
    sending._apprise.cache_clear()


def test_parts_of_the_address_are_cut_out_of_a_message():
    address = "mailtos://ann:pw%21@mail.example.com:587/?to=bob@example.com"
    said = without_address(f"Cannot reach {address}: user ann, password pw! or pw%21 at mail.example.com", address)
    assert said == f"Cannot reach {MASK}: user {MASK}, password {MASK} or {MASK} at {MASK}"
