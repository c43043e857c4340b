"""The main job, end to end, on the shipped corpus: the answers a clinician would read first."""

from __future__ import annotations

import pytest

from assistant.errors import QuestionError
from assistant.pipeline import Assistant
from assistant.types import Answer

RESTART_EN = "missed teclistamab step-up dose 2 by ten days since the last dose, 78 kg"
RESTART_ZH = "特立妥单抗第二次递增给药后已过10天，体重78公斤，下一步怎么给？"


def values(answer: Answer, jurisdiction: str) -> dict[str, str]:
    assert answer.calculation is not None
    return next(v["values"] for v in answer.calculation.result if v["jurisdiction"] == jurisdiction)


@pytest.mark.parametrize(
    "question", [RESTART_EN, RESTART_ZH, "特立妥單抗第二次遞增給藥後已過１０天，體重７８公斤，下一步怎麼給？"]
)
def test_teclistamab_ten_days_after_step_up_dose_2_at_78_kg_repeats_it_with_23_4_mg(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(question)

    assert answer.kind == "calculation"
    us = values(answer, "US")
    assert (us["action"], us["next_dose"], us["dose_mg"]) == ("repeat_dose", "step_up_2", "23.4")
    assert "23.4 mg" in answer.text
    assert any(step.fired and step.row == us["row"] for step in answer.calculation.trace)  # type: ignore[union-attr]
    assert any("tec-302" in citation.facts for citation in answer.citations)


def test_english_and_chinese_give_the_same_result(assistant: Assistant) -> None:
    english, chinese = assistant.ask(RESTART_EN), assistant.ask(RESTART_ZH)

    assert english.calculation is not None
    assert chinese.calculation is not None
    assert values(english, "US") == values(chinese, "US")
    assert english.calculation.inputs == chinese.calculation.inputs
    assert (english.language, chinese.language) == ("en", "zh")


def test_the_other_reading_of_a_missed_dose_is_shown_beside_the_result(assistant: Assistant) -> None:
    answer = assistant.ask(RESTART_EN)

    warning = next(w for w in answer.warnings if w.id == "missed_read_as_last")
    assert "step-up dose 1" in warning.text
    assert "4.68 mg" in warning.text


def test_one_vasopressor_and_two_litres_of_oxygen_with_fever_is_grade_3_with_its_criteria(assistant: Assistant) -> None:
    answer = assistant.ask("体温38.5℃，需一种升压药，鼻导管2 L/min，CRS几级？")

    assert answer.calculation is not None
    verdict = answer.calculation.result[0]
    assert (verdict["jurisdiction"], verdict["values"]["grade"]) == ("ASTCT 2019", "3")
    assert "3级" in answer.text
    assert "升压药" in answer.text
    assert any(
        "crs-grade-3" in citation.facts or "crs-vasopressor-map" in citation.facts for citation in answer.citations
    )


def test_the_onset_of_crs_after_a_subcutaneous_dose_is_answered_with_a_verbatim_quote(assistant: Assistant) -> None:
    answer = assistant.ask("how soon after subcutaneous dosing does CRS start?")

    assert answer.kind in {"guidance", "comparison"}
    assert "24 h" in answer.text
    citation = next(c for c in answer.citations if "crs-06" in c.facts)
    section = assistant.section(citation.section, "en")
    assert section is not None
    assert citation.quote in section.body
    assert citation.confidence == "secondary"


def test_another_bispecific_is_outside_the_scope_and_named(assistant: Assistant) -> None:
    answer = assistant.ask("dose of blinatumomab?")

    assert answer.kind == "out_of_scope"
    assert "linatumomab" in answer.text
    assert not answer.citations


@pytest.mark.parametrize("question", ["dose of teclistamab step-up dose 1", "特立妥单抗第一针打多少mg？"])
def test_a_dose_per_kilogram_without_a_weight_asks_for_the_weight(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)

    assert answer.kind == "clarify"
    assert [missing.name for missing in answer.missing] == ["weight_value"]
    assert answer.calculation is None


def test_days_late_are_asked_back_and_not_used_as_days_since_the_last_dose(assistant: Assistant) -> None:
    answer = assistant.ask("teclistamab step-up dose 2 is 10 days late, what now?")

    assert answer.kind == "clarify"
    assert "days_since_last_dose" in [missing.name for missing in answer.missing]


def test_a_follow_up_with_the_weight_fills_the_open_slot(assistant: Assistant) -> None:
    answer = assistant.ask("70 kg", history=["dose of teclistamab step-up dose 1"])

    assert answer.kind == "calculation"
    assert values(answer, "US")["dose_mg"] == "4.2"


def test_a_new_patient_does_not_inherit_the_weight(assistant: Assistant) -> None:
    answer = assistant.ask(
        "new patient: dose of teclistamab step-up dose 1", history=["teclistamab step-up dose 1, 70 kg, how many mg?"]
    )

    assert answer.kind == "clarify"


def test_every_statement_has_a_citation_or_the_rule(assistant: Assistant) -> None:
    for question in (
        RESTART_EN,
        RESTART_ZH,
        "双抗期间能打带状疱疹疫苗吗",
        "premedication for talquetamab step-up in the EU",
    ):
        answer = assistant.ask(question)
        assert all(statement.markers for statement in answer.statements), question
        offered = {citation.marker for citation in answer.citations}
        for statement in answer.statements:
            assert all(m in offered or m == "rule" or m.startswith("conflict:") for m in statement.markers), question


def test_the_answer_text_does_not_repeat_the_question(assistant: Assistant) -> None:
    for question in (RESTART_EN, "how soon after subcutaneous dosing does CRS start?", "dose of blinatumomab?"):
        assert question not in assistant.ask(question).text


def test_every_quote_of_every_citation_stands_in_its_section_in_both_languages(assistant: Assistant) -> None:
    for question in (RESTART_EN, "when is IVIG given on bispecifics?", "塔奎妥单抗口腔毒性怎么处理"):
        for citation in assistant.ask(question).citations:
            section = assistant.section(citation.section, citation.language)  # type: ignore[arg-type]
            other = assistant.section(citation.section, "en" if citation.language == "zh" else "zh")
            assert section is not None
            assert other is not None
            assert citation.quote in section.body
            assert citation.twin_quote in other.body


@pytest.mark.parametrize("question", ["", "   ", "？！。", "\u200b\u202e", "\x00\x01"])
def test_a_question_without_words_is_refused_in_one_sentence(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match="holds no words"):
        assistant.ask(question)


def test_a_question_of_20000_characters_is_refused_with_both_lengths(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match=r"20,000 characters; at most 2,000"):
        assistant.ask("a" * 20_000)


def test_control_characters_inside_a_question_do_not_change_the_answer(assistant: Assistant) -> None:
    assert assistant.ask(RESTART_EN.replace("dose 2", "dose\x07\u200b 2")).text == assistant.ask(RESTART_EN).text


def test_the_answer_records_the_versions_it_was_made_with(assistant: Assistant) -> None:
    versions = assistant.ask(RESTART_EN).versions

    assert set(versions) >= {"assistant", "corpus", "embedding", "index", "rules"}
    assert all(versions.values())
