"""The page as it is built: nothing is sent out, nothing is public."""

from __future__ import annotations

import pytest

gr = pytest.importorskip("gradio")

from assistant.web.app import build, page_options  # noqa: E402
from assistant.web.layout import WORDED, lay_out, words  # noqa: E402
from tests.web.samples import SampleAssistant  # noqa: E402


def test_page_keeps_to_itself() -> None:
    page = build(SampleAssistant())
    config = page.get_config_file()

    assert page.analytics_enabled is False
    assert {dependency["api_visibility"] for dependency in config["dependencies"]} == {"private"}
    assert "https://" not in str(page_options()["head"])


def test_each_worded_component_gets_its_words() -> None:
    assistant = SampleAssistant()
    with gr.Blocks():
        layout = lay_out(assistant, "en")

    assert len(layout.worded()) == len(words(assistant, "zh")) == WORDED
