"""The users file: hashed, private, and looked at again when it changes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import SettingError
from assistant.serve.users import Users, add, read, remove

PASSWORD = "three plain words"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    add(path, "ward-3", PASSWORD)
    return path


def test_a_password_is_hashed_and_the_file_is_private(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert PASSWORD not in text
    assert text.startswith("ward-3:$argon2id$")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_only_the_right_password_of_the_right_name_is_right(file: Path) -> None:
    users = Users(file)

    assert users.right("ward-3", PASSWORD)
    assert users.right("ward-3", PASSWORD)  # the second time from memory
    assert not users.right("ward-3", PASSWORD + "x")
    assert not users.right("ward-4", PASSWORD)
    assert not users.right("", "")


def test_a_new_password_or_a_removed_name_holds_at_once(file: Path) -> None:
    users = Users(file)
    assert users.right("ward-3", PASSWORD)

    assert add(file, "ward-3", "four other plain words")
    assert not users.right("ward-3", PASSWORD)
    assert users.right("ward-3", "four other plain words")

    add(file, "ward-4", PASSWORD)
    remove(file, "ward-3")
    assert not users.right("ward-3", "four other plain words")


@pytest.mark.parametrize("password", ["short", "x" * 1025, "ward-3 ward-3 ward-3"])
def test_a_weak_password_is_refused(tmp_path: Path, password: str) -> None:
    with pytest.raises(SettingError, match="12 to 1024"):
        add(tmp_path / "users", "ward-3", password)

    assert not (tmp_path / "users").exists()


@pytest.mark.parametrize("name", ["", "a:b", "a b", "-x", "x" * 65, "名字", "a\nb"])
def test_a_name_that_would_break_the_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingError, match="Allowed"):
        add(tmp_path / "users", name, PASSWORD)


@pytest.mark.parametrize("line", ["ward-4:plain", "nohash", "ward-3:$argon2id$again", ":$argon2id$x"])
def test_a_faulty_line_is_named(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.write(line + "\n")

    with pytest.raises(SettingError, match="line 2"):
        read(file)


def test_a_file_that_others_may_read_is_refused(file: Path) -> None:
    file.chmod(0o640)

    with pytest.raises(SettingError, match="chmod 600"):
        Users(file)


def test_an_empty_or_absent_file_is_refused_before_the_server_starts(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch(mode=0o600)

    with pytest.raises(SettingError, match="no user"):
        Users(empty)
    with pytest.raises(SettingError, match="cannot be used"):
        Users(tmp_path / "absent")


def test_the_command_asks_for_the_password_and_never_shows_it(tmp_path: Path) -> None:
    path, run = tmp_path / "users", CliRunner()

    added = run.invoke(app, ["users", "add", "ward-3", "--file", str(path)], input=f"{PASSWORD}\n{PASSWORD}\n")
    listed = run.invoke(app, ["users", "list", "--file", str(path)])
    on_the_line = run.invoke(app, ["users", "add", "ward-4", PASSWORD, "--file", str(path)])

    assert added.exit_code == 0
    assert PASSWORD not in added.output
    assert listed.stdout == "ward-3\n"
    assert on_the_line.exit_code == 2
    assert Users(path).right("ward-3", PASSWORD)
    assert run.invoke(app, ["users", "remove", "ward-3", "--file", str(path)]).exit_code == 0
    assert read(path) == {}
