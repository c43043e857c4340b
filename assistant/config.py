"""All settings in one place, read from the environment (prefix `ASSISTANT_`). Keys of chat providers are never read here."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingError


class Settings(BaseSettings):
    """Settings and their defaults; an unknown value is an error that names the variable."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", frozen=True)

    embedding: str = ""
    """"" for the shipped model, else a path or name of a sentence-transformers model."""

    vectors: Literal["chroma", "exact"] = "chroma"
    """Where vectors are searched; "exact" needs no store and gives the same results."""

    chat_model: str = ""
    """"" for the extractive mode, else "provider:model" for LangChain's init_chat_model."""

    chat_base_url: str = ""
    """Base URL of an OpenAI-compatible server (vLLM, Ollama, llama.cpp)."""

    chat_timeout_s: float = 30.0
    """Seconds to wait for the chat model before the extractive answer is shown."""

    tables: str = ""
    """"" for the shipped rules tables alone, else a folder with the hospital's own tables (docs/local-tables.md)."""

    max_question: int = 2000
    """Longest question in characters."""

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
