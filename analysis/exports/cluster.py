"""Files read on a Dask cluster: the bytes travel to the workers, and what befalls one file is that file's finding."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from analysis.exports.cache import reader_version
from analysis.exports.grid import Source
from analysis.exports.messages import DIED, FAILED, TIMED_OUT, named
from analysis.exports.worker import NoWorkers, Outcome, attempt

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 2  # files handed out per thread of the cluster: one is read, one is on its way
PORT = 8786
CONNECT = 5.0
LOOK = 10.0  # seconds between looks at whether the cluster still has workers
GIVE_UP = 60.0  # seconds without any worker after which the run stops
OTHER = "other version"

NOT_INSTALLED = "没有安装集群组件。请运行 pip install 'suishenxue[cluster]'，或把 --workers 改为进程数。"
NOT_REACHED = "连不上集群 {}。请检查地址和端口（如 dask://10.0.0.5:8786）、调度程序是否已启动，或把 --workers 改为进程数。"
NOT_THE_SAME = "集群 {} 的工作机上没有安装本程序，或版本与本机不同，结果可能不一致。请在各工作机安装同一版本后重试。"
NO_WORKERS = "集群 {} 没有可用的工作机。请启动 dask worker 后重试，或把 --workers 改为进程数。"
LOST = "与集群 {} 的连接中断，本次没有读完，未出任何数字。请检查调度程序后重试。"


def read_on_cluster(
    sources: Iterable[Source], read: Callable[[Source], object], address: str, *, timeout: float = 300
) -> Iterator[Outcome]:
    """Call `read` on each file on a Dask cluster; as `worker.read_all`, but an outcome comes when it is there.

    A worker that dies costs nothing but time: Dask gives its files to others. A file that was on too many dying workers
    is read once more when no other is out, so that it is not blamed for its neighbour; if workers die of it again, that
    is its finding.

    Parameters
    ----------
    sources : files; taken a few at a time. Without any the cluster is not even connected to.
    read : picklable, importable on the workers; what it returns must be picklable too.
    address : dask://host:port of the scheduler.
    timeout : seconds for one file on its worker.

    Raises
    ------
    NoWorkers : Dask is not installed; no scheduler, worker or the same version of this program there; connection lost.
    """
    sources = iter(sources)
    first = next(sources, None)
    if first is None:
        return
    with _connected(address) as client:
        desk = _Desk(client, address, read, timeout)
        places = AHEAD * sum(w["nthreads"] for w in client.scheduler_info(n_workers=-1)["workers"].values())
        for source in chain([first], sources):
            if len(desk.out) >= places:
                yield from desk.collect()
            desk.hand_out(source)
        while desk.out:
            yield from desk.collect()
        desk.alone = True
        for source in desk.suspects:
            desk.hand_out(source)
            while desk.out:
                yield from desk.collect()
        if desk.overrun:
            client.restart_workers(sorted(desk.overrun), timeout=LOOK, raise_for_error=False)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """A client of a scheduler that has workers with this reader."""
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise NoWorkers(NOT_INSTALLED) from error
    place = urlsplit(address)
    try:
        port = place.port or PORT
        socket.create_connection((place.hostname or "", port), CONNECT).close()  # Dask would try for long
        client = Client(f"tcp://{place.hostname}:{port}", timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:  # also a time-out, a port that is no number, another service
        raise NoWorkers(NOT_REACHED.format(address)) from error
    with client, dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GiB"}):
        if not client.scheduler_info(n_workers=-1)["workers"]:
            raise NoWorkers(NO_WORKERS.format(address))
        found = client.run(reader_version, on_error="return")
        if set(found.values()) != {reader_version()}:
            raise NoWorkers(NOT_THE_SAME.format(address))
        yield client


class _Desk:
    """The files that are out on the cluster."""

    def __init__(self, client: Client, address: str, read: Callable[[Source], object], timeout: float) -> None:
        self.client, self.address, self.read, self.timeout = client, address, read, timeout
        self.out: dict[Future, Source] = {}
        self.suspects: list[Source] = []
        self.overrun: set[str] = set()  # workers on which a thread still reads a file that was given up
        self.alone = False

    def hand_out(self, source: Source) -> None:
        future = self.client.submit(_read_there, self.read, source, reader_version(), self.timeout, pure=False)
        self.out[future] = source

    def collect(self) -> Iterator[Outcome]:
        """Wait for at least one file."""
        for future in self._finished():
            source = self.out.pop(future)
            if (outcome := self._outcome(source, future)) is not None:
                yield outcome

    def _finished(self) -> list[Future]:
        from distributed import wait

        empty_since = None
        while True:
            try:
                with self.client.as_current():
                    return list(wait(list(self.out), timeout=LOOK, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                if self.client.scheduler_info(n_workers=-1)["workers"]:
                    empty_since = None
                    continue
                empty_since = empty_since or time.monotonic()
                if time.monotonic() - empty_since > GIVE_UP:
                    raise NoWorkers(NO_WORKERS.format(self.address)) from None
            except Exception as error:
                raise NoWorkers(LOST.format(self.address)) from error

    def _outcome(self, source: Source, future: Future) -> Outcome | None:
        """What became of a file; None if it will be tried again."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            value, problem, late_on = future.result()
        except KilledWorker:
            if self.alone:
                return Outcome(source.path, problem=named(source.path, DIED))
            self.suspects.append(source)
            return None
        except (FutureCancelledError, OSError) as error:
            raise NoWorkers(LOST.format(self.address)) from error
        except Exception as error:  # the answer could not be sent back
            return Outcome(source.path, problem=named(source.path, FAILED.format(type(error).__name__)))
        finally:
            future.release()  # a worker that dies later takes nothing with it that would be read again
        if problem == OTHER:
            raise NoWorkers(NOT_THE_SAME.format(self.address))
        self.overrun |= {late_on} - {""}
        return Outcome(source.path, value, named(source.path, problem) if problem else "")


def _read_there(
    read: Callable[[Source], object], source: Source, version: str, timeout: float
) -> tuple[object, str, str]:
    """Run on the worker: a value, or why there is none, and the worker's address if the file is still being read there."""
    if reader_version() != version:  # a worker that joined later
        return None, OTHER, ""
    answer: list[tuple[object, str]] = []
    reading = threading.Thread(target=lambda: answer.append(attempt(read, source)), daemon=True)
    reading.start()
    reading.join(timeout)
    if not answer:
        from distributed import get_worker

        return None, TIMED_OUT.format(timeout), get_worker().address
    return *answer[0], ""
