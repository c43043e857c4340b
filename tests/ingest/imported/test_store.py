"""What is kept on disk, replaced, removed and recovered."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ImportFault
from assistant.ingest.imported import store
from assistant.ingest.imported.importing import import_file, import_pair


def _notes(folder: Path, text: str) -> Path:
    path = folder / "notes.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_import_can_be_loaded_again(tmp_path: Path) -> None:
    kept = import_file(_notes(tmp_path, "# Dose\n\nGive it once."), tmp_path / "home", title="Ours", source="ward-7")
    folder = tmp_path / "home" / "imported" / kept.document.id
    assert sorted(path.name for path in folder.iterdir()) == ["chunks.jsonl", "document.json"]
    assert store.load_all(tmp_path / "home") == (kept,)


def test_the_same_title_and_source_replace(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = import_file(_notes(tmp_path, "Old words."), home, title="Ours", source="ward-7")
    version = store.imported_version(home)
    second = import_file(_notes(tmp_path, "New words."), home, title="Ours", source="ward-7")
    assert first.document.id == second.document.id
    assert [item.chunks[0].text for item in store.load_all(home)] == ["New words."]
    assert store.imported_version(home) != version
    import_file(_notes(tmp_path, "Other words."), home, title="Theirs", source="ward-7")
    assert len(store.list_documents(home)) == 2


def test_a_refused_import_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    import_file(_notes(tmp_path, "Old words."), home, title="Ours")
    version = store.imported_version(home)
    with pytest.raises(ImportFault):
        import_file(_notes(tmp_path, ""), home, title="Ours")
    assert store.imported_version(home) == version


@pytest.mark.parametrize("broken_at", ["open", "second rename"])
def test_an_interrupted_import_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_at: str
) -> None:
    home = tmp_path / "home"
    old = import_file(_notes(tmp_path, "Old words."), home, title="Ours")
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if self.name.startswith(".new-") or broken_at == "open":
            raise KeyboardInterrupt
        return rename(self, target)

    path = _notes(tmp_path, "New words.")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", interrupted)
        with pytest.raises(KeyboardInterrupt):
            import_file(path, home, title="Ours")
    assert store.load_all(home) == (old,)
    new = import_file(_notes(tmp_path, "New words."), home, title="Ours")
    assert store.load_all(home) == (new,)
    assert not [path.name for path in (home / "imported").iterdir() if path.name.startswith(".")]


def test_removal(tmp_path: Path) -> None:
    home = tmp_path / "home"
    kept = import_file(_notes(tmp_path, "Words."), home, title="Ours")
    store.remove(home, kept.document.id)
    assert store.list_documents(home) == ()
    assert list((home / "imported").iterdir()) == []
    with pytest.raises(ImportFault, match="no imported document"):
        store.remove(home, kept.document.id)


@pytest.mark.parametrize("name", ["..", "../home", "a/b", "/etc", ".new-x", "", "A", "x" * 200, "a\0b"])
def test_ids_never_leave_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "imported").mkdir()
    (tmp_path / "keep").write_text("x", encoding="utf-8")
    for action in (store.load, store.remove):
        with pytest.raises(ImportFault):
            action(tmp_path, name)
    assert (tmp_path / "keep").exists()


def test_links_in_the_store_are_not_followed(tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    kept = import_file(_notes(tmp_path, "Words."), home, title="Ours")
    (home / "imported" / kept.document.id).rename(outside)
    (home / "imported" / kept.document.id).symlink_to(outside)
    assert store.list_documents(home) == ()
    with pytest.raises(ImportFault):
        store.remove(home, kept.document.id)
    assert sorted(path.name for path in outside.iterdir()) == ["chunks.jsonl", "document.json"]


def test_a_damaged_document_is_named(tmp_path: Path) -> None:
    kept = import_file(_notes(tmp_path, "Words."), tmp_path, title="Ours")
    (tmp_path / "imported" / kept.document.id / "chunks.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(ImportFault, match="import --remove"):
        store.load_all(tmp_path)
    store.remove(tmp_path, kept.document.id)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "imported").mkdir()
    lock = tmp_path / "imported" / "importing.lock"
    lock.write_text("1", encoding="utf-8")
    with pytest.raises(ImportFault, match="Another import"):
        import_file(_notes(tmp_path, "Words."), tmp_path, title="Ours")
    lock.write_text("999999999", encoding="utf-8")
    import_file(_notes(tmp_path, "Words."), tmp_path, title="Ours")


def test_files_are_for_the_user_alone(tmp_path: Path) -> None:
    kept = import_file(_notes(tmp_path, "Words."), tmp_path, title="Ours")
    assert (tmp_path / "imported" / kept.document.id).stat().st_mode & 0o077 == 0


def test_re_importing_one_of_a_pair_unpairs_the_other(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "home"
    english, chinese = import_pair(files / "journal-en.pdf", files / "journal-zh.pdf", home, title="E", title_zh="Z")
    assert store.load(home, chinese.document.id).document.twin == english.document.id
    import_file(files / "journal-en.pdf", home, title="E")
    left = store.load(home, chinese.document.id)
    assert left.document.twin == ""
    assert not any(piece.twin for piece in left.chunks)


def test_removing_one_of_a_pair_keeps_the_other(tmp_path: Path, files: Path) -> None:
    english, chinese = import_pair(files / "journal-en.pdf", files / "journal-zh.pdf", tmp_path, title="E")
    store.remove(tmp_path, english.document.id)
    assert [item.document.id for item in store.load_all(tmp_path)] == [chinese.document.id]
    assert store.load_all(tmp_path)[0].document.twin == ""
