"""Where things lie on disk: data shipped with the package, and the user's own data folder."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from assistant.errors import SettingError

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder `name` ("corpus", "prompts", "evals") as shipped: beside the package in a checkout, inside it in a wheel."""
    for candidate in (_PACKAGE.parent / name, _PACKAGE / "_data" / name):
        if candidate.is_dir():
            return candidate
    raise SettingError(
        f"The folder '{name}' was found neither beside nor inside the package at {_PACKAGE}. Reinstall the package.",
        f"在 {_PACKAGE} 旁边或内部都没有找到文件夹“{name}”。请重新安装本程序。",
    )


def user_data() -> Path:
    """The folder for the index and imported documents: `ASSISTANT_HOME`, else the platform's user data folder."""
    configured = os.environ.get("ASSISTANT_HOME")
    return Path(configured) if configured else Path(platformdirs.user_data_dir("bispecific-assistant", appauthor=False))
