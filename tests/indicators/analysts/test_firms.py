"""Firm names: aliases become one name, and different firms stay apart."""

from __future__ import annotations

from collections import defaultdict

import pytest

from indicators.analysts.firms import ALIASES, alias_key, firm_name
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
def test_aliases_of_a_firm_become_its_one_name(firm, names):
    assert {firm_name(name) for name in names} == {firm}


@pytest.mark.parametrize("name", ["Aegis Capital", "TD Securities", "FBR & Co.", "Sandler O'Neill", "Ärzte & Söhne"])
def test_an_unknown_name_is_kept_with_single_spaces(name):
    assert firm_name(f"  {name.replace(' ', '   ')} ") == name


def test_firms_with_similar_names_stay_apart():
    firms = [
        "Morgan Stanley",
        "JP Morgan",
        "Bernstein",
        "Societe Generale",
        "Credit Suisse",
        "UBS",
        "Maxim",
        "Macquarie",
    ]
    assert len({firm_name(name) for name in firms}) == len(firms)


def test_no_alias_belongs_to_two_firms():
    owners = defaultdict(set)
    for firm, others in ALIASES.items():
        for name in (firm, *others):
            owners[alias_key(name)].add(firm)
    assert {name: firms for name, firms in owners.items() if len(firms) > 1} == {}


def test_only_these_names_in_the_googl_rows_are_merged():
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
