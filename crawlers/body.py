"""Finds the words of an article in its page: the densest container of paragraphs, else what trafilatura finds.

A news page holds one element whose own paragraphs carry far more unlinked words than any other's. Finding it takes a
millisecond and keeps every paragraph; trafilatura takes thirty and is asked where no element stands out.
"""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from typing import Any

from kentongan.text import clean

DROPPED = frozenset(
    {
        "script", "style", "noscript", "template", "iframe", "object", "form", "button", "select", "textarea", "svg",
        "nav", "footer", "aside", "figcaption", "dialog",
    }
)  # fmt: skip
"""Elements that never hold an article's words."""

NOISE = re.compile(
    r"related|terkait|populer|popular|rekomend|recommend|baca[-_]?juga|lewatkan|koment|comment|share|sosmed|social"
    r"|iklan|advert|banner|sponsor|breadcrumb|caption|newsletter"
    r"|(?:^|[-_\s])(?:nav|menu|footer|sidebar|tags?|ads?|paging|pagination)(?:$|[-_\s])",
    re.IGNORECASE,
)
"""Words in class or id of blocks about something else than the article."""

MAX_NOISE_SHARE = 0.3
"""A block with such a name that holds more than this share of the page's text is not noise after all."""

MAX_LINK_SHARE = 0.5
"""Lists and tables with more of their text in links than this lead elsewhere."""

INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "cite", "code", "del", "em", "font", "i", "ins", "mark", "q", "s", "small", "span",
     "strike", "strong", "sub", "sup", "time", "u", "wbr"}
)  # fmt: skip
PARAGRAPHS = INLINE | {"p", "h2", "h3", "h4", "h5", "blockquote", "br", "ul", "ol", "pre", "center"}
"""Children whose text counts as their parent's own."""

CONTAINERS = ("div", "article", "section", "main", "td", "span", "body")

LEAF_WEIGHT = 0.9
"""What a <div> without blocks inside counts for its parent: some pages write paragraphs so, but a parent must gain a
tenth to be preferred to the one <div> that holds everything."""

MIN_LEAF = 80
"""Characters below which such a <div> is a label, not a paragraph."""

MIN_CONFIDENT = 120
"""Characters below which a container is too short to be trusted alone: the text of a photo story has about that."""

MIN_SHARE = 0.6
"""Share of the page's unlinked paragraph text that a container must hold to be trusted alone."""

HEADING_LINES = 5
"""Lines among which a headline may stand that a container took in."""

FURNITURE = re.compile(
    r"(?:baca|simak|lihat|tonton|saksikan)\s+(?:juga|pula|selengkapnya|video)\b.*"
    r"|(?:cek|ikuti|dapatkan|baca|temukan)\b.{0,120}(?:google news|whatsapp|telegram).{0,80}"
    r"|jangan\s+lewatkan\W*|advertisement|scroll\s+to\s+(?:continue|resume).*|copyright\b.*|©.*"
    r"|(?:editor|pewarta|penulis|reporter|fotografer|redaktur|red|rep|uploader)\s*:.{0,80}"
    r"|\(\s*[\w.]{1,8}(?:\s*[/\-]\s*[\w.]{1,8})*\s*\)|halaman(?:\s*:)?(?:\s*\d+)+.*|\W*",
    re.IGNORECASE,
)
"""Whole paragraphs that are the page's, not the story's: cross-references, credits, desk initials "(kpl/pur/tch)"."""


def find_text(tree: Any, *, url: str, title: str | None = None) -> str:
    """The article's words, one line a paragraph; empty where the page has none. The tree is left as it was.

    ``title`` is the headline: where it stands among the first lines, the story begins after it.
    """
    page = deepcopy(tree)
    prune_page(page)
    element = densest_container(page)
    lines = story_lines(element) if element is not None else []
    lines = _after_headline(lines, title)
    found = "\n".join(lines)
    mass = sum(
        max(0, _size(part) - _linked(part)) for part in page.iter("p") if _size(part) >= MIN_LEAF // 2
    )  # fmt: skip
    if len(found) >= MIN_CONFIDENT and len(found) >= MIN_SHARE * mass:
        return clean(found)
    other = _ask_trafilatura(page, url=url)
    return clean(other if len(other) > len(found) else found)


def prune_page(page: Any) -> None:
    """Remove, in place, what cannot be the article: scripts, navigation, lists of links, blocks named as such."""
    from lxml import etree

    etree.strip_elements(page, etree.Comment, etree.ProcessingInstruction, *DROPPED, with_tail=False)
    total = _size(page) or 1
    # Within this loop an element may lie inside one that is gone already; dropping it from there does no harm.
    for element in page.xpath(".//*[@class or @id or self::ul or self::ol or self::dl or self::table]"):
        if _leads_elsewhere(element, total):
            drop_element(element)


def drop_element(element: Any) -> None:
    """Take an element with all inside it out of its page; the text after it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def _leads_elsewhere(element: Any, total: int) -> bool:
    if element.tag in ("html", "body"):
        return False
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.tag not in INLINE and NOISE.search(name) and _size(element) < MAX_NOISE_SHARE * total:
        return True
    if element.tag in ("ul", "ol", "dl", "table"):
        size = _size(element)
        return size > 0 and _linked(element) > MAX_LINK_SHARE * size
    return False


def densest_container(page: Any) -> Any | None:
    """The element with most unlinked text of its own; among equals the innermost. None for a page without text."""
    marked = page.xpath("//*[@itemprop='articleBody']")
    if marked and max(map(_size, marked)) >= MIN_CONFIDENT:
        return max(marked, key=_size)
    best, most = None, 0.0
    for element in page.iter(*CONTAINERS):
        own = _own_text(element)
        if own > 0 and own >= most:
            best, most = element, own
    return best


def _own_text(element: Any) -> float:
    """Characters of unlinked text that belong to an element itself and to the paragraphs right inside it."""
    size: float = len((element.text or "").strip())
    for child in element:
        size += len((child.tail or "").strip())
        if not isinstance(child.tag, str):
            continue
        if child.tag in PARAGRAPHS:
            size += max(0, _size(child) - 2 * _linked(child))
        elif child.tag == "div" and all(part.tag in INLINE or part.tag == "br" for part in child.iterdescendants()):
            leaf = _size(child)
            if leaf >= MIN_LEAF:
                size += LEAF_WEIGHT * max(0, leaf - 2 * _linked(child))
    return size


def story_lines(element: Any) -> list[str]:
    """The paragraphs of a container, without credits, cross-references and paragraphs that are only links."""
    lines: list[str] = []
    pieces: list[str] = []
    linked = 0

    def end_line() -> None:
        nonlocal linked
        line = " ".join("".join(pieces).split())
        pieces.clear()
        only_links = linked >= 0.9 * len(line) and not re.search(r"https?://|www\.|\w\.\w", line)
        linked = 0
        if line and not only_links and not FURNITURE.fullmatch(line):
            lines.append(line)

    def take(text: str | None, *, in_link: bool) -> None:
        nonlocal linked
        if text:
            pieces.append(text)
            linked += len(" ".join(text.split())) if in_link else 0

    from lxml import etree

    depth = 0
    for event, part in etree.iterwalk(element, events=("start", "end")):
        block = part.tag not in INLINE
        if event == "start":
            if block:
                end_line()
            depth += part.tag == "a"
            take(part.text, in_link=depth > 0)
        else:
            depth -= part.tag == "a"
            if block:
                end_line()
            if part is not element:
                take(part.tail, in_link=depth > 0)
    end_line()
    return lines


def _after_headline(lines: list[str], title: str | None) -> list[str]:
    """The lines below the headline, where a container took in the page's heading: rubric, day and headline."""
    wanted = _letters(title or "")
    for at, line in enumerate(lines[:HEADING_LINES]):
        if wanted and _letters(line) == wanted:
            return lines[at + 1 :]
    return lines


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _ask_trafilatura(page: Any, *, url: str) -> str:
    from trafilatura import bare_extraction

    found = bare_extraction(
        page, url=url, include_comments=False, include_tables=False, favor_precision=True, with_metadata=False
    )
    text = str(getattr(found, "text", None) or "")
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line and not FURNITURE.fullmatch(line))


def _size(element: Any) -> int:
    """Characters of an element's text, runs of space counted as one."""
    return int(_length()(element))


@cache
def _length() -> Any:
    from lxml import etree

    return etree.XPath("string-length(normalize-space())")


def _linked(element: Any) -> int:
    return sum(_size(link) for link in element.iter("a"))
