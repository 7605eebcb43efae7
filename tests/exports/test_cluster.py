"""Files read on a Dask cluster of two worker processes: the same tables as without, also when workers are killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster

from analysis.exports import cluster as cluster_module
from analysis.exports.cache import reader_version
from analysis.exports.cluster import read_on_cluster
from analysis.exports.grid import Source
from analysis.exports.worker import NoWorkers, Outcome
from analysis.outputs import check_tables, write_tables
from analysis.pipeline import Folder, read_folder, settle
from analysis.plan import load_plan
from tests.exports.cluster_readers import behave
from tests.rules.workbooks import folder

ROOT = Path(__file__).parents[2]
WORKBOOKS = ROOT / "tests" / "workbooks"


@pytest.fixture(scope="module")
def running() -> Iterator[LocalCluster]:
    settings = {
        "distributed.comm.timeouts.connect": "3s",  # to a killed worker; 30 s otherwise
        "distributed.deploy.lost-worker-timeout": "1h",  # its nanny starts it again; LocalCluster would take both away
    }
    with dask.config.set(settings), LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        yield cluster


@pytest.fixture
def address(running: LocalCluster) -> str:
    """The cluster's address, once both workers stand again."""
    with Client(running.scheduler_address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    return running.scheduler_address.replace("tcp://", "dask://")


def run(address: str, *words: str, timeout: float = 60) -> dict[str, Outcome]:
    sources = (Source(f"{i}-{w.partition(':')[0]}", w.encode()) for i, w in enumerate(words))
    return {o.path: o for o in read_on_cluster(sources, behave, address, timeout=timeout)}


# --- the same tables ------------------------------------------------------------------------------------------------


def tables(read: Folder, out: Path) -> dict[str, bytes]:
    """Every CSV of a reading, by name."""
    from analysis.figures import figures_of

    plan = load_plan()
    cleaned = settle(read, plan)
    write_tables({**figures_of(cleaned, plan, cleaned.default_as_of).tables(), **check_tables(cleaned)}, out)
    return {p.name: p.read_bytes() for p in sorted(out.iterdir())}


def test_the_tables_are_the_same_though_a_worker_is_killed_on_the_way(
    running: LocalCluster, address: str, tmp_path: Path
) -> None:
    raw = shutil.copytree(WORKBOOKS, tmp_path / "raw")
    plain = tables(read_folder(raw, load_plan(), workers=2), tmp_path / "plain")
    assert len(plain) == 8
    killed = []

    def kill_one(done: int, _: int) -> None:
        if done == 5 and not killed:
            killed.append(worker_processes(address)[0])
            os.kill(killed[0], signal.SIGKILL)

    assert tables(read_folder(raw, load_plan(), workers=address, progress=kill_one), tmp_path / "cluster") == plain
    assert killed
    assert killed[0] not in worker_processes(address)


def worker_processes(address: str) -> list[int]:
    with Client(address.replace("dask", "tcp"), set_as_default=False) as client:
        return sorted(client.run(os.getpid).values())


def test_the_command_reads_on_a_cluster(address: str, tmp_path: Path) -> None:
    raw = folder(tmp_path, {"20210701.csv": "街镇,活动日期,参加人次\n曹杨,2021-04-05,20\n"})
    done = check(raw, address)
    assert done.returncode == 0, done.stderr
    assert "累计 20 人次" in done.stdout


def check(raw: Path, workers: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analysis", "check", str(raw), "--workers", workers]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


# --- what befalls one file ------------------------------------------------------------------------------------------


def test_every_file_is_answered_for(address: str) -> None:
    words = ["a", "refuse", "b", "fault", "c", "unsendable", *"defghij"]
    outcomes = run(address, *words)
    bad = ("refuse", "fault", "unsendable")
    assert {p: o.value for p, o in outcomes.items()} == {
        f"{i}-{w}": None if w in bad else w for i, w in enumerate(words)
    }
    problems = {p: o.problem for p, o in outcomes.items() if o.problem}
    assert {p.partition("-")[2] for p in problems} == set(bad)
    assert all(p in text and "请" in text for p, text in problems.items())
    assert not any(secret in text for text in problems.values() for secret in ("张三", "138"))


def test_a_file_whose_worker_dies_is_read_on_another(address: str, tmp_path: Path) -> None:
    outcomes = run(address, "a", f"once:{tmp_path / 'x'}", "b", f"once:{tmp_path / 'y'}", "c")
    assert [o.value for o in outcomes.values()].count("once") == 2
    assert not any(o.problem for o in outcomes.values())


def test_a_file_that_kills_every_worker_is_its_own_finding_and_no_other_is_blamed(address: str) -> None:
    outcomes = run(address, "a", "die", *"bcdefgh")
    assert outcomes["1-die"].value is None
    assert "程序异常退出" in outcomes["1-die"].problem
    assert "1-die" in outcomes["1-die"].problem
    assert sorted(o.value for o in outcomes.values() if o.value) == list("abcdefgh")


def test_a_file_that_hangs_is_given_up_and_its_worker_is_freed(address: str) -> None:
    before = worker_processes(address)
    outcomes = run(address, "a", "hang", "b", timeout=1)
    assert [outcomes[p].value for p in sorted(outcomes)] == ["a", None, "b"]
    assert "1 秒" in outcomes["1-hang"].problem
    assert len(set(before) & set(worker_processes(address))) == 1  # one was started afresh


# --- no cluster -----------------------------------------------------------------------------------------------------


def test_without_files_nobody_is_called() -> None:
    assert list(read_on_cluster([], behave, "dask://127.0.0.1:1")) == []


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "没有这台机器:{}", "127.0.0.1:port", ""])
def test_no_scheduler_is_said_in_one_sentence(host: str) -> None:
    with pytest.raises(NoWorkers, match=r"连不上集群.*--workers"):
        run("dask://" + host.format(free_port()), "a")


def test_the_command_says_it_without_a_traceback(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"20210701.csv": "街镇,活动日期,参加人次\n曹杨,2021-04-05,20\n"})
    for workers, words in ((f"dask://127.0.0.1:{free_port()}", "连不上集群"), ("几个", "进程数")):
        done = check(raw, workers)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoWorkers, match=r"pip install 'suishenxue\[cluster\]'"):
        run("dask://127.0.0.1:1", "a")


def test_a_cluster_without_workers_is_said() -> None:
    empty = LocalCluster(n_workers=0, dashboard_address=":0")
    with empty, pytest.raises(NoWorkers, match="没有可用的工作机"):
        run(empty.scheduler_address.replace("tcp", "dask"), "a")


def test_workers_with_another_version_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their results might differ without anybody noticing."""
    monkeypatch.setattr(cluster_module, "reader_version", lambda: "another")
    with pytest.raises(NoWorkers, match="版本与本机不同"):
        run(address, "a")
    assert cluster_module._read_there(behave, Source("a", b"a"), reader_version(), 5)[1] == cluster_module.OTHER


def test_a_lost_cluster_stops_the_run() -> None:
    with LocalCluster(n_workers=1, processes=True, dashboard_address=":0") as lost:
        words = iter(["a", "b", "c", "hang"])

        def sources() -> Iterator[Source]:
            for w in words:
                yield Source(w, w.encode())
            lost.close()

        with pytest.raises(NoWorkers, match="连接中断"):
            list(read_on_cluster(sources(), behave, lost.scheduler_address.replace("tcp", "dask")))
