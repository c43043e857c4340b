"""Makes the PDF files under `files/`: a journal-like article in English and Chinese, a scan, an encrypted file.

Needs pdflatex, xelatex (with Noto CJK fonts), qpdf, pypdfium2 and Pillow; the tests need none of them but pypdfium2.
The text is ours and invented: "examplemab" does not exist and no number here is clinical.

    python tests/ingest/imported/make_files.py
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pypdfium2

FILES = Path(__file__).with_name("files")

_ENGLISH = r"""
\documentclass[twocolumn,11pt,twoside]{article}
\usepackage[T1]{fontenc}\usepackage{lmodern}\usepackage{fancyhdr}\usepackage{booktabs}
\usepackage[a4paper,margin=2cm,columnsep=16pt]{geometry}
\pagestyle{fancy}\fancyhf{}\renewcommand{\headrulewidth}{0pt}
\fancyhead[R]{Review}\fancyfoot[RO]{www.example.org/journal \ Vol 25 \ May 2024\quad \textbf{e\thepage}}
\fancyfoot[LE]{\textbf{e\thepage}\quad www.example.org/journal \ Vol 25 \ May 2024}
\setcounter{page}{205}
\begin{document}
\twocolumn[{\raggedright\LARGE Efficient and official use of examplemab: an invented consensus for software tests\par\medskip
\normalsize A Writer, B Reader, C Checker\par\bigskip
\small This summary stands across both columns. It says that the file was made for tests, that examplemab does not exist, and that
nothing in it may be used for the care of any person. It is long enough to fill more than two full lines of the page.\par\bigskip}]
\thispagestyle{fancy}
\section{Introduction}
The first official finding is that a reader of two columns must reach the foot of the left column before the right one begins. Step-up
dosing of examplemab was described in the affidavit of 17 offices. Immunoglobulin replacement of 400 mg/kg was considered when
neutrophils were below $0.5\times10^{9}$/L,\textsuperscript{12,13} and hypogammaglobulinaemia was characterised as uncharacteristically
straightforward. T-cell-engaging antibodies of this kind bind two different targets at the same time, which is why internationally
recognised recommendations for immunocompromised people insist on prophylaxis, on surveillance and on hospitalisation during the first
doses. BCMA-directed treatment and GPRC5D-directed treatment differ in their profile, and the difference affects the choice.

A second paragraph follows with an indent. It flows around difficult words such as efflux, baffling, affinity and sufficient, because
ligatures used to vanish from extracted text. Cytokine release syndrome was graded from 1 to 4; the median time to onset was 2 days
(range 1--9) and the median duration 2 days. No conclusion can be drawn from these numbers, since they are invented.

\section{Before the first dose}
Examine the person for active infection before the first dose. Screening for hepatitis B, hepatitis C and HIV is part of the
invented work-up, and so is a measurement of immunoglobulin G. Vaccination against influenza is offered two weeks before the first dose
where time allows. The person and the family receive a card that names the symptoms of cytokine release syndrome and a telephone number
that is answered day and night. Premedication consists of a corticosteroid, an antihistamine and an antipyretic, given 1 to 3 hours before
each of the first three doses. Hospitals that lack an intensive care unit arrange for transfer before treatment begins, and write the
arrangement down. Body-weight is measured on the day of each dose; a dose that was prepared for another weight is not given.

\subsection{Dose schedule}
The invented schedule stands in the table. Each step-up dose is given only when the dose before it was tolerated. An interval of
2 to 4 days between step-up doses is kept, and may be extended to 7 days while adverse reactions resolve.

\begin{table*}[t]\centering\caption{Invented schedule of examplemab}
\begin{tabular*}{\textwidth}{@{\extracolsep{\fill}}llll@{}}\toprule
Step & Day & Dose of examplemab & Remark\\\midrule
Step-up dose 1 & Day 1 & 0.06 mg/kg & in hospital\\
Step-up dose 2 & Day 4 & 0.3 mg/kg & in hospital\\
First full dose & Day 7 & 1.5 mg/kg & in hospital, platelets above $50\times10^{9}$/L\\
Later doses & every week & 1.5 mg/kg & outpatient\\\bottomrule
\end{tabular*}\end{table*}

\section{Cytokine release syndrome}
Fever of 38.0 $^{\circ}$C or more is grade 1 when there is neither hypotension nor hypoxia. Tocilizumab of 8 mg/kg is given in this
invented text for grade 2 and above, with a maximum of 800 mg per dose. Corticosteroids follow when the syndrome does not improve within
24 hours. The next dose is withheld until the event has resolved. Rechallenge after a grade 4 event is never attempted here, and
the decision is recorded together with its reason. Nurses check temperature, blood pressure and oxygen saturation every 4 hours during the
first 48 hours after each step-up dose, and at every visit thereafter. People who live more than 60 minutes from the hospital stay nearby.

\section{Infections}
Prophylaxis against \textit{Pneumocystis jirovecii} starts with the first dose and continues until the CD4 count is above 200 per microlitre. Aciclovir
is given to everyone. Immunoglobulin is replaced when IgG falls below 4 g/L, every 4 weeks, at 400 mg/kg. Granulocyte colony-stimulating
factor is offered when neutrophils are below $0.5\times10^{9}$/L, except during cytokine release syndrome. Cytomegalovirus is measured
only when there are symptoms. Treatment is interrupted during an active infection and resumed when the infection is under control; the
number of days since the last dose decides whether a step-up dose must be repeated.

\begin{tabular}{|l|l|l|}\hline
Infection & Measure & Start\\\hline
Herpes zoster & aciclovir & dose 1\\\hline
Pneumocystis & co-trimoxazole & dose 1\\\hline
\end{tabular}

\clearpage
\section{Interruptions}
An interruption of more than 28 days after the last dose leads to a restart with step-up dose 1. Between 8 and 28 days the last dose is
repeated. The days are counted from the last dose that was really given, and not from the missed appointment. A person whose treatment was
interrupted because of an infection is examined before the restart. Premedication is given again with every repeated step-up dose, and the
hospital stay of 48 hours applies again. These rules are invented and serve to test that a passage keeps its page.

\section{Conclusion}
The consensus that does not exist closes with a sentence that stands on the last page. Its authors ask for efficient registries.

\section*{References}
\noindent 12\ \ Nobody A. A paper that does not exist. \textit{J Tests} 2020; 1: 1--9.\\
13\ \ Nobody B. Another paper that does not exist. \textit{J Tests} 2021; 2: 10--19.
\end{document}
"""

_CHINESE = r"""
\documentclass[twocolumn,10pt]{article}
\usepackage{fontspec}\usepackage{xeCJK}\setCJKmainfont[BoldFont={Noto Serif CJK SC Bold}]{Noto Sans CJK SC}
\usepackage{fancyhdr}\usepackage{booktabs}\usepackage[a4paper,margin=2cm,columnsep=16pt]{geometry}
\pagestyle{fancy}\fancyhf{}\renewcommand{\headrulewidth}{0pt}\fancyhead[L]{测试杂志 2024年5月}\fancyfoot[C]{第 \thepage\ 页}
\setcounter{page}{31}
\begin{document}
\twocolumn[{\raggedright\LARGE 高效规范使用 examplemab：用于软件测试的虚构共识\par\bigskip
\small 本摘要横跨两栏。本文件仅为测试而制作，examplemab 并不存在，文中任何内容都不得用于任何患者的诊疗。本段足够长，超过页面的两整行，以便检验阅读顺序。\par\bigskip}]
\thispagestyle{fancy}
\section{引言}
第一项发现是：阅读双栏文字时，必须先读完左栏，再读右栏。17 个办公室的书面陈述描述了 examplemab 的剂量递增给药。中性粒细胞低于
$0.5\times10^{9}$/L 时，可考虑以 400 mg/kg 补充免疫球蛋白，低丙种球蛋白血症的特征非常清楚。这类T细胞衔接抗体同时结合两个不同的靶点，
因此国际公认的建议强调，免疫功能低下者在最初几剂期间需要预防、监测和住院。靶向BCMA的治疗与靶向GPRC5D的治疗特点不同，这种差别会影响选择。

第二段继续说明。细胞因子释放综合征分为 1 至 4 级；中位发生时间为 2 天（范围 1--9 天），中位持续时间为 2 天。这些数字均为虚构，不能得出任何结论。

\section{首次给药前}
首次给药前检查是否存在活动性感染。虚构的检查项目包括乙型肝炎、丙型肝炎和 HIV 筛查，以及免疫球蛋白G测定。时间允许时，在首次给药前两周接种流感疫苗。
向患者和家属发放卡片，写明细胞因子释放综合征的症状和昼夜有人接听的电话。预处理用药包括糖皮质激素、抗组胺药和退热药，在前三剂每次给药前
1 至 3 小时使用。没有重症监护病房的医院应在治疗开始前安排好转院，并作书面记录。每次给药当天测量体重；按其他体重配制的药物不得使用。

\subsection{给药方案}
虚构的方案见表。只有在前一剂耐受后，才给予下一个递增剂量。递增剂量之间间隔 2 至 4 天，不良反应恢复期间可延长至 7 天。

\noindent\begin{tabular}{|l|l|l|}\hline
步骤 & 时间 & 剂量\\\hline
递增剂量1 & 第1天 & 0.06 mg/kg\\\hline
递增剂量2 & 第4天 & 0.3 mg/kg\\\hline
首次全剂量 & 第7天 & 1.5 mg/kg\\\hline
后续剂量 & 每周 & 1.5 mg/kg\\\hline
\end{tabular}

\section{细胞因子释放综合征}
体温达到或超过 38.0 ℃，且无低血压和低氧，为 1 级。在本虚构文本中，2 级及以上给予托珠单抗 8 mg/kg，每剂最大 800 mg。24 小时内无改善时加用糖皮质激素。
事件恢复之前暂停下一剂。发生 4 级事件后不再尝试给药，并记录这一决定及其理由。每个递增剂量后的最初 48 小时内，护士每 4 小时测量体温、血压和血氧饱和度，
此后每次就诊时测量。住处距医院超过 60 分钟路程的患者应住在医院附近。

\clearpage
\section{感染}
自首剂起预防耶氏肺孢子菌，直至 CD4 计数高于每微升 200。所有患者均给予阿昔洛韦。IgG 低于 4 g/L 时，每 4 周以 400 mg/kg 补充免疫球蛋白。
中性粒细胞低于 $0.5\times10^{9}$/L 时给予粒细胞集落刺激因子，细胞因子释放综合征期间除外。仅在出现症状时检测巨细胞病毒。
活动性感染期间中断治疗，感染得到控制后恢复；是否需要重复递增剂量，取决于距末次给药的天数。

\section{治疗中断}
距末次给药超过 28 天，从递增剂量 1 重新开始。8 至 28 天者重复末次剂量。天数从实际给予的末次剂量算起，而不是从错过的预约算起。
因感染中断治疗者，重新开始前应接受检查。每次重复递增剂量时再次给予预处理用药，并再次住院 48 小时。这些规则均为虚构，用于检验段落是否保留页码。

\section{结论}
这份并不存在的共识以最后一页上的一句话结束。作者呼吁建立高效的登记系统。
\end{document}
"""


def _typeset(program: str, source: str, target: Path, folder: Path) -> None:
    (folder / "file.tex").write_text(source, encoding="utf-8")
    for _ in range(2):
        subprocess.run([program, "-interaction=nonstopmode", "file.tex"], cwd=folder, check=True, capture_output=True)
    subprocess.run(["qpdf", "--object-streams=generate", str(folder / "file.pdf"), str(target)], check=True)


def _scan(source: Path, target: Path) -> None:
    page = pypdfium2.PdfDocument(source)[0]
    page.render(scale=1.2, grayscale=True).to_pil().convert("L").save(target, format="PDF", quality=35, resolution=86)


def main() -> None:
    """Make all files."""
    FILES.mkdir(exist_ok=True)
    journal, chinese, scanned = FILES / "journal-en.pdf", FILES / "journal-zh.pdf", FILES / "scanned.pdf"
    with tempfile.TemporaryDirectory() as folder:
        _typeset("pdflatex", _ENGLISH, journal, Path(folder))
        _typeset("xelatex", _CHINESE, chinese, Path(folder))
    _scan(journal, scanned)
    lock = ["qpdf", "--encrypt", "user-secret", "owner-secret", "256", "--"]
    subprocess.run([*lock, str(chinese), str(FILES / "encrypted.pdf")], check=True)


if __name__ == "__main__":
    main()
