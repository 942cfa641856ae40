"""A cluster of Spark on this machine: a master and some workers on 127.0.0.1, for one command.

    python cluster.py [--workers 2] [--kill] -- JOB.py ARGUMENTS

Starts them, gives `JOB.py ARGUMENTS` to spark-submit, and ends them, whatever happens. With `--kill`, a
worker with its executor is killed (SIGKILL) in each stage of the job in turn, and another one started.
Needs Java 17 and pyspark. The exit code is that of the job.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyspark

HOST = "127.0.0.1"
HOME = Path(pyspark.__file__).parent
SECONDS_TO_START = 60
SECONDS_INTO_STAGE = 0.8
"""When a worker is killed after its stage began."""


class Cluster:
    """A master and workers, each in a process group of its own. Ended when the block is left."""

    def __init__(self, workers: int = 2, cores: int = 1, memory: str = "1g") -> None:
        """Take the number of workers, and the cores and memory of each."""
        self.folder = Path(tempfile.mkdtemp(prefix="reprint-cluster-"))
        self.master = f"spark://{HOST}:{_free_port()}"
        self._size = (workers, cores, memory)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started = 0

    def __enter__(self) -> Self:
        """Start all, and wait until the workers are known to the master."""
        workers, _, _ = self._size
        try:
            port = self.master.rpartition(":")[2]
            address = ["--host", HOST, "--port", port, "--webui-port", str(_free_port())]
            self._start("master", "master.Master", *address)
            for _ in range(workers):
                self.start_worker()
            self._wait("master", "Registering worker", workers)
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all."""
        self.end()

    def workers(self) -> list[str]:
        """Return the names of the workers, the eldest first."""
        return [name for name in self._processes if name.startswith("worker")]

    def start_worker(self) -> None:
        """Start one more worker."""
        _, cores, memory = self._size
        self._started += 1
        room = ["--cores", str(cores), "--memory", memory, "--webui-port", str(_free_port())]
        self._start(f"worker-{self._started}", "worker.Worker", "--host", HOST, *room, self.master)

    def kill_worker(self, name: str) -> None:
        """Kill a worker, its executor and their Python, at once."""
        self._signal(name, signal.SIGKILL)
        self._processes.pop(name).wait()

    def submit(self, job: Sequence[str], options: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Give a job to spark-submit. What it prints goes to this process's output."""
        _, cores, memory = self._size
        megabytes = max(512, int(memory.removesuffix("g")) * 1024 * 3 // 4)
        settings = {
            "spark.driver.host": HOST,
            "spark.ui.enabled": "false",
            "spark.executor.cores": str(cores),
            "spark.executor.memory": f"{megabytes}m",
            # A worker that comes back is used again at once.
            "spark.deploy.maxExecutorRetries": "-1",
        }
        conf = [part for item in settings.items() for part in ("--conf", "=".join(item))]
        command = [_tool("spark-submit"), "--master", self.master, *conf, *options, *job]
        process = subprocess.Popen(command, env=self._environment(), start_new_session=True)
        self._processes["job"] = process
        return process

    def executors(self) -> int:
        """Return how many executors the master has started for jobs."""
        return self._log("master").count("Launching executor")

    def end(self) -> None:
        """End every process that this object started, and remove what they wrote."""
        for name in list(self._processes):
            self._signal(name, signal.SIGKILL)
            self._processes.pop(name).wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, name: str, kind: str, *arguments: str) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        self._processes[name] = subprocess.Popen(
            [_tool("spark-class"), f"org.apache.spark.deploy.{kind}", *arguments],
            env=self._environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _wait(self, name: str, text: str, times: int) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while self._log(name).count(text) < times:
            if time.monotonic() > end or self._processes[name].poll() is not None:
                raise RuntimeError(f"{name} did not start:\n{self._log(name)[-2000:]}")
            time.sleep(0.2)

    def _signal(self, name: str, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._processes[name].pid, number)

    def _environment(self) -> dict[str, str]:
        own = {
            "SPARK_HOME": str(HOME),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_WORKER_DIR": str(self.folder / "worker"),
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "SPARK_DAEMON_MEMORY": "256m",
            "PYSPARK_PYTHON": sys.executable,
        }
        java = shutil.which("java")
        if java and "JAVA_HOME" not in os.environ:
            own["JAVA_HOME"] = str(Path(java).resolve().parent.parent)
        return os.environ | own


def _tool(name: str) -> str:
    return str(HOME / "bin" / name)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return free.getsockname()[1]


def run(
    job: Sequence[str],
    *,
    workers: int = 2,
    work: Path | None = None,
    behind: str | None = None,
    **options: str,
) -> int:
    """Run a job on a cluster of its own; returns its exit code.

    With `work`, the job's work folder, a worker is killed in each stage in turn; or once, when the stage
    `behind` is whole.
    """
    conf = [part for item in options.items() for part in ("--conf", "=".join(item))]
    with Cluster(workers) as cluster:
        process = cluster.submit(job, conf)
        ended: set[str] = set()
        killed = 0
        while process.poll() is None:
            time.sleep(0.1)
            stages = _whole(work) if work else ended
            new, ended = stages - ended, stages
            if behind in new or (new and behind is None):
                time.sleep(SECONDS_INTO_STAGE)
                if process.poll() is None:
                    eldest = cluster.workers()[0]
                    cluster.kill_worker(eldest)
                    cluster.start_worker()
                    killed += 1
                    print(f"killed {eldest} behind {len(ended) - 1} whole stages", flush=True)
        started = cluster.executors()
        print(f"{started} executors were started, {killed} workers killed", flush=True)
        if process.returncode == 0 and started < workers + max(killed - 1, 0):
            raise RuntimeError("the job did not run on the cluster")
        return process.returncode


def _whole(work: Path) -> set[str]:
    """Return the names of the stages that are whole."""
    return {marker.parent.name for marker in (work / "stages" / "done").glob("*/_SUCCESS")}


def main() -> int:
    """Run the command."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--kill", metavar="WORK", type=Path, help="the work folder of the job")
    options.add_argument("job", nargs="+", help="a job of spark-submit and its arguments")
    options = options.parse_args()
    return run(options.job, workers=options.workers, work=options.kill)


if __name__ == "__main__":
    sys.exit(main())
