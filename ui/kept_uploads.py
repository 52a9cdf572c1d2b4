"""The files a scenario was made from, kept so that they can be read in another way later."""

import base64
import io
import json
import zipfile
from dataclasses import dataclass

from planner.store import Store
from ui.uploads import Answers, Files, UploadedFiles

KEY = "upload:"
# More than this, packed, is not kept: whoever has such files uploads them again.
LARGEST = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUpload:
    """What was left out of an upload; `files` are empty where they were too large to keep."""

    left_out: tuple[str, ...]
    unused: tuple[tuple[str, tuple[str, ...]], ...]
    files: tuple[tuple[str, bytes], ...]
    answers: Answers

    @property
    def names(self) -> str:
        """Return the files by name."""
        return ", ".join(name for name, _ in self.files)


def keep(
    store: Store, scenario_id: int, files: Files, answers: Answers, made: UploadedFiles
) -> None:
    """Keep the files of an upload with what was said of them."""
    packed = _packed(files)
    value = {
        "left_out": made.left_out,
        "unused": [[part.file, _unused(part.mapping)] for part in made.sheets if part.kind],
        "files": base64.b64encode(packed).decode() if len(packed) <= LARGEST else "",
        "answers": answers,
    }
    store.set_setting(f"{KEY}{scenario_id}", json.dumps(value, ensure_ascii=False))


def _unused(reading: object) -> list[str]:
    columns = getattr(reading, "columns", ())
    return [column.column for column in columns if column.field in ("", "-")]


def kept(store: Store, scenario_id: int) -> KeptUpload | None:
    """Return what is kept of a scenario's upload; None for one that was not uploaded."""
    text = store.setting(f"{KEY}{scenario_id}")
    if text is None:
        return None
    value = json.loads(text)
    return KeptUpload(
        left_out=tuple(value["left_out"]),
        unused=tuple((file, tuple(names)) for file, names in value["unused"] if names),
        files=_unpacked(base64.b64decode(value["files"])),
        answers=tuple((key, answer) for key, answer in value["answers"]),
    )


def forget(store: Store, scenario_id: int) -> None:
    """Forget the files of a scenario that is deleted."""
    store.set_setting(f"{KEY}{scenario_id}", None)


def _packed(files: Files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()


def _unpacked(packed: bytes) -> tuple[tuple[str, bytes], ...]:
    if not packed:
        return ()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())
