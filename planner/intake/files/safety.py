"""What an uploaded package may hold: refused before anything in it is unpacked."""

import io
import stat
import zipfile
from pathlib import PurePosixPath

from planner.errors import RefusedFileError
from planner.intake.files.cells import Limits, refusal


def checked_zip(data: bytes, file: str, limits: Limits) -> zipfile.ZipFile:
    """Return the opened package; refuses bombs, odd paths, links and locked files."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        infos = package.infolist()
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        UnicodeError,
        EOFError,
    ) as error:
        raise refusal(
            "damaged_file", f"the file is damaged: {error}", "Save it again and upload that.", file
        ) from error
    total = sum(info.file_size for info in infos)
    if len(infos) > limits.packed_files or len({info.filename for info in infos}) < len(infos):
        raise refusal(
            "zip_bomb",
            f"the package holds {len(infos)} files, or one twice",
            "Upload single tables.",
            file,
        )
    if total > limits.unpacked_bytes or total > limits.packed_ratio * max(len(data), 4096):
        raise refusal(
            "zip_bomb",
            f"{len(data):,} bytes would unpack to {total:,}",
            "Save the table as CSV and upload that.",
            file,
        )
    for info in infos:
        _check_entry(info, file)
    return package


def _check_entry(info: zipfile.ZipInfo, file: str) -> None:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    has_drive = ":" in (path.parts[0] if path.parts else "")
    if path.is_absolute() or ".." in path.parts or has_drive or "\x00" in info.filename:
        raise refusal(
            "path_traversal",
            f"the package holds the path {info.filename[:80]!r}",
            "Upload single tables.",
            file,
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise refusal(
            "path_traversal", f"{info.filename[:80]!r} is a link", "Upload single tables.", file
        )
    if info.flag_bits & 1:
        raise refusal("locked_file", "the package has a password", "Save it without one.", file)


def unpacked(package: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """Return one file of a package, never more than its limit."""
    with package.open(name) as entry:
        try:
            data = entry.read(limits.file_bytes + 1)
        except RefusedFileError:
            raise
        except Exception as error:  # zlib, struct and zipfile each have their own
            raise refusal(
                "damaged_file", f"{name} is damaged: {error}", "Pack it again.", name
            ) from error
    if len(data) > limits.file_bytes:
        raise refusal(
            "zip_bomb",
            f"{name} is larger than {limits.file_bytes:,} bytes",
            "Upload it alone.",
            name,
        )
    return data
