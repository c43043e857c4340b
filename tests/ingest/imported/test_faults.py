"""What cannot be imported is refused with a sentence in both languages; nothing crashes, hangs or is followed."""

from __future__ import annotations

import os
import random
import re
import zlib
from pathlib import Path

import pytest

from assistant.errors import ImportFault
from assistant.ingest.imported import faults
from assistant.ingest.imported.limits import Limits
from assistant.ingest.imported.read import read
from tests.ingest.imported.plain_pdf import Word, assemble, plain_pdf

PACKAGE = Path(faults.__file__).parent


def refused(path: Path, **options: object) -> ImportFault:
    with pytest.raises(ImportFault) as caught:
        read(path, **options)  # type: ignore[arg-type]
    assert caught.value.en != caught.value.zh
    assert re.search("[\u4e00-\u9fff]", caught.value.zh)
    assert "{" not in caught.value.en + caught.value.zh
    return caught.value


def _file(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_a_scan_without_any_text_is_refused(files: Path) -> None:
    assert "none holds text" in refused(files / "scanned.pdf").en


def test_an_encrypted_file_is_refused(files: Path) -> None:
    assert "password" in refused(files / "encrypted.pdf").en


@pytest.mark.parametrize("share", [0.3, 0.9, 0.995])
def test_a_truncated_file_is_refused(files: Path, tmp_path: Path, share: float) -> None:
    data = (files / "journal-en.pdf").read_bytes()
    assert "breaks off" in refused(_file(tmp_path, "cut.pdf", data[: int(share * len(data))])).en


def test_a_web_page_named_pdf_is_refused(tmp_path: Path) -> None:
    assert "does not hold a PDF" in refused(_file(tmp_path, "paper.pdf", b"<html>log in</html>")).en


@pytest.mark.parametrize("name", ["empty.pdf", "empty.md", "empty.txt"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    assert "is empty" in refused(_file(tmp_path, name, b"")).en


def test_another_format_is_refused(tmp_path: Path) -> None:
    assert "Save it as PDF" in refused(_file(tmp_path, "paper.docx", b"PK\x03\x04 and so on")).en


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    assert "UTF-8" in refused(_file(tmp_path, "notes.txt", b"\xff\x00\xfe\x81 \x00 text")).en


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    assert "damaged" in refused(_file(tmp_path, "bad.pdf", b"%PDF-1.4\nnothing\n%%EOF")).en


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "was not found" in refused(tmp_path / "none.pdf").en
    (tmp_path / "folder.pdf").mkdir()
    assert "not a regular file" in refused(tmp_path / "folder.pdf").en


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    _file(tmp_path, "real.md", b"# Secret\n\nwords")
    (tmp_path / "link.md").symlink_to(tmp_path / "real.md")
    assert "symbolic link" in refused(tmp_path / "link.md").en


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert "not a regular file" in refused(tmp_path / "pipe.md").en


def test_size_pages_and_text_are_limited(files: Path, tmp_path: Path) -> None:
    journal = files / "journal-en.pdf"
    assert "limit" in refused(journal, limits=Limits(pdf_bytes=1000)).en
    assert "has 3 pages; 2 are allowed" in refused(journal, limits=Limits(pages=2)).en
    assert "page: 1" in refused(journal, limits=Limits(page_characters=100)).en
    assert "more text" in refused(journal, limits=Limits(characters=4000)).en
    notes = _file(tmp_path, "notes.md", b"word " * 3000)
    assert "limit" in refused(notes, limits=Limits(other_bytes=5000)).en
    assert "more text" in refused(notes, limits=Limits(characters=5000)).en


def test_time_is_limited(tmp_path: Path) -> None:
    pages = [[Word(50, 700 - 9 * n, "words " * 15, 6) for n in range(70)] for _ in range(300)]
    slow = _file(tmp_path, "slow.pdf", plain_pdf(pages))
    assert "longer than 1 seconds" in refused(slow, limits=Limits(seconds=1)).en


def test_a_decompression_bomb_is_stopped(tmp_path: Path) -> None:
    inner = zlib.compress(b"\0" * 900_000_000, 9)
    stream = zlib.compress(inner, 9)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    head = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>" % len(stream)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        page,
        head + b"\nstream\n" + stream + b"\nendstream",
    ]
    bomb = _file(tmp_path, "bomb.pdf", assemble(objects))
    assert bomb.stat().st_size < 100_000
    refused(bomb, limits=Limits(memory_bytes=400 * 1024 * 1024, seconds=30))


def test_a_deep_page_tree_is_survived(tmp_path: Path) -> None:
    kids = [b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (n + 3) for n in range(5000)]
    refused(_file(tmp_path, "deep.pdf", assemble([b"<< /Type /Catalog /Pages 2 0 R >>", *kids])))


def test_spoiled_files_give_a_document_or_a_refusal(files: Path, tmp_path: Path) -> None:
    dice = random.Random(7)
    original = (files / "journal-zh.pdf").read_bytes()
    for _ in range(12):
        data = bytearray(original)
        for _ in range(dice.choice([1, 20, 400])):
            data[dice.randrange(len(data) - 2000)] = dice.randrange(256)
        try:
            document = read(_file(tmp_path, "spoiled.pdf", bytes(data)), limits=Limits(seconds=30))
        except ImportFault:
            continue
        assert document.pages


def test_a_source_label_is_a_plain_word(tmp_path: Path) -> None:
    notes = _file(tmp_path, "notes.md", b"words of mine")
    for label in ("", "a/b", "../x", "x" * 81, "a b", "<b>"):
        assert "source label" in refused(notes, source=label).en


def test_every_sentence_is_used_and_says_what_to_do() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    for name in faults.codes():
        assert f'"{name}"' in code, name


def test_the_parser_gets_no_keys(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    given: dict[str, str] = {}
    start = subprocess.Popen

    def watched(*arguments: object, **options: object) -> object:
        given.update(options["env"])  # type: ignore[call-overload]
        return start(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setattr(subprocess, "Popen", watched)
    read(files / "journal-zh.pdf")
    assert given
    assert "OPENAI_API_KEY" not in given
