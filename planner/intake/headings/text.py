"""Headings as they are compared: lower case, without accents, one word apart from the other."""

import re
import unicodedata
from functools import lru_cache

LONGEST = 400  # characters of a heading that count
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Vowels and tones of Thai are written as marks, which are no letters and still part of a word.
_NOT_WORD = re.compile(r"[^\w\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]+|_+")
_OPENING, _CLOSING = "([{（【［｛〔", ")]}）】］｝〕"
# Letters that no accent can be taken from.
_PLAIN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d"})


def without_accents(text: str) -> str:
    """Return `text` in lower case without accents.

    >>> without_accents("Größe ÉTÉ Łódź")
    'grosse ete lodz'
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    # Marks of class 200 and more are accents; others are vowels and tones, without which a Thai
    # word is another one.
    bare = "".join(letter for letter in apart if unicodedata.combining(letter) < 200)
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


@lru_cache(maxsize=50_000)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a heading.

    >>> tokens("Auftrags-Nr."), tokens("needByTimestamp"), tokens("PROD_ORD_NO")
    (('auftrags', 'nr'), ('need', 'by', 'timestamp'), ('prod', 'ord', 'no'))
    """
    text = text[:LONGEST]
    if not text.isupper():
        text = _CAMEL.sub(" ", text)
    return tuple(_NOT_WORD.sub(" ", without_accents(text)).split())


def spelt(text: str) -> str:
    """Return the words of a heading with one space between them."""
    return " ".join(tokens(text))


@lru_cache(maxsize=50_000)
def segments(heading: str) -> tuple[str, ...]:
    """Return a heading without its brackets, and what stands in each of them.

    >>> segments("Zakázka (Order no)"), segments("Due")
    (('Zakázka', 'Order no'), ('Due',))
    """
    outside: list[str] = []
    inside: list[str] = []
    current: list[str] | None = None
    for letter in heading[:LONGEST]:
        if letter in _OPENING and current is None:
            current = []
        elif letter in _CLOSING and current is not None:
            inside.append("".join(current).strip())
            current = None
        else:
            (outside if current is None else current).append(letter)
    if current:
        inside.append("".join(current).strip())
    bare = " ".join("".join(outside).split())
    return tuple(part for part in (bare, *inside) if part)


def is_ideographic(text: str) -> bool:
    """Return whether words of `text` are not kept apart by spaces: Chinese, Japanese, Korean."""
    return any(
        "\u3040" <= letter <= "\u30ff"
        or "\u3400" <= letter <= "\u9fff"
        or "\uac00" <= letter <= "\ud7a3"
        for letter in text
    )


def folded_stroke(text: str) -> tuple[str, ...]:
    """Return the words that stand behind a stroke: `pcs/h` gives `h`."""
    pieces = text.split("/")[1:]
    behind = (piece.strip().split() for piece in pieces)
    return tuple(words[0].strip(")]}. ") for words in behind if words)
