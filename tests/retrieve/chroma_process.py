"""A real Chroma server on loopback, started, killed and started again by tests."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from assistant.retrieve.chroma_server import ChromaServer

# what the command `chroma` runs; its script need not be on the path
RUN = "import sys; from chromadb.cli.cli import app; sys.argv[0] = 'chroma'; app()"
# the first start on a busy machine takes seconds; a test that waits longer has failed
PATIENCE_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ChromaProcess:
    """`chroma run` over one folder and one port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> ChromaServer:
        # a busy machine must not look like a server that is gone
        return ChromaServer(url=f"http://127.0.0.1:{self.port}", timeout_s=20)

    def start(self) -> None:
        command = [sys.executable, "-c", RUN, "run", "--path", str(self.folder)]
        self.process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            assert self.process.poll() is None, "the server ended by itself"
            try:
                httpx.get(f"{self.address.url}/api/v2/heartbeat", timeout=1).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server does not answer")

    def ensure(self) -> None:
        """Start it unless it runs."""
        if self.process is None:
            self.start()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
