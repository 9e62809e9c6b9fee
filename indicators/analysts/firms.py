"""One name for each firm, for those that publish under several."""

from __future__ import annotations

import re
from functools import lru_cache

# The name of each firm, and its aliases. Spellings that differ only in case, spaces or punctuation ("J.P. Morgan",
# "JP Morgan") need no entry. Where names belonged to firms that merged or were renamed, a comment gives the reason;
# firms whose names only look alike are not merged.
ALIASES: dict[str, tuple[str, ...]] = {
    "Argus Research": ("Argus",),
    "B. Riley Securities": (
        "B. Riley",
        "B. Riley Financial",
        "B. Riley & Co.",
        "B. Riley FBR",  # the name from 2017 to 2020, after B. Riley bought FBR & Co.
    ),
    "Baird": ("Robert W. Baird", "RW Baird", "Robert W. Baird & Co."),
    "Barclays": ("Barclays Capital",),
    "Benchmark": ("Benchmark Co.", "The Benchmark Company"),
    "Berenberg": ("Berenberg Bank",),
    "Bernstein": (
        "AB Bernstein",
        "Sanford Bernstein",
        "Sanford C. Bernstein",
        "Bernstein SocGen Group",  # Bernstein's own name since its joint venture with Societe Generale, April 2024
    ),
    "BMO Capital": ("BMO", "BMO Capital Markets"),
    "BofA Securities": (
        "B of A Securities",
        "BofA",
        "B of A",
        "Bank of America",
        "Bank of America Securities",
        "BofA Global Research",
        "Merrill Lynch",  # bought by Bank of America in 2009; one research department since
        "Bank of America Merrill Lynch",
        "BofA Merrill Lynch",
        "BofA/Merrill",
        "BAML",
    ),
    "BNP Paribas Exane": (
        "Exane BNP Paribas",  # BNP Paribas owns all of Exane since July 2021 and reversed the name
        "Exane",
        "BNP Paribas",
    ),
    "BTIG": ("BTIG Research",),
    "Canaccord Genuity": ("Canaccord",),
    "Cantor Fitzgerald": ("Cantor",),
    "Chardan Capital": ("Chardan", "Chardan Capital Markets"),
    "CIBC": ("CIBC World Markets", "CIBC Capital Markets"),
    "Citigroup": ("Citi", "Citi Research", "Citigroup Global Markets"),
    "Citizens JMP": (
        "JMP Securities",  # bought by Citizens in November 2021, since then under both names
        "JMP",
        "Citizens",
        "Citizens Capital Markets",
        "Citizens JMP Securities",
    ),
    "Compass Point": ("Compass Point Research & Trading",),
    "Craig-Hallum": ("Craig-Hallum Capital", "Craig-Hallum Capital Group"),
    "DA Davidson": ("D.A. Davidson & Co.",),
    "Daiwa Capital": ("Daiwa", "Daiwa Capital Markets", "Daiwa Securities"),
    "Deutsche Bank": ("Deutsche Bank Securities",),
    "Evercore ISI": (
        "Evercore ISI Group",
        "Evercore",
        "Evercore Partners",
        "ISI Group",  # bought by Evercore in October 2014
    ),
    "Goldman Sachs": ("Goldman", "Goldman Sachs & Co."),
    "Guggenheim": ("Guggenheim Securities", "Guggenheim Partners"),
    "HC Wainwright": ("H.C. Wainwright & Co.", "HC Wainwright & Co"),
    "HSBC": ("HSBC Securities",),
    "Janney Montgomery Scott": ("Janney", "Janney Capital"),
    "Jefferies": ("Jefferies & Co.", "Jefferies Group"),
    "JPMorgan": ("JP Morgan Chase", "JP Morgan Securities"),
    "Keefe, Bruyette & Woods": ("KBW",),
    "Kepler Cheuvreux": ("Kepler", "Kepler Capital", "Kepler Capital Markets"),
    "KeyBanc": ("KeyBanc Capital Markets", "Keybanc Capital", "Key Banc"),
    "Ladenburg Thalmann": ("Ladenburg", "Ladenburg Thalmann & Co."),
    "Lake Street": ("Lake Street Capital", "Lake Street Capital Markets"),
    "Leerink Partners": (
        "Leerink",
        "Leerink Swann",
        "SVB Leerink",  # owned by SVB Financial from 2019 to 2023
        "SVB Securities",  # its name from 2022 to 2023
    ),
    "Loop Capital": ("Loop Capital Markets",),
    "Macquarie": ("Macquarie Research", "Macquarie Capital"),
    "Maxim Group": ("Maxim",),
    "Mizuho": ("Mizuho Securities", "Mizuho Securities USA"),
    "MoffettNathanson": ("Moffett Nathanson", "SVB MoffettNathanson"),
    "Monness, Crespi, Hardt": ("Monness Crespi Hardt & Co.", "Monness"),
    "Needham": ("Needham & Company", "Needham & Co."),
    "New Street Research": ("New Street",),
    "Nomura": (
        "Nomura Securities",
        # Nomura's research on US shares under its broker's name; Yahoo lists the same rows of GOOGL under both
        "Nomura Instinet",
        "Instinet",
    ),
    "Northland": ("Northland Securities", "Northland Capital Markets", "Northland Capital"),
    "Oppenheimer": ("Oppenheimer & Co.",),
    "Piper Sandler": (
        "Piper Sandler & Co.",
        "Piper Jaffray",  # the name until January 2020, when Sandler O'Neill joined it
    ),
    "Pivotal Research": ("Pivotal Research Group", "Pivotal"),
    "Raymond James": ("Raymond James & Associates",),
    "RBC Capital": ("RBC", "RBC Capital Markets"),
    "Redburn": (
        "Redburn Partners",
        "Redburn Atlantic",  # the name after Redburn and Atlantic Equities joined
        "Rothschild & Co Redburn",  # the same firm under its owner's name
        "Rothschild Redburn",
    ),
    "Rosenblatt": ("Rosenblatt Securities",),
    "Roth Capital": (
        "Roth Capital Partners",
        "Roth",
        "Roth MKM",  # Roth Capital's name from February 2023 to 2025, after it bought MKM Partners
        "MKM Partners",  # Roth's first row on GOOGL (2023-02-03) replaces MKM's target of the week before
    ),
    "Scotiabank": ("Scotia Capital", "Bank of Nova Scotia"),
    "Societe Generale": ("Société Générale", "SocGen"),
    "Stephens": ("Stephens & Co.", "Stephens Inc."),
    "Stifel": ("Stifel Nicolaus", "Stifel Nicolaus & Co."),
    "Susquehanna": ("Susquehanna Financial Group", "Susquehanna Financial"),
    "TD Cowen": (
        "Cowen",
        "Cowen & Co.",
        "Cowen and Company",
        "Cowen Group",  # bought by TD in March 2023; TD Securities' own Canadian coverage is another firm
    ),
    "Tigress Financial": ("Tigress Financial Partners", "Tigress"),
    "Truist Securities": (
        "Truist",
        "Truist Financial",
        "SunTrust Robinson Humphrey",  # renamed in 2020, after SunTrust and BB&T became Truist
        "SunTrust",
    ),
    "UBS": ("UBS Securities", "UBS Group"),
    "Wedbush": ("Wedbush Securities", "Wedbush Morgan"),
    "Wells Fargo": ("Wells Fargo Securities",),
    "William Blair": ("William Blair & Co.",),
    "Wolfe Research": ("Wolfe",),
}


def alias_key(name: str) -> str:
    """Return the same key for all spellings of `name` that differ only in case, spaces or punctuation."""
    return re.sub(r"[\W_]+", "", name.casefold().replace("&", "and"))


FIRM_BY_KEY = {alias_key(name): firm for firm, aliases in ALIASES.items() for name in (firm, *aliases)}


@lru_cache(maxsize=4096)
def firm_name(name: str) -> str:
    """Return the one name of the firm that publishes as `name`; an unknown name is returned with single spaces."""
    return FIRM_BY_KEY.get(alias_key(name)) or " ".join(name.split())
