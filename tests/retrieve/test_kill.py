"""A build that is killed or runs out of room anywhere leaves an index that answers as before (all points: `evals.kill_build`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from evals import kill_build
from tests.tiny import write_tiny_corpus

ROOT = Path(__file__).parents[2]


def stopped(how: str, points: int, folder: Path) -> str:
    corpus = write_tiny_corpus(folder / "corpus")
    command = [sys.executable, "-m", "evals.kill_build", "--points", str(points), "--how", how]
    command += ["--corpus", str(corpus), "--home", str(folder / "home")]
    command += ["--embedder", "tests.retrieve.fakes:FakeEmbedder"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_builds_killed_at_random_points_leave_an_index_that_answers(tmp_path: Path) -> None:
    said = stopped("kill", 8, tmp_path)

    assert said.count(" killed -> answers as before") == 8


def test_builds_without_room_say_what_to_do_and_leave_an_index_that_answers(tmp_path: Path) -> None:
    """The largest file allowed is drawn: writing beyond it fails in Python and inside Chroma as on a full disk."""
    said = stopped("full", 8, tmp_path)

    assert said.count("run 'assistant index build'") + said.count("Run 'assistant index build'") == 8
    assert "The vector store could not be written" in said
    assert "The index could not be written" in said


RIGHT = {"answers": [["a"]]}


@pytest.mark.parametrize(
    ("how", "built", "found"),
    [
        ("kill", {}, {"said": "The index is damaged."}),
        ("kill", {}, {"answers": [[]]}),
        ("kill", {}, {"fault": "RuntimeError()"}),
        ("full", {"said": "Something failed."}, RIGHT),
        ("full", {"fault": "InternalError()"}, RIGHT),
    ],
)
def test_what_is_not_right_after_a_point_is_told(how: str, built: dict[str, str], found: dict[str, object]) -> None:
    assert kill_build._wrong(how, built, found, RIGHT)
    assert not kill_build._wrong(how, {}, RIGHT, RIGHT)
