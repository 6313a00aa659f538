"""Finds who first published a text, and takes out what says so."""

import re
from collections import Counter

from feeds.articles import reader_of
from feeds.attribution import combined, declared, find
from feeds.body import text_of
from feeds.config import parse_site
from feeds.frontmatter import split
from feeds.markdown import to_html
from fuzz.promises import ALIEN, holds, is_web
from fuzz.seeds import POSTS, TAGS
from fuzz.targets import PART, Target, texts

SITE = parse_site(
    """
    [site]
    title = "Tide"
    url = "https://news.example.org/"
    home = "https://www.example.org/"
    [categories.city]
    title = "City"
    source = { name = "City Paper", url = "https://city.example/" }
    [attribution]
    patterns = ["（文章来源：{source}）", "Source: {source}"]
    boilerplate = ["返回首页｜Back home"]
    """
)
RULES = reader_of(SITE).rules
WORD = re.compile(r"\w+")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
LABELS = frozenset(
    [
        *(
            "文章来源",
            "返回首页",
            "原文",
            "原文链接",
            "原文地址",
            "原文网址",
            "原文出处",
            "原文连接",
            "本文",
            "转载自",
            "转自",
        ),
        *(
            "译自",
            "首发于",
            "首发在",
            "原载",
            "原载于",
            "最初发布于",
            "最初发表于",
            "最初发布在",
            "最初发表在",
            "据",
            "来自",
        ),
        *(
            "来源",
            "来源于",
            "摘自",
            "source",
            "back",
            "home",
            "via",
            "http",
            "https",
            "original",
            "article",
            "post",
            "link",
        ),
        *("url", "story", "this", "piece", "essay", "entry", "was", "is", "has", "been", "originally", "first"),
        *("published", "posted", "appeared", "at", "on", "in", "by", "here", "over"),
    ]
)
"""What stands around a name or a link in the lines that are taken."""

KEPT = "Nobody had counted on a third tide. The harbour master said so twice; he was late."


def check(data: bytes) -> None:
    """Hold `find` to its promises: it only takes out, takes no other text, and what it took is told."""
    header, _ = split(data.partition(PART)[0], path="a.md")
    said = declared(header.values if header else {}, RULES.own_hosts)
    html = to_html(texts(data, 2)[1].encode("utf-8", "replace").decode(), is_html=False)
    found = find(html, RULES, said)
    for link in (said.original, found.original, found.home):
        holds(not link or _is_link(link), f"{link!r} is taken for a link")
    holds(_is_part(found.html, html), "taking out credits changed the text")
    holds((found == find(html, RULES, said)), "a second look sees something else")
    source, original = combined(said, found, None, RULES)
    holds(source is None or source.label, "a source has neither name nor address")
    holds(original == (said.original or found.original), "the original link is lost")
    if not UNSEEN.search(html):
        _told(html, found.html, " ".join([found.source, found.original, found.home, said.original, str(said.source)]))
    kept = find(f"{html}\n<p>{KEPT}</p>\n<p>Two.</p><p>Three.</p><p>Four.</p>\n", RULES, said)
    holds(KEPT in kept.html and not kept.original.startswith("Nobody"), "a paragraph of the text is lost")


def _is_link(link: str) -> bool:
    """Say whether *link* is one once it is encoded as feeds and pages do; hosts may be in any script."""
    host = re.sub(r"[^\x00-\x7f]", "x", link)
    return not ALIEN.search(link) and is_web(host)


def _is_part(part: str, whole: str) -> bool:
    """Say whether *part* is *whole* with pieces left out."""
    rest = iter(whole)
    return all(character in rest for character in part)


def _told(before: str, after: str, told: str) -> None:
    """Hold what was taken out to what is shown instead: names, links, and the words around them.

    A tag may end a word or stand in one, `<b>Po</b>st`, and a label can be both: what is lost is so either way.
    """
    linked = " ".join(re.findall(r"<a\b[^>]*>(.*?)</a", before, re.DOTALL | re.IGNORECASE))
    shown = "".join(_words(told) + _words(re.sub("<[^>]*>", "", linked)))
    parted, joined = (_strange(read(before), read(after), shown) for read in (_parted, _joined))
    holds(not parted or not joined or not _words(text_of(after)), f"words are lost: {parted}")


def _strange(before: str, after: str, shown: str) -> list[str]:
    """Return the words of *before* that are neither in *after*, nor labels, nor *shown*."""
    lost = Counter(_words(before)) - Counter(_words(after))
    return sorted(word for word in lost if word not in LABELS and word not in shown)


def _parted(html: str) -> str:
    """Return the text of *html*; no word goes on into a tag, or out of one, or into a link."""
    return text_of(re.sub("(?=<|https?://)", " ", html, flags=re.IGNORECASE))


def _joined(html: str) -> str:
    """Return the text of *html* without its tags; no word goes on into a link, or out of one."""
    return _parted(re.sub(r"</?(?!a\b)[a-z][^<>]*>", "", html, flags=re.IGNORECASE))


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


TARGET = Target(
    check=check,
    seeds=tuple(
        POSTS[number % len(POSTS)] + PART + text.encode()
        for number, text in enumerate(
            (
                "One.\n\n（文章来源：潮汐晚报）\n\n<https://wanbao.example/1.html>\n\n[返回首页](/)｜[Back home](/)\n",
                "One.\n\nSource: [The Paper](https://paper.example/)\n",
                "<p>One.</p><p>（文章来源：<b>城市</b>日报）</p><p>&lt;&gt;</p>",
                "> Quoted（潮汐晚报）\n\nOne.\n",
                "via: <https://paper.example/s>\n\n- one\n\n原文链接：https://paper.example/2\n",
                "One.\n\n*Originally published at [Paper](https://paper.example/x).*\n\n<http://>\n",
                "One (City Paper)\n\n<https://news.example.org/own>\n\n<><br>返回首页 | Back home\n",
                "```\nSource: x\n```\n\n本文转载自：甲网<br/>译自 <https://[bad>\n",
                "One.\n\n*Originally published at[Paper](https://paper.example/)*\n",
                "One.\n\n原文https://paper.example/\n",
                "*Originally published at [Paper](https://paper.example/)*\n\n<?>One<math>two<e",
                "One.\n\n原文链接：https://paper.example/\n\n原文链接：https://wanbao.example/\n",
                "<?>One<mtext\nvia:https://paper.example/",
                "One.\n\n文章来源：<https://paper.example>还有\n",
                "One.\n\n[返回首页](/)｜B<tr>ack home<a>\n",
                "One(City Paper)<math>two<e",
                "One.\n\n*Originall<b>y published at[Paper](https://paper.example/)*\n",
                "<p>One.<p>（文章来源：<b>城市</B>日报）</p><p>&lt;&gt;</p>",
            )
        )
    ),
    tokens=(
        *(
            "（文章来源：",
            "）",
            "Source: ",
            "via: ",
            "原文链接：",
            "https://paper.example/1",
            "<https://",
            ">",
            "返回首页",
            "｜",
        ),
        *(
            "Back home",
            "潮汐晚报",
            "(City Paper)",
            "<>",
            "&lt;",
            "<br>",
            "<p>",
            "</p>",
            "<blockquote>",
            "<ul><li>",
            "<a href=",
        ),
        *(
            "Originally published at ",
            "转载自",
            "“",
            "《",
            "&nbsp;",
            "\u3000",
            "https://[",
            "@",
            "<b>",
            "</b>",
            *TAGS[:12],
        ),
    ),
)
