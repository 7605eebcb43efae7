"""Files read in worker processes: one file's death, hang or hunger is that file's finding, the others go on."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from multiprocessing.context import BaseContext

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from analysis.exports.grid import Source, Unreadable
from analysis.exports.messages import DIED, FAILED, TIMED_OUT, TOO_LARGE, named

AHEAD = 4  # files handed out per worker, so that not every file is in memory at once


class NoWorkers(ValueError):
    """The workers asked for are not to be had (message in Chinese)."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file: a value, or the reason (Chinese) why there is none."""

    path: str
    value: object = None
    problem: str = ""


def read_all(
    sources: Iterable[Source],
    read: Callable[[Source], object],
    *,
    workers: int | None = None,
    timeout: float = 300,
    memory_limit: int | None = 4 * 1024**3,
) -> Iterator[Outcome]:
    """Call `read` on each file in worker processes.

    Parameters
    ----------
    sources : files; taken a few at a time.
    read : picklable; what it returns must be too. `Unreadable` is an answer, any other exception is told as a fault.
    workers : processes; None takes one per processor.
    timeout : seconds for one file.
    memory_limit : bytes one worker may take on top of what it starts with, where the system can limit it.

    Yields
    ------
    Outcome : in the order of the sources.
    """
    count = workers or os.cpu_count() or 1
    pool = ProcessPool(max_workers=count, initializer=prepare_worker, initargs=(memory_limit,), context=_context())
    with pool:
        waiting: deque[tuple[str, ProcessFuture]] = deque()
        try:
            for source in sources:
                if len(waiting) >= count * AHEAD:
                    yield _outcome(*waiting.popleft(), timeout)
                waiting.append((source.path, pool.schedule(attempt, args=(read, source), timeout=timeout)))
            while waiting:
                yield _outcome(*waiting.popleft(), timeout)
        finally:
            if waiting:
                pool.stop()


def _context() -> BaseContext:
    """A fork costs milliseconds and keeps what is imported; systems without it start afresh."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def prepare_worker(memory_limit: int | None) -> None:
    """Limit the memory of a worker, and let a dying engine leave neither a core file nor words on the screen."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_limit is not None and sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = _address_space() + memory_limit
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _address_space() -> int:
    """What this process has mapped already, in bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def attempt(read: Callable[[Source], object], source: Source) -> tuple[object, str]:
    """Run in the worker: a value, or why there is none (of a foreign exception only its place: it may quote cells)."""
    try:
        return read(source), ""
    except Unreadable as error:
        return None, str(error)
    except MemoryError:
        return None, TOO_LARGE
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a Rust panic is no Exception
        return None, FAILED.format(_place(error))


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace is not None else ""
    return f"{type(error).__name__} {where}".strip()


def _outcome(path: str, future: ProcessFuture, timeout: float) -> Outcome:
    try:
        value, problem = future.result()
    except FutureTimeout:
        return Outcome(path, problem=named(path, TIMED_OUT.format(timeout)))
    except ProcessExpired:
        return Outcome(path, problem=named(path, DIED))
    except Exception as error:  # the answer could not be sent back
        return Outcome(path, problem=named(path, FAILED.format(type(error).__name__)))
    return Outcome(path, value, named(path, problem) if problem else "")
