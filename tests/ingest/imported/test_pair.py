"""A translation is aligned with its original in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ImportFault
from assistant.ingest.imported.importing import import_pair
from assistant.ingest.imported.pair import pair
from assistant.ingest.imported.records import ImportedChunk, ImportedDocument, ImportedPage
from assistant.ingest.imported.store import Imported


def _item(language: str, texts: list[str]) -> Imported:
    name = f"own-{language}"
    document = ImportedDocument(
        id=name, title="T", language=language, source="own", file_name="t.md", format="markdown", sha256="0" * 64,
        imported_at="2026-01-01T00:00:00Z", pages=(ImportedPage(number=1, label="", text="\n\n".join(texts)),),
    )  # fmt: skip
    chunks = tuple(
        ImportedChunk(
            id=f"{name}:{n}",
            document=name,
            number=n,
            language=language,
            heading=(),
            text=text,
            spans=(),
            words=len(text),
        )
        for n, text in enumerate(texts, start=1)
    )
    return Imported(document=document, chunks=chunks)


def _numbers(item: Imported) -> list[str]:
    return [piece.twin.rpartition(":")[2] for piece in item.chunks]


ENGLISH = [
    "Cytokine release syndrome of grade 2 is treated with tocilizumab 8 mg/kg.",
    "Immunoglobulin is replaced at 400 mg/kg when IgG is below 4 g/L.",
    "Restart with step-up dose 1 after more than 28 days.",
    "Neutrophils below 0.5: give G-CSF.",
]
CHINESE = [
    "2级细胞因子释放综合征给予托珠单抗 8 mg/kg。",
    "IgG 低于 4 g/L 时，以 400 mg/kg 补充免疫球蛋白。",
    "超过 28 天，从递增剂量 1 重新开始。",
    "中性粒细胞低于 0.5 时给予 G-CSF。",
]


def test_equal_documents_pair_one_to_one() -> None:
    english, chinese = pair(_item("en", ENGLISH), _item("zh", CHINESE))
    assert _numbers(english) == _numbers(chinese) == ["1", "2", "3", "4"]
    assert (english.document.twin, chinese.document.twin) == ("own-zh", "own-en")
    assert english.document.notices == ()


def test_an_addition_on_one_side_is_left_out() -> None:
    extra = "译者说明：本译文由我院翻译组完成，仅供内部学习，不得外传，如有疑问请以原文为准，并与翻译组联系。"
    english, chinese = pair(_item("en", ENGLISH), _item("zh", [CHINESE[0], extra, *CHINESE[1:]]))
    assert _numbers(english) == ["1", "3", "4", "5"]
    assert chinese.chunks[1].twin == ""


def test_one_chunk_can_stand_for_two() -> None:
    english, chinese = pair(_item("en", ENGLISH), _item("zh", [CHINESE[0] + CHINESE[1], *CHINESE[2:]]))
    assert _numbers(english) == ["1", "1", "2", "3"]
    assert _numbers(chinese) == ["1", "3", "4"]


def test_documents_that_do_not_belong_together_are_pointed_out() -> None:
    other = [f"第{n}章介绍医院食堂的菜单和开放时间，与治疗无关，共{n + 70}道菜。" * (n % 3 + 1) for n in range(9)]
    english, _ = pair(_item("en", ENGLISH), _item("zh", other))
    assert english.document.twin == "own-zh"
    assert {notice.id for notice in pair(_item("en", ENGLISH), _item("zh", other))[1].document.notices} == {"weak_pair"}


def test_the_journal_files_pair_by_section(tmp_path: Path, files: Path) -> None:
    english, chinese = import_pair(
        files / "journal-en.pdf", files / "journal-zh.pdf", tmp_path, title="E", title_zh="Z"
    )
    heads = {piece.id: piece.heading[-1].split(" ")[0] for piece in chinese.chunks}
    for piece in english.chunks[1:]:
        assert heads[piece.twin] == piece.heading[-1].split(" ")[0]


def test_two_documents_of_one_language_are_no_pair(tmp_path: Path, files: Path) -> None:
    with pytest.raises(ImportFault, match="one English and one Chinese"):
        import_pair(files / "journal-en.pdf", files / "journal-en.pdf", tmp_path)
    assert not (tmp_path / "imported").exists()


def test_long_documents_pair_in_reasonable_time() -> None:
    english, chinese = _item("en", ENGLISH * 150), _item("zh", CHINESE * 150)
    assert _numbers(pair(english, chinese)[0]) == [str(n) for n in range(1, 601)]
