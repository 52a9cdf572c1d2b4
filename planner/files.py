"""Reading files that end, and writing them whole or not at all: nobody ever sees half of one.

What is written goes to a temporary file beside its place, is flushed to the disk, and takes the
place by a rename. Where there is no room, or the process ends, the file that was there stays.
"""

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from errno import EDQUOT, EFBIG, EINVAL, ENOSPC
from io import TextIOWrapper
from pathlib import Path
from stat import S_IMODE, S_ISREG
from types import TracebackType
from typing import IO, Self

# What a file may be where the user has no other wish: as `open` makes it.
USUAL_MODE = 0o666
AT_ONCE = 2**20


class Replacement:
    """Files that take their places together, once all of them are written and on the disk.

    A context manager: where its block raises, or the disk is full, every old file stays. Files
    that are no regular ones, such as /dev/stdout or a pipe, are written as they are. `mode` is
    that of new files, less the umask; a file that was there keeps its own.
    """

    def __init__(self, mode: int = USUAL_MODE) -> None:
        self._mode = mode
        self._open: list[IO[bytes]] = []
        self._texts: list[IO[str]] = []
        self._moves: list[tuple[Path, Path]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._commit()
        except OSError as failed:
            self._name(failed)
            raise
        finally:
            self._clean_up()
        if isinstance(error, OSError):
            self._name(error)

    def _name(self, error: OSError) -> None:
        """Let an error say where: what fails to be written does not know the name of its file."""
        if error.filename is None and self._moves:
            targets = [target for _, target in self._moves]
            error.filename = str(targets[0] if len(targets) == 1 else targets[0].parent)

    def open(self, path: str | Path) -> IO[bytes]:
        """Return a file to write what `path` shall hold; it is closed at the end."""
        # Through a link, the file that it names is replaced and not the link.
        target = Path(os.path.realpath(path))
        if target.exists() and not S_ISREG(target.stat().st_mode):
            file: IO[bytes] = target.open("wb")
        else:
            file = self._beside(target)
        self._open.append(file)
        return file

    def open_text(self, path: str | Path, encoding: str = "utf-8") -> IO[str]:
        """Return a file for text; line ends stay as they are written."""
        text = TextIOWrapper(self.open(path), encoding=encoding, newline="", write_through=True)
        # Kept: a wrapper that is collected closes its file, and nobody hears of a full disk.
        self._texts.append(text)
        return text

    def _beside(self, target: Path) -> IO[bytes]:
        draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        number = os.open(draft, flags, self._mode)
        self._moves.append((draft, target))
        if target.exists():
            draft.chmod(S_IMODE(target.stat().st_mode))
        return os.fdopen(number, "wb")

    def _commit(self) -> None:
        for file in self._open:
            file.close()
        for draft, _ in self._moves:
            _to_disk(draft)
        while self._moves:
            draft, target = self._moves[0]
            draft.replace(target)
            del self._moves[0]
            _folder_to_disk(target.parent)

    def _clean_up(self) -> None:
        for file in self._open:
            with suppress(OSError):  # what could not be flushed is thrown away
                file.close()
        for draft, _ in self._moves:
            draft.unlink(missing_ok=True)


def write_bytes(path: str | Path, data: bytes, mode: int = USUAL_MODE) -> None:
    """Write `data` to `path`, whole or not at all; raises OSError."""
    with Replacement(mode) as files:
        files.open(path).write(data)


def write_text(path: str | Path, text: str, encoding: str = "utf-8") -> None:
    """Write `text` to `path`, whole or not at all; line ends stay as they are."""
    write_bytes(path, text.encode(encoding))


def is_of_room(error: OSError) -> bool:
    """Return whether there was no room for a file: a full disk, a quota, or a limit of size."""
    return error.errno in (ENOSPC, EDQUOT, EFBIG)


def read_and_written(sources: Iterable[str | Path], targets: Iterable[str | Path]) -> Path | None:
    """Return the first of `targets` that is there and is, or lies in, one of `sources`.

    To write it would overwrite what is read.
    """
    read = [Path(os.path.realpath(source)) for source in sources]
    for target in targets:
        written = Path(os.path.realpath(target))
        if written.exists() and any(source in (written, *written.parents) for source in read):
            return Path(target)
    return None


def open_regular(path: str | Path) -> IO[bytes]:
    """Open a file to read; OSError for devices and pipes, which may never end, and for folders."""
    # A pipe that nobody writes to would hold up whoever opens it in the usual way.
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if S_ISREG(os.fstat(number).st_mode):
            return os.fdopen(number, "rb")
    except BaseException:
        os.close(number)
        raise
    os.close(number)
    raise OSError(EINVAL, "is not a regular file", str(path))


def read_bytes(path: str | Path, most: int) -> bytes:
    """Return what a regular file holds; OSError if that is more than `most` bytes."""
    with open_regular(path) as file:
        # Asked for more at once, a file is given as much memory before it is read.
        parts, size = [], 0
        while size <= most and (part := file.read(AT_ONCE)):
            parts.append(part)
            size += len(part)
    if size > most:
        raise OSError(EFBIG, f"is larger than the {most / 2**20:.0f} MB that are read", str(path))
    return b"".join(parts)


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _folder_to_disk(folder: Path) -> None:
    """Make a rename safe from a power failure, where a folder can be opened."""
    if os.name == "posix":
        _to_disk(folder)
