"""Peak memory of a process with all its children: proportional share (PSS), looked at five times a second (Linux)."""

from __future__ import annotations

import threading
from pathlib import Path

EVERY = 0.2  # seconds


class PeakMemory(threading.Thread):
    """MiB at most since the start; `stop` ends the watch."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak = pid, 0.0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(EVERY):
            self.peak = max(self.peak, sum(_share(p) for p in _family(self.pid)))

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self.peak


def _family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = [t.name for t in Path(f"/proc/{pid}/task").iterdir() if t.name != str(pid)]
        children += [c for t in threads for c in Path(f"/proc/{pid}/task/{t}/children").read_text().split()]
    except OSError:
        return []
    return [pid, *(p for c in children for p in _family(int(c)))]


def _share(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
