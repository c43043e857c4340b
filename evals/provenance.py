"""What a number belongs to: commit, packages, hashes of all data and the machine."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from assistant.answer.finish import index_version, tables_version
from assistant.places import shipped
from assistant.retrieve.index import Index

PACKAGES = (
    "bm25s",
    "chromadb",
    "numpy",
    "opencc",
    "pydantic",
    "pystemmer",
    "rapidfuzz",
    "rjieba",
    "scipy",
    "tokenizers",
)


def provenance(index: Index) -> dict[str, Any]:
    """Everything that a figure of this run depends on."""
    # what a run writes itself does not make the tree another one
    changed = [line for line in git("status", "--porcelain").splitlines() if "evals/results/" not in line]
    return {
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "commit": git("rev-parse", "HEAD"),
        "dirty": bool(changed),
        "python": sys.version.split()[0],
        "packages": {name: version_of(name) for name in PACKAGES},
        "machine": machine(),
        "corpus": index.meta.corpus,
        "embedding": index.meta.embedding,
        "index": index_version(index),
        "tables": tables_version(),
        "prompts": hash_of(shipped("prompts"), "*.md"),
        "questions": hash_of(shipped("evals"), "**/*.jsonl"),
        "tasks": hash_of(shipped("evals"), "tasks/*.yaml"),
    }


def git(*arguments: str) -> str:
    """The output of a git command in the project's folder; "" outside a checkout."""
    place = Path(__file__).resolve().parent
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False, cwd=place)  # noqa: S603, S607
    return done.stdout.strip()


def version_of(package: str) -> str:
    """The installed version, or that there is none."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def hash_of(folder: Path, pattern: str) -> str:
    """A short hash over the names and contents of all files of `folder` that match."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def machine() -> dict[str, str]:
    """System, processor and number of cores; no name of the computer or its user."""
    processor = platform.processor() or platform.machine()
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        match = re.search(r"^model name\s*: (.+)$", facts.read_text(encoding="utf-8"), re.MULTILINE)
        processor = match[1] if match else processor
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor,
        "cores": str(os.cpu_count()),
        "load_at_start": load,
    }
