"""Progress of a walk in the words of the API: a line with the number of entries, and two counters."""

from __future__ import annotations

from .seam import JobSeam, checked_u32

_EVERY = 100
"""Entries between two lines. More would be noise, and each line wakes those who wait for one."""


class Progress:
    """Tells how many entries were walked."""

    def __init__(self, job: JobSeam, line: str, walked: str, total: str) -> None:
        self._job = job
        self._line = line
        self._walked = walked
        self._total = total
        self._next = 1

    def entries(self, count: int) -> None:
        """So many entries by now. May be called for each."""
        if count >= self._next:
            self._next = (count // _EVERY + 1) * _EVERY
            self._job.progress(self._told(count), [(self._walked, checked_u32(count, self._walked))])

    def finish(self, walked: int, total: int) -> None:
        """So many entries walked, and no more will come; ``total`` of them are in the result."""
        self._job.progress(
            self._told(walked),
            [(self._walked, checked_u32(walked, self._walked)), (self._total, checked_u32(total, self._total))],
        )

    def _told(self, count: int) -> str:
        return f"{self._line} ({count} entries)"
