"""How the kernels are compiled, and where what is compiled is kept between runs.

numba keeps a compiled function for as long as its own file stays the same, whatever becomes of the
functions that are compiled into it. Here every function is kept for as long as all files that any
of them is made of stay the same. What is out of date is overwritten, so that nothing piles up.
"""

import hashlib
import inspect
import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import InTreeCacheLocator, UserProvidedCacheLocator, UserWideCacheLocator

from planner.search.kernels.taking_turns import take_turns


@cache
def source_stamp() -> str:
    """Return a digest of all sources that the compiled code is made of."""
    kernels = files(__package__)
    sources = [item for item in kernels.iterdir() if item.name.endswith(".py")]
    # Compiled code also holds the constants of this one.
    sources.append(files("planner") / "arrays.py")
    digest = hashlib.sha256()
    for source in sorted(sources, key=lambda item: item.name):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()


class AllSources:
    """The part of a cache locator that says what is up to date, and how files are told apart."""

    def get_source_stamp(self) -> str:
        """Return what is compared with the stamp of a file in the cache."""
        return source_stamp()

    def get_disambiguator(self) -> str:
        """Return a part of the file name: no line number, or each edit would leave files behind."""
        return "kernel"


class ChosenFolder(AllSources, UserProvidedCacheLocator):
    """The folder that NUMBA_CACHE_DIR names."""


class PackageFolder(AllSources, InTreeCacheLocator):
    """`__pycache__` beside the sources."""


class HomeFolder(AllSources, UserWideCacheLocator):
    """The cache folder in the home of the user."""


class TemporaryFolder(AllSources, InTreeCacheLocator):
    """A folder for temporary files that no one else can write to, since it will be unpickled."""

    def get_cache_path(self) -> str:
        """Return the folder; FileNotFoundError where there is none for temporary files."""
        return str(self._own_folder() / self.get_suitable_cache_subpath(self._py_file))

    def ensure_cache_path(self) -> None:
        """Make the folder; OSError if it is not the user's alone."""
        own = self._own_folder()
        with suppress(FileExistsError):
            own.mkdir(mode=0o700)
        found = own.lstat()
        is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
        if not is_own or found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise PermissionError(f"{own} is not a folder of this user alone")
        super().ensure_cache_path()

    @staticmethod
    def _own_folder() -> Path:
        return Path(tempfile.gettempdir()) / f"batch-planner-{os.getuid()}"


# In this order; the first that can be written to is taken.
FOLDERS = (ChosenFolder, PackageFolder, HomeFolder, TemporaryFolder)


# Nothing that is compiled allocates, so reference counting is left out, which halves compile time.
_compiled: Any = partial(numba.njit, no_cfunc_wrapper=True, _nrt=False)

inner = _compiled(no_cpython_wrapper=True)
"""Decorates a function that is compiled into those that call it."""

tight = _compiled(no_cpython_wrapper=True, forceinline=True)
"""Decorates a function that is written out wherever it is called."""


def entry(function: Callable[..., Any]) -> Any:
    """Return `function` compiled for calls from Python, and kept between runs if it can be."""
    source = inspect.getfile(function)
    kept_in = next((kind for kind in FOLDERS if kind.from_function(function, source)), None)
    # The names in it are made when numba starts, so that no type checker knows them.
    config: Any = numba.config
    before = config.CACHE_LOCATOR_CLASSES
    config.CACHE_LOCATOR_CLASSES = f"{__name__}.{kept_in.__name__}" if kept_in else before
    try:
        compiled = _compiled(nogil=True)(function)
        take_turns(compiled, is_kept=kept_in is not None)
    finally:
        config.CACHE_LOCATOR_CLASSES = before
    return compiled
