"""The claim of one process to release from a database: taken, kept alive, lost and given back.

A claim beats while its process lives. Where nobody can tell whether that process lives, such as
from the next container with the same database, it is watched: a claim that does not beat is free.
"""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select, update

from planner.store import Store, StoreError
from planner.store.database import alone
from planner.store.processes import ProcessIdentity, host, is_gone, this_process
from planner.store.schema import settings

OWNER = "release service"
BEAT_SECONDS = 5.0
# Three beats missed.
SILENCE_SECONDS = 15.0


class ClaimLostError(StoreError):
    """Another process releases from the database: this one must not write there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The process that releases, or did; `beat` is when it last said so, in seconds UTC."""

    process: ProcessIdentity
    token: str = ""
    beat: float = 0.0

    @property
    def is_gone(self) -> bool:
        """Return whether the process is known to have ended, or has long been silent."""
        silent = bool(self.token) and time.time() - self.beat > 2 * SILENCE_SECONDS
        return is_gone(self.process) or (silent and self.process.host != host())


def owner_in(text: str) -> Owner:
    """Return the owner that a claim names."""
    stored = json.loads(text)
    process = ProcessIdentity(host=stored["host"], pid=stored["pid"], start=stored["start"])
    return Owner(process=process, token=stored.get("token", ""), beat=stored.get("beat", 0.0))


class Claim:
    """The right of this process to release from a database.

    Raises StoreError while another process has it; `take_over` takes it in any case.
    """

    def __init__(
        self, store: Store, *, take_over: bool = False, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._store, self._token = store, uuid.uuid4().hex
        self._beaten = time.monotonic()
        watched = None if take_over else _watched(store, sleep)
        with alone(store.engine) as connection:
            found = _stored(connection)
            if not take_over and found is not None and found != watched:
                _refuse_second(owner_in(found))
            connection.execute(delete(settings).where(settings.c.key == OWNER))
            connection.execute(insert(settings).values(key=OWNER, value=self._text()))

    @property
    def is_due(self) -> bool:
        """Return whether it is time to beat."""
        return time.monotonic() - self._beaten >= BEAT_SECONDS

    def check(self, connection: Connection, *, beat: bool = False) -> None:
        """Raise ClaimLostError unless the claim is still this process's; beat when that is due."""
        found = _stored(connection)
        if found is None or owner_in(found).token != self._token:
            raise ClaimLostError("another process releases from this database now")
        if beat or self.is_due:
            mine = update(settings).where(settings.c.key == OWNER)
            connection.execute(mine.values(value=self._text()))
            self._beaten = time.monotonic()

    def give_back(self) -> None:
        """Let another process release; a successor's claim stays."""
        with alone(self._store.engine) as connection:
            found = _stored(connection)
            if found is not None and owner_in(found).token == self._token:
                connection.execute(delete(settings).where(settings.c.key == OWNER))

    def _text(self) -> str:
        mine = {**asdict(this_process()), "token": self._token, "beat": time.time()}
        return json.dumps(mine)


def _watched(store: Store, sleep: Callable[[float], None]) -> str | None:
    """Return the claim that is free to take; StoreError if its process lives."""
    found = store.setting(OWNER)
    if found is None:
        return None
    owner = owner_in(found)
    if is_gone(owner.process):
        return found
    if owner.process.host == host() or not owner.token:
        _refuse_second(owner)
    for _ in range(int(SILENCE_SECONDS)):
        sleep(1.0)
        now = store.setting(OWNER)
        if now is None:
            return None
        if now != found:
            _refuse_second(owner_in(now))
    return found


def _refuse_second(owner: Owner) -> None:
    raise StoreError(
        f"process {owner.process.pid} on {owner.process.host.split()[0]} releases from this "
        "database\n    Stop it first. If its machine or container is gone for good: --take-over."
    )


def _stored(connection: Connection) -> str | None:
    found: str | None = connection.scalar(select(settings.c.value).where(settings.c.key == OWNER))
    return found
