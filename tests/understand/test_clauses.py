"""How far a negation reaches."""

from __future__ import annotations

import pytest

from assistant.text.normalise import normalise
from assistant.understand.clauses import clauses_of, status_in


@pytest.mark.parametrize(
    ("text", "finding", "status"),
    [
        ("no seizures", "seizures", "absent"),
        ("without hypotension or hypoxia", "hypoxia", "absent"),
        ("no fever, weakness or tremor", "tremor", "absent"),
        ("no fever, weakness or tremor", "weakness", "absent"),
        ("no fever, weakness, tremor", "tremor", "unknown"),
        ("no oxygen low bp", "low bp", "present"),
        ("no fever, on oxygen", "oxygen", "present"),
        ("无抽搐、偏瘫", "偏瘫", "absent"),
        ("无低血压及低氧", "低氧", "absent"),
        ("不吸氧血压低", "血压低", "present"),
        ("未用升压药，鼻导管3l", "鼻导管", "present"),
        ("可疑低血压", "低血压", "unknown"),
        ("不排除抽搐", "抽搐", "unknown"),
    ],
)
def test_a_negation_reaches_its_own_finding_and_the_members_of_its_list(text: str, finding: str, status: str) -> None:
    clause = next(clause for clause in clauses_of(normalise(text).text) if finding in clause.text)
    start = clause.text.index(finding)

    assert status_in(clause, start, start + len(finding)) == status
