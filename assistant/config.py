"""All settings in one place, read from the environment (prefix `ASSISTANT_`). Keys of chat providers are never read here."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingError


class Settings(BaseSettings):
    """Settings and their defaults; an unknown value is an error that names the variable."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", frozen=True)

    embedding: str = ""
    """"" for the shipped model, else a path or name of a sentence-transformers model."""

    vectors: Literal["chroma", "exact"] = "chroma"
    """Where vectors are searched; "exact" needs no store and misses nothing, the store finds the same rows but for rare misses."""

    reranker: str = ""
    """"" for none, else a path or name of a sentence-transformers CrossEncoder that orders the first results (extra `train`)."""

    chroma_url: str = ""
    """"" for the embedded store, else the address of a Chroma server: http(s)://host[:port][/path] (docs/scaling.md)."""

    chroma_token: SecretStr = SecretStr("")
    """Sent to that server with every call; never shown and never logged."""

    chroma_tenant: str = "default_tenant"
    """The tenant on that server."""

    chroma_database: str = "default_database"
    """The database of that tenant."""

    chroma_timeout_s: float = Field(default=0.5, gt=0)
    """Seconds after which exact search answers in place of that server."""

    chat_model: str = ""
    """"" for the extractive mode, else "provider:model" for LangChain's init_chat_model."""

    chat_base_url: str = ""
    """Base URL of an OpenAI-compatible server (vLLM, Ollama, llama.cpp)."""

    chat_timeout_s: float = Field(default=30.0, gt=0)
    """Seconds for one question, all attempts together, before the extractive answer is shown."""

    source_age_days: int = Field(default=365, gt=0)
    """Days after which the page says that a topic was last checked too long ago."""

    tables: str = ""
    """"" for the shipped rules tables alone, else a folder with the hospital's own tables (docs/local-tables.md)."""

    max_question: int = 2000
    """Longest question in characters."""

    serve_per_minute: int = Field(default=120, ge=1)
    """Requests that one user of a server may send in a minute (docs/serving.md)."""

    serve_at_once: int = Field(default=4, ge=1)
    """Requests of one user that a server works on at a time."""

    @property
    def tables_folder(self) -> Path | None:
        """The folder with the hospital's own tables, if one is set."""
        return Path(self.tables).expanduser() if self.tables else None


def settings() -> Settings:
    """The settings as the environment gives them now."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ASSISTANT_" + str(first["loc"][0]).upper()
        raise SettingError(
            f"{name}: {first['msg']}; found '{first['input']}'.", f"{name}：{first['msg']}；读到“{first['input']}”。"
        ) from error
