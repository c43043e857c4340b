"""Names and numbers of persons are found; doses, values, dates of doses and references are left alone. All persons are made up."""

from __future__ import annotations

import pytest

from assistant.text.identifiers import identifiers, masked
from evals.abstention.questions import load_questions
from evals.retrieval.qrels import load
from evals.samples import load_samples, task_names


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("Patient John Smith, 78 kg, missed teclistamab", "name", "Patient [name], 78 kg, missed teclistamab"),
        ("Mr. O'Brien has CRS", "name", "Mr. [name] has CRS"),
        ("Mrs Jones-Taylor 70 kg", "name", "Mrs [name] 70 kg"),
        ("pt Kowalski, 65 kg", "name", "pt [name], 65 kg"),
        ("Mary Brown, 62 y/o, CRS", "name", "[name], 62 y/o, CRS"),
        ("patient name: ann lee", "name", "patient name: [name]"),
        ("患者张伟，男，58岁", "name", "患者[姓名]，男，58岁"),
        ("患者王秀英体重62kg", "name", "患者[姓名]体重62kg"),
        ("病人姓名：欧阳娜，CRS 2级", "name", "病人姓名：[姓名]，CRS 2级"),
        ("病人叫李小红 血小板30", "name", "病人叫[姓名] 血小板30"),
        ("王先生，78公斤", "name", "[姓名]先生，78公斤"),
        ("Smith先生 78公斤", "name", "[姓名]先生 78公斤"),
        ("赵丽，女，61岁，发热", "name", "[姓名]，女，61岁，发热"),
        ("patient Li Wei 60 kg", "name", "patient [name] 60 kg"),
        ("11010519491231002X 体重70", "id_number", "[证件号] 体重70"),
        ("身份证号：110105１９４９１２３１００２X", "id_number", "身份证号：[证件号]"),
        ("SSN 078-05-1120", "id_number", "SSN [ID number]"),
        ("手机13812345678", "phone", "手机[电话]"),
        ("call +86 138 1234 5678", "phone", "call [phone]"),
        ("010-82345678 家属", "phone", "[电话] 家属"),
        ("电话82345678", "phone", "电话[电话]"),
        ("+44 20 7946 0018", "phone", "[phone]"),
        ("(617) 555-0123", "phone", "[phone]"),
        ("住院号：ZY20231234", "record_number", "[编号]"),
        ("病案号1234567，CRS", "record_number", "[编号]，CRS"),
        ("MRN 00412345 teclistamab", "record_number", "[number] teclistamab"),
        ("hospital number 445566", "record_number", "[number]"),
        ("DOB 12/03/1958, 70 kg", "birth_date", "DOB [date of birth], 70 kg"),
        ("born 3 March 1958", "birth_date", "born [date of birth]"),
        ("出生日期1958年3月12日", "birth_date", "出生日期[出生日期]"),
        ("1958年3月12日出生", "birth_date", "[出生日期]出生"),
        ("mail a.lee@example.com", "email", "mail [e-mail]"),
    ],
)
def test_what_points_to_a_person_is_found_and_masked(text: str, kind: str, shown: str) -> None:
    (found,) = identifiers(text)

    assert found.kind == kind
    assert masked(text) == shown
    assert identifiers(shown) == ()


@pytest.mark.parametrize(
    "text",
    [
        "teclistamab 0.06 mg/kg, then 0.3 mg/kg, then 1.5 mg/kg",
        "doi 10.1016/S1470-2045(24)00043-3",
        "NCT03145181 and PMID 40425193",
        "HBV DNA 13800000000 IU/mL",
        "HBV DNA 13812345678拷贝/mL",
        "Last dose 2024-03-12, next 12/04/2024?",
        "末次给药2024年3月12日，第二次递增剂量",
        "platelets 120-140-1200, ANC 1200/µL on day +28",
        "Patient Teclistamab 78 kg",
        "Patient Has Grade 2 CRS After Teclistamab Step-Up Dose",
        "drug name: Tecvayli",
        "患者高热38.5℃，低氧",
        "患者白细胞 2.1，黄疸",
        "患者于 2024年3月1日 给药",
        "患者周一给药，血压85/50",
        "张某某，CRS 2级",
        "12床 体温38.5",
        "123456789012345678",
    ],
)
def test_clinical_words_and_numbers_are_left_alone(text: str) -> None:
    assert identifiers(text) == ()
    assert masked(text) == text


def test_check_digit_tells_an_identity_number_from_eighteen_other_digits() -> None:
    assert identifiers("110105194913310022") == ()  # no such month, wrong check digit
    assert [i.kind for i in identifiers("110105194912310021")] == [
        "id_number"
    ]  # one digit mistyped: still a birth date


def test_several_in_one_text_are_all_masked_and_the_rest_stays() -> None:
    text = "患者张伟，住院号ZY20231234，手机13812345678，体重78公斤，第二次递增给药后已过10天"

    assert masked(text) == "患者[姓名]，[编号]，手机[电话]，体重78公斤，第二次递增给药后已过10天"
    assert [text[i.start : i.end] for i in identifiers(text)] == ["张伟", "住院号ZY20231234", "13812345678"]


def test_no_development_question_is_flagged() -> None:
    texts = {text for task in task_names() for s in load_samples(task, "dev") for text in (s.text, *s.history)}
    texts |= {q.text for q in load_questions("dev")} | {q.text for q in load("dev")}

    assert len(texts) > 2000
    assert [text for text in sorted(texts) if identifiers(text)] == []
