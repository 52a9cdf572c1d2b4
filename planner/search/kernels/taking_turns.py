"""Processes that compile the same take turns: one compiles a function, the others load it.

numba has every process compile what the cache lacks, and of two that do so at once the index of
the cache keeps only what the last one wrote: the next start then compiles the rest again.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache, NullCache

try:
    import fcntl
except ImportError:  # Windows: there every process compiles for itself
    fcntl = None  # type: ignore[assignment]

# So long is waited for another process that compiles; whoever is stuck holds nobody up for ever.
LONGEST_WAIT = 600.0
_PAUSE = 0.1

_told: list[Callable[[], None]] = []


@contextmanager
def told_of_compiling(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` once if anything is compiled meanwhile, or another process waited for that is."""
    _told.append(tell)
    try:
        yield
    finally:
        if tell in _told:
            _told.remove(tell)


def _tell() -> None:
    while _told:
        _told.pop()()


class TurnsCache(FunctionCache):
    """The cache of one function: from a miss to the saving of what is compiled it is locked."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._lock = -1

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return what is kept; None where it is this process's turn to compile it."""
        found = super().load_overload(sig, target_context)
        if found is None:
            self._take_turn()
            found = super().load_overload(sig, target_context)
        if found is None:
            _tell()
        else:
            self.give_turn()
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, for whoever waits for it too."""
        try:
            super().save_overload(sig, data)
        finally:
            self.give_turn()

    def give_turn(self) -> None:
        """Let others compile."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _take_turn(self) -> None:
        if fcntl is None or self._lock >= 0:
            return
        # Where nothing can be written nothing is kept, and nobody waits.
        with suppress(OSError):
            self._impl.locator.ensure_cache_path()
            path = Path(self.cache_path) / f"{self._impl.filename_base}.lock"
            self._lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            _locked(self._lock)


def _locked(number: int) -> None:
    last = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < last:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _tell()
            time.sleep(_PAUSE)
        else:
            return


class TellingCache(NullCache):
    """No cache: everything is compiled, which is told."""

    def load_overload(self, sig: Any, target_context: Any) -> None:
        """Return nothing."""
        _tell()


def take_turns(compiled: Any, *, is_kept: bool) -> None:
    """Give a compiled function such a cache; plain Python, as tests run it, needs none.

    numba has no public place for it.
    """
    if not hasattr(compiled, "_compiler"):
        return
    if not is_kept:
        compiled._cache = TellingCache()  # noqa: SLF001
        return
    cache = compiled._cache = TurnsCache(compiled.py_func)  # noqa: SLF001
    compiler = compiled._compiler  # noqa: SLF001
    compile_it = compiler.compile

    def with_turn(args: Any, return_type: Any) -> Any:
        try:
            return compile_it(args, return_type)
        except BaseException:
            cache.give_turn()
            raise

    compiler.compile = with_turn
