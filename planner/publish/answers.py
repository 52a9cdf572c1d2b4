"""What an answer over HTTP means: taken, refused, or to be tried again."""

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from planner.errors import DeniedError, TryAgainError

# Later is fine: 408 and 425 by RFC 9110 and 8470, 429 by RFC 6585; 409 says that a request with the
# same key is under way (IETF draft "The Idempotency-Key HTTP Header Field").
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
# Said of the address or the token, not of the batches: these are kept until it is put right.
DENIED = frozenset({401, 403, 404, 405, 407})
LONGEST_PAUSE = 300.0
SHOWN = 300


def accepted(answer: httpx.Response) -> bool:
    """Return whether the request was taken, False if it was refused for good.

    Raises TryAgainError or DeniedError if neither.
    """
    if answer.status_code in DENIED:
        raise DeniedError(answer.status_code, reason_in(answer))
    if answer.status_code in AGAIN or answer.status_code > 504:
        raise TryAgainError(answer.status_code, reason_in(answer), pause_in(answer))
    return answer.is_success


def pause_in(answer: httpx.Response, now: datetime | None = None) -> float:
    """Return the seconds that Retry-After asks for, as a number or a date; 0 without one."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    # A date without a zone means UTC.
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    return min(max(0.0, (moment - (now or datetime.now(UTC))).total_seconds()), LONGEST_PAUSE)


def reason_in(answer: httpx.Response) -> str:
    """Return the status with what the answer says about it."""
    told = answer.text.strip()[:SHOWN]
    return f"{answer.status_code} {answer.reason_phrase}" + (f": {told}" if told else "")


def refused_in(answer: httpx.Response) -> dict[str, str]:
    """Return the items that an accepted request lists under `refused`, with the reason of each."""
    try:
        document = json.loads(answer.content or b"{}")
    except ValueError:  # an answer in words, which is fine
        return {}
    listed = document.get("refused", []) if isinstance(document, dict) else []
    return dict(_refusal(item) for item in listed) if isinstance(listed, list) else {}


def _refusal(item: Any) -> tuple[str, str]:
    if isinstance(item, dict):
        return str(item.get("id", "")), str(item.get("reason", "no reason given"))[:SHOWN]
    return str(item), "no reason given"
