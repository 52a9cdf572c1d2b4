"""What a browser prints, page by page."""

import re
import zlib

PAGE = re.compile(rb"/Type /Page\b.*?/Contents (\d+) 0 R", re.DOTALL)


def drawn(pdf: bytes) -> list[int]:
    """Return how much is drawn on each page of a PDF that Chromium wrote, in bytes.

    A page with nothing on it has some hundred.
    """
    return [len(page) for page in _pages(pdf)]


def blank(pdf: bytes) -> int:
    """Return how many pages of a PDF that Chromium wrote have neither text, lines nor a picture."""
    return sum(len(page) < 400 and b" Do" not in page for page in _pages(pdf))


def _pages(pdf: bytes) -> list[bytes]:
    return [zlib.decompress(_stream(pdf, number)) for number in PAGE.findall(pdf)]


def _stream(pdf: bytes, number: bytes) -> bytes:
    found = re.search(rb"\n" + number + rb" 0 obj.*?stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    assert found is not None
    return found[1]
