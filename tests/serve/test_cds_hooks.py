"""Discovery and cards, held against the published fields (CDS Hooks 2.0: required fields, types, lengths, allowed values)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from assistant.ingest.records import Source as Document
from assistant.rules import RULES
from assistant.serve import cards
from assistant.serve.cds_hooks import INPUTS, hook_of
from assistant.types import Provenance, RuleResult, Text, Verdict
from tests.serve.conftest import MAIN_JOB

TEXT = {"type": "string", "minLength": 1}
# cds-hooks.hl7.org, "Discovery" › Response
DISCOVERY = {
    "type": "object",
    "required": ["services"],
    "additionalProperties": False,
    "properties": {
        "services": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["hook", "description", "id"],
                "additionalProperties": False,
                "properties": {
                    "hook": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)+$"},
                    "title": TEXT,
                    "description": TEXT,
                    "id": {"type": "string", "pattern": "^[^/?# ]+$"},
                    "prefetch": {"type": "object", "additionalProperties": TEXT, "minProperties": 1},
                    "usageRequirements": TEXT,
                },
            },
        }
    },
}
# "CDS Service Response" › Card Attributes and Source; "JSON elements SHALL NOT be null or empty"
CARDS = {
    "type": "object",
    "required": ["cards"],
    "additionalProperties": False,
    "properties": {
        "cards": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["summary", "indicator", "source"],
                "additionalProperties": False,
                "properties": {
                    "uuid": TEXT,
                    "summary": {"type": "string", "minLength": 1, "maxLength": 139},
                    "detail": TEXT,
                    "indicator": {"enum": ["info", "warning", "critical"]},
                    "source": {
                        "type": "object",
                        "required": ["label"],
                        "additionalProperties": False,
                        "properties": {"label": TEXT, "url": TEXT, "icon": TEXT, "topic": {"type": "object"}},
                    },
                },
            },
        }
    },
}
# one call per kind of result that the rules give
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "a dose": ("dose", {"drug": "teclistamab", "step": "step_up_1", "weight_value": "70", "weight_unit": "kg"}),
    "a restart": ("restart", MAIN_JOB),
    "a formula": ("bsa", {"weight_value": "70", "weight_unit": "kg", "height_value": "170", "height_unit": "cm"}),
    "not covered": ("restart", {"drug": "talquetamab", "last_dose": "step_up_2", "days_since_last_dose": "20"}),
    "nothing given": ("crs_grade", {}),
    "wrong": ("restart", {**MAIN_JOB, "drug": "tecvayli*[x](http://evil.example)"}),
    "unknown input": ("restart", {"weight": "78"}),
}
WARNINGS = {"not covered", "wrong", "unknown input"}


def call(client: TestClient, rule: str, inputs: Any, language: str = "en", **changes: Any) -> Any:
    body = {
        "hook": hook_of(rule),
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/example", "patientId": "1288992"},
        **({} if inputs is None else {"extension": {INPUTS: inputs}}),
    }
    return client.post(f"/cds-services/{rule}", json=body | changes, headers={"accept-language": language})


def checked(response: Any) -> list[dict[str, Any]]:
    """The cards of a response that holds what the specification says."""
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    Draft202012Validator(CARDS).validate(response.json())
    found: list[dict[str, Any]] = response.json()["cards"]
    assert len({UUID(card["uuid"]) for card in found}) == len(found)
    for card in found:
        url = card["source"].get("url", "https://absolute.example/")
        assert urlsplit(url).scheme in {"http", "https"}
        assert urlsplit(url).netloc
    return found


def test_discovery_lists_every_rule_with_the_published_fields(client: TestClient) -> None:
    found = client.get("/cds-services").json()

    Draft202012Validator(DISCOVERY).validate(found)
    assert [service["id"] for service in found["services"]] == list(RULES)
    assert {service["hook"] for service in found["services"]} == {"order-sign", "patient-view"}
    assert all(INPUTS in service["usageRequirements"] for service in found["services"])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", list(CALLS))
def test_every_kind_of_result_is_a_card_with_the_published_fields(client: TestClient, kind: str, language: str) -> None:
    found = checked(call(client, *CALLS[kind], language))

    assert {card["indicator"] for card in found} == {"warning" if kind in WARNINGS else "info"}
    for card in found:
        assert any("一" <= character <= "鿿" for character in card["summary"]) is (language == "zh")


@pytest.mark.parametrize("rule", list(RULES))
def test_without_inputs_every_service_asks_or_answers_and_guesses_nothing(client: TestClient, rule: str) -> None:
    for given in (None, {}):
        card = checked(call(client, rule, given))[0]
        assert card["indicator"] in {"info", "warning"}
    assert checked(call(client, rule, None))[0]["summary"] == checked(call(client, rule, {}))[0]["summary"]


def test_the_main_job_as_a_card(client: TestClient) -> None:
    english, chinese = (checked(call(client, "restart", MAIN_JOB, language))[0] for language in ("en", "zh-CN"))

    assert "0.3 mg/kg × 78 kg = 23.4 mg" in english["detail"]
    assert "23.4 mg" in chinese["detail"]
    assert english["indicator"] == "info"
    assert english["source"]["url"].startswith("https://")
    assert "weight\\_kg): 78" in english["detail"]
    assert "8 ≤ 10 ≤ 28 days" in english["detail"]  # the row that fired
    assert "not a device" in english["detail"]


def test_fhir_data_are_not_read_as_inputs(client: TestClient) -> None:
    weight = {"resourceType": "Observation", "valueQuantity": {"value": 78, "unit": "kg"}}
    response = call(client, "dose", None, context={"patientId": "1", "weight_kg": 78}, prefetch={"weight_kg": weight})

    assert "Nothing was worked out" in checked(response)[0]["detail"]


def test_a_wrong_input_is_a_warning_that_names_it_and_cannot_become_a_link(client: TestClient) -> None:
    card = checked(call(client, *CALLS["wrong"]))[0]

    assert card["indicator"] == "warning"
    assert "drug" in card["summary"]
    # the whole of GitHub-flavoured Markdown is not at hand: what its plain addresses need is looked for by hand
    assert "<a " not in MarkdownIt("commonmark").render(card["detail"])
    assert "://" not in card["detail"]
    assert checked(call(client, "restart", ["drug"]))[0]["indicator"] == "warning"


def test_what_is_not_covered_is_a_warning(client: TestClient) -> None:
    found = checked(call(client, *CALLS["not covered"]))

    assert {card["indicator"] for card in found} == {"warning"}
    assert "talquetamab" in found[0]["summary"].lower() or "not covered" in found[0]["detail"]


def made_up(summary: str, status: Any) -> RuleResult:
    where = Provenance(
        facts=("x",), source="doc", locator="Table 1", date="2025", jurisdiction="US", confidence="secondary"
    )
    verdict = Verdict(jurisdiction="US", status=status, summary=Text(en=summary, zh=summary), provenance=(where,))
    return RuleResult(rule="restart", version="v", inputs={}, verdicts=(verdict,))


DOCUMENT = Document(
    id="doc",
    title="A label",
    publisher="",
    kind="label",
    version="",
    date="",
    jurisdiction="US",
    doi="",
    url="not a link",
    licence_note="",
)


def test_a_sentence_that_is_too_long_is_shown_in_the_detail_and_never_cut() -> None:
    just, over = "a" * 139, "Give it. " + "b" * 130 + " But not now."
    short = cards.of_result(RULES["restart"], made_up(just, "applies"), {"doc": DOCUMENT}, "en").cards[0]
    long = cards.of_result(RULES["restart"], made_up(over, "applies"), {"doc": DOCUMENT}, "en").cards[0]

    assert short.summary == just
    assert "Give it" not in long.summary
    assert over in long.detail


def test_a_superseded_result_is_never_the_summary() -> None:
    card = cards.of_result(RULES["restart"], made_up("Give 5 mg.", "superseded"), {"doc": DOCUMENT}, "en").cards[0]

    assert "5 mg" not in card.summary
    assert "replaced" in card.summary
    assert card.indicator == "warning"
    assert "~~Give 5 mg.~~" in card.detail


def test_a_source_says_how_well_it_is_known_and_links_only_to_an_address() -> None:
    card = cards.of_result(RULES["restart"], made_up("Give it.", "applies"), {"doc": DOCUMENT}, "en").cards[0]

    assert card.source.label == "A label, Table 1"
    assert card.source.url is None
    assert "summary, not the document itself" in card.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"hook": "patient-view"},
        {"hook": ""},
        {"hookInstance": "not a uuid"},
        {"context": None},
        {"context": []},
        {"extension": []},
    ],
)
def test_a_malformed_request_is_an_operation_outcome(client: TestClient, changes: dict[str, Any]) -> None:
    response = call(client, "restart", MAIN_JOB, **changes)

    assert response.status_code == 400
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["severity"] == "error"
    assert outcome["issue"][0]["details"]["text"]


def test_an_unknown_service_is_not_found(client: TestClient) -> None:
    assert client.post("/cds-services/nothing", json={}).status_code == 404
