"""What in a question could point to a person: names, numbers of identity and record, telephone, birth date, e-mail.

Each kind is found by its shape together with the words around it, so that doses, laboratory values, dates of doses, DOIs
and trial numbers are left alone. A date counts only where it is called a date of birth; eleven digits only where they
have the shape of a telephone number. It is a net with holes: it reminds a careful reader, it does not replace one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal

from assistant.types import Record

IdentifierKind = Literal["name", "id_number", "phone", "record_number", "birth_date", "email"]

_MASKS: dict[IdentifierKind, tuple[str, str]] = {
    "name": ("[name]", "[姓名]"),
    "id_number": ("[ID number]", "[证件号]"),
    "phone": ("[phone]", "[电话]"),
    "record_number": ("[number]", "[编号]"),
    "birth_date": ("[date of birth]", "[出生日期]"),
    "email": ("[e-mail]", "[邮箱]"),
}
_HAN = "\u4e00-\u9fff"
_ANY_HAN = re.compile(f"[{_HAN}]")
# one character for one: spans found in the folded text hold in the text as it was typed
_FOLD = str.maketrans("０１２３４５６７８９：，（）＋－＠．＃／　–—−", "0123456789:,()+-@.#/ ---")

# --- numbers --------------------------------------------------------------------------------------------------------
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_ID_18 = re.compile(r"(?<![\dA-Za-z.])(\d{6})[ -]?(\d{8})[ -]?(\d{3}[\dXx])(?![\dA-Za-z])")
_ID_LABELLED = re.compile(
    r"(?:身份证|护照|社保卡|医保卡|军官证)(?:号码|号)?\s*[:是为]?\s*([A-Za-z]{0,2}\d{6,17}[\dXx])"
)
_SSN = re.compile(r"(?<![\d.-])\d{3}-\d{2}-\d{4}(?![\d-])")

# what follows a count or a viral load; a telephone number is never followed by a unit
_NO_UNIT = r"(?!\s*(?:IU|U/|copies|拷贝|/|[x×*]\s*10|个|%|mg|g/|u?mol))"
_PHONES = (
    rf"(?<![\dA-Za-z.])(?:\+?86[ -]?)?1[3-9]\d(?:\d{{8}}|[ -]\d{{4}}[ -]\d{{4}})(?![\d.]*\d){_NO_UNIT}",
    r"(?<![\dA-Za-z.])\(?0\d{2,3}\)?[ -]?[2-9]\d{6,7}(?![\d.-])",
    r"(?<![\dA-Za-z.])0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?![\d.-])",
    r"(?<![\dA-Za-z.])(?<!\bday )\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?![\d.]*\d)",
    r"(?<![\dA-Za-z.-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[.-])[2-9]\d\d[.-]\d{4}(?![\d.-])",
)
_PHONE = re.compile("|".join(_PHONES))
_PHONE_LABELLED = re.compile(
    r"(?:电话|手机|联系方式|座机|\b(?:tel|telephone|phone|mobile|cell)\b)(?:号码?|\s*(?:no|number))?[\s.:是为]{0,3}(\d[\d -]{5,12}\d)",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 8

_RECORD = re.compile(
    r"(?:(?:住院|病案|病历|门诊|就诊|登记|检查|标本|病理|影像|医保|诊疗|患者|病人)(?:卡)?(?:号码|编号|号|\s*ID)"
    r"|\b(?:MRN|(?:medical|hospital|patient|chart|case|record|admission|NHS|insurance|account|encounter)"
    r"(?: record)? ?(?:ID|no\b\.?|number|#)|(?-i:ID) ?(?:no\b\.?|number|:|#)))"
    r"[\s:#是为=]{0,4}(?:is )?([A-Z]{0,4}-?\d[\dA-Z-]{3,})",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")

# --- dates of birth --------------------------------------------------------------------------------------------------
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    r"(?:(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2}\s*[日号]?|\s*月)|(?:19|20)\d{6}"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)
_BORN = re.compile(
    rf"(?:出生日期|出生年月日?|出生于|生日|生于|\b(?:DOB|D\.O\.B\.?|date of birth|birth ?date|birthday|born(?: on)?)\b)[\s:是为]{{0,3}}(?:is )?({_DATE})",
    re.IGNORECASE,
)
_BORN_AFTER = re.compile(rf"({_DATE})\s*(?:出生|生人|生(?![{_HAN}]))")

# --- names: Chinese --------------------------------------------------------------------------------------------------
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔"
    "伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴"
)
_DOUBLE = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|南宫"
_FAMILY = rf"(?:{_DOUBLE}|[{_SURNAMES}])"
_CHINESE = rf"{_FAMILY}[{_HAN}]{{1,2}}"
# words that begin like a name and stand where a name could stand
_NOT_A_NAME = frozenset(
    "高热 高烧 高龄 高钙 高血 高危 高流 高剂 高级 高度 高肿 黄疸 黄染 白细 白蛋 白天 白球 白血 温度 安静 安全 于今 于昨 于前 于本 于第 于治 于给 于用 "
    "周一 周二 周三 周四 周五 周六 周日 周期 周围 何时 何种 何处 何药 方案 方面 方便 成人 成年 水肿 连续 单药 单次 单纯 应用 应该 易感 金葡 "
    "明显 石膏 许多 余下 康复 关于 关节 施用 严重 万一 曾用 曾有 曾经 曾患 曾接 曾出 曾发 包括 凌晨 向来 文献 温热 温水 钱前 任何 "
    "任意 管理 管饲 路径 路上 季节 左侧 左下 左肺 左右 左眼 左腿 左上 左手 尚未 尚无 尚可 尚有 尚能 石某 申请 万古 毕竟 江湖 项目 安慰 安装 安排 "
    "齐全 段落 雷同 史密 毛发 易出 成功 成分 成为 游离 辛苦 兰州 武汉 宁波 金黄 金标 程度 程序 夏天 马上 龙骨 白陶 包块 包裹 文化 "
    "平均 单克 单位 单独 单侧 单用 单臂 单抗 单剂 安全 路易 纪录 向我 向您 向医 童年 乔装 顾虑 顾及 尹某 付费 付款 凌驾 梅毒 甘油 甘露 甘草 "
    "温和 高压 高低 高原 高渗 高胆 高尿 高凝 高脂 高糖 高钾 高钠 高磷 高粘 高黏 常规 安宁 贺氏 孔径 戴口 易激 易怒 易疲 易醒 曲线 "
    "盛行 成熟 成形 成骨 白班 白带 白色 白内 白介 白念 方可 方能 方有 方式 方法 文字 文本 石英 田间".split()
)
_AFTER_NAME = rf"(?=\s*(?:[,、。;:(\s\d]|$|男|女|体重|今[天日]|目前|住院|的|在|因|用|于(?![{_HAN}]))|[,.])"
_CHINESE_NAMES = (
    # 姓名：张伟；患者叫张伟
    re.compile(rf"(?:姓名|名字|名叫|(?:患者|病人|病患|[他她])叫做?)\s*[:是为]?\s*({_CHINESE})(?![{_HAN}]{{4}})"),
    # 王先生, 张建国女士, Smith先生
    re.compile(rf"({_FAMILY}[{_HAN}]{{0,2}}?)(?=先生|女士|小姐|太太|大爷|大妈|大叔|阿姨|奶奶|爷爷|婆婆|大娘)"),
    re.compile(r"\b([A-Z][a-z'’-]+(?: [A-Z][a-z'’-]+)?)(?=\s?(?:先生|女士|小姐))"),
    # 患者张伟，男
    re.compile(rf"(?:患者|病人|病患|病员|\b(?i:patient|pt)\.?)\s*[:,]?\s*({_CHINESE}){_AFTER_NAME}"),
    # 张伟，男，58岁
    re.compile(rf"(?<![{_HAN}])({_CHINESE})[,、\s]*(?=[男女]性?[,、\s]*\d{{1,3}}\s*岁)"),
)

# --- names: Latin letters --------------------------------------------------------------------------------------------
_WORD = r"[A-Z](?:['’][A-Z])?[a-z]+(?:['’-]?[A-Z][a-z]+)*"
_LATIN_NAMES = (
    re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Mister)\b\.?\s+({_WORD}(?:\s+{_WORD}){{0,2}})"),
    re.compile(
        rf"\b(?i:patient(?:['’]s)? name|full name|my name|patient (?:is )?(?:named|called))(?: is)?\s*[:=]?\s*({_WORD}(?:\s+{_WORD}){{0,2}}|[a-z]+(?: [a-z]+)?(?=\s*(?:[,.;]|$)))"
    ),
    re.compile(rf"(?<![A-Za-z] )\b(?:[Nn]ame)\s*[:=]\s*({_WORD}(?:\s+{_WORD}){{0,2}})"),
    re.compile(rf"\b(?i:patient|pt)\b\.?\s*[:,]?\s+({_WORD}\s+{_WORD}(?:\s+{_WORD})?|{_WORD}(?=\s*[,(;]))"),
    re.compile(
        rf"\b({_WORD}\s+{_WORD}),?\s+(?:is\s+)?(?:an?\s+)?(?=\(?\d{{1,3}}\s*(?:[MF]\b|y/?o\b|yrs?\b|year|-year|岁))"
    ),
)
_ORDINARY = frozenset(
    "a an the and or of for with without on in at to by from is are was were has had have can could should may might will would does do did "
    "what when which who how why if then after before during per as about not no yes this that these those it he she they his her their "
    "give given gets got needs took takes receiving received on started stopped developed currently now today yesterday "
    "grade crs icans ice fever dose doses step step-up first second third next last cycle day days week weeks month treatment "
    "patient patients myeloma multiple bispecific antibody antibodies european american chinese union states united china product label "
    "guideline consensus infection infections hepatitis neutrophils platelets weight kg temperature male female man woman years year old "
    "january february march april may june july august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday tecvayli talvey elrexfio lynozyfic actemra darzalex kyprolis velcade revlimid pomalyst imdelltra columvi "
    "table section common terminology criteria adverse events version international working group society performance status "
    "ecog gram positive negative type general information leaflet safety population case report history name id".split()
)
_DRUG_ENDING = re.compile(r"(?:mab|nib|mide|zomib|sone|solone|cept|vir|cillin|oxacin|azole|parin|statin|cel|leucel)$")


class Identifier(Record):
    """One piece of a text that could point to a person: `text[start:end]`."""

    start: int
    end: int
    kind: IdentifierKind


def identifiers(text: str) -> tuple[Identifier, ...]:
    """All that was found in `text`, in order and without overlap; the longer of two that overlap stays."""
    plain = text.translate(_FOLD)
    found = sorted(_found(plain), key=lambda i: (i.start - i.end, i.start))
    kept: list[Identifier] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda i: i.start))


def masked(text: str) -> str:
    """`text` with every identifier replaced by the name of its kind in brackets, in the language of the text.

    A record number goes with the words that name it: they read as a request to look into the record.
    """
    chinese = bool(_ANY_HAN.search(text))
    parts, position = [], 0
    for one in identifiers(text):
        parts += [text[position : one.start], _MASKS[one.kind][chinese]]
        position = one.end
    return "".join([*parts, text[position:]])


def _found(plain: str) -> Iterator[Identifier]:
    yield from _spans(_EMAIL, plain, "email")
    yield from _spans(_ID_18, plain, "id_number", _is_id)
    yield from _spans(_ID_LABELLED, plain, "id_number")
    yield from _spans(_SSN, plain, "id_number")
    yield from _spans(_PHONE, plain, "phone", lambda m: sum(c.isdigit() for c in m.group()) >= _FEWEST_DIGITS)
    yield from _spans(
        _PHONE_LABELLED, plain, "phone", lambda m: sum(c.isdigit() for c in m.group(1)) >= _FEWEST_DIGITS - 1
    )
    yield from _spans(_RECORD, plain, "record_number", lambda m: sum(c.isdigit() for c in m.group(1)) > 3)
    yield from _spans(_BORN, plain, "birth_date")
    yield from _spans(_BORN_AFTER, plain, "birth_date")
    for pattern in _CHINESE_NAMES:
        yield from _spans(pattern, plain, "name", _is_chinese_name)
    headline = _is_headline(plain)
    for number, pattern in enumerate(_LATIN_NAMES):
        if number < len(_LATIN_NAMES) - 2 or not headline:
            yield from _spans(pattern, plain, "name", _is_latin_name)


def _spans(
    pattern: re.Pattern[str],
    plain: str,
    kind: IdentifierKind,
    holds: Callable[[re.Match[str]], bool] = lambda _: True,
) -> Iterator[Identifier]:
    """The matches for which `holds`: their only group if there is one, else the whole."""
    group = 1 if pattern.groups == 1 else 0
    for match in pattern.finditer(plain):
        if holds(match):
            group = 0 if kind == "record_number" else group
            yield Identifier(start=match.start(group), end=match.end(group), kind=kind)


def _is_id(match: re.Match[str]) -> bool:
    """Whether 18 digits are a resident identity number: its check digit (GB 11643) is right, or a birth date stands in it."""
    digits = "".join(match.groups()).upper()
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return _CHECK[total % 11] == digits[-1] or _is_day(match.group(2))


def _is_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2100
    except ValueError:
        return False


def _is_chinese_name(match: re.Match[str]) -> bool:
    name = match.group(1)
    return name[:2] not in _NOT_A_NAME and "某" not in name  # 张某某 is a name already taken out


def _is_latin_name(match: re.Match[str]) -> bool:
    words = match.group(1).lower().split()
    return not any(word in _ORDINARY or _DRUG_ENDING.search(word) for word in words)


def _is_headline(plain: str) -> bool:
    """Whether most words begin with a capital letter, so that capitals tell nothing about names."""
    words = re.findall(r"[A-Za-z]{3,}", plain)
    return len(words) > 6 and sum(word[0].isupper() for word in words) * 2 > len(words)
