"""Raw HTML as people and programs write it: mostly in order, and with every kind of disorder."""

from hypothesis import strategies as st

_TEXTS = st.sampled_from(
    [
        "The tide came in twice. ",
        "Nobody had counted on a third time, and the ferry was late again as it is in March. " * 3,
        "潮水涨了两次，又退了下去。" * 9,
        "“真快。”",
        "\n",
        "&amp;",
        "&lt;b&gt;",
        "&#8217;",
        "&nbsp;",
        "<",
        "\x0b",
        "\u2028",
        "****",
    ],
)
_ATTRIBUTES = st.sampled_from(
    ["", "", "", ' class="c"', ' href="/x"', " hidden", ' style="color:red"', ' style="Display:none"', ' title="a>b"'],
)
_PICTURES = st.builds(
    "<img{}{}{}>".format,
    st.sampled_from(["", ' src="a.png"', ' src="https://x.example/b.png?c&amp;d"', " src=e.png", ' src="data:x"']),
    st.sampled_from(["", ' alt=""', ' alt="A &amp; B"', ' width="16"', ' style="border:0"', " hidden"]),
    st.sampled_from(["", " /"]),
)
_MARKS = st.sampled_from(
    ["<br>", "<hr />", "<!-- c -->", "<!--more-->", "<!--", "</p>", "<p>", "<b>", "</div>", "<script>x</script>"],
)


def _elements(names, inside):
    """Return a strategy for elements of *names* that hold some of *inside*; few stay open."""
    return st.builds(
        lambda name, attributes, inner, is_closed: f"<{name}{attributes}>{''.join(inner)}{f'</{name}>' * is_closed}",
        st.sampled_from(names),
        _ATTRIBUTES,
        st.lists(inside, max_size=3),
        st.sampled_from([True] * 15 + [False]),
    )


_WORDS = st.one_of(_TEXTS, _TEXTS, _TEXTS, _PICTURES, _MARKS)
_INLINE = st.one_of(_WORDS, _elements(["b", "a", "code", "span", "q", "font", "nobr"], _WORDS))
_PARAGRAPHS = _elements(["p", "p", "p", "h2", "li", "pre", "figcaption"], _INLINE)
_OTHERS = _elements(
    ["div", "ul", "blockquote", "figure", "table", "td", "center", "form", "noscript", "video", "template"],
    st.one_of(_INLINE, _PARAGRAPHS),
)

BLOCKS = st.lists(st.one_of(_PARAGRAPHS, _PARAGRAPHS, _PARAGRAPHS, _OTHERS, _INLINE), max_size=9).map("".join)
"""The text of a post."""
