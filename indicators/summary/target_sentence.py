"""The sentence on analyst targets: where they lie relative to the price, and what changed within a week."""

from __future__ import annotations

from indicators.analysts.rating_changes import RatingChange
from indicators.analysts.upside import upside_pct
from indicators.summary.facts import AnalystNews, SummaryFacts
from text import numbers
from text.prose import both_or_all, count_phrase

CHANGE_VERBS = {"raised": "lifted", "cut": "cut"}


def target_sentence(facts: SummaryFacts) -> str:
    """Return the sentence on the targets, empty without any."""
    live = [target for target in facts.analysis.targets if target.counted]
    if facts.news is not None:
        return _news_sentence(facts, facts.news)
    if len(live) > 1:
        return f"{_consensus_clause(facts)}."
    if live:
        return f"{live[0].firm}'s {_target(facts, live[0].target)} target stands {_from_price(live[0].upside_pct)}."
    return _stale_sentence(facts)


def _news_sentence(facts: SummaryFacts, news: AnalystNews) -> str:
    several = facts.analysis.consensus is not None and facts.analysis.consensus.count > 1
    clause = _rating_clause(facts, news.row) if news.rating_action else _target_clause(facts, news.row)
    return f"{clause}; {_mean_clause(facts)}." if several else f"{clause}."


def _rating_clause(facts: SummaryFacts, news: RatingChange) -> str:
    rating, prior = _single_spaced(news.rating), _single_spaced(news.prior_rating)
    origin = f" from {prior}" if prior and prior.casefold() != rating.casefold() else ""
    is_first = news.action == "initiated"
    action = f"initiated coverage at {rating}" if is_first else f"{news.action} it to {rating}{origin}"
    return f"On {_day(facts, news)}, {news.firm} {action}{_target_of_rating(facts, news)}"


def _target_of_rating(facts: SummaryFacts, news: RatingChange) -> str:
    if news.target is None:
        return ""
    figure = _target(facts, news.target)
    if news.action == "initiated" or news.prior_target is None or news.change is None:
        figures = f"with a target of {figure}"
    elif news.change == "kept":
        figures = f"and kept its target at {figure}"
    else:
        is_opposite = (news.action, news.change) in (("upgraded", "cut"), ("downgraded", "raised"))
        change = f"{CHANGE_VERBS[news.change]} its target to {figure} from {_target(facts, news.prior_target)}"
        figures = f"{'but' if is_opposite else 'and'} {change}"
    return f" {figures}, {_from_price(upside_pct(news.target, facts.analysis.price))}"


def _target_clause(facts: SummaryFacts, news: RatingChange) -> str:
    assert news.target is not None and news.prior_target is not None
    verb = "raised" if news.change == "raised" else "cut"
    kept = (
        f" with its rating left at {_single_spaced(news.rating)}"
        if news.rating and news.rating == news.prior_rating
        else ""
    )
    return (
        f"{news.firm}'s {_target(facts, news.target)} target, {verb} from {_target(facts, news.prior_target)}"
        f" on {_day(facts, news)}{kept}, stands {_from_price(upside_pct(news.target, facts.analysis.price))}"
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


def _mean_clause(facts: SummaryFacts) -> str:
    mean = facts.analysis.consensus
    assert mean is not None
    return (
        f"the targets of {both_or_all(mean.count)} firms average {_target(facts, mean.mean)},"
        f" {_from_price(mean.upside_pct, '')}"
    )


def _stale_sentence(facts: SummaryFacts) -> str:
    old = facts.analysis.targets
    if not all(target.stale for target in old) or not old:
        return ""
    if len(old) == 1:
        return f"The only target on record, {_target(facts, old[0].target)} by {old[0].firm}, is more than a year old."
    return f"{both_or_all(len(old)).capitalize()} targets on record are more than a year old."


def _target(facts: SummaryFacts, value: float) -> str:
    return facts.analysis.price_format.target(value)


def _from_price(upside: float, price: str = " the price") -> str:
    """Return "7% above the price", or "level with the price" where the difference rounds to nothing."""
    if round(upside) == 0:
        return "level with the price"
    return f"{numbers.format_unsigned_percent(upside, 0)} {'above' if upside > 0 else 'below'}{price}"
