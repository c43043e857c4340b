"""Findings for the CRS grade: temperature, antipyretic or anticytokine treatment, blood pressure, vasopressors, oxygen.

Each finding is present, absent or (when the wording is uncertain) unknown; what is not mentioned is left out, and the rule
asks for it if it could change the grade.
"""

from __future__ import annotations

import re

from assistant.text.quantities import Quantity
from assistant.understand.clauses import Clause, Status, clauses_of, status_of

# A temperature typed without a unit, directly after a fever word: 发烧38.6, temp 39
_BARE_TEMPERATURE = re.compile(
    r"(?:发烧|发热|高热|低热|体温|烧到|烧至|烧|热|t|temp(?:erature)?|fever|febrile|tmax)\s*(?:of|is|was|:|：|=|到|至|最高)?\s*(?:to\s*)?(\d{2,3}(?:\.\d+)?)(?!\s*(?:天|小时|h|d|%|/|\d))"
    r"|(?<![\d.])((?:3[4-9]|4[0-3])(?:\.\d+)?)\s*(?:temp|fever|发烧|发热|高热)"
)
_FEVER = re.compile(r"fever|febrile|pyrexia|发烧|发热|高热|低热|烧(?!伤)|体温高|发燒")
_AFEBRILE = re.compile(r"afebrile|apyrexial|体温正常|不烧|没烧|未发热|无发热|没发烧|退烧了|热退|no fever")
_HYPOTENSION = re.compile(
    r"hypotensi(?:on|ve)|low (?:bp|blood pressure)|(?:bp|blood pressure) (?:is )?low|低血压|血压(?:偏|还是|仍|持续|有点)?低|掉血压|休克"
)
_NORMAL_PRESSURE = re.compile(
    r"normotensi\w+|(?:bp|blood pressure|pressures?)\s*(?:is |was |are )?(?:normal|stable|fine|ok\b)|normal (?:bp|blood pressure)|血压(?:是|还|也|都)?(?:正常|稳定|平稳|可以|好|ok)"
)
_VASOPRESSORS = {
    "norepinephrine": r"norepinephrine|noradrenaline|levophed|去甲(?!万古|基化)(?:肾上腺素|肾)?|norepi\b",
    "epinephrine": r"(?<!nor)epinephrine|(?<!nor)adrenaline|(?<!去甲)肾上腺素",
    "dopamine": r"dopamine|多巴胺",
    "phenylephrine": r"phenylephrine|去氧肾上腺素|苯肾",
    "vasopressin": r"vasopressin|血管加压素|加压素",
}
_VASOPRESSOR = re.compile(r"vasopressors?|pressors?|inotropes?|升压药|升壓藥|血管活性药|缩血管药|升压")
_COUNT = re.compile(
    r"(?:\b(one|1|single|a|an|two|2|three|3|multiple|several)|(一种|一个|1种|单一|一联|两种|两个|2种|二种|两联|三种|3种|多种|几种))\s*$"
)
_ONE = {"one", "1", "single", "a", "an", "一种", "一个", "1种", "单一", "一联"}
_DEVICES: tuple[tuple[str, str], ...] = (
    ("mechanical_ventilation", r"intubat\w+|mechanical ventilat\w+|ventilator|插管|机械通气|有创|呼吸机(?!无创)"),
    ("bipap", r"bi-?pap|无创(?:通气|呼吸机)?"),
    ("cpap", r"\bcpap\b"),
    ("venturi", r"venturi|文丘里"),
    ("non_rebreather", r"non-?\s?rebreath\w*|\bnrb\b|储氧面罩|非再呼吸"),
    (
        "high_flow_nasal_cannula",
        r"high[- ]?flow(?: nasal (?:cannula|oxygen))?|\bhfnc\b|\bhfno\b|高流量(?:鼻导管|氧疗|吸氧|湿化)?|经鼻高流量",
    ),
    ("low_flow_nasal_cannula", r"low[- ]?flow(?: nasal)?(?: cannula| oxygen)?|低流量(?:鼻导管|氧|吸氧)?"),
    ("facemask", r"face ?mask|simple mask|面罩"),
    ("blow_by", r"blow-?by|吹氧"),
    ("nasal_cannula", r"nasal (?:cannula|prongs)|cannula|\bnc\b|鼻导管|鼻氧管|鼻塞"),
)
_ROOM_AIR = re.compile(
    r"room air|\bra\b|on air\b|no (?:supplemental )?(?:oxygen|o2)|not on (?:oxygen|o2)|without (?:oxygen|o2)|off (?:oxygen|o2)|不(?:需要?|用)?吸氧|未吸氧|没吸氧|无需吸氧|不用氧|未用氧|没用氧|不需氧|未予吸氧|吸空气|空气下|不缺氧|血氧正常|氧合正常|没上氧|无需氧"
)
_HYPOXIA = re.compile(r"hypoxi[ac]|desaturat\w+|低氧(?:血症)?|缺氧|掉氧|血氧(?:饱和度)?低")
_ANTIPYRETIC = re.compile(
    r"antipyretics?|paracetamol|acetaminophen|tylenol|ibuprofen|退烧药|退热药|对乙酰氨基酚|布洛芬|美林|泰诺林|吲哚美辛"
)
_ANTICYTOKINE = re.compile(
    r"tocilizumab|\btoci\b|托珠(?:单抗)?|拖珠|dexamethasone|\bdex\b|steroids?|corticosteroids?|地塞米松|地米|激素|anakinra|阿那白滞素|siltuximab|司妥昔"
)
_CRS = re.compile(r"\bcrs\b|cytokine release|细胞因子释放|细胞激素释放|细胞因子风暴")
# "几级CRS", "is it CRS?" ask about the diagnosis or the grade; they do not state it
_CRS_ASKED = re.compile(
    r"(?:几|哪|什么|what|which|how|算|是不是|是否|is (?:it|this)).{0,12}crs|crs.{0,6}(?:吗|还是|或者|\bor\b)|crs grade|grade of crs|疑|suspect"
)
_GIVEN = re.compile(
    r"after|given|received|had|got|s/p|post|following|on board|用了|用过|已用|已给|给了|打了|上了|已上|后|之后|用后"
)
_NOT_YET = re.compile(r"要不要|是否|能不能|可不可以|需不需要|should|need|whether|when|什么时候|吗|\?|？")


def crs_findings(text: str, quantities: tuple[Quantity, ...]) -> dict[str, str]:
    """The inputs of the rule `crs_grade` that normalised `text` gives; only what is said."""
    found: dict[str, str] = {}
    _temperature(text, quantities, found)
    clauses = clauses_of(text)
    for clause in sorted(clauses, key=lambda c: not c.past):
        if not clause.past:
            _clear_older(clause.text, found)
        _fever(clause.text, found)
        _treatment(clause.text, found)
        _pressure(clause.text, found)
        _oxygen(clause, quantities, found)
    _vasopressors(clauses, found)
    if _CRS.search(text) and not _CRS_ASKED.search(text):
        found["crs_diagnosed"] = "present"
    if "oxygen_device" not in found:
        flow = next((q for q in quantities if q.unit == "l/min" and q.value is not None), None)
        if flow is not None:
            found["oxygen_flow_l_min"] = str(flow.value)
    return found


def _temperature(text: str, quantities: tuple[Quantity, ...], found: dict[str, str]) -> None:
    measured = [
        q for q in quantities if q.unit in {"celsius", "fahrenheit"} and q.value is not None and q.comparator == "="
    ]
    if measured:
        highest = max(measured, key=lambda q: q.value or 0)
        found["temperature_value"] = str(highest.value)
        found["temperature_unit"] = "C" if highest.unit == "celsius" else "F"
        return
    bare = [match[1] or match[2] for match in _BARE_TEMPERATURE.finditer(text)]
    plausible = [value for value in bare if len(value.split(".")[0]) == 2 or value.startswith("1")]
    if plausible:
        found["temperature_value"] = plausible[-1]
        found["temperature_unit"] = "C" if len(plausible[-1].split(".")[0]) == 2 else "F"


def _clear_older(clause: str, found: dict[str, str]) -> None:
    """What is said of now replaces what was said of before."""
    if _ROOM_AIR.search(clause) or any(re.search(pattern, clause) for _, pattern in _DEVICES):
        for name in ("oxygen_device", "oxygen_flow_l_min", "hypoxia"):
            found.pop(name, None)


def _fever(clause: str, found: dict[str, str]) -> None:
    if "temperature_value" in found:
        return
    if _AFEBRILE.search(clause):
        found["fever"] = "absent"
        return
    match = _FEVER.search(clause)
    if match:
        found["fever"] = status_of(clause, match.start(), match.end())


def _treatment(clause: str, found: dict[str, str]) -> None:
    for name, pattern in (("antipyretic_given", _ANTIPYRETIC), ("anticytokine_given", _ANTICYTOKINE)):
        match = pattern.search(clause)
        if match is None or _NOT_YET.search(clause):
            continue
        status: Status = status_of(clause, match.start(), match.end())
        if status == "absent":
            found[name] = "absent"
        elif _GIVEN.search(clause):
            found[name] = "present"


def _pressure(clause: str, found: dict[str, str]) -> None:
    if _NORMAL_PRESSURE.search(clause):
        found.setdefault("hypotension", "absent")
        return
    match = _HYPOTENSION.search(clause)
    if match:
        found["hypotension"] = status_of(clause, match.start(), match.end())


def _oxygen(clause: Clause, quantities: tuple[Quantity, ...], found: dict[str, str]) -> None:
    text = clause.text
    if _ROOM_AIR.search(text):
        found["oxygen_device"] = "none"
        return
    for device, pattern in _DEVICES:
        match = re.search(pattern, text)
        if match is None:
            continue
        status = status_of(text, match.start(), match.end())
        if status == "absent":
            continue
        found["oxygen_device"] = device if status == "present" else "unknown"
        break
    flow = next(
        (
            q
            for q in quantities
            if q.unit in {"l/min", "litre"}
            and q.value is not None
            and clause.start <= q.start < clause.start + len(text)
        ),
        None,
    )
    if flow is not None and (flow.unit == "l/min" or "oxygen_device" in found) and flow.comparator == "=":
        found["oxygen_flow_l_min"] = str(flow.value)
        found.setdefault("oxygen_device", "unknown")
    match = _HYPOXIA.search(text)
    if match and "oxygen_device" not in found:
        found["hypoxia"] = status_of(text, match.start(), match.end())


def _vasopressors(clauses: tuple[Clause, ...], found: dict[str, str]) -> None:
    """How many vasopressors are running now; named drugs and counting words are read together."""
    current = [clause for clause in clauses if not clause.past or len(clauses) == 1]
    named = {drug for clause in current for drug in _named_vasopressors(clause.text)}
    counted = next((count for clause in current if (count := _counted_vasopressors(clause.text))), "")
    plain = named - {"vasopressin"}
    if counted == "two_or_more" or len(plain) >= 2:
        found["vasopressors"] = "two_or_more"
    elif plain or counted == "one":
        found["vasopressors"] = "one_plus_vasopressin" if "vasopressin" in named else "one"
    elif "vasopressin" in named:
        found["vasopressors"] = "vasopressin_only"
    elif counted:
        found["vasopressors"] = counted


def _named_vasopressors(clause: str) -> list[str]:
    matches = ((drug, re.search(pattern, clause)) for drug, pattern in _VASOPRESSORS.items())
    return [drug for drug, match in matches if match and status_of(clause, match.start(), match.end()) == "present"]


def _counted_vasopressors(clause: str) -> str:
    """The count: "one", "two_or_more", "none", "unknown", or "" when the clause does not speak of vasopressors or gives no count."""
    match = _VASOPRESSOR.search(clause)
    if match is None:
        return ""
    status = status_of(clause, match.start(), match.end())
    if status != "present":
        return "none" if status == "absent" else "unknown"
    count = _COUNT.search(clause[: match.start()])
    if count is None:
        return ""
    return "one" if (count[1] or count[2]) in _ONE else "two_or_more"
