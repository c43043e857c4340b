"""The JSON endpoints give what the command line and the rules give."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.pipeline import Assistant
from assistant.rules import RULES, run
from assistant.serve.calls import inputs_of
from assistant.types import Answer
from tests.serve.conftest import MAIN_JOB

QUESTIONS = [
    {"question": "Last dose was teclistamab step-up dose 2 ten days ago, 78 kg. What next?"},
    {"question": "皮下给药后多久出现CRS？"},
    {"question": "Which CRS grade?", "language": "zh"},
    {"question": "and for talquetamab?", "history": ["Which premedication before teclistamab?"], "jurisdiction": "EU"},
]


@pytest.mark.parametrize("asked", QUESTIONS)
def test_an_answer_is_the_one_of_the_assistant(client: TestClient, assistant: Assistant, asked: dict[str, Any]) -> None:
    response = client.post("/api/ask", json=asked)
    more = {key: value for key, value in asked.items() if key != "question"}
    expected = assistant.ask(asked["question"], **more)

    assert response.status_code == 200
    given = Answer.model_validate(response.json())
    assert given.model_copy(update={"timings_ms": {}}) == expected.model_copy(update={"timings_ms": {}})


def test_the_main_job_by_its_rule(client: TestClient) -> None:
    response = client.post("/api/rules/restart", json=MAIN_JOB)

    assert response.json() == run("restart", MAIN_JOB).model_dump(mode="json")
    assert response.json()["verdicts"][0]["values"]["dose_mg"] == "23.4"


def test_digits_arrive_as_they_were_sent() -> None:
    assert inputs_of(b'{"weight_value": 70.10, "days": 10}') == {"weight_value": "70.10", "days": 10}
    assert inputs_of(b"[1]") is inputs_of(b"\xff") is inputs_of(b"") is None


def without_null(schema: Any) -> Any:
    """The schema without `"default": null`, which FastAPI leaves out of the document that it writes."""
    if isinstance(schema, dict):
        return {key: without_null(value) for key, value in schema.items() if (key, value) != ("default", None)}
    return [without_null(part) for part in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("name", list(RULES))
def test_every_rule_is_an_endpoint_with_its_own_schema(client: TestClient, name: str) -> None:
    schema = client.get("/api/openapi.json").json()
    body = schema["paths"][f"/api/rules/{name}"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    own = RULES[name].inputs.model_json_schema()
    assert client.get(f"/api/rules/{name}").json()["inputs"] == own
    assert without_null(body) == without_null(own)
    assert client.post(f"/api/rules/{name}", json={}).json() == run(name, {}).model_dump(mode="json")


def test_the_schema_describes_the_answer_and_the_refusals(client: TestClient) -> None:
    schema = client.get("/api/openapi.json").json()
    ask = schema["paths"]["/api/ask"]["post"]["responses"]

    assert set(Answer.model_fields) <= set(schema["components"]["schemas"]["Answer"]["properties"])
    assert {"200", "401", "413", "422", "429"} <= set(ask)


@pytest.mark.parametrize(
    ("path", "body", "status", "name", "allowed"),
    [
        ("/api/rules/restart", {"drug": "teclistamap"}, 422, "drug", "did you mean teclistamab"),
        ("/api/rules/restart", {"drugs": "teclistamab"}, 422, "drugs", "drug"),
        ("/api/rules/restart", {**MAIN_JOB, "weight_kg": "heavy"}, 422, "weight_kg", "digits"),
        ("/api/rules/restart", {**MAIN_JOB, "weight_kg": -5}, 422, "weight_kg", ""),
        ("/api/rules/restart", [1], 400, "body", "JSON object"),
        ("/api/rules/nothing", {}, 404, "", "restart"),
        ("/api/ask", {"question": ""}, 422, "question", ""),
        ("/api/ask", {"question": "x" * 2001}, 422, "question", ""),
        ("/api/ask", {"question": "CRS?", "history": ["x" * 2001]}, 422, "question", ""),
        ("/api/ask", {"question": "CRS?", "history": ["x"] * 51}, 422, "history", "50"),
        ("/api/ask", {"question": "CRS?", "language": "fr"}, 422, "language", "'zh'"),
        ("/api/ask", {"question": "CRS?", "jurisdiction": "JP"}, 422, "jurisdiction", "'CN'"),
        ("/api/ask", {"question": "CRS?", "patient": "x"}, 422, "patient", "schema"),
        ("/api/ask", {}, 422, "question", "a value"),
        ("/api/search", {"query": "?!"}, 422, "question", ""),
        ("/api/search", {"query": "CRS", "k": 51}, 422, "k", "50"),
    ],
)
def test_an_error_says_what_was_found_what_is_allowed_and_what_to_do(
    client: TestClient, path: str, body: Any, status: int, name: str, allowed: str
) -> None:
    response = client.post(path, json=body)
    error = response.json()["error"]

    assert (response.status_code, error["name"]) == (status, name)
    assert allowed in error["allowed"]["en"]
    for part in ("found", "allowed", "do"):
        assert error[part]["en"]
        assert error[part]["zh"]
    assert error["do"]["en"] != error["do"]["zh"]


def test_what_is_no_json_is_said_so(client: TestClient) -> None:
    for path in ("/api/ask", "/api/rules/restart", "/api/rules/dose"):
        response = client.post(path, content=b"{", headers={"content-type": "application/json"})
        assert response.status_code == 400
        assert "JSON" in response.json()["error"]["found"]["zh"]
    deep = b'{"a":' * 100_000
    assert (
        client.post("/api/rules/restart", content=deep, headers={"content-type": "application/json"}).status_code == 400
    )


def test_a_question_is_not_repeated_in_the_refusal_of_its_type(client: TestClient) -> None:
    assert "SECRET" not in client.post("/api/ask", json={"question": ["SECRET"]}).text


def test_search_finds_what_the_command_finds(client: TestClient, assistant: Assistant) -> None:
    hits = client.post("/api/search", json={"query": "onset of CRS", "k": 3}).json()["hits"]

    assert [hit["unit"]["id"] for hit in hits] == [hit.unit.id for hit in assistant.search("onset of CRS", 3)]
    assert not {"texts", "asked_as"} & set(hits[0]["unit"])


def test_ready_says_so_until_the_corpus_is_another(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.serve import readiness

    assert client.get("/ready").json()["ready"] is True

    monkeypatch.setattr(readiness, "_LOOKED_AT_EVERY_S", 0.0)
    monkeypatch.setattr(readiness, "corpus_version", lambda _: "another")
    monkeypatch.setattr(readiness.time, "monotonic", lambda: 1e12)
    response = client.get("/ready")

    assert response.status_code == 503
    assert response.json()["index"]["stale"] == ["corpus"]
