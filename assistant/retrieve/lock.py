"""One builder at a time: a lock on a file that the operating system gives back when its holder dies, however it dies.

A lock that is only a file with a process number would outlive a killed build, could be taken over twice, and would believe
any later process that was given the same number.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from assistant.errors import IndexFault


@contextmanager
def only_builder(path: Path) -> Iterator[None]:
    """Hold the lock `path` for the length of a build; raises IndexFault when a running process holds it."""
    with path.open("a+b") as handle:
        if not _locked(handle):
            raise IndexFault(
                f"Another process is building the index ({path}). Wait until it has finished.",
                f"另一个进程正在建立索引（{path}），请等待其完成。",
            )
        handle.truncate(0)
        handle.write(str(os.getpid()).encode())
        handle.flush()
        yield


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: BinaryIO) -> bool:
        handle.seek(1 << 20)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(handle: BinaryIO) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
