"""Which encoding the bytes of a text file are in."""

import codecs
import re
from collections.abc import Iterable
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 1_000_000
# What GB2312 lacks: a letter such as º between digits and bytes above 0x80.
_FOUR_BYTES = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")


class Encoding(NamedTuple):
    """An encoding Python knows, and why it was taken where the file does not say."""

    name: str
    assumption: str = ""


def encoding_of(chunks: Iterable[bytes]) -> Encoding | None:
    r"""Return the encoding of a file, given piece by piece; None for what is no text.

    All bytes are looked at, so a letter far down the file counts.

    >>> encoding_of([b"Menge;St\xfcck"]).name, encoding_of(["数量".encode("gb18030")]).name
    ('cp1252', 'gb18030')
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    sample, is_utf8, first, has_mark, zeros = b"", True, True, False, 0
    for chunk in chunks:
        if first:
            marked = _marked(chunk) or _unmarked_utf16(chunk)
            has_mark = marked is not None and marked.name == "utf-8-sig"
            if marked is not None and not has_mark:
                return marked
            if _is_binary(chunk):
                return None
            first = False
        zeros += chunk.count(0)
        if is_utf8:
            is_utf8 = _decodes(decoder, chunk)
        # From where UTF-8 ends a sample is enough to tell the other two apart.
        if not is_utf8 and len(sample) < SAMPLE:
            sample += chunk[:SAMPLE]
    said = f"{zeros} zero bytes are left out" if zeros else ""
    if is_utf8 and _decodes(decoder, b"", final=True):
        return Encoding("utf-8-sig" if has_mark else "utf-8", said)
    found = _eight_bit(sample.removeprefix(codecs.BOM_UTF8))
    if has_mark:  # it says UTF-8, and the bytes are none
        found = Encoding(found.name, f"{found.assumption}, whatever its byte-order mark says")
    return Encoding(found.name, "; ".join(part for part in (found.assumption, said) if part))


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _marked(chunk: bytes) -> Encoding | None:
    return next((Encoding(name) for mark, name in _MARKS if chunk.startswith(mark)), None)


def _unmarked_utf16(chunk: bytes) -> Encoding | None:
    head = chunk[:4096]
    if len(head) < 8 or b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.4 * half and others < 0.05 * half:
            return Encoding(name, "the encoding is UTF-16, though the file does not say so")
    return None


def _is_binary(chunk: bytes) -> bool:
    head = chunk[:8192]
    control = sum(head.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 26, 27))
    return b"\x00" in head or control > 0.05 * len(head)


def _eight_bit(sample: bytes) -> Encoding:
    if _looks_chinese(sample):
        return Encoding("gb18030", "the encoding is GB18030, as its pairs of bytes show")
    return Encoding("cp1252", "the encoding is Windows-1252, as it is not UTF-8")


def _looks_chinese(sample: bytes) -> bool:
    """Return whether bytes above 127 come in the pairs of common Chinese characters.

    Letters with accents stand alone between ASCII letters; a character of GB2312 is two bytes, the
    first 0xA1 to 0xF7 and the second 0xA1 to 0xFE.
    """
    paired = alone = position = 0
    while position < len(sample):
        byte = sample[position]
        if byte < 0x80:
            position += 1
            continue
        following = sample[position + 1] if position + 1 < len(sample) else 0
        if 0xA1 <= byte <= 0xF7 and following >= 0xA1:
            paired += 1
            position += 2
        elif _FOUR_BYTES.match(sample, position):
            paired += 1
            position += 4
        else:
            alone += 1
            position += 1
    return paired > 3 * alone
