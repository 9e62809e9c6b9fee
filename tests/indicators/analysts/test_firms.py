"""Firm names: aliases become one name, and different firms stay apart."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysts.firms import ALIASES, KNOWN_NAMES, MERGERS, firm_name, listed_keys
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


# As a page of ratings or a prospectus writes the names that a feed shortens
LONG_NAMES = {
    "Goldman Sachs": ["The Goldman Sachs Group", "The Goldman Sachs Group, Inc.", "GOLDMAN SACHS & CO. LLC"],
    "Jefferies": ["Jefferies Financial Group", "Jefferies Financial Group Inc.", "Jefferies LLC"],
    "RBC Capital": ["Royal Bank of Canada", "Royal Bank Of Canada", "RBC Capital Markets, LLC", "RBC"],
    "Morgan Stanley": ["MORGAN STANLEY", "morgan stanley", "Morgan Stanley & Co. LLC"],
    "BofA Securities": ["Bank of America Co.", "Bank of America Corporation", "BofA Securities, Inc."],
    "JPMorgan": ["JPMorgan Chase & Co.", "J.P. Morgan Securities LLC", "JP MORGAN"],
    "Wells Fargo": ["Wells Fargo & Company", "Wells Fargo Securities, LLC"],
    "Deutsche Bank": ["Deutsche Bank Aktiengesellschaft", "Deutsche Bank AG", "Deutsche Bank Securities Inc."],
    "Baird": ["Robert W. Baird & Co. Incorporated"],
    "Stifel": ["STIFEL", "Stifel, Nicolaus & Company, Incorporated", "Stifel Financial Corp."],
    "Piper Sandler": ["Piper Sandler Companies", "Piper Sandler & Co."],
    "TD Cowen": ["Cowen Inc.", "Cowen and Company, LLC"],
    "Societe Generale": ["Société Générale S.A."],
    "Benchmark": ["The Benchmark Company, LLC"],
    "HC Wainwright": ["H.C. WAINWRIGHT & CO", "H.C. Wainwright & Co., LLC"],
    "William Blair": ["William Blair & Company L.L.C."],
    "Canaccord Genuity": ["Canaccord Genuity Group Inc."],
    "HSBC": ["HSBC Holdings plc", "HSBC Securities (USA) Inc."],
    "Keefe, Bruyette & Woods": ["Keefe Bruyette & Woods, Inc."],
    "BMO Capital": ["Bank of Montreal", "BMO Capital Markets Corp."],
    "UBS": ["UBS Group AG", "UBS Investment Bank"],
    "Mizuho": ["Mizuho Financial Group", "Mizuho Securities USA LLC", "Mizuho Americas LLC"],
    "CICC": ["China International Capital Corporation"],
    "Seaport Research Partners": ["Seaport Res Ptn"],
    "Bryan Garnier": ["Bryan, Garnier & Co.", "BRYAN GARNIER"],
    "Phillip": ["PHILLIP SECURITIES PTE LTD"],
}


@pytest.mark.parametrize(("firm", "name"), [(firm, name) for firm, names in LONG_NAMES.items() for name in names])
def test_a_long_name_and_any_case_are_those_of_the_firm(firm, name):
    assert firm_name(name) == firm


@pytest.mark.parametrize(
    "name", ["Aegis Capital", "TD Securities", "FBR Hutton", "Ärzte & Söhne", "大和証券", "ガガ証券"]
)
def test_another_name_is_kept_with_single_spaces(name):
    assert firm_name(f"  {name.replace(' ', '   ')} ") == name


@pytest.mark.parametrize("name", ["THE ALDER GROUP", "Alder Securities, Inc.", "alder", "Alder Capital Markets LLC"])
def test_the_rule_needs_no_table(name):
    assert firm_name(name) == "Alder"


@pytest.mark.parametrize("name", sorted({*KNOWN_NAMES, *ALIASES, *chain.from_iterable(ALIASES.values())}))
def test_case_and_legal_endings_change_no_firm(name):
    bare = name.removeprefix("The ")
    spellings = (name.upper(), name.lower(), f"The {bare}", f"{name}, Inc.", f"{name} Group PLC", f"{name} & Co. LLC")
    assert {firm_name(spelling) for spelling in spellings} == {firm_name(name)}


@given(st.text(max_size=30))
def test_a_name_of_a_name_is_itself(name):
    assert firm_name(firm_name(name)) == firm_name(name)
    assert firm_name(name) or not name.split()


def test_firms_with_similar_names_stay_apart():
    firms = [
        "Morgan Stanley",
        "JP Morgan",
        "Raymond James",
        "Bernstein",
        "Societe Generale",
        "Deutsche Bank",
        "Commerzbank",
        "DZ Bank",
        "National Bank Financial",
        "National Securities",
        "Stifel",
        "KBW",
        "TD Securities",
        "TD Cowen",
        "BMO Capital",
        "RBC Capital",
        "Bank of Nova Scotia",
        "Bank of America",
        "UBS",
        "Maxim",
        "Macquarie",
        "Roth Capital",
        "Rothschild & Co Redburn",
        "Seaport Global",
        "Global Equities Research",
        "China Renaissance",
        "China Securities",
        "Wedbush",
        "Wells Fargo",
        "Evercore",
    ]
    assert len({firm_name(name) for name in firms}) == len(firms)


@pytest.mark.parametrize(
    ("former", "firm", "day"),
    [
        ("EF Hutton", "D. Boral Capital", date(2024, 10, 1)),
        ("Cowen & Co.", "TD Cowen", date(2023, 3, 1)),
        ("Piper Jaffray", "Piper Sandler", date(2020, 1, 3)),
    ],
)
def test_a_renamed_firm_has_one_name_on_each_day(former, firm, day):
    before = day - timedelta(days=1)
    assert firm_name(former, day) == firm_name(firm, day) == firm_name(firm)
    assert firm_name(former, before) == firm_name(firm, before) != firm


def test_a_firm_that_was_bought_is_another_one_until_then():
    merged = date(2023, 6, 12)
    assert firm_name("Credit Suisse Group AG", merged) == firm_name("UBS", merged) == "UBS"
    assert firm_name("Credit Suisse", merged - timedelta(days=1)) == "Credit Suisse"
    assert firm_name("UBS", merged - timedelta(days=1)) == "UBS"


def test_each_side_of_a_merger_is_the_name_of_a_listed_firm():
    listed = set(ALIASES) | set(KNOWN_NAMES)
    assert {name for merger in MERGERS for name in (merger.former, merger.firm)} <= listed


def test_no_alias_belongs_to_two_firms():
    owners = defaultdict(set)
    for key, firm in listed_keys():
        owners[key].add(firm)
    assert {name: firms for name, firms in owners.items() if len(firms) > 1} == {}


def test_only_these_names_in_the_googl_rows_are_merged():
    names = defaultdict(set)
    for row in real_googl.feed():
        names[firm_name(row["firm"])].add(row["firm"])
    assert sorted(sorted(group) for group in names.values() if len(group) > 1) == [
        ["Citizens Capital Markets", "JMP Securities"],
        ["Cowen & Co.", "TD Cowen"],
        ["Credit Suisse", "UBS"],
        ["MKM Partners", "Roth Capital", "Roth MKM"],
        ["Nomura", "Nomura Instinet"],
        ["SunTrust Robinson Humphrey", "Truist Securities"],
    ]
