"""Why a document cannot be imported, or what was lost, in both languages: what was found, what is allowed, what to do."""

from __future__ import annotations

from assistant.errors import ImportFault
from assistant.ingest.imported.records import ImportNotice
from assistant.types import Text

_FAULTS: dict[str, tuple[str, str]] = {
    "missing": ("'{file}' was not found or cannot be opened. Check the path and the permissions.", "找不到或无法打开“{file}”。请检查路径和权限。"),
    "link": ("'{file}' is a symbolic link; only regular files are read. Give the path of the file itself.", "“{file}”是符号链接；只读取普通文件。请给出文件本身的路径。"),
    "not_a_file": ("'{file}' is not a regular file. Give the path of a PDF, Markdown, HTML or text file.", "“{file}”不是普通文件。请给出 PDF、Markdown、HTML 或文本文件的路径。"),
    "empty": ("'{file}' is empty. Get the document again and import that.", "“{file}”是空文件。请重新获取该文档后再导入。"),
    "too_large": ("'{file}' has more than {allowed} MB, which is the limit. Split it, or save it without images.", "“{file}”超过上限 {allowed} MB。请拆分文件，或另存为不含图片的版本。"),
    "not_pdf": ("'{file}' is named .pdf but does not hold a PDF. Open it to see what it is (often a web page saved after a login), and save the PDF again.", "“{file}”的扩展名是 .pdf，但内容不是 PDF。请打开确认（常见情况是登录后保存的网页），并重新保存 PDF。"),
    "format": ("'{file}' is not a PDF, Markdown, HTML or text file. Save it as PDF and import that.", "“{file}”不是 PDF、Markdown、HTML 或文本文件。请另存为 PDF 后再导入。"),
    "encoding": ("The characters of '{file}' cannot be read. Allowed are UTF-8, UTF-16 with a mark, and GB 18030. Save it as UTF-8.", "无法识别“{file}”的文字编码。支持 UTF-8、带标记的 UTF-16 和 GB 18030。请另存为 UTF-8。"),
    "encrypted": ("'{file}' is protected by a password; only PDFs that open without one are read. Save a copy without password and import that.", "“{file}”有密码保护；只能读取无需密码即可打开的 PDF。请另存一份无密码的副本后再导入。"),
    "truncated": ("'{file}' breaks off before its end (there is no end mark). Only complete files are read, because pages would be missing. Download it again.", "“{file}”不完整（没有文件结束标记）。为避免缺页，只读取完整的文件。请重新下载。"),
    "damaged": ("'{file}' is damaged and cannot be read (page: {page}). Only intact files are read. Download it again, or print it to a new PDF.", "“{file}”已损坏，无法读取（页：{page}）。只读取完好的文件。请重新下载，或打印为新的 PDF。"),
    "too_many_pages": ("'{file}' has {found} pages; {allowed} are allowed. Split it into parts.", "“{file}”有 {found} 页；上限为 {allowed} 页。请拆分后导入。"),
    "too_much_text": ("'{file}' holds more text than allowed ({allowed} characters, page: {page}). Split it into parts.", "“{file}”的文字超过上限（{allowed} 个字符，页：{page}）。请拆分后导入。"),
    "too_slow": ("Reading '{file}' took longer than {allowed} seconds, which is the limit. Split it into parts, or print it to a new PDF.", "读取“{file}”超过了 {allowed} 秒的上限。请拆分，或打印为新的 PDF。"),
    "parser_died": ("The reader stopped while reading '{file}': it asked for more memory than allowed ({allowed} MB) or the file is malformed. Split it into parts, or print it to a new PDF.", "读取“{file}”时解析程序中止：所需内存超过上限（{allowed} MB），或文件格式异常。请拆分，或打印为新的 PDF。"),
    "no_text": ("'{file}' has {found} pages and none holds text; it is probably a scan. Only documents with text are read. Run text recognition (OCR) on it first.", "“{file}”共 {found} 页，均不含文字，可能是扫描件。只能读取含文字的文档。请先做文字识别（OCR）。"),
    "title": ("The title is empty. Give one with --title.", "标题为空。请用 --title 给出标题。"),
    "source": ("The source label '{found}' cannot be used. Allowed are 1 to {allowed} letters, digits, '-', '_' and '.', for example imwg-2024. Give another with --source.", "来源标签“{found}”不可用。允许 1 到 {allowed} 个字母、数字、“-”、“_”和“.”，例如 imwg-2024。请用 --source 另外指定。"),
    "too_many_chunks": ("'{file}' gives more than {allowed} passages, which is the limit. Split it into parts.", "“{file}”产生的段落超过上限 {allowed} 个。请拆分后导入。"),
    "same_language": ("A pair needs one English and one Chinese document; both were read as '{found}'. Give the English file first, then the Chinese one.", "配对需要一份英文和一份中文文档；两份都是“{found}”。请先给英文文件，再给中文文件。"),
    "unknown_document": ("There is no imported document '{found}'. Imported are: {allowed}. Give one of these ids.", "没有 id 为“{found}”的导入文档。现有：{allowed}。请使用其中之一。"),
    "stored_damaged": ("The imported document '{found}' is damaged on disk. Only intact ones are used. Remove it (import --remove {found}) and import it again.", "磁盘上的导入文档“{found}”已损坏。只使用完好的文档。请删除（import --remove {found}）后重新导入。"),
    "store_busy": ("Another import is running ({found}). Only one runs at a time. Wait until it has finished.", "另一个导入正在进行（{found}）。同一时间只能进行一个导入。请等待其完成。"),
    "too_many_documents": ("{allowed} documents are imported already, which is the limit. Remove one first.", "已导入 {allowed} 份文档，达到上限。请先删除一份。"),
    "store": ("The folder '{found}' cannot be used to keep imported documents. A plain folder that you can write to is needed. Check ASSISTANT_HOME.", "文件夹“{found}”不能用于保存导入的文档。需要一个可写的普通文件夹。请检查 ASSISTANT_HOME。"),
}  # fmt: skip

_NOTICES: dict[str, tuple[str, str]] = {
    "scanned": ("Pages without text, probably scans: {pages}. They were not imported; run text recognition (OCR) and import again.", "以下页没有文字，可能是扫描页：{pages}。这些页没有导入；请先做文字识别（OCR）再重新导入。"),
    "unreadable": ("Pages whose letters have no readable code: {pages}. They were not imported; print the document to a new PDF or run OCR.", "以下页的字符没有可读编码：{pages}。这些页没有导入；请打印为新的 PDF 或做 OCR。"),
    "tables": ("Tables were read on these pages: {pages}. Compare their numbers with your copy before use.", "在以下页读出了表格：{pages}。使用前请与原文核对其中的数字。"),
    "references": ("Reference lists are kept but not searched: {pages}.", "参考文献列表已保存，但不参与检索：{pages}。"),
    "language": ("Most of the text looks {found}, the document was imported as {given}. Import again with the right --lang if that is wrong.", "正文看起来是 {found}，但按 {given} 导入。如有误，请用正确的 --lang 重新导入。"),
    "weak_pair": ("Only {found} of {allowed} passages found their counterpart. Check that the two files are the same document.", "{allowed} 个段落中只有 {found} 个找到对应译文。请确认两份文件是同一文档。"),
}  # fmt: skip
_SHOWN_PAGES = 40


def fault(code: str, **values: object) -> ImportFault:
    """The error `code` with its values filled in."""
    en, zh = _FAULTS[code]
    return ImportFault(en.format(**values), zh.format(**values))


def notice(code: str, pages: tuple[str, ...] = (), **values: object) -> ImportNotice:
    """The notice `code`; a long list of pages is cut in the sentence and whole in `pages`."""
    en, zh = _NOTICES[code]
    shown, more = ", ".join(pages[:_SHOWN_PAGES]), len(pages) > _SHOWN_PAGES
    text = Text(
        en=en.format(pages=shown + (f" … ({len(pages)} pages)" if more else ""), **values),
        zh=zh.format(pages=shown.replace(", ", "、") + (f" …（共 {len(pages)} 页）" if more else ""), **values),
    )
    return ImportNotice(id=code, pages=pages, text=text)


def fault_codes() -> tuple[str, ...]:
    """All codes, for tests and documentation."""
    return tuple(_FAULTS)
