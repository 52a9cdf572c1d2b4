"""Where batches are sent: an address without a password, and how to sign in there."""

import base64
import re
from dataclasses import dataclass

import httpx

from planner.errors import PlannerError

_SIGN_IN = re.compile(r"//[^/?#]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """An address that may be stored and shown, and the header that signs in, which may not."""

    address: str
    authorization: str = ""

    def __repr__(self) -> str:
        return f"Destination(address={self.address!r})"

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that sign in."""
        return {"Authorization": self.authorization} if self.authorization else {}


def destination_in(text: str) -> Destination:
    """Return the destination of a URL, which may hold a name and a password.

    Raises PlannerError, without the password, if `text` is no URL to which batches can be sent.
    """
    url = _url(text)
    address = str(url.copy_with(username=None, password=None))
    if not url.userinfo:
        return Destination(address=address)
    pair = f"{url.username}:{url.password}".encode()
    return Destination(
        address=address, authorization=f"Basic {base64.b64encode(pair).decode('ascii')}"
    )


def checked_destination(text: str) -> str:
    """Return a URL to which batches can be sent; PlannerError if it is none, or has a password.

    What this returns is stored, shown and logged.
    """
    if _url(text).userinfo:
        raise PlannerError(
            f"{without_password(text)!r} came with a name or password, which would be stored\n"
            "    Split it with planner.publish.destination_in."
        )
    return text


def without_password(text: str) -> str:
    """Return a URL, or what was meant to be one, without the name and password in it.

    >>> without_password("https://me:secret@mes.example/batches")
    'https://mes.example/batches'
    """
    return _SIGN_IN.sub("//", text)


def _url(text: str) -> httpx.URL:
    shown = without_password(text)[:200]
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise PlannerError(f"{shown!r} is not a URL: {without_password(str(error))}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise PlannerError(f"{shown!r} is not a URL such as https://mes.example/batches")
    return url
