import re

import pytest
from growth import LINEAR, growth
from hypothesis import given
from hypothesis import strategies as st

from feeds.body import clean
from feeds.dialects import Plain, plain
from feeds.markdown import to_html

PAGE = "https://www.example.org/2024/post/"


def text(body):
    return plain(body, root="/blog/").text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("a\n\n[TOC]\n\nb", "a\n\n\n\nb"),
        ("a [[b]] c", "a b c"),
        ("a {# b #} c", "a  c"),
        ("# a {:.b}", "# a "),
        ("a {{ site.url }} b", "a / b"),
        ("a {% endif %}b", "a b"),
        *((f"[a]({prefix}b.png)", "[a](b.png)") for prefix in ("{filename}", "{static}", "{attach}")),
        *((f"[a]({prefix}b.png)", "[a](b.png)") for prefix in ("|filename|", "|static|", "|attach|")),
    ],
)
def test_each_mark_is_seen_where_it_stands_alone(body, shown):
    assert text(body) == shown


@pytest.mark.parametrize(
    ("body", "dropped"),
    [
        ("a\n\nb {% include x.html y='1' %} c", (("{% include %}", 3),)),
        ('{{< figure src="x" >}}\n{{% x %}}', (("{{< figure >}}", 1), ("{{% x %}}", 2))),
        ("{{ page.title | upcase }}", (("{{ page.title }}", 1),)),
        ('{{ youtube(id="x") }}', (("{{ youtube }}", 1),)),
        ("![[a.png]]", (("![[a.png]]", 1),)),
        ("{% endx %} {{< /y >}}", (("{% endx %}", 1), ("{{< /y >}}", 1))),
        ("{% raw %} x", (("{% raw %}", 1),)),
        ('{% include x\n  a="one"\n\n  b="a \\" quote" %}', (("{% include %}", 1),)),
    ],
)
def test_a_tag_is_dropped_and_told_of(body, dropped):
    found = plain(body, root="/")

    assert found.dropped == dropped
    assert not re.search(r"[{}%\[\]]", found.text)


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("{% callout 'x' %}a{% endcallout %}", "a"),
        ("{{< note >}}a{{< /note >}} {{% b %}}c{{% /b %}}", "a c"),
        ('{% quote(author="x") %}a{% end %}', "a"),
        ("{% if a %}b{% else %}c{% endif %}", "bc"),
        ("a{% comment %} b {{ c.d }}{% endcomment %}e {# f #}g{::comment}h{:/comment}", "ae g"),
        ("{% raw %}{{ a.b }} {% c %}{% endraw %}", "{{ a.b }} {% c %}"),
        ('{{ "{{" }} x {{ "}}" }}', "{{ x }}"),
        ("{{</* a */>}} {{%/* b */%}} {{</*c*/>}}", "{{< a >}} {{% b %}} {{&lt;c>}}"),
    ],
)
def test_what_tags_enclose_stays_and_nothing_is_told(body, left):
    assert plain(body, root="/") == Plain(left, ())


@pytest.mark.parametrize(
    "body",
    [
        "`{% include x %}` ``a ` {{ b.c }}``",
        "```\n{{ a.b }}\n```",
        "> ~~~ liquid\n> {% x %}\n> ~~~",
        "a\n\n    {{ b.c }} {% d %}\n",
        "\t{{ b.c }}\n",
        "<pre>{{ a.b }}</pre> <code>[[x]]</code> <!-- {% c %} -->",
        "- a\n\n  ```\n  {{< x >}}\n  ```",
    ],
)
def test_code_is_content(body):
    assert plain(body, root="/") == Plain(body, ())


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("`{% raw %}{{ a.b }}{% endraw %}`", "`{{ a.b }}`"),
        ("```\n{% raw %}\n{{ a.b }}\n{% endraw %}\n```", "```\n{{ a.b }}\n```"),
        ("`{{</* x */>}}`", "`{{< x >}}`"),
        ("`{% raw %}{% raw %}{% endraw %}`", "`{% raw %}`"),
    ],
)
def test_escapes_go_in_code_too_as_their_engines_do_it(body, left):
    assert text(body) == left


@pytest.mark.parametrize("indented", ["- a\n\n    {% x %}", "a\n    {% x %}", "1. a\n\n   b\n\n    {% x %}"])
def test_an_indented_line_in_a_list_or_paragraph_is_no_code(indented):
    assert "{%" not in text(indented)


@pytest.mark.parametrize(
    "literal",
    [
        "{x} {0} ${x} %s {{x}} {{ }} {{ 6*111 }} {{{a}}} {%} {% %}",
        r"\frac{{ a }} x^{{ b.c }} ${{ secrets.D }}",
        "{% never closed\n\n%} {{ a.b\n\n}}",
        "text {:sym} {#id}",
        "[[1]](https://x.example/) [[ -f x ]] [[1, 2]] [[a]][b] a [TOC] b",
        "a {static} b",
    ],
)
def test_other_braces_are_text(literal):
    assert plain(literal, root="/") == Plain(literal, ())


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("{{ site.url }}/a", "/a"),
        ("({{ site.url }})", "(/)"),
        ("{{ site.baseurl }}/a", "/blog/a"),
        ("{{ site.url }}{{ site.baseurl }}/a", "/blog/a"),
        ('{{ "/a" | relative_url }} {{ "a" | absolute_url }}', "/blog/a /blog/a"),
        ("{{ '/a' | prepend: site.baseurl }}", "/blog/a"),
        ("{% link files/a.pdf %}", "/blog/files/a.pdf"),
        ('{{ "https://x.example/" | named }}', "https://x.example/"),
        ('{% assign b = "https://x.example/" %}{{b}}1', "https://x.example/1"),
        ("[a]({static}/i.png) [b]({filename}c.md)", "[a](/blog/i.png) [b](c.md)"),
    ],
)
def test_addresses_become_paths(body, left):
    assert plain(body, root="/blog/") == Plain(left, ())


def test_a_listing_is_fenced_by_more_than_it_holds():
    body = "a\n{% highlight ruby linenos %}\nx = `y` {{ z }}\n```\n{% endhighlight %}\nb"

    assert plain(body, root="/") == Plain("a\n````ruby\nx = `y` {{ z }}\n```\n````\n\nb", ())


def test_a_listing_in_html_is_pre():
    body = "{{< highlight go >}}\na < b\n{{< /highlight >}}"

    assert plain(body, root="/", is_html=True).text == "<pre><code>a &lt; b\n</code></pre>"


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("# A {: #id}\n\nb\n{:.c}\n", "# A \n\nb\n\n"),
        ('*a*{:.b} [c](d){:target="_blank"}', "*a* [c](d)"),
        ("* TOC\n{:toc}\n\na", "\n\na"),
        ('{::options toc_levels="2" /}\na', "\na"),
        ("[TOC]\n\n[[_TOC_]]\n", "\n\n\n"),
        ("[[Name|text]] and [[Name]]", "text and Name"),
    ],
)
def test_quiet_marks_go_quietly(body, left):
    assert plain(body, root="/") == Plain(left, ())


def test_a_link_with_an_unknown_part_is_text_and_not_a_wrong_link():
    body = '[a]({{ site.repo }}/1) <img src="https://x.example/{{ y.z }}" alt="b"> [c]({{< ref "d" >}}#e) [f](/g)'

    html = clean(to_html(text(body), is_html=False), base=PAGE, page=PAGE)

    assert html == '<p>a b c <a href="https://www.example.org/g">f</a></p>'


def test_a_tag_alone_on_its_line_does_not_end_the_html_around_it():
    body = "<div>\n{% include x %}\n    <p>a</p>\n</div>"

    assert clean(to_html(text(body), is_html=False), base=PAGE, page=PAGE) == "<div>\n\n    <p>a</p>\n</div>"


PIECES = [
    "{% x %}",
    "{{ a.b }}",
    "{{< c >}}",
    "{% raw %}",
    "{% endraw %}",
    "`",
    "```\n",
    "\n\n",
    "    ",
    "[[",
    "]]",
    "{:",
    "}}",
    "%}",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.just(" word ")), max_size=20).map("".join))
def test_no_word_outside_of_tags_is_lost(body):
    assert text(body).count("word") == body.count("word")


@pytest.mark.parametrize(
    "piece",
    [
        "{% ",
        "{% x %}",
        "{% raw %}",
        "{{ ",
        "{{ a.b }}",
        "`a ",
        "```\n",
        "<pre>",
        "<!--",
        "[[a ",
        "\n    {% x %}",
        "{:.a ",
        "{# ",
    ],
)
def test_hostile_text_costs_no_more_than_its_length(piece):
    assert growth(lambda body: text("{% x %}" + body), piece, 2_000) < LINEAR
