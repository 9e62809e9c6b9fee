"""One firm, one name; different firms stay apart."""

from __future__ import annotations

from collections import defaultdict

import pytest

from indicators.analysts.firms import NAMES, _key, firm_name
from tests.support import real_googl


@pytest.mark.parametrize(
    ("firm", "names"),
    [
        ("TD Cowen", ["TD Cowen", "Cowen & Co.", "Cowen", "COWEN AND COMPANY"]),
        ("BofA Securities", ["B of A Securities", "BofA", "Bank of America", "Merrill Lynch", "BofA/Merrill"]),
        ("KeyBanc", ["Keybanc", "KeyBanc Capital Markets"]),
        ("Citizens JMP", ["JMP Securities", "Citizens JMP", "Citizens", "Citizens Capital Markets"]),
        ("JPMorgan", ["JP Morgan", "JPMorgan", "J.P. Morgan", "J.P.  MORGAN", "JPMorgan Chase"]),
        ("Evercore ISI", ["Evercore ISI Group", "Evercore"]),
        ("B. Riley Securities", ["B. Riley", "B Riley Securities", "B. Riley FBR"]),
    ],
)
def test_one_firm_under_several_names_is_one(firm, names):
    assert {firm_name(name) for name in names} == {firm}


@pytest.mark.parametrize("name", ["Aegis Capital", "TD Securities", "FBR & Co.", "Sandler O'Neill", "Ärzte & Söhne"])
def test_an_unknown_name_stays_itself(name):
    assert firm_name(f"  {name.replace(' ', '   ')} ") == name


def test_firms_that_resemble_each_other_stay_apart():
    apart = [
        "Morgan Stanley",
        "JP Morgan",
        "Bernstein",
        "Societe Generale",
        "Credit Suisse",
        "UBS",
        "Maxim",
        "Macquarie",
    ]
    assert len({firm_name(name) for name in apart}) == len(apart)


def test_no_name_belongs_to_two_firms():
    owners = defaultdict(set)
    for firm, others in NAMES.items():
        for name in (firm, *others):
            owners[_key(name)].add(firm)
    assert {name: firms for name, firms in owners.items() if len(firms) > 1} == {}


def test_the_names_that_are_one_in_googl_s_rows_are_these_and_no_others():
    names = defaultdict(set)
    for row in real_googl.feed():
        names[firm_name(row["firm"])].add(row["firm"])
    assert sorted(sorted(group) for group in names.values() if len(group) > 1) == [
        ["Citizens Capital Markets", "JMP Securities"],
        ["Cowen & Co.", "TD Cowen"],
        ["MKM Partners", "Roth Capital", "Roth MKM"],
        ["Nomura", "Nomura Instinet"],
        ["SunTrust Robinson Humphrey", "Truist Securities"],
    ]
