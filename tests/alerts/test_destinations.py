"""An address is shown masked only."""

from __future__ import annotations

import pytest

from alerts.destinations import MASK, Destination, check_destination, mask_address
from alerts.rules import InvalidRule

ADDRESS = "mailtos://ann:s3cret%21@mail.example.com:587/?to=bob@example.com"


def test_only_the_scheme_of_an_address_is_shown():
    assert mask_address(ADDRESS) == f"mailtos://{MASK}"
    assert mask_address("s3cret") == MASK
    assert Destination("Mail", ADDRESS).masked == f"mailtos://{MASK}"
    assert "s3cret" not in repr(Destination("Mail", ADDRESS))


@pytest.mark.parametrize(
    ("name", "address", "sentence"),
    [
        ("", ADDRESS, "The destination has no name. Enter one."),
        ("Mail", "example.com", "A destination is an Apprise address, such as mailto://user:password@example.com."),
        ("Mail", "://x", "A destination is an Apprise address"),
        ("Mail", "json://" + "x" * 2000, "The address has more than 2000 characters."),
    ],
)
def test_each_fault_is_a_sentence(name, address, sentence):
    with pytest.raises(InvalidRule, match=sentence.split(".")[0]):
        check_destination(Destination(name, address))
