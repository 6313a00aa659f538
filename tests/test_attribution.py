import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyromark import Options, html

from feeds.attribution import Declared, Found, combined, declared, find, rules_of
from feeds.people import Source
from feeds.settings import AttributionSettings, CategorySettings, Site

HARBOUR = Source(name="港湾日报", url="https://harbour.example/", feed="https://harbour.example/rss.xml")
SITE = Site(
    title="消息",
    url="https://feeds.example/",
    home="https://www.home.example/",
    id="tag:feeds.example,2026:",
    categories=(
        CategorySettings(name="gangwanribao", title="港湾", source=HARBOUR),
        CategorySettings(name="post", title="Evening Post"),
    ),
    attribution=AttributionSettings(names=("Weekly Ledger",)),
)
RULES = rules_of(SITE)
OWN_HOSTS = RULES.own_hosts


def markdown(text):
    return html(text, options=Options.ENABLE_TABLES | Options.ENABLE_FOOTNOTES | Options.ENABLE_GFM)


def found_in(text, rules=RULES, known=Declared()):  # noqa: B008 - an immutable record
    return find(markdown(text), rules, known)


def rules_with(**settings):
    return rules_of(Site(title="t", url=SITE.url, home=SITE.home, id="i", attribution=AttributionSettings(**settings)))


# --- the posts of the site that the project grew from ----------------------------------------------

MARKED = '<p class="em_media">（文章来源：河谷晚报）</p>'
SPLIT = '<p>（文章来源：河<span id="s"><a class="k" href="http://q.example/1">谷</a></span><span></span>晚报）</p>'
HIDDEN = '<p style="display:none;height:1px"><br /></p><!-- End --><center><img src="a.png"></center>'
LINK = "<http://wire.example/news/1,2.html?a=1&b=2>"
ORIGINAL = "http://wire.example/news/1,2.html?a=1&b=2"
BACK = "[返回河谷晚报新闻](//feeds.example/c/)｜[返回首页](//feeds.example/)"
BACK_IN_LINES = "[返回…](../emnews/)\n[返回首页](../)"


@pytest.mark.parametrize(
    ("post", "source", "original", "rest"),
    [
        (f"<p>一。</p>\n <p>二。</p>{MARKED}\n\n{LINK}\n\n{BACK}", "河谷晚报", ORIGINAL, "<p>一。</p>\n <p>二。</p>"),
        (f"<p>一。</p><p>二。</p>{SPLIT}\n\n{LINK}", "河谷晚报", ORIGINAL, "<p>一。</p><p>二。</p>"),
        (f"> 摘要。\n\n<p>一。</p>{MARKED}\n\n{LINK}", "河谷晚报", ORIGINAL, None),
        (f"> 摘要。（河谷晚报）\n\n<p>一。</p>\n\n{LINK}\n\n{BACK}", "河谷晚报", ORIGINAL, None),
        (f"> 摘要。（河谷晚报）\n\n<p>一。</p>{MARKED}\n\n{LINK}", "河谷晚报", ORIGINAL, None),
        (f"一段。（河谷晚报）\n\n{LINK}\n\n{BACK}", "河谷晚报", ORIGINAL, "<p>一段。</p>"),
        (f"<p>一段。（河谷<a href='#'>晚</a>报）</p>\n\n{LINK}", "河谷晚报", ORIGINAL, "<p>一段。</p>"),
        (f"一段。\n\n{LINK}\n\n{BACK_IN_LINES}", "", ORIGINAL, "<p>一段。</p>"),
        (f"一段。\n\n{LINK}\n{BACK_IN_LINES}", "", ORIGINAL, "<p>一段。</p>"),
        (f"一段。\n\n{LINK}\n\n[返回…](../emnews/)\n\n[返回首页](../)", "", ORIGINAL, "<p>一段。</p>"),
        (f"<p>一段。</p>{MARKED}\n\n<>\n\n{BACK}", "河谷晚报", "", "<p>一段。</p>"),
        ("<p>一段。</p><p>（文章来源：）</p>\n\n<>\n\n[返回首页](../)", "", "", "<p>一段。</p>"),
        (f"一段。\n\n{BACK}", "", "", "<p>一段。</p>"),
        (f"<p>一段。</p>\n{MARKED}\n<{ORIGINAL}>", "河谷晚报", ORIGINAL, "<p>一段。</p>"),
    ],
)
def test_each_form_of_the_first_site_is_understood(post, source, original, rest):
    rest = markdown("> 摘要。\n\n<p>一。</p>").rstrip() if rest is None else rest

    found = found_in(post)

    assert found == Found(source=source, original=original, html=rest)


def test_hidden_elements_comments_and_pictures_are_no_paragraphs():
    found = found_in(f"<p>一段。</p>{MARKED}{HIDDEN}\n\n{LINK}\n\n{BACK}")

    assert (found.source, found.original) == ("河谷晚报", ORIGINAL)
    assert found.html == f"<p>一段。</p>{HIDDEN}"


def test_twins_have_the_same_source():
    in_the_wire = found_in(f"> 摘要。\n\n<p>一。</p>{SPLIT}\n\n{LINK}\n\n{BACK_IN_LINES}")
    in_the_medium = found_in(f"<p>一。</p>{MARKED}\n\n<http://share.example/s.html?code=NW1>\n\n{BACK}")

    assert in_the_wire.source == in_the_medium.source == "河谷晚报"


# --- marked sources --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "source"),
    [
        ("（文章来源：港湾日报）", "港湾日报"),
        ("(文章来源:港湾日报)", "港湾日报"),
        ("来源：港湾日报", "港湾日报"),
        ("（来源： 港湾日报 ）", "港湾日报"),
        ("来源：《港湾日报》。", "港湾日报"),
        ("（文章<b>来源</b>：港湾日报）", "港湾日报"),
        ("Source: Harbour Times", "Harbour Times"),
        ("**SOURCE:** *Harbour Times*.", "Harbour Times"),
        ("source : Harbour &amp; Sons", "Harbour & Sons"),
        ("Source: St. Mary Post", "St. Mary Post"),
        ("&nbsp;来源：港湾日报", "港湾日报"),
        ("来源：港湾<span hidden>x</span>日报", "港湾日报"),
        ("来源：港湾<span hidden><b>x</b></span>日报", "港湾日报"),
        ("图片来源：港湾日报", ""),
        ("数据来源：港湾日报", ""),
        ("来源：港湾日报。本文已获授权。", ""),
        ("来源：港湾日报 作者：张三", ""),
        ("来源：港湾日报）（编辑：张三", ""),
        ("来源：——", ""),
        ("来源：港湾）（日报", ""),
        (f"Source: {'x' * 61}", ""),
        ("Source: I made it up. Twice", ""),
        ("Source: one two three four five six seven eight nine ten eleven", ""),
        ("Source: see the text, and this: it", ""),
        ("Source: [x](javascript:alert(1)) http://", ""),
        ("Source: [Harbour Times(https://times.example/)", ""),
        ("`Source: Harbour Times`", ""),
        ("    Source: Harbour Times", ""),
        ("## Source: Harbour Times", ""),
        ("| Source: Harbour Times |\n|---|", ""),
        ("> A quotation.\n>\n> Source: Harbour Times", ""),
        ("- One.\n- Source: Harbour Times", ""),
        ("A note.[^1]\n\n[^1]: Source: Harbour Times", ""),
        ("> Source: Harbour Times", "Harbour Times"),
        ("<figure><img><figcaption>Source: Harbour Times</figcaption></figure>", ""),
        ("<div hidden>Source: Harbour Times</div>", ""),
        ("<p hidden>Source: Harbour Times<p>More.", ""),
        ("<p hidden>A.<br>Source: Harbour Times</p>", ""),
        ("<p hidden>A.<blockquote><p>B.</p><p>Source: Harbour Times</p></blockquote>", ""),
        ("<!-- Source: Harbour Times -->", ""),
        ("The sentence\ngoes on in\nSource: Harbour Times", ""),
    ],
)
def test_a_source_is_a_paragraph_that_a_pattern_fills(last, source):
    found = found_in(f"A text.\n\n{last}")

    assert (found.source, found.html) == (source, "<p>A text.</p>" if source else markdown(f"A text.\n\n{last}"))


@pytest.mark.parametrize(("after", "source"), [(2, "Harbour Times"), (3, "")])
def test_a_source_is_one_of_the_last_three_paragraphs_before_the_navigation(after, source):
    found = found_in("A.\n\nSource: Harbour Times" + "\n\nMore." * after + f"\n\n{BACK}")

    assert found.source == source


def test_a_label_that_introduces_more_text_is_text():
    post = markdown("A text.\n\nSource:\n\nA drawer, and what lay in it.")

    assert find(post, RULES).html is post


def test_a_credit_with_words_right_behind_its_link_is_text():
    post = '<p>一段。</p><p>来源：<a href="https://paper.example">https://paper.example</a>还有</p>'

    assert find(post, RULES).html is post


def test_a_line_that_a_break_begins_is_a_paragraph():
    found = find("<p>A text.<br>\nSource: Harbour Times</p>", RULES)

    assert found == Found(source="Harbour Times", html="<p>A text.</p>")


def test_a_line_that_a_break_ends_is_a_paragraph():
    found = find("Source: Harbour Times<br>A text.", RULES)

    assert found == Found(source="Harbour Times", html="A text.")


@pytest.mark.parametrize(
    "post",
    [
        f"<pre>{'x' * 1200}\n<b></b>Source: Harbour Times\n</pre>",
        f"<!-- {'x' * 1200}<p>Source: Harbour Times</p> -->",
        f"<!-- {'x' * 1200}<p>A.</p><p>B.</p><p>C.</p><p>Source: Harbour Times</p> --><b></b>",
        f"<ul><li>{'x' * 1200}</li><li>Source: Harbour Times</li></ul>",
        f"<div class='footnote-definition'>{'x' * 1200}<p>Source: Harbour Times</p></div>",
    ],
)
def test_a_long_listing_comment_list_or_note_is_still_one_at_its_end(post):
    assert find(post, RULES).html is post


@pytest.mark.parametrize("begun", ["<blockquote>", "<ul><li>", "<details>", "<pre>", "<h2>", "<ul><li><ul></ul>"])
def test_what_was_left_open_long_ago_does_not_swallow_the_end(begun):
    post = f"{begun}<p>A.</p><p>{'B. ' * 400}</p><p>C.</p>"

    assert find(f"{post}<p>Source: Harbour Times</p>", RULES) == Found(source="Harbour Times", html=post)


@pytest.mark.parametrize("begun", ["<blockquote>", "<ul><li>", "<details>", "<pre>", "<h2>", "<div hidden>", "<!--"])
def test_what_was_left_open_just_before_swallows_the_end(begun):
    post = f"<p>A.</p>{begun}<p>B.</p><p>C.</p><p>D.</p><p>Source: Harbour Times</p>"

    assert find(post, RULES).html is post


def test_a_note_ends_what_was_left_open_in_it():
    note = '<div class="footnote-definition"><ul><li>One.</div>'

    assert find(f"{note}<p>Source: Harbour Times</p>", RULES) == Found(source="Harbour Times", html=note)


@pytest.mark.parametrize(
    ("attributes", "source"),
    [
        ('style="color:red; DISPLAY : none"', ""),
        ('style="display:none"', ""),
        ('hidden="hidden"', ""),
        ("style='a:b;\ndisplay:none'", ""),
        ("class=x hidden", ""),
        ("hidden=''", ""),
        ('title="display:none"', "Harbour Times"),
        ('class="hidden"', "Harbour Times"),
        ('data-style="display:none"', "Harbour Times"),
        ('style="display:block"', "Harbour Times"),
    ],
)
def test_hidden_is_what_has_the_attribute_or_the_style(attributes, source):
    assert find(f"<p>A.</p><p {attributes}>Source: Harbour Times</p>", RULES).source == source


def test_of_two_sources_the_last_counts_and_the_other_stays():
    found = found_in("A text.\n\nSource: Harbour Times\n\nSource: Evening Post")

    assert found == Found(source="Evening Post", html="<p>A text.</p>\n<p>Source: Harbour Times</p>")


def test_of_two_homes_without_a_name_the_last_counts_and_the_other_stays():
    found = found_in("One.\n\n原文链接：https://one.example\n\n原文链接：https://two.example")

    assert found == Found(html="<p>One.</p>\n<p>原文链接：https://one.example</p>", home="https://two.example")


def test_the_same_source_said_twice_is_shown_once():
    found = found_in("一段。（港湾日报）\n\n来源：港湾日报\n\n（文章来源：港湾日报）")

    assert found == Found(source="港湾日报", html="<p>一段。</p>")


def test_what_stands_between_what_is_taken_stays():
    found = find("<p>一段。（港湾日报）</p><p>来源：港湾日报</p><p>图片来源：河谷网</p>", RULES)

    assert found == Found(source="港湾日报", html="<p>一段。</p><p>图片来源：河谷网</p>")


def test_blanks_before_a_source_may_be_written_as_references():
    found = find("<p>A.</p><p>&nbsp;Source: Harbour Times</p>", RULES)

    assert found == Found(source="Harbour Times", html="<p>A.</p>")


def test_a_list_that_ends_twice_is_no_harm():
    found = find("<ul><li>A.</li></ul></ul><p>Source: Harbour Times</p>", RULES)

    assert found == Found(source="Harbour Times", html="<ul><li>A.</li></ul></ul>")


def test_a_pattern_may_begin_with_the_name_and_navigation_with_anything():
    rules = rules_with(patterns=("{source} reports",), boilerplate=("*home",))

    found = found_in("A text.\n\nHarbour Times reports\n\n[back home](../)", rules)

    assert found == Found(source="Harbour Times", html="<p>A text.</p>")


def test_patterns_of_the_site_replace_the_packaged_ones():
    rules = rules_with(patterns=("Reported by {source} (wire)", "no place for a name"))

    assert found_in("A.\n\nreported  by Harbour Times（WIRE）", rules).source == "Harbour Times"
    assert found_in("A.\n\nSource: Harbour Times", rules).source == ""


def test_a_picture_in_the_paragraph_stays():
    found = find('<p>A.</p><p><img src="a.png"> Source: Harbour Times</p>', RULES)

    assert found == Found(source="Harbour Times", html='<p>A.</p><p><img src="a.png"></p>')


def test_tags_whose_partner_is_elsewhere_stay():
    found = find("<p><b>A.<br>Source: Harbour Times</b></p>", RULES)

    assert found == Found(source="Harbour Times", html="<p><b>A.<br></b></p>")


def test_elements_that_held_nothing_else_go_too():
    found = find("<p>A.</p>\n<section><div><p>Source: Harbour Times</p></div>\n</section>", RULES)

    assert found == Found(source="Harbour Times", html="<p>A.</p>")


# --- closing brackets ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "source"),
    [
        *((name, name) for name in ("河谷日报", "河谷青年报", "河谷网", "河谷通讯社", "河谷周刊", "河谷电视台")),
        *((name, name) for name in ("河谷新闻", "河谷客户端", "21世纪河谷经济报道", "晚报")),
        *((name, name) for name in ("港湾", "gangwanribao", "Evening Post", "weekly  ledger")),
        ("据河谷日报", "河谷日报"),
        ("来自 Evening Post", "Evening Post"),
        ("《河谷日报》", "河谷日报"),
        ("文章来源：河谷研究所", "河谷研究所"),
        *(
            (text, "")
            for text in ("完", "图/河谷日报", "图片来源：河谷网", "记者 张三 河谷网", "编辑：河谷网", "责任编辑河谷网")
        ),
        *(
            (text, "")
            for text in ("2022年年报", "三季报", "举报", "互联网", "国家电网", "贵州茅台", "云平台", "合作社")
        ),
        *((text, "") for text in ("Harbour Times", "本报", "新闻", "见昨日的河谷日报", "河谷日报（网）")),
        ("一二三四五六七八九十一二三四五六七八九日报", ""),
        ("", ""),
    ],
)
@pytest.mark.parametrize("brackets", ["（）", "()"])
def test_a_closing_bracket_names_a_source_if_it_is_a_known_name_or_ends_like_a_publisher(text, source, brackets):
    post = f"<p>一段话。{brackets[0]}{text}{brackets[1]}</p>"

    found = find(post, RULES)

    expected = " ".join(source.split())
    assert (found.source, found.html) == (expected, "<p>一段话。</p>" if source else post)


@pytest.mark.parametrize(
    "post",
    [
        "<p>一段（河谷日报）话。</p>",
        "<p>一段话（河谷日报）。</p>",
        "<p>一段话（河谷日报）</p><p>又一段。</p>",
        "<p>一段话河谷日报）</p>",
        "<p>一段话<code>（河谷日报）</code></p>",
        "<p>一段。</p><blockquote><p>引文。</p><p>引文（河谷日报）</p></blockquote>",
        "<h2>标题（河谷日报）</h2>",
        "<table><tr><td>表（河谷日报）</td></tr></table>",
    ],
)
def test_a_bracket_that_closes_no_last_paragraph_is_text(post):
    assert find(post, RULES) == Found(html=post)


def test_a_paragraph_that_is_only_the_bracket_goes_with_it():
    assert find("<p>一段。</p><p>（河谷日报）</p>", RULES) == Found(source="河谷日报", html="<p>一段。</p>")


def test_a_caption_is_not_the_last_paragraph():
    found = find("<p>一段。（河谷日报）</p><p>图片来源：河谷网</p>", RULES)

    assert found == Found(source="河谷日报", html="<p>一段。</p><p>图片来源：河谷网</p>")


def test_a_long_paragraph_may_end_with_a_source():
    post = f"<p>{'一段很长的话。' * 2000}"

    assert find(f"{post}（河谷日报）</p>", RULES) == Found(source="河谷日报", html=f"{post}</p>")


# --- the original link -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "original"),
    [
        (f"Source: Harbour Times\n\n{LINK}", ORIGINAL),
        (f"{LINK}\n\nSource: Harbour Times", ORIGINAL),
        (f"<https://a.example/1>\n\n{LINK}\n\nSource: Harbour Times", ORIGINAL),
        ("Source: Harbour Times\n\n<https://a.example/中 >", ""),
        ("Source: Harbour Times\n\n<https://a.example/中>", "https://a.example/%E4%B8%AD"),
        ("Source: Harbour Times\n\nhttps://a.example/1", "https://a.example/1"),
        ("Source: Harbour Times\n\n<https://www.home.example/1>", ""),
        ("Source: Harbour Times\n\n<https://feeds.example:8443/1>", ""),
        ("Source: Harbour Times\n\n[https://a.example/1](https://b.example/2)", ""),
        ("Source: Harbour Times\n\n[the text](https://a.example/1)", ""),
        ("Source: Harbour Times\n\n<javascript:alert(1)>", ""),
        ("Source: Harbour Times\n\nSee <https://a.example/1>", ""),
        ("Source: Harbour Times\n\n<https://a.example/1><https://a.example/2>", ""),
        ("Source: Harbour Times\n\n`https://a.example/1`", ""),
        ("Source: [Harbour Times](https://a.example/1)", "https://a.example/1"),
        (f"Source: [Harbour Times](https://a.example/1)\n\n{LINK}", ORIGINAL),
        ("Source: Harbour Times (https://a.example/1)", "https://a.example/1"),
        ("Source: Harbour Times, <https://a.example/1>.", "https://a.example/1"),
    ],
)
def test_the_original_link_is_the_last_autolink_of_its_own_beside_a_source(ending, original):
    found = found_in(f"A text.\n\n{ending}")

    assert (found.source, found.original) == ("Harbour Times", original)


@pytest.mark.parametrize(
    ("ending", "original"),
    [
        (LINK, ""),
        (f"{LINK}\n\n{BACK}", ORIGINAL),
        (f"{LINK}\n\n<>\n\n{BACK}", ORIGINAL),
        (f"{LINK}\n\nMore.\n\n{BACK}", ""),
        (f"Source:\n\n{LINK}", ORIGINAL),
        (f"Source: {LINK}", ORIGINAL),
        (f"via: {LINK}\n\nBy A\n\nFor B", ORIGINAL),
        ("via: http://wire.example/news/1,2.html?a=1&b=2", ORIGINAL),
        (f"原文链接：{LINK}", ORIGINAL),
        (f"Original article: [A title]({ORIGINAL})", ORIGINAL),
        ("via: [back](../a/)", ""),
        ("via: a friend", ""),
        (f"via: {LINK} and {LINK}", ""),
        ("Source: <https://www.home.example/1>", ""),
    ],
)
def test_without_a_source_the_original_link_has_a_label_or_stands_before_the_navigation(ending, original):
    found = found_in(f"A text.\n\n{ending}")

    assert (found.source, found.original) == ("", original)
    assert ("wire.example" in found.html) == (not original and "wire" in ending)


@pytest.mark.parametrize(
    "sentence",
    [
        "Originally published at [Harbour Times](https://a.example/1).",
        "*This article was first published on [Harbour Times](https://a.example/1).*",
        "(This post originally appeared in [Harbour Times](https://a.example/1))",
        "本文首发于：[Harbour Times](https://a.example/1)",
    ],
)
@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_a_sentence_that_names_the_first_publication_is_a_credit_first_or_last(sentence, order):
    paragraphs = (sentence, "One.", "Two.", "Three.", "Four.")[order]

    found = found_in("\n\n".join(paragraphs))

    assert (found.source, found.original) == ("Harbour Times", "https://a.example/1")
    assert found.html.strip() == markdown("\n\n".join(("One.", "Two.", "Three.", "Four.")[order])).strip()


def test_the_link_of_a_name_that_is_a_bare_host_is_the_sources_home():
    found = found_in("A.\n\nSource: [Harbour Times](https://a.example/)")

    assert found == Found(source="Harbour Times", home="https://a.example/", html="<p>A.</p>")


def test_a_header_of_list_items_in_a_quote_names_the_original_link():
    found = found_in(
        "> * 原文地址：[A title](https://a.example/1)\n> * 译者：[B](https://b.example/)\n\n# Head\n\nText."
    )

    assert (found.source, found.original) == ("", "https://a.example/1")
    assert "原文地址" not in found.html
    assert "译者" in found.html


def test_a_quote_of_several_paragraphs_at_the_beginning_is_text_without_a_label():
    post = markdown("> One.\n>\n> This post is long.\n\nText.")

    assert find(post, RULES).html is post


# --- navigation ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "[返回首页](../)",
        "[返回河谷](../a/)",
        BACK,
        BACK.replace("｜", " | "),
        BACK_IN_LINES,
        "[返回河谷](../a/) [返回港湾](../b/)\n[返回首页](../)",
        "[« 返回河谷](../a/)<br>[返回首页](../)",
        "<p>\n<a href='../a/'>返回河谷</a>\n<a href='..'>返回首页</a>\n</p>",
        "<ul><li><a href='../a/'>返回河谷</a></li><li><a href='..'>返回首页</a></li></ul>",
        "返回河谷｜返回首页",
        "返回首页",
    ],
)
def test_closing_lines_that_match_the_boilerplate_are_removed(line):
    assert found_in(f"A text.\n\n{line}") == Found(html="<p>A text.</p>")


@pytest.mark.parametrize(
    "line",
    [
        "返回舱今日着陆。",
        "详见 [河谷](../a/)\n[返回首页](../)",
        "· · ·",
        "返回舱今日着陆，[详见](../a/)",
        "[返回首页](../)，谢谢",
        "[返回首页](../)｜[其他](../b/)",
        "- 一。\n- [返回首页](../)",
    ],
)
def test_a_line_with_more_than_navigation_is_text(line):
    post = markdown(f"A text.\n\n{line}")

    assert find(post, RULES).html is post


def test_of_a_row_of_links_only_the_lines_that_navigate_go():
    found = find('<p>A.</p><p><a href="a">One</a>\n<a href="..">返回首页</a></p>', RULES)

    assert found == Found(html='<p>A.</p><p><a href="a">One</a></p>')


def test_what_repeats_without_end_is_left_at_some_point():
    found = find("<p><a href='..'>返回首页</a></p>" * 1000, RULES)

    assert found.html.count("返回首页") == 1000 - 16 * 24


def test_boilerplate_of_one_part_needs_no_link():
    rules = rules_with(boilerplate=("Subscribe to * today", ""))

    assert found_in("A text.\n\nsubscribe to us TODAY", rules) == Found(html="<p>A text.</p>")


# --- what is known from the fields -----------------------------------------------------------------


def test_text_that_differs_from_the_fields_stays():
    known = Declared(source=Source(name="Evening Post"), original="https://post.example/1")
    post = markdown(f"A text.\n\nSource: Harbour Times\n\n{LINK}")

    assert find(post, RULES, known).html is post


def test_text_that_repeats_the_fields_goes():
    known = Declared(source=Source(name="harbour times"), original=ORIGINAL)

    found = found_in(f"A text.\n\nSource: Harbour Times\n\n{LINK}", known=known)

    assert found == Found(source="Harbour Times", original=ORIGINAL, html="<p>A text.</p>")


def test_a_source_in_the_fields_makes_the_last_autolink_the_original_link():
    known = Declared(source=Source(name="Harbour Times"))

    assert found_in(f"A text.\n\n{LINK}", known=known) == Found(original=ORIGINAL, html="<p>A text.</p>")


# --- laws ------------------------------------------------------------------------------------------

TAGS = "<p>|</p>|<br>|<div>|</div>|<blockquote>|</blockquote>|<ul>|<li>|</ul>|<pre>|</pre>|<b>|</b>|</a>|<code>|</code>"
MORE_TAGS = "<a href='https://a.example/1'>|<p hidden>|<img src=a>|<h2>|</h2>|<https://a.example/2>|<!--|-->|<|>"
WORDS = "（文章来源：|河谷日报|）|（|(|)|Source: |via: |返回首页|｜|&lt;&gt;|&nbsp;| 一。|\n|\0|https://a.example/1"
PIECES = st.sampled_from([*TAGS.split("|"), *MORE_TAGS.split("|"), *WORDS.split("|"), "x" * 900])
POSTS = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=50)


@given(POSTS)
def test_what_is_not_taken_comes_back_as_it_is(post):
    found = find(post, RULES)

    assert found.html is post or len(found.html) < len(post)
    assert found.html is post or any(
        word in post for word in ("来源", "ource", "返回", "https", "via", "）", ")", "《")
    )


@given(POSTS)
def test_looking_again_finds_nothing_new(post):
    found = find(post, RULES)
    known = Declared(source=Source(name=found.source) if found.source else None, original=found.original)

    assert find(found.html, RULES, known).html is found.html


WORDS_OF_ROWS = [
    *(
        "A.",
        "一段。",
        "一段。（河谷日报）",
        "(河谷日报) ",
        "<b>B</b> (x)<b></b>",
        '文 <a href="/">a</a>。',
        "图片来源：河谷网",
    ),
    *(
        '<img src="a">',
        "",
        "<i>A</i> <code>b</code>",
        "（文章来源：河谷日报）",
        "Source: <b>Harbour</b> Times",
        "来源：",
    ),
    *('来源：<img src="a">港湾', f'Source: <a href="{ORIGINAL}">X</a>', f"via: {ORIGINAL}", "&lt;&gt;", "长。" * 300),
    *('<a href="a">A</a>\n<a href="..">返回首页</a>', '<a href="..">返回首页</a>\n<a href="a">A</a>'),
    *('<a href="..">返回首页</a>', '<a href="a">返回</a>\n<a href="b">返回首页</a>', '<a href="b">返回</a>｜x'),
    *('<a href="http://a.example/1">http://a.example/1</a>', f'<a href="{ORIGINAL}">{ORIGINAL}</a>'),
]
BEGINNINGS = st.sampled_from(["<p>", '<p class="x">', "<P>"])
ENDS = st.sampled_from(["</p>", "</p>\n", "</p> <center><img src=a></center>\n"])
ROWS = st.lists(st.tuples(BEGINNINGS, st.sampled_from(WORDS_OF_ROWS), ENDS), min_size=1, max_size=9)


@given(ROWS.map(lambda row: "".join(map("".join, row))))
def test_a_row_of_plain_paragraphs_is_read_like_any_other_html(post):
    plain, other = find(post, RULES), find(f"{post}<!-- -->", RULES)

    assert other[1:] == plain[1:]
    assert other.html.removesuffix("<!-- -->").split() == plain.html.split()


@given(st.lists(st.sampled_from(["A.", "一段（完）", "[x](https://a.example/1)", "> q"]), min_size=4), st.booleans())
def test_what_is_taken_is_the_end(body, has_navigation):
    text = "\n\n".join(body)
    post = f"{text}\n\nSource: Harbour Times\n\n{LINK}" + f"\n\n{BACK}" * has_navigation

    assert found_in(post).html == markdown(text).rstrip()


# --- the fields ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "source", "original"),
    [
        ({"source": "Harbour Times"}, Source(name="Harbour Times"), ""),
        ({"source": " “Harbour  Times” "}, Source(name="Harbour Times"), ""),
        ({"source": "[[Harbour Times]]"}, Source(name="Harbour Times"), ""),
        ({"source": "[[notes/h|Harbour Times]]"}, Source(name="Harbour Times"), ""),
        ({"source": "https://a.example/1"}, None, "https://a.example/1"),
        ({"source": "<https://a.example/1>"}, None, "https://a.example/1"),
        ({"source": "https://a.example/"}, Source(url="https://a.example/"), ""),
        ({"source": "[Harbour](https://a.example/1)"}, Source(name="Harbour"), "https://a.example/1"),
        ({"source": "Harbour (https://a.example)"}, Source(name="Harbour", url="https://a.example"), ""),
        ({"source": {"title": "Harbour", "URL": "https://a.example/1"}}, Source(name="Harbour"), "https://a.example/1"),
        (
            {"source": {"name": "Harbour", "link": "https://a.example"}},
            Source(name="Harbour", url="https://a.example"),
            "",
        ),
        (
            {"source": {"name": "H", "url": "https://a.example/b/", "feed": "https://a.example/b/f"}},
            Source(name="H", url="https://a.example/b/", feed="https://a.example/b/f"),
            "",
        ),
        (
            {"source": {"title": "H", "url": "https://a.example/rss.xml"}},
            Source(name="H", feed="https://a.example/rss.xml"),
            "",
        ),
        ({"source": ("Harbour", None, "https://a.example/1")}, Source(name="Harbour"), "https://a.example/1"),
        ({"source": "18f", "sourceurl": "https://a.example/1"}, Source(name="18f"), "https://a.example/1"),
        ({"source": "18f", "sourceurl": "https://a.example"}, Source(name="18f", url="https://a.example"), ""),
        ({"source": "", "sourceurl": "https://a.example/1"}, None, "https://a.example/1"),
        (
            {"source": "H", "sourceurl": "https://a.example/b/", "originalurl": "https://a.example/b/1"},
            Source(name="H", url="https://a.example/b/"),
            "https://a.example/b/1",
        ),
        ({"source": "H", "sourcefeed": "https://a.example/f"}, Source(name="H", feed="https://a.example/f"), ""),
        ({"source": "https://a.example/1", "site": "Harbour"}, Source(name="Harbour"), "https://a.example/1"),
        ({"site": "Harbour"}, None, ""),
        ({"sourcename": "Harbour"}, Source(name="Harbour"), ""),
        ({"publication": "Harbour"}, Source(name="Harbour"), ""),
        ({"publisher": "Harbour"}, Source(name="Harbour"), ""),
        ({"publisher": "(ada)", "translator": "(bob)", "via": "(https://a.example/1)"}, None, "https://a.example/1"),
        ({"via": '"https://a.example/1"', "url": "https://b.example/2"}, None, "https://a.example/1"),
        ({"via": "Harbour"}, Source(name="Harbour"), ""),
        ({"via": {"name": "Harbour", "url": "https://a.example"}}, Source(name="Harbour", url="https://a.example"), ""),
        ({"url": "https://a.example/1", "source": None}, None, "https://a.example/1"),
        ({"url": "/2024/a/"}, None, ""),
        ({"url": "https://www.home.example/1"}, None, ""),
        *(
            ({key: "https://a.example/?p=1"}, None, "https://a.example/?p=1")
            for key in ("originalurl", "canonicalurl", "canonical", "externalurl", "externallink", "link", "xlink")
        ),
        ({"externalurl": "https://a.example"}, None, "https://a.example"),
        ({"tumblrurl": "https://a.example/1"}, None, "https://a.example/1"),
        ({"redirectto": "https://a.example/1"}, None, "https://a.example/1"),
        ({"canonicalurl": "https://feeds.example/1", "link": "https://a.example/1"}, None, "https://a.example/1"),
        ({"link": ("https://a.example/1", "https://b.example/2")}, None, "https://a.example/1"),
        ({"source": (("nested",),)}, None, ""),
        ({"link": " https://a.example/a b\u200b\n"}, None, "https://a.example/a%20b"),
        *(({"source": nothing}, None, "") for nothing in ("", '""', "<>", "null", "false", "[]", "-", None, (), {})),
        *(({"link": nothing}, None, "") for nothing in ("", '""', "<>", "null", "true", "../a", "#a")),
        ({"title": "A"}, None, ""),
    ],
)
def test_fields_are_understood_by_their_shape(values, source, original):
    assert declared(values, OWN_HOSTS) == Declared(source=source, original=original)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sourceurl", "javascript:alert(1)"),
        ("sourceurl", "a.example/1"),
        ("source", "javascript:alert(1)"),
        ("link", "//a.example/1"),
        ("link", "ftp://a.example/1"),
        ("link", "mailto:a@a.example"),
        ("url", "data:text/html,x"),
        ("canonicalurl", "https://"),
        ("canonicalurl", "https://[1"),
        ("via", "https://a b.example/"),
    ],
)
def test_what_should_be_a_link_and_is_none_is_refused(key, value):
    problem = "is not an absolute http or https link"

    assert declared({key: value}, OWN_HOSTS) == Declared(refused=((key, problem),))


# --- both together ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "found", "settled", "expected"),
    [
        (Declared(), Found(html=""), None, (None, "")),
        (Declared(), Found(html=""), HARBOUR, (HARBOUR, "")),
        (Declared(original="o"), Found(html="", original="p"), HARBOUR, (HARBOUR, "o")),
        (Declared(), Found(html="", source="X", original="p"), HARBOUR, (Source(name="X"), "p")),
        (Declared(source=Source(name="Y")), Found(html="", source="X"), HARBOUR, (Source(name="Y"), "")),
        (
            Declared(),
            Found(html="", source="港湾 日报"),
            None,
            (Source(name="港湾 日报", url=HARBOUR.url, feed=HARBOUR.feed), ""),
        ),
        (
            Declared(),
            Found(html="", source="X", home="https://x.example"),
            None,
            (Source(name="X", url="https://x.example"), ""),
        ),
        (Declared(source=Source(url="https://harbour.example")), Found(html=""), HARBOUR, None),
        (Declared(source=Source(feed="f://f")), Found(html=""), HARBOUR, (Source(feed="f://f"), "")),
    ],
)
def test_fields_go_before_the_text_and_the_text_before_the_category(said, found, settled, expected):
    expected = expected or (Source(name=HARBOUR.name, url="https://harbour.example", feed=HARBOUR.feed), "")

    assert combined(said, found, settled, RULES) == expected


@pytest.mark.parametrize(
    ("line", "left", "original", "home"),
    [
        (
            '<a href="https://paper.example/">The Paper</a> https://paper.example/deep/1',
            "",
            "https://paper.example/deep/1",
            "https://paper.example/",
        ),
        ('<a href="https://paper.example/a/1">The Paper</a> https://paper.example/b/2', "all", "", ""),
        ('<a href="https://paper.example/">The Paper</a> https://[bad', "all", "", ""),
        (
            'The Paper <a href="https://paper.example/a/1">https://paper.example/a/1</a>',
            "",
            "https://paper.example/a/1",
            "",
        ),
    ],
)
def test_of_a_linked_name_and_a_written_address_none_is_lost(line, left, original, home):
    html = f"<p>One.</p>\n<p>Source: {line}</p>"

    found = find(html, RULES, declared({}, RULES.own_hosts))

    assert (found.original, found.home) == (original, home)
    assert found.html == (html if left else "<p>One.</p>")


def test_of_two_lines_that_name_one_source_at_two_places_one_stays_in_the_text():
    lines = [f'<p>Source: <a href="https://{host}.example/">The Paper</a></p>' for host in ("one", "two")]

    found = find("\n".join(["<p>Rain.</p>", *lines]), RULES, declared({}, RULES.own_hosts))

    assert (found.source, found.home, found.html) == ("The Paper", "https://two.example/", f"<p>Rain.</p>\n{lines[0]}")
