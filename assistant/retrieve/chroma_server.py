"""A Chroma server that several application processes read at once (`ASSISTANT_CHROMA_URL`).

The index folder of each process stays the truth; the server holds a projection of its vectors in a collection named after
the index (`Projection.collection`), so that two versions live side by side while processes change over. No text is
sent: row numbers and vectors go up when the index is built, and the vector of a question when it is asked.

A question never waits for a server that is gone: until a connection is made and its collection checked, and from the first
failed query on, exact search answers. Connecting and checking again happens on a thread of its own, after a growing pause.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from assistant.errors import IndexFault, SettingError
from assistant.retrieve.embedding import Vectors
from assistant.retrieve.vectors import CONFIGURATION, ChromaSearch, ExactSearch, Pairs, fill
from assistant.types import Record

PREFIX = "assistant-"
DEFAULT_TENANT, DEFAULT_DATABASE = "default_tenant", "default_database"
# a hosted Chroma takes and gives at most 300 rows in one call
_BATCH = 300
_WRITE_LIMIT_S = 60.0
_COMPARED_AT_OPENING = 200
_COMPARED_AFTER_FILLING = 2000
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
# an attempt that hangs longer than this no longer keeps the next one from starting
_STUCK_AFTER_S = 30.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LOG = logging.getLogger(__name__)


class ServerSettings(Protocol):
    """The settings that name a server (`assistant.config.Settings`)."""

    @property
    def chroma_url(self) -> str: ...  # noqa: D102 - documented where they are set
    @property
    def chroma_token(self) -> SecretStr: ...  # noqa: D102
    @property
    def chroma_tenant(self) -> str: ...  # noqa: D102
    @property
    def chroma_database(self) -> str: ...  # noqa: D102
    @property
    def chroma_timeout_s(self) -> float: ...  # noqa: D102


class ChromaServer(Record):
    """Where a server is and how it is spoken to; `url` has no user, query or trailing slash."""

    url: str
    token: SecretStr = SecretStr("")
    tenant: str = DEFAULT_TENANT
    database: str = DEFAULT_DATABASE
    timeout_s: float = 0.5

    @property
    def headers(self) -> dict[str, str]:
        """The token as a hosted Chroma and as a proxy before one's own server expect it."""
        token = self.token.get_secret_value()
        return {"x-chroma-token": token, "Authorization": f"Bearer {token}"} if token else {}

    def without_token(self, text: object) -> str:
        """The first line of `text`, shortened, in which the token cannot stand."""
        line = (str(text).splitlines() or [""])[0][:300]
        token = self.token.get_secret_value()
        return line.replace(token, "***") if token else line


class Projection(Record):
    """What the server holds for one index: `rows` vectors of the model `embedding`, made from the corpus `corpus`."""

    fingerprint: str
    embedding: str
    corpus: str
    rows: int

    @property
    def collection(self) -> str:
        """The name of the collection; letters, digits and a hyphen, whatever the model is called."""
        return PREFIX + self.fingerprint

    @property
    def metadata(self) -> dict[str, str | int]:
        """What the collection says about itself; of a local model only the last part of its path is told."""
        model = self.embedding.replace("\\", "/").rsplit("/", 1)[-1][-80:]
        return {"fingerprint": self.fingerprint, "embedding": model, "corpus": self.corpus, "rows": self.rows}


def server_of(configured: ServerSettings) -> ChromaServer | None:
    """The server that the settings name, or None; raises SettingError when the address cannot be used."""
    if not configured.chroma_url:
        return None
    parts, token = _parts(configured.chroma_url), configured.chroma_token.get_secret_value()
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise SettingError(
            "ASSISTANT_CHROMA_TOKEN: found blanks or characters outside ASCII; allowed are ASCII letters, digits and signs.",
            "ASSISTANT_CHROMA_TOKEN：含有空格或非 ASCII 字符；只允许 ASCII 字母、数字和符号。",
        )
    if token and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise SettingError(
            "ASSISTANT_CHROMA_TOKEN would be sent unencrypted to another machine. Set ASSISTANT_CHROMA_URL to https://….",
            "ASSISTANT_CHROMA_TOKEN 将以明文发送到另一台机器。请把 ASSISTANT_CHROMA_URL 设为 https://…。",
        )
    return ChromaServer(
        url=f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}",
        token=configured.chroma_token,
        tenant=configured.chroma_tenant,
        database=configured.chroma_database,
        timeout_s=configured.chroma_timeout_s,
    )


def _parts(url: str) -> SplitResult:
    """The parts of a usable address. What was found is not repeated in the fault: it may hold a password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        raise SettingError(
            "ASSISTANT_CHROMA_URL: found an address that cannot be used; allowed is http(s)://host[:port][/path] without "
            "user, password or query. A secret belongs in ASSISTANT_CHROMA_TOKEN.",
            "ASSISTANT_CHROMA_URL：地址无法使用；允许的形式为 http(s)://host[:port][/path]，不含用户名、密码或查询参数。"
            "密钥请放在 ASSISTANT_CHROMA_TOKEN 中。",
        )
    return parts


class ServerSearch:
    """Nearest rows by the server while it answers rightly, else by exact search. Safe to share between threads."""

    def __init__(
        self,
        server: ChromaServer,
        projection: Projection,
        exact: ExactSearch,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server, self._projection, self._exact, self._now = server, projection, exact, now
        self._lock = threading.Lock()
        self._search: ChromaSearch | None = None
        self._client: Any = None
        self._fault = "not asked yet"
        self._failures = 0
        self._next_try = 0.0
        self._attempt: threading.Thread | None = None
        self._attempt_since = 0.0
        self._try_again()

    @property
    def state(self) -> str:
        """Who answers now, and if it is not the server, why."""
        if self._search is not None:
            return f"Chroma server {self._server.url}, collection {self._projection.collection}"
        return f"exact search; the Chroma server {self._server.url} is not used: {self._fault}"

    @property
    def connected(self) -> bool:
        """Whether the next question goes to the server."""
        return self._search is not None

    def nearest(self, query: Vectors, count: int) -> Pairs:
        """See `VectorSearch.nearest`."""
        if not query.any():
            return []
        search = self._search
        if search is None:
            self._try_again()
            return self._exact.nearest(query, count)
        try:
            found = search.asked(query, count)
        except Exception as fault:
            self._lost(search, fault)
            return self._exact.nearest(query, count)
        self._failures = 0
        return found

    def wait(self, seconds: float) -> bool:
        """Wait for the running attempt to connect, at most `seconds`; returns whether the server answers."""
        attempt = self._attempt
        if attempt is not None:
            attempt.join(seconds)
        return self.connected

    def _lost(self, search: ChromaSearch | None, fault: object) -> None:
        with self._lock:
            if self._search is not search:
                return  # another thread has seen to it
            client, self._client, self._search = self._client, None, None
            self._failures += 1
            pause = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (self._failures - 1))
            self._next_try = self._now() + pause
            self._fault = self._server.without_token(fault)
        if client is not None:
            client.close()  # chromadb keeps every client alive that was not closed
        _LOG.warning(
            "The Chroma server %s is not used (%s); exact search answers, next try in %.0f s.",
            self._server.url,
            self._fault,
            pause,
        )

    def _try_again(self) -> None:
        """Start an attempt to connect unless one is running or the pause is not over."""
        with self._lock:
            now = self._now()
            running = self._attempt is not None and self._attempt.is_alive()
            if self._search is not None or now < self._next_try:
                return
            if running and now - self._attempt_since < _STUCK_AFTER_S:
                return
            self._attempt = threading.Thread(target=self._connect, name="chroma-server", daemon=True)
            self._attempt_since = now
            self._attempt.start()

    def _connect(self) -> None:
        try:
            client, search = opened(self._server, self._projection, self._exact)
        except Exception as fault:
            self._lost(None, fault)
            return
        with self._lock:
            self._client, self._search = client, search
        _LOG.info("The Chroma server %s answers.", self._server.url)


def opened(server: ChromaServer, projection: Projection, exact: ExactSearch) -> tuple[Any, ChromaSearch]:
    """A client and the checked collection of `projection`.

    Raises IndexFault when the collection is not that of the index, and what chromadb and httpx raise when it is not there.
    """
    from chromadb.errors import NotFoundError

    client = _client(server, server.timeout_s)
    try:
        try:
            collection = client.get_collection(projection.collection, embedding_function=None)
        except NotFoundError:
            raise _unfit(f"it has no collection {projection.collection}") from None
        search = ChromaSearch(collection, exact)
        if fault := _foreign(collection, projection) or search.fault(compared=_COMPARED_AT_OPENING, batch_size=_BATCH):
            raise _unfit(fault)
    except BaseException:
        client.close()
        raise
    return client, search


def _unfit(why: str) -> IndexFault:
    return IndexFault(f"{why}. Run 'assistant index build'.", f"{why}。请运行 assistant index build。")


def fill_server(server: ChromaServer, projection: Projection, vectors: Vectors) -> bool:
    """Bring the projection on the server up to `vectors`; returns False when nothing had to be written.

    Doing it twice, in two processes, or again after half of it, ends with the same collection. A collection of that name
    that is something else (other metadata, another space, other rows) is replaced. Raises IndexFault when the server fails.
    """
    try:
        client = _client(server, _WRITE_LIMIT_S)
        try:
            return _filled(client, projection, vectors)
        finally:
            client.close()
    except Exception as fault:
        said = server.without_token(fault)
        raise IndexFault(
            f"The index is built and in use, but the Chroma server {server.url} could not be filled ({said}). Exact search "
            "answers meanwhile. When the server is in order: run 'assistant index build'.",
            f"索引已建立并在使用，但无法写入 Chroma 服务器 {server.url}（{said}）。期间由精确检索作答。"
            "服务器恢复后请运行 assistant index build。",
        ) from fault


def _filled(client: Any, projection: Projection, vectors: Vectors) -> bool:
    exact, fault = ExactSearch(vectors), ""
    for replace in (False, True):
        if replace:
            client.delete_collection(projection.collection)
        # get_or_create leaves an existing collection and its metadata as they are, so what is there is looked at
        collection = client.get_or_create_collection(
            projection.collection, embedding_function=None, metadata=projection.metadata, configuration=CONFIGURATION
        )
        store = ChromaSearch(collection, exact)
        if fault := _foreign(collection, projection):
            continue
        if exact.filled and not _fault(store):
            return False
        if not (fault := _fault(store, put=vectors)):
            return True
    raise ValueError(fault)


def forget_other_versions(server: ChromaServer, projection: Projection) -> list[str]:
    """Delete every collection of this assistant but that of `projection`; returns the names of those deleted."""
    try:
        client = _client(server, _WRITE_LIMIT_S)
        try:
            others = [name for name in _names(client) if name.startswith(PREFIX) and name != projection.collection]
            for name in others:
                client.delete_collection(name)
        finally:
            client.close()
    except Exception as fault:
        said = server.without_token(fault)
        raise IndexFault(
            f"The Chroma server {server.url} could not be cleared of other versions ({said}). Try again later.",
            f"无法清除 Chroma 服务器 {server.url} 上的其他版本（{said}）。请稍后再试。",
        ) from fault
    return others


def _names(client: Any) -> list[str]:
    names: list[str] = []
    while page := client.list_collections(limit=_BATCH, offset=len(names)):
        names += [collection.name for collection in page]
    return names


def _fault(store: ChromaSearch, put: Vectors | None = None) -> str:
    """Why the collection is not the right one, after `put` has been written to it if given; what it refuses is a fault too."""
    from chromadb.errors import ChromaError

    try:
        if put is not None:
            fill(store.collection, put, _BATCH)
        return store.fault(compared=_COMPARED_AFTER_FILLING, batch_size=_BATCH)
    except (ValueError, ChromaError) as fault:  # for instance another dimension; a server that is gone raises otherwise
        return str(fault)


def _foreign(collection: Any, projection: Projection) -> str:
    """Why `collection` is not the one of `projection`, else ""."""
    space = (collection.configuration.get("hnsw") or collection.configuration.get("spann") or {}).get("space")
    if space != "cosine":
        return f"the collection measures {space}, not cosine"
    if dict(collection.metadata or {}) != projection.metadata:
        return f"the collection says of itself {collection.metadata}, expected is {projection.metadata}"
    return ""


def _client(server: ChromaServer, limit_s: float) -> Any:
    """A client whose every later call ends after `limit_s` seconds without an answer.

    chromadb sets no limit of its own and speaks to the server while the client is made, so that the server is asked for a
    sign of life first.
    """
    import chromadb
    import httpx
    from chromadb.config import Settings

    httpx.get(f"{server.url}/api/v2/heartbeat", timeout=limit_s, headers=server.headers).raise_for_status()
    client = chromadb.HttpClient(
        host=server.url,
        ssl=server.url.startswith("https:"),
        headers=server.headers,
        settings=Settings(anonymized_telemetry=False),
        tenant=server.tenant,
        database=server.database,
    )
    client._server._session.timeout = httpx.Timeout(limit_s)  # type: ignore[attr-defined]
    return client
