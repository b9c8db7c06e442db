"""The one door to files that somebody names: they are read and written here, and what the system says is a sentence.

What is no regular file is never waited for: a pipe, a device, a folder in the place of a file. A file is replaced whole
or not at all.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Collection
from pathlib import Path

from .errors import FileError

#: The most bytes of a file that is read whole.
LARGEST = 256 * 1024**2

_SAID = {
    errno.EBADF: "it is closed",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "its links lead in a circle",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOSPC: "the disk is full",
}


def reason(error: OSError | ValueError) -> str:
    """Why the system refused, in words that follow a colon."""
    if isinstance(error, FileError):
        return error.reason
    if isinstance(error, OSError):
        return _SAID.get(error.errno or 0) or (error.strerror or str(error)).lower()
    return "the name holds a character that no name may have"


def read(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a file; of one that has more than ``most``, so many and one more.

    Raises:
        FileError: there is no such file, it is none, or it may not be read.
    """

    def opened(name: str, flags: int) -> int:
        # A pipe that nobody writes to would be waited for.
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))

    try:
        with open(path, "rb", opener=opened) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FileError(path, "read", "it is a pipe or a device, and no file")
            return file.read(most + 1)
    except FileError:
        raise
    except (OSError, ValueError) as error:
        raise FileError(path, "read", reason(error)) from None


def whole(path: Path) -> bytes:
    """All bytes of a file.

    Raises:
        FileError: as for ``read``, or it is too large.
    """
    content = read(path)
    if len(content) > LARGEST:
        raise FileError(path, "read", f"it is larger than {LARGEST // 1024**2} MiB")
    return content


def is_folder(path: Path) -> bool:
    """Whether this is a folder; what the system refuses to tell is none."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where this says no


def below(folder: Path, endings: Collection[str]) -> list[Path]:
    """The files of a folder and its folders whose names end so, in order; not links that lead nowhere.

    Raises:
        FileError: the folder may not be read.
    """

    def refused(error: OSError) -> None:
        raise FileError(Path(error.filename), "read", reason(error))

    found = []
    for place, _, names in os.walk(folder, onerror=refused):
        found += [Path(place, name) for name in names if Path(name).suffix.lower() in endings]
    return sorted(path for path in found if os.path.exists(path) or not path.is_symlink())  # noqa: PTH110 - see above


def write(path: Path, content: bytes) -> None:
    """Write a file, or put it in the place of another; what fails leaves the earlier one as it was.

    Raises:
        FileError: it cannot be written; one sentence says why.
    """
    place = Path(os.path.realpath(path))  # a link stays, and what it leads to is replaced
    try:
        mode = _mode(place)
        beside = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}")
        try:
            with beside.open("xb") as file:
                file.write(content)
            if mode is not None:
                beside.chmod(mode)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise FileError(path, "written", reason(error)) from None


def create(path: Path, content: bytes) -> None:
    """Write a new file.

    Raises:
        FileError: as for ``write``.
        FileExistsError: it is there already; also where somebody else makes it at the same time.
    """
    try:
        path.open("xb").close()
    except FileExistsError:
        raise
    except (OSError, ValueError) as error:
        raise FileError(path, "written", reason(error)) from None
    try:
        write(path, content)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _mode(place: Path) -> int | None:
    """The permissions of a file that may be replaced; None where there is none yet."""
    try:
        found = place.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found):
        raise IsADirectoryError(errno.EISDIR, "")
    if not stat.S_ISREG(found):
        raise OSError(errno.EINVAL, "it is a pipe or a device, and no file")
    if not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(found)
