"""What an answer over HTTP means: taken, refused, or to be tried again.

Answers come from somebody else's program: they are read up to a limit, and whatever they hold, no
answer stops the sender.
"""

import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from planner.errors import DeniedError, TryAgainError
from planner.publish.destination import without_password
from planner.strict_json import json_value

# Later is fine: 408 and 425 by RFC 9110 and 8470, 429 by RFC 6585; 409 says that a request with the
# same key is under way (IETF draft "The Idempotency-Key HTTP Header Field").
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 507, 508})
# Said of the batches. All else from 300 on is said of the address, the token, the form of requests
# or what lies between: the batches are kept until it is put right.
REFUSED = frozenset({400, 413, 422})
TOO_LARGE = 413
LONGEST_PAUSE = 300.0
SHOWN = 300
LARGEST_ANSWER = 8 * 2**20  # bytes


async def whole_answer(answer: httpx.Response) -> httpx.Response:
    """Return a streamed answer with its content, read up to `LARGEST_ANSWER` and unpacked.

    Raises TryAgainError for a success whose content cannot be read: what was refused is not known.
    """
    raw = bytearray()
    async for part in answer.aiter_raw():
        raw += part
        if len(raw) > LARGEST_ANSWER:
            break
    content = _unpacked(bytes(raw), answer.headers.get("content-encoding", ""))
    if content is None and answer.is_success:
        raise TryAgainError(answer.status_code, "its answer cannot be unpacked", 0.0)
    kept = ("content-type", "retry-after", "location")
    return httpx.Response(
        answer.status_code,
        headers={name: answer.headers[name] for name in kept if name in answer.headers},
        content=content or b"",
        extensions=answer.extensions,
    )


def _unpacked(raw: bytes, encoding: str) -> bytes | None:
    """Return the content; None if it cannot be unpacked, or is larger than is read."""
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        return raw if len(raw) <= LARGEST_ANSWER else None
    if kind not in ("gzip", "x-gzip", "deflate"):
        return None
    unpacking = zlib.decompressobj(wbits=47)  # a header of gzip or of zlib
    try:
        content = unpacking.decompress(raw, LARGEST_ANSWER)
    except zlib.error:
        return None
    return content if unpacking.eof else None


def accepted(answer: httpx.Response) -> bool:
    """Return whether the request was taken, False if it was refused for good.

    Raises TryAgainError or DeniedError if neither.
    """
    status = answer.status_code
    if answer.is_success:
        if _is_page(answer):
            raise DeniedError(status, "it answers with a web page: that is no interface of an MES")
        return True
    if status in AGAIN or status > 511 or (status == TOO_LARGE and pause_in(answer)):
        raise TryAgainError(status, reason_in(answer), pause_in(answer))
    if status in REFUSED:
        return False
    raise DeniedError(status, reason_in(answer))


def _is_page(answer: httpx.Response) -> bool:
    start = answer.content.lstrip()[:9].lower()
    named = "html" in answer.headers.get("content-type", "").lower()
    return named or start == b"<!doctype" or start.startswith(b"<html")


def pause_in(answer: httpx.Response, now: datetime | None = None) -> float:
    """Return the seconds that Retry-After asks for, as a number or a date; 0 without one."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
        # A date without a zone means UTC.
        moment = moment.replace(tzinfo=moment.tzinfo or UTC)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    # The year 99999999999 is none of them; what else is in a date, its parser says in many ways.
    except (ValueError, OverflowError, TypeError, IndexError):
        return 0.0
    return min(max(0.0, seconds), LONGEST_PAUSE)


def reason_in(answer: httpx.Response) -> str:
    """Return the status with what the answer says about it."""
    status = f"{answer.status_code} {answer.reason_phrase}".strip()
    if answer.is_redirect:
        there = without_password(answer.headers.get("location", ""))[:SHOWN]
        return f"{status}: moved to {there or 'an address it does not give'}; send there"
    told = answer.text.strip()[:SHOWN]
    return status + (f": {told}" if told and not _is_page(answer) else "")


def refused_in(answer: httpx.Response) -> dict[str, str]:
    """Return the items that an accepted request lists under `refused`, with the reason of each.

    Raises TryAgainError where the answer is meant to be JSON and is none: what it lists is unknown.
    """
    content = answer.content.strip()
    is_json = "json" in answer.headers.get("content-type", "").lower() or content[:1] in b"{["
    if not content or not is_json:  # nothing, or words, which is fine
        return {}
    try:
        document = json_value(content)
    except ValueError as error:
        told = f"its answer is no JSON: {error}"
        raise TryAgainError(answer.status_code, told, 0.0) from error
    listed = document.get("refused", []) if isinstance(document, dict) else []
    return dict(_refusal(item) for item in listed) if isinstance(listed, list) else {}


def _refusal(item: Any) -> tuple[str, str]:
    if isinstance(item, dict):
        return str(item.get("id", "")), str(item.get("reason", "no reason given"))[:SHOWN]
    return str(item), "no reason given"
