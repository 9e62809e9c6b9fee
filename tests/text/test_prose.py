"""Counts and lists read as they do in running text."""

from __future__ import annotations

import pytest

from text.prose import both_or_all, count_phrase, join_words, number_word, possessive


@pytest.mark.parametrize(("count", "word"), [(0, "no"), (7, "seven"), (12, "twelve"), (13, "13"), (1260, "1,260")])
def test_number_word_is_a_word_up_to_twelve(count, word):
    assert number_word(count) == word


@pytest.mark.parametrize(
    ("count", "noun", "phrase"),
    [
        (1, "EMA", "an EMA"),
        (1, "zone", "a zone"),
        (2, "EMA", "two EMAs"),
        (12, "zone", "twelve zones"),
        (13, "EMA", "13 EMAs"),
    ],
)
def test_count_phrase_has_an_article_for_one_and_a_plural_for_more(count, noun, phrase):
    assert count_phrase(count, noun) == phrase


@pytest.mark.parametrize(("count", "words"), [(2, "both"), (3, "all three"), (40, "all 40")])
def test_both_or_all(count, words):
    assert both_or_all(count) == words


@pytest.mark.parametrize(
    ("words", "joined"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_join_words_puts_and_before_the_last(words, joined):
    assert join_words(words) == joined


@pytest.mark.parametrize(
    ("name", "owner"), [("Wedbush", "Wedbush's"), ("Jefferies", "Jefferies'"), ("UBS", "UBS'"), ("Suisse", "Suisse's")]
)
def test_possessive_of_a_name_in_s_has_no_second_s(name, owner):
    assert possessive(name) == owner
