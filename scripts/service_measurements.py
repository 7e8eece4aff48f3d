"""What the benchmark measures of the service: a real server process, driven over loopback.

Not here: the archive without HTTP (``measurements``), and how the figures are printed.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count, islice
from pathlib import Path
from statistics import median
from typing import Any, Final

from application.actions import read_action
from interface.bootstrap.opening import open_archive
from scripts.figures import Figure, timed
from scripts.measurements import DATASET, RUN, dataset_lines, run_lines

NDJSON: Final = {"Content-Type": "application/x-ndjson"}
ZIP: Final = {"Content-Type": "application/zip"}
CLIENTS: Final = 64
APPENDS: Final = 2_000
GIB: Final = 2**30


class Asker:
    """One client with one connection; the standard library's, so as to cost little itself."""

    def __init__(self, address: str, token: str) -> None:
        self._connection = http.client.HTTPConnection(address)
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's document, or its bytes."""
        told = {**self._headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        self._connection.request(method, path, body, told)
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status} {data[:300]!r}")
        is_json = answer.headers["Content-Type"] == "application/json"
        return json.loads(data) if is_json else data


class Server:
    """A service in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", address: str, token: str) -> None:
        self.process, self.address, self.token = process, address, token

    def asker(self) -> Asker:
        """A new client."""
        return Asker(self.address, self.token)

    def cpu(self) -> float:
        """Seconds of processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, name: str) -> float:
        """Its memory in MiB: ``VmHWM`` at most so far, ``VmRSS`` now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def served(folder: Path) -> Generator[Server]:
    """A service over an archive in a folder, with an administrator's token."""
    command = [sys.executable, "-m", "interface.cli.main", "serve", "--data", str(folder)]
    rates = ["--token-rate", "100000000/minute", "--log-level", "warning", "--port", "0"]
    with subprocess.Popen([*command, *rates], stdout=subprocess.PIPE, text=True) as process:
        told = "".join(islice(_lines(process), 2))
        address = re.search(r"http://(\S+)", told)
        token = re.search(r"eval752_[0-9a-f]{32}_\S+", told)
        if not (address and token):
            sys.exit(f"the service did not start: {told}")
        try:
            yield Server(process, address[1], token[0])
        finally:
            process.terminate()


def _lines(process: "subprocess.Popen[str]") -> Iterator[str]:
    return iter(process.stdout or ())


def begun(server: Server, items: int, runs: int = 1) -> list[str]:
    """Record a dataset, and begin runs over it; their ids."""
    asker = server.asker()
    dataset = _post(asker, "/v1/datasets", {"config": {"name": "benchmark"}})
    rows = islice(dataset_lines(items), 1, items + 1)
    while batch := [*islice(rows, 2000)]:
        asker.ask("POST", f"/v1/datasets/{dataset}/events", b"\n".join(batch), **NDJSON)
    asker.ask("POST", f"/v1/datasets/{dataset}/seal")
    return [_begin_run(asker, dataset) for _ in range(runs)]


def _begin_run(asker: Asker, dataset: str) -> str:
    config = {"provider": "p", "model": "m"}
    run = _post(asker, "/v1/runs", {"dataset": dataset, "config": config, "plan": {}})
    asker.ask("POST", f"/v1/runs/{run}/events", b'{"type":"run.started"}', **NDJSON)
    return run


def _post(asker: Asker, path: str, document: Any) -> str:
    told = asker.ask("POST", path, json.dumps(document), Content_Type="application/json")
    return str(told["id"])


def answer_line(item: int) -> bytes:
    """One answer, about 300 bytes."""
    action = {
        "type": "item.answered",
        "item": item,
        "latency_ms": 100 + item % 900,
        "request": {"messages": [{"role": "user", "content": f"What is {item} times {item}?"}]},
        "response": {"text": f"Let me think. {item} times {item} is {item * item}."},
    }
    return json.dumps(action, separators=(",", ":")).encode()


def measure_ingest(folder: Path, items: int) -> list[Figure]:
    """NDJSON batches over HTTP, durable, from two connections into two runs."""
    return [_ingest(folder, items, size) for size in (100, 1000)]


def _ingest(folder: Path, items: int, size: int) -> Figure:
    with served(folder / f"ingest-{size}") as server:
        runs = begun(server, items, 2)
        start = time.perf_counter()
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda run: _send(server.asker(), run, items, size), runs))
        seconds = time.perf_counter() - start
        rate = f"{2 * items / seconds:,.0f} events/s"
        return _figure(server, f"ingest, batches of {size}", 2 * items, seconds, rate)


def _send(asker: Asker, run: str, items: int, size: int) -> None:
    for first in range(0, items, size):
        body = b"\n".join(map(answer_line, range(first, min(first + size, items))))
        asker.ask("POST", f"/v1/runs/{run}/events", body, **NDJSON)


def measure_singles(folder: Path, _: int) -> list[Figure]:
    """Single appends: from 64 clients at once, from one, and without HTTP, a commit each."""
    each = APPENDS / 4 / _commits(folder / "commits")
    with served(folder / "singles") as server:
        one, many = begun(server, APPENDS, 2)
        start = time.perf_counter()
        _send(server.asker(), one, APPENDS // 4, 1)
        alone, start = time.perf_counter() - start, time.perf_counter()
        share = partial(_share, server, many, count())
        with ThreadPoolExecutor(CLIENTS) as threads:
            list(threads.map(lambda _: share(), range(CLIENTS)))
        together = time.perf_counter() - start
        told = f"{APPENDS / together:,.0f} /s"
        figure = _figure(server, f"appends, {CLIENTS} clients", APPENDS, together, told)
        return [
            _figure(
                server, "commits, one each", APPENDS // 4, APPENDS / 4 / each, f"{each:,.0f} /s"
            ),
            _figure(
                server, "appends, 1 client", APPENDS // 4, alone, f"{APPENDS / 4 / alone:,.0f} /s"
            ),
            figure._replace(ratio=f"{APPENDS / together / each:.1f}"),
        ]


def _commits(folder: Path) -> float:
    """Seconds for appends that have a commit each, and no service around them."""
    with open_archive(folder, writable=True) as archive:
        recorder = archive.recorder()
        dataset = [read_action(line, "line") for line in dataset_lines(APPENDS)]
        recorder.record(DATASET, dataset)
        begin = [read_action(line, "line") for line in islice(run_lines(0), 3)]
        recorder.record(RUN, begin)
        actions = [read_action(answer_line(item), "line") for item in range(APPENDS // 4)]
        return timed(lambda: [recorder.record(RUN, [action]) for action in actions])


def _share(server: Server, run: str, numbers: "count[int]") -> None:
    asker = server.asker()
    while (number := next(numbers)) < APPENDS:
        asker.ask("POST", f"/v1/runs/{run}/events", answer_line(number), **NDJSON)


def measure_reading(folder: Path, items: int) -> list[Figure]:
    """A page of results, one item with its content, and a summary at a version: medians."""
    with served(folder / "reading") as server:
        (run,) = begun(server, items)
        _send(server.asker(), run, items, 1000)
        asker = server.asker()
        asker.ask("GET", f"/v1/runs/{run}/summary")
        middle = items // 2
        paths = {
            "page of 100, by latency": "items?limit=100&sort=-latency_ms&section={section}",
            "page of 100, by a text": f"items?text={middle // 10}{{digit}}",
            "item with its content": "items/{item}",
            "summary at a version": "summary?at={item}",
        }
        figures: list[Figure] = []
        for name, path in paths.items():
            seconds = [_asked(asker, f"/v1/runs/{run}/{path}", n, items) for n in range(1, 41)]
            told = f"{median(seconds) * 1000:,.1f} ms median"
            figures.append(_figure(server, name, items, sum(seconds), told))
        return figures


def _asked(asker: Asker, path: str, number: int, items: int) -> float:
    item = number * 7919 % items + 1
    start = time.perf_counter()
    asker.ask("GET", path.format(item=item, section=number % 5, digit=number % 10))
    return time.perf_counter() - start


def measure_transfer(folder: Path, _: int) -> list[Figure]:
    """A bundle of 1 GiB: down, and up to be verified; the memory is what that adds."""
    with served(folder / "transfer") as server:
        path = f"/v1/runs/{_large_run(server)}/bundle"
        server.asker().ask("GET", path, Range="bytes=0-0")  # made before it is measured
        return [
            _download(server, path, folder / "large.zip"),
            _upload(server, folder / "large.zip"),
        ]


def _download(server: Server, path: str, target: Path) -> Figure:
    before, cpu, start = server.memory("VmRSS"), server.cpu(), time.perf_counter()
    target.write_bytes(server.asker().ask("GET", path))
    seconds, cpu = time.perf_counter() - start, server.cpu() - cpu
    size = target.stat().st_size
    rate = f"{cpu * GIB / size:.2f} CPU-s/GiB"
    return _figure(server, "download (MiB)", size // 2**20, seconds, rate)._replace(
        peak=f"+{server.memory('VmHWM') - before:.0f} MiB"
    )


def _upload(server: Server, bundle: Path) -> Figure:
    size, before = bundle.stat().st_size, server.memory("VmHWM")
    start = time.perf_counter()
    with bundle.open("rb") as body:
        server.asker().ask("POST", "/v1/verifications", body, Content_Length=str(size), **ZIP)
    seconds = time.perf_counter() - start
    rate = f"{size / seconds / 2**20:,.0f} MiB/s"
    return _figure(server, "upload, verified (MiB)", size // 2**20, seconds, rate)._replace(
        peak=f"+{server.memory('VmHWM') - before:.0f} MiB"
    )


def _large_run(server: Server) -> str:
    """A sealed run with assets of 1 GiB in all."""
    asker = server.asker()
    (run,) = begun(server, 16)
    for item in range(16):
        data = os.urandom(2**26)
        name = asker.ask("PUT", "/v1/assets?ext=bin", data)["name"]
        action = {"type": "item.answered", "item": item, "response": {"text": f"assets/{name}"}}
        action["request"] = f"assets/{name}"
        asker.ask("POST", f"/v1/runs/{run}/events", json.dumps(action), **NDJSON)
    asker.ask("POST", f"/v1/runs/{run}/events", b'{"type":"run.completed"}', **NDJSON)
    asker.ask("POST", f"/v1/runs/{run}/seal")
    return run


def _figure(server: Server, name: str, items: int, seconds: float, rate: str) -> Figure:
    peak = f"{server.memory('VmHWM'):.0f} MiB"
    return Figure(name, f"{items:,}", f"{seconds:.2f} s", "", "", "", rate, peak)


MEASUREMENTS: dict[str, Callable[[Path, int], list[Figure]]] = {
    "ingest": measure_ingest,
    "singles": measure_singles,
    "reading": measure_reading,
    "transfer": measure_transfer,
}
