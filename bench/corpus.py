"""Makes posts to measure with: financial news as a Jekyll site has it, the same bytes from the same number."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

CATEGORIES = 40
DAYS = 365
LINKED = 2
"""The paragraph of a post that has a link."""

FIRST_DAY = date(2022, 1, 3)

_CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学"
    "法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天"
    "股市指数涨跌幅收盘亿元同比净利润营收公告基金证券银行央行利率债券期货原油黄金美元人民币汇率经济增长投资"
)
_TEXT = "".join(Random(7).choices(_CHARACTERS, k=200_000))
_POST = """---
layout: post
title: "{title}"
date: {day} {time} +0800
categories: {slug}
tags: {name}新闻
---

{body}

<p class="em_media">（文章来源：{name}）</p>

<http://finance.example.com/a/{number}.html>

[返回{name}新闻](//news.example.com/category/{slug}.html)｜[返回首页](//news.example.com/)
"""


def write(folder: Path, count: int, first: int = 0, day: date | None = None) -> None:
    """Write posts number *first* to *first* + *count* into *folder*, all on *day* where it is given."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        name, text = _post(number, day)
        (folder / name).write_text(text, encoding="utf-8")


def _post(number: int, day: date | None) -> tuple[str, str]:
    random = Random(number)
    category = min(int(random.paretovariate(0.5)) - 1, CATEGORIES * 3) % CATEGORIES
    moment = day or FIRST_DAY + timedelta(days=random.randrange(DAYS))
    digits = f"{moment:%Y%m%d}{number:010d}"
    text = _POST.format(
        title=_words(random, random.randint(10, 24)),
        day=moment,
        time=f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}",
        slug=f"category{category:02}",
        name=_words(Random(category), 4) + "报",
        number=digits,
        body="\n\n".join(_paragraphs(random, is_html=number % 3 > 0)),
    )
    return f"{moment}-{digits}.md", text


def _paragraphs(random: Random, *, is_html: bool) -> Iterator[str]:
    """Yield some 4 KB of paragraphs, a picture and a link among them."""
    for number in range(random.randint(5, 10)):
        words = "，".join(_words(random, random.randint(8, 30)) for _ in range(random.randint(4, 12))) + "。"
        if number == LINKED:
            words += f'<a href="https://quote.example.com/{random.randrange(999999):06}.html">行情</a>'
        yield f"<p>　　{words}</p>" if is_html else words
    yield '<p><img src="/images/chart.png" alt="走势"></p>' if is_html else "![走势](/images/chart.png)"


def _words(random: Random, length: int) -> str:
    start = random.randrange(len(_TEXT) - length)
    return _TEXT[start : start + length]
