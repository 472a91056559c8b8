"""The table of publishers whose pages are known: where each keeps its story, headline, byline, time and further pages.

A rule is only selectors. Several generations of a site's templates stand beside each other, the newest first, since
archives are served in the old ones. A rule that no longer fits costs nothing but its speed: ``crawlers.ruled`` finds
nothing and the page is read the generic way. To add a publisher, add a row to ``RULES`` and a page to the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.addresses import publisher_of

Selectors = tuple[str, ...]
"""CSS selectors, tried in order; the first that finds something counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where one publisher's pages keep what is wanted. An empty field leaves that part to the generic way."""

    body: Selectors = ()
    """The element that holds the story's paragraphs."""
    drop: Selectors = ()
    """Blocks inside the body that are not the story. All of them are removed."""
    title: Selectors = ()
    byline: Selectors = ()
    """The element that names who wrote it, with or without a label before the name."""
    date: Selectors = ()
    """The element that shows when it was published; words around the time do no harm."""
    tags: Selectors = ()
    """Every element that names a tag."""
    more: Selectors = ()
    """Links to the article's further pages, where their addresses alone do not tell (``crawlers.paging``)."""
    whole: tuple[str, str] | None = None
    """Query parameter by which an article of several pages is asked for whole ("page", "all")."""
    article_path: str = ""
    """What stands in the path of every article of several pages; only such addresses are asked for whole."""


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "antaranews.com": Rule(
            body=("div.wrap__article-detail-content", "div.post-content", "div#content_news"),
            drop=("div#image_news", "p.text-muted", "span.baca-juga", "div.quote_old"),
            title=("div.wrap__article-detail-title h1", "h1.post-title", "h1.title"),
            byline=("div.byline",),
            date=("div.wrap__article-detail-info span", "div.date.mt10"),
            tags=("ul.blog-tags li a",),
        ),
        "detik.com": Rule(
            body=("div.detail__body-text", "div.itp_bodycontent", "div.text_detail", "div.text_gal"),
            drop=("div.detail__body-tag", "div.linksisip", "table.linksisip", "div.parallaxindetail", "div.lihatjg",
                  "table.pic_artikel_sisip_table", "div.detail__long-nav", "div.noncontent", "p.para_caption"),
            title=("h1.detail__title", "div.detail_profil h1", "h1.l_blue2_detik"),
            byline=("div.detail__author", "div.author", "strong.l_blue2_detik"),
            date=("div.detail__date", "div.content_detail div.date", "div.detail_profil div.date"),
            tags=("div.detail__body-tag a.nav__item", "div.nav a[dtr-evt='tag']"),
            more=("a.gal_next",),
            whole=("single", "1"),
            article_path="/d-",
        ),
        "kompas.com": Rule(
            body=("div.read__content", "div.kcm-read-text", "span.kcmread1114",
                  "div.div-read"),
            drop=("div.read__bacajuga", "div.kompasidRec", "div.liftdown_v2_tanda", "div.ads-on-body", "div.photo",
                  "div.inner-link-baca-juga", "div.penulis-editor"),
            title=("h1.read__title", "div.kcm-read-top h2", "div.kcm-read h2"),
            byline=("div.read__credit a#penulis", "div.credit-title-name h6"),
            date=("div.read__time", "div.kcm-date.grey", "div.msmall.grey"),
            tags=("ul.tag__article__wrap li a",),
            whole=("page", "all"),
            article_path="/read/",
        ),
        "republika.co.id": Rule(
            body=("div.article-content article", "div.article-content", "div.content-detail", "div.teaser-pic",
                  "div.teaser.global-detail"),
            drop=("div.baca-juga", "div.picked-article"),
            title=("div.max-card__title h1", "div.jdl-detail h2", "div.jdl-pic", "div.h5.global-detail"),
            date=("div.date__item", "div.date-detail", "div.date-pic"),
            tags=("ul.tags li a", "div.tagging a"),
        ),
        "kapanlagi.com": Rule(
            body=("div.body-paragraph", "div#v6-revb-detailnews", "div.v7-music-detail-news"),
            drop=("div.v7-tags-terkait-warper", "div.lifestyle-tag-in-content"),
            title=("h1.entertainment-newsdetail-title-new", "h1.v7-music-newsdetail-title"),
            date=("span.newsdetail-schedule-new", "span.v7-music-newsdetail-schedule"),
        ),
        "mediaindonesia.com": Rule(
            body=("div.article",),
            drop=("div.amp-flying-carpet-wrapper", "div.dfp-ad", "div._ap_apex_ad"),
            byline=("div.info div.author-2",),
            date=("div.info span.datetime",),
            tags=("ul.related-tags li a",),
        ),
        # Written from how these sites are built; no saved page of theirs is among the fixtures.
        "tribunnews.com": Rule(
            body=("div.side-article.txt-article",),
            drop=("p.baca", "div.btn-readmore", "div.sticky-ads"),
            whole=("page", "all"),
            article_path="/20",
        ),
        "sindonews.com": Rule(whole=("showpage", "all"), article_path="/read/"),
        "cnnindonesia.com": Rule(
            body=("div.detail-text",), drop=("table.linksisip", "div.paradetail", "div.topiksisip")
        ),
        "suara.com": Rule(whole=("page", "all"), article_path="/20"),
        "jawapos.com": Rule(whole=("page", "all"), article_path="/"),
        "pikiran-rakyat.com": Rule(whole=("page", "all"), article_path="/pr-"),
    }
)  # fmt: skip
"""Site (``addresses.publisher_of``): its rule."""

NO_RULES: Mapping[str, Rule] = MappingProxyType({})
"""The empty table: every page is read the generic way."""


def find_rule(url: str, rules: Mapping[str, Rule] = RULES) -> Rule | None:
    """The rule for the site of an address; None where there is none."""
    return rules.get(publisher_of(url))


def whole_address(url: str) -> str:
    """Where an article is given whole: the address with its publisher's parameter, or as it is where none is known.

    Fetch this one, and read it under the address it answered at: ``extract_article`` takes the parameter off again, so
    that the document's canonical address and its id do not depend on how it was asked for.
    """
    rule = find_rule(url)
    if rule is None or rule.whole is None:
        return url
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != rule.whole[0]]
    if not parts.path.strip("/") or rule.article_path not in parts.path:
        return url
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*pairs, rule.whole]), ""))


def plain_address(url: str) -> str:
    """An address without the parameter that ``whole_address`` adds; any other address as it is."""
    rule = find_rule(url)
    if rule is None or rule.whole is None:
        return url
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if rule.whole not in pairs:
        return url
    kept = [pair for pair in pairs if pair != rule.whole]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), parts.fragment))


def is_whole(url: str) -> bool:
    """Whether an address asks for the whole article at once."""
    return plain_address(url) != url
