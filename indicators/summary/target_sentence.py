"""The sentences on analyst targets: where they lie relative to the price, and what changed within a week."""

from __future__ import annotations

from functools import partial

from indicators.analysts.rating_changes import RatingChange
from indicators.analysts.upside import upside_pct
from indicators.summary.clauses import Clause, Rank, Sentence
from indicators.summary.facts import AnalystNews, SummaryFacts
from text import numbers
from text.prose import both_or_all, count_phrase, possessive

CHANGE_VERBS = {"raised": "lifted", "cut": "cut"}


def target_sentences(facts: SummaryFacts) -> tuple[Sentence, ...]:
    """Return the sentences on the targets, none without any: what changed within a week, and what all amount to."""
    live = [target for target in facts.analysis.targets if target.counted]
    if facts.news is not None:
        mean = _mean_clause(facts, facts.news.row) if len(live) > 1 else ""
        return _news_sentence(facts, facts.news), (Clause(mean, Rank.MEAN),)
    if len(live) > 1:
        return ((Clause(_consensus_clause(facts)),),)
    if live:
        figure = "" if _is_price(facts, live[0].target) else f"{_target(facts, live[0].target)} "
        return ((Clause(f"{possessive(live[0].firm)} {figure}target stands {_from_price(live[0].upside_pct)}"),),)
    return ((Clause(_stale_clause(facts)),),)


def quoted_targets(facts: SummaryFacts) -> set[str]:
    """Return the targets that the sentences may give, as they and as levels are printed."""
    consensus, news = facts.analysis.consensus, facts.news
    if news is not None:
        values = [news.row.target, news.row.prior_target, consensus.mean if consensus is not None else None]
    elif consensus is not None:
        values = [consensus.low, consensus.high, consensus.mean]
    else:
        values = [target.target for target in facts.analysis.targets]
    known = {value for value in values if value is not None}
    return {write(value) for value in known for write in (partial(_target, facts), facts.analysis.price_format.level)}


def _news_sentence(facts: SummaryFacts, news: AnalystNews) -> Sentence:
    return _rating_clauses(facts, news.row) if news.rating_action else _target_clauses(facts, news.row)


def _rating_clauses(facts: SummaryFacts, news: RatingChange) -> Sentence:
    rating, prior = _single_spaced(news.rating), _single_spaced(news.prior_rating)
    origin = f" from {prior}" if prior and prior.casefold() != rating.casefold() else ""
    is_first = news.action == "initiated"
    action = f"initiated coverage at {rating}" if is_first else f"{news.action} it to {rating}{origin}"
    start = (Clause(f"On {_day(facts, news)}, {news.firm}"), _analyst(news), Clause(f" {action}"))
    return (*start, *_target_of_rating(facts, news))


def _analyst(news: RatingChange) -> Clause:
    name = _single_spaced(news.analyst)
    return Clause(f" ({name})" if name else "", Rank.DETAILS)


def _horizon(news: RatingChange) -> Clause:
    horizon = _single_spaced(news.horizon)
    return Clause(f", for {horizon}" if horizon else "", Rank.DETAILS)


def _target_of_rating(facts: SummaryFacts, news: RatingChange) -> Sentence:
    if news.target is None:
        return ()
    figure = _target(facts, news.target)
    if news.action == "initiated" or news.prior_target is None or news.change is None:
        change = f" with a target of {figure}"
    elif news.change == "kept":
        change = f" and kept its target at {figure}"
    else:
        is_opposite = (news.action, news.change) in (("upgraded", "cut"), ("downgraded", "raised"))
        verb = f"{'but' if is_opposite else 'and'} {CHANGE_VERBS[news.change]}"
        change = f" {verb} its target to {figure} from {_target(facts, news.prior_target)}"
    away = _from_price(upside_pct(news.target, facts.analysis.price))
    return Clause(f"{change}, {away}", Rank.NEXT), _horizon(news)


def _target_clauses(facts: SummaryFacts, news: RatingChange) -> Sentence:
    assert news.target is not None and news.prior_target is not None
    verb = "raised" if news.change == "raised" else "cut"
    is_kept = news.rating and news.rating == news.prior_rating
    kept = f" with its rating left at {_single_spaced(news.rating)}" if is_kept else ""
    return (
        Clause(f"{possessive(news.firm)} {_target(facts, news.target)} target"),
        Clause(f", {verb} from {_target(facts, news.prior_target)} on {_day(facts, news)}"),
        Clause(kept, Rank.DETAILS),
        Clause(f", stands {_from_price(upside_pct(news.target, facts.analysis.price))}"),
        _horizon(news),
    )


def _single_spaced(rating: str | None) -> str:
    return " ".join((rating or "").split())


def _day(facts: SummaryFacts, news: RatingChange) -> str:
    return numbers.format_recent_day(news.date, facts.analysis.as_of)


def _consensus_clause(facts: SummaryFacts) -> str:
    mean = facts.analysis.consensus
    assert mean is not None
    if mean.low == mean.high:
        every = both_or_all(mean.count).capitalize()
        return f"{every} targets stand at {_target(facts, mean.mean)}, {_from_price(mean.upside_pct)}"
    return (
        f"The targets of {count_phrase(mean.count, 'firm')} run from {_target(facts, mean.low)} to"
        f" {_target(facts, mean.high)} and average {_target(facts, mean.mean)}, {_from_price(mean.upside_pct)}"
    )


def _mean_clause(facts: SummaryFacts, news: RatingChange) -> str:
    """Return the mean of all targets without a figure that the sentence on the news has; empty where both are there."""
    mean = facts.analysis.consensus
    assert mean is not None
    quoted = [target for target in (news.target, news.prior_target) if target is not None]
    figure, away = _target(facts, mean.mean), _from_price(mean.upside_pct)
    if figure in {_target(facts, target) for target in quoted}:
        return ""
    firms = f"{both_or_all(mean.count).capitalize()} firms' targets average"
    if _is_price(facts, mean.mean):
        return f"{firms} as much as the price"
    firms = f"{firms} {figure}"
    is_repeated = away in {_from_price(upside_pct(target, facts.analysis.price)) for target in quoted}
    return firms if is_repeated else f"{firms}, {away}"


def _stale_clause(facts: SummaryFacts) -> str:
    old = facts.analysis.targets
    if not all(target.stale for target in old) or not old:
        return ""
    if len(old) == 1:
        return f"The only target on record, {_target(facts, old[0].target)} by {old[0].firm}, is more than a year old"
    return f"{both_or_all(len(old)).capitalize()} targets on record are more than a year old"


def _is_price(facts: SummaryFacts, value: float) -> bool:
    """Return whether a target prints as the price does, which the first sentence has."""
    return _target(facts, value) == facts.analysis.price_format.price(facts.analysis.price)


def _target(facts: SummaryFacts, value: float) -> str:
    return facts.analysis.price_format.target(value)


def _from_price(upside: float) -> str:
    """Return "7% above the price", or "level with the price" where the difference rounds to nothing."""
    if round(upside) == 0:
        return "level with the price"
    return f"{numbers.format_unsigned_percent(upside, 0)} {'above' if upside > 0 else 'below'} the price"
