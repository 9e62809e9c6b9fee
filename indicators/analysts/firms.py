"""One name for each firm, for those that publish under several."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Date
from functools import lru_cache

# The name of each firm, and those of its aliases that the rule in `_distinctive_words` does not lead to it. Different
# spellings of a name need no entry: case, punctuation, "The ...", and endings such as "Group Inc." or "& Co.".
ALIASES: dict[str, tuple[str, ...]] = {
    "Alliance Global Partners": ("A.G.P.", "A.G.P./Alliance Global Partners"),
    "Arete Research": ("Arete", "Arete Research Services"),
    "Argus Research": ("Argus",),
    "B. Riley Securities": (
        "B. Riley",
        "B. Riley Financial",
        "B. Riley & Co.",
        "B. Riley FBR",  # the name from 2017 to 2020, after B. Riley bought FBR & Co.
    ),
    "Baird": ("Robert W. Baird", "RW Baird", "Robert W. Baird & Co."),
    "Barclays": ("Barclays Capital", "Barclays Bank"),
    "Benchmark": ("Benchmark Co.", "The Benchmark Company"),
    "Berenberg": ("Berenberg Bank",),
    "Bernstein": (
        "AB Bernstein",
        "AllianceBernstein",
        "Sanford Bernstein",
        "Sanford C. Bernstein",
        "Bernstein SocGen Group",  # Bernstein's own name since its joint venture with Societe Generale, April 2024
    ),
    "BMO Capital": ("BMO", "BMO Capital Markets", "Bank of Montreal", "BMO Nesbitt Burns"),
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
    "CICC": ("China International Capital",),
    "CIBC": ("CIBC World Markets", "CIBC Capital Markets", "Canadian Imperial Bank of Commerce"),
    "Citigroup": ("Citi", "Citibank", "Citi Research", "Citigroup Global Markets"),
    "Citizens JMP": (
        "Citizens",
        "Citizens Bank",
        "Citizens Capital Markets",
        "Citizens JMP Securities",
    ),
    "Compass Point": ("Compass Point Research & Trading",),
    "Cowen": (),
    "Craig-Hallum": ("Craig-Hallum Capital", "Craig-Hallum Capital Group"),
    "DA Davidson": ("D.A. Davidson & Co.",),
    "DBS Bank": ("DBS",),
    "Daiwa Capital": ("Daiwa", "Daiwa Capital Markets", "Daiwa Securities"),
    "Deutsche Bank": (),
    "Evercore ISI": (
        "Evercore ISI Group",
        "Evercore",
        "Evercore Partners",
    ),
    "Goldman Sachs": ("Goldman", "Goldman Sachs & Co."),
    "Guggenheim": ("Guggenheim Securities", "Guggenheim Partners"),
    "HC Wainwright": ("H.C. Wainwright & Co.", "HC Wainwright & Co"),
    "HSBC": ("HSBC Securities",),
    "Janney Montgomery Scott": ("Janney", "Janney Capital"),
    "Jefferies": (),
    "JPMorgan": ("JP Morgan Chase", "JP Morgan Cazenove"),
    "Keefe, Bruyette & Woods": ("KBW",),
    "Kepler Cheuvreux": ("Kepler", "Kepler Capital", "Kepler Capital Markets"),
    "JMP Securities": ("JMP",),
    "KeyBanc": ("KeyBanc Capital Markets", "Keybanc Capital", "Key Banc", "KeyCorp"),
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
    "National Bank Financial": ("National Bank", "National Bank of Canada", "National Bankshares"),
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
    "Piper Jaffray": (),
    "Piper Sandler": (),
    "Pivotal Research": ("Pivotal Research Group", "Pivotal"),
    "Raymond James": ("Raymond James & Associates", "Raymond James Financial"),
    "RBC Capital": ("RBC", "RBC Capital Markets", "RBC Dominion Securities", "Royal Bank of Canada"),
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
        "Roth MKM",  # its name from February 2023 to 2025
    ),
    "Sandler O'Neill": ("Sandler O'Neill & Partners",),
    "Scotiabank": ("Scotia Capital", "Bank of Nova Scotia", "Scotiabank Global Banking and Markets"),
    "Seaport Research Partners": ("Seaport Res Ptn",),  # as Yahoo writes it; not Seaport Global, its broker of before
    "Societe Generale": ("Société Générale", "SocGen"),
    "Stephens": ("Stephens & Co.", "Stephens Inc."),
    "Stifel": ("Stifel Nicolaus", "Stifel Financial"),
    "Susquehanna": ("Susquehanna Financial Group", "Susquehanna Financial"),
    "TD Cowen": (),
    "Tudor Pickering": ("Tudor Pickering Holt",),
    "TD Securities": ("Toronto-Dominion Bank", "Toronto Dominion"),  # its Canadian coverage, not that of TD Cowen
    "Tigress Financial": ("Tigress Financial Partners", "Tigress"),
    "SunTrust Robinson Humphrey": ("SunTrust", "SunTrust Banks"),
    "Truist Securities": ("Truist", "Truist Financial"),
    "UBS": (),
    "Wedbush": ("Wedbush Securities", "Wedbush Morgan"),
    "Wells Fargo": ("Wells Fargo Securities",),
    "William Blair": ("William Blair & Co.",),
    "Wolfe Research": ("Wolfe",),
}

# Firms that publish under one name. They are here because the rule would shorten it, or could not tell how to write it.
KNOWN_NAMES = (
    "Aegis Capital",
    "Atlantic Equities",
    "CFRA",
    "China Renaissance",
    "CLSA",
    "Commerzbank",
    "Credit Suisse",
    "CRT Capital",
    "D. Boral Capital",
    "Desjardins",
    "DNB Markets",
    "DZ Bank",
    "EF Hutton",
    "Erste Group",
    "FBR & Co.",
    "Global Equities Research",
    "Gordon Haskett",
    "Hilliard Lyons",
    "Hovde Group",
    "Imperial Capital",
    "ISI Group",
    "Itau BBA",
    "KGI Securities",
    "Melius Research",
    "MKM Partners",
    "Morgan Stanley",
    "Morningstar",
    "Nordea",
    "Oxen Group",
    "Santander",
    "Seaport Global",
    "Sidoti & Co.",
    "Telsey Advisory Group",
    "ThinkEquity",
    "Vertical Research",
    "WestPark Capital",
    "Zacks",
)


@dataclass(frozen=True)
class Merger:
    """From the day `on`, what `former` published counts as rows of `firm`.

    `renamed`: `firm` is the new name of the same house. Feeds write it over older rows too, so before that day rows
    under either name are those of `former`.
    """

    former: str
    firm: str
    on: Date
    renamed: bool = False


MERGERS = (
    # The days are those of the closings as announced; only three could be held against a feed, GOOGL's: see the tests
    Merger("ISI Group", "Evercore ISI", Date(2014, 10, 31)),  # the purchase closed
    Merger("FBR & Co.", "B. Riley Securities", Date(2017, 6, 1)),  # the merger closed
    Merger("Piper Jaffray", "Piper Sandler", Date(2020, 1, 3), renamed=True),  # joined by Sandler O'Neill
    Merger("Sandler O'Neill", "Piper Sandler", Date(2020, 1, 3)),
    # SunTrust and BB&T became Truist in December 2019, the broker took the name later: its last row on GOOGL under the
    # old one is of July, its first under the new one of October 2020
    Merger("SunTrust Robinson Humphrey", "Truist Securities", Date(2020, 8, 31), renamed=True),
    Merger("JMP Securities", "Citizens JMP", Date(2021, 11, 15), renamed=True),  # bought by Citizens Financial Group
    Merger("MKM Partners", "Roth Capital", Date(2023, 2, 3)),  # Roth's first row on GOOGL replaces MKM's last target
    Merger("Cowen", "TD Cowen", Date(2023, 3, 1), renamed=True),  # bought by Toronto-Dominion Bank
    Merger("Credit Suisse", "UBS", Date(2023, 6, 12)),  # the merger closed
    Merger("EF Hutton", "D. Boral Capital", Date(2024, 10, 1), renamed=True),  # in autumn 2024; the day is not known
)

MERGED_NAMES = frozenset(name for merger in MERGERS for name in (merger.former, merger.firm))
MERGER_DAYS = tuple(sorted({merger.on for merger in MERGERS}))

ACCENTS = re.compile("[\u0300-\u036f]")
INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")  # the points within "S.A." or "L.L.C."
PLAIN_WORD = re.compile(r"[\w.,&'-]+")
APOSTROPHES = re.compile("['\u2018\u2019`]")
# Words that end a legal name and tell no two firms apart
ENGLISH_FORMS = "co companies company corp corporation inc incorporated limited llc lllp llp lp ltd plc"
OTHER_FORMS = "ab ag aktiengesellschaft asa gmbh kgaa nv oyj pte pty sa sas sca se spa"
KINDS_OF_HOUSE = "america americas and group holding holdings international securities usa"
ENDINGS = frozenset(f"{ENGLISH_FORMS} {OTHER_FORMS} {KINDS_OF_HOUSE}".split())
LONG_ENDINGS = (
    ("capital", "markets"),
    ("financial", "group"),
    ("global", "research"),
    ("equity", "research"),
    ("investment", "bank"),
)
# What is left of a name must be more than one of these: "National Securities" is not "National Bank"
COUNTRIES = "america american asia canada canadian china india japan korea pacific united us"
COMMON_WORDS = frozenset(f"{COUNTRIES} bank capital first global investment national north south".split())


def alias_key(name: str) -> str:
    """Return the same key for all spellings of `name` that differ only in case, accents, spaces or punctuation."""
    return "".join(_words(name))


def firm_name(name: str, on: Date = Date.max) -> str:
    """Return the one name, on the day `on`, of the firm that publishes as `name`.

    Case, accents, punctuation, a leading "The" and legal endings make no difference, `ALIASES` lists the other names of
    a firm, and `MERGERS` which firm became which, and when. An unknown name is returned without "The" and endings, its
    words capitalized: "THE ALDER GROUP" and "Alder Securities Inc." are both "Alder".
    """
    firm = _unmerged_name(name)
    if firm not in MERGED_NAMES:
        return firm
    for merger in MERGERS:
        if on >= merger.on and firm == merger.former:
            firm = merger.firm
        elif on < merger.on and merger.renamed and firm == merger.firm:
            firm = merger.former
    return firm


@lru_cache(maxsize=4096)
def _unmerged_name(name: str) -> str:
    return FIRM_BY_KEY.get(alias_key(name)) or FIRM_BY_KEY.get(_distinctive_key(name)) or _tidy(name)


def _words(name: str) -> list[str]:
    """Return the words of `name` without case, accents and punctuation; "&" is "and", and "S.A." one word."""
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", name)).casefold().replace("&", " and ")
    joined = INITIALS.sub("", unicodedata.normalize("NFC", APOSTROPHES.sub("", plain)))
    return re.findall(r"[^\W_]+", joined)


def _distinctive_key(name: str) -> str:
    words = _words(name)
    return "".join(words[_distinctive_words(words)])


def _distinctive_words(words: list[str]) -> slice:
    """Return which of `words` name the firm: those without "the" in front and without endings that say nothing."""
    start = 1 if len(words) > 1 and words[0] == "the" else 0
    end = len(words)
    while (length := _ending_length(words[start:end])) and not _is_too_short(words[start : end - length]):
        end -= length
    return slice(start, end)


def _is_too_short(words: list[str]) -> bool:
    return not words or (len(words) == 1 and words[0] in COMMON_WORDS)


def _ending_length(words: list[str]) -> int:
    if any(tuple(words[-len(ending) :]) == ending for ending in LONG_ENDINGS):
        return 2
    return 1 if words and words[-1] in ENDINGS else 0


def _tidy(name: str) -> str:
    """Return an unknown name for people: without "The" and legal endings, in the same case however it is written."""
    written = name.replace("&", " & ").replace(",", " ").split()
    words = ["".join(_words(word)) if PLAIN_WORD.fullmatch(word) else word for word in written]
    named = written[_distinctive_words(words)] if all(words) else written
    kept = " ".join(named).rstrip(" ;&") or " ".join(written)
    return " ".join(map(_capitalize, kept.split()))


def _capitalize(word: str) -> str:
    """Return a word in one case capitalized, unless it may be an abbreviation: short, or without a vowel."""
    is_abbreviation = len(word) <= 3 or not re.search("[aeiou]", word.casefold())
    return word if is_abbreviation or not (word.isupper() or word.islower()) else word.capitalize()


def listed_keys() -> Iterator[tuple[str, str]]:
    """Yield every key that leads to a listed firm, with the firm; its own spellings last, for they count most."""
    names = [(firm, (firm, *aliases)) for firm, aliases in ALIASES.items()] + [(name, (name,)) for name in KNOWN_NAMES]
    for key_of in (_distinctive_key, alias_key):
        yield from ((key_of(name), firm) for firm, spellings in names for name in spellings)


FIRM_BY_KEY = dict(listed_keys())
