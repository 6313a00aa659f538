"""Posts that nobody means well with, by name: each is accepted and made harmless, or one diagnostic says why not."""

HEAD = "---\ntitle: Hostile\ndate: 2026-03-05 10:00\n{}\n---\nText.\n"
BODY = "---\ntitle: Hostile\ndate: 2026-03-05 10:00\n---\n{}\n"

MARKUP = (
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<svg aria-label='&lt;img src=x onerror=alert(1)&gt;'></svg>",
    "<svg><title>&lt;img src=x onerror=alert(1)&gt;</title></svg>",
    "<iframe src='https://a.example/' title='\"><img src=x onerror=alert(1)>'></iframe>",
    "<iframe src='https://a.example/&quot;onload=&quot;alert(1)'></iframe>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<scr\0ipt>alert(1)</script>",
    "<scr\ufdd0ipt>alert(1)</script>",
    "<scr{{ x }}ipt>alert(1)</script>",
    "<a href='java{{ x }}script:alert(1)'>x</a>",
    "<a href='&#1;java\tscript:alert(1)'>x</a>",
    "{% highlight x %}</code></pre><script>alert(1)</script>{% endhighlight %}",
    "{% raw %}<script>alert(1)</script>{% endraw %}",
    "{% assign a = '<script>alert(1)</script>' %}{{ a }}",
    "{{ '<script>alert(1)</script>' }}",
    "[[<script>alert(1)</script>|<img src=x onerror=alert(1)>]]",
    "<img alt='<script>alert(1)</script>' src='data:text/html,x'>",
    "<div style='background:url(https://a.example/x)' onclick=alert(1)>x</div>",
    "<base href='https://a.example/'><link rel=stylesheet href=x><meta http-equiv=refresh content=0>",
    "<object data=x></object><embed src=x><form action=x><button formaction=x>x</button></form>",
    "<plaintext><textarea><title><xmp><script>alert(1)",
)
"""Markup that runs, fetches or sends something where a cleaner and a browser disagree about it."""

NAMES = (
    *(
        "..",
        "../../x",
        "/etc/passwd",
        "C:\\x",
        "CON",
        "nul.txt",
        ".feeds",
        "index.html",
        "a/b",
        "a\\b",
        "a.",
        "-",
        "\u200b",
    ),
    *("\u202eabc", "a\0b", "a\nb", "a\r\nBcc: b@b.example", "a\u2028b", "a\u0085Bcc: b", "=?utf-8?b?DQpCY2M6IHg=?="),
    *("\x1b[31mred", "\x9b31m", "{{ 7*7 }}", "{% include 'x' %}", "<script>alert(1)</script>", "' onload='x", "zq0t"),
    *("{%leaf 0%}", ">\x7f<", "\ufdd0", "\ufffe", "a" * 300, "汉" * 300, "e" + "\u0301" * 900, "%2e%2e%2f", "$(id)"),
)
"""Names that mean something to a disk, a terminal, a mail server, a template or a browser."""

ADDRESSES = (
    *("javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd"),
    *("//a.example/", "\\\\a.example\\x", "http://[", "http://[::1%25eth0]/", "http://a.example:99999/", "http://"),
    *(
        "http://a.example:１２/",
        "http://user:word@a.example/",
        "http://а.example/",
        "http://" + "汉" * 300 + ".example/",
    ),
    *(
        "http://a.example/\r\nBcc: b@b.example",
        'http://a.example/"><script>',
        "http://a.example/%0d%0a%zz",
        "http://x\u2028/",
    ),
    "http://a.example/" + "../" * 900,
)
"""Addresses that lead where no link should, or end where a header begins."""


def quoted(text):
    """Return *text* as YAML and JSON write it, in ASCII."""
    units = text.encode("utf-16-be", "surrogatepass")
    return '"' + "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)) + '"'


def flow(texts):
    """Return a list of *texts* in YAML."""
    return "[" + ", ".join(map(quoted, texts)) + "]"


def deep(opening, closing, levels=20_000):
    """Return *levels* of brackets, one in the other."""
    return opening * levels + closing * levels


HEADERS = {
    "yaml-lists": (HEAD.format("x: " + deep("[", "]")), "header-too-deep"),
    "yaml-lists-open": (HEAD.format("x: " + "[" * 40_000), "header-too-deep"),
    "yaml-tables": (HEAD.format("x: " + deep("{a: ", "}", 10_000)), "header-too-deep"),
    "yaml-blocks": (HEAD.format("x:\n" + "\n".join(" " * n + "-" for n in range(1, 300))), "header-too-deep"),
    "yaml-keys-in-keys": (HEAD.format("? " * 20_000), "header-syntax"),
    "yaml-quotes": (HEAD.format("x: " + "'" * 40_000), ""),
    "yaml-aliases": (
        HEAD.format("a: &a [x, x, x]\nb: &b " + "[" + "*a, " * 3000 + "]\nc: [*b, *b]"),
        "header-too-large",
    ),
    "yaml-object": (HEAD.format("x: !!python/object/apply:os.system [exit]"), "header-tag"),
    "yaml-number": (HEAD.format("weight: " + "9" * 40_000), ""),
    "yaml-long-key": (HEAD.format("k" * 40_000 + ": v"), "header-syntax"),
    "yaml-many-keys": (HEAD.format("\n".join(f"k{n}: v" for n in range(5000))), ""),
    "yaml-one-key-often": (HEAD.format("a:\n" * 20_000), "header-too-large"),
    "yaml-large": (HEAD.format("x: " + "y" * 100_000), "header-too-large"),
    "yaml-half-characters": (HEAD.format("author: " + '"\\ud800\\udc00\\udfff"'), "lone-surrogate"),
    "yaml-controls": (HEAD.format("author: a\x1b[31m\0b"), "control-characters"),
    "toml-lists": ("+++\ntitle = 'a'\ndate = 2026-03-05\nx = " + deep("[", "]") + "\n+++\nText.", "header-too-deep"),
    "toml-dots": ("+++\ntitle = 'a'\ndate = 2026-03-05\n" + "a." * 20_000 + "b = 1\n+++\nText.", "header-too-deep"),
    "toml-number": ("+++\ntitle = 'a'\ndate = 2026-03-05\nx = " + "9" * 5000 + "\n+++\nText.", "header-syntax"),
    "toml-hex": ("+++\ntitle = 'a'\ndate = 2026-03-05\nx = 0x" + "f" * 5000 + "\n+++\nText.", "header-syntax"),
    "json-number": ('{"title": "a", "date": "2026-03-05", "x": ' + "9" * 5000 + "}\nText.", ""),
    "json-lists": ('{"title": "a", "x": ' + deep("[", "]") + "}\nText.", "header-too-deep"),
    "json-open": ('{"title": "a", "x": ' + "[" * 900_000, "header-too-large"),
    "json-halves": ('{"title": "a\\ud800", "date": "2026-03-05"}\nText.', "lone-surrogate"),
    "never-closed": ("---\ntitle: a\n" + "text\n" * 50_000, "header-unclosed"),
    "rules": ("---\n" * 200_000, "date-missing"),
    "date-of-inf": ("---\ntitle: a\ndate: .inf\n---\nText.", "date-impossible"),
    "date-beyond": ("---\ntitle: a\ndate: 9999-12-31T23:59:59-14:00\n---\nText.", "date-impossible"),
    "date-huge": ("---\ntitle: a\ndate: " + "9" * 5000 + "\n---\nText.", "date-impossible"),
    "tags": (HEAD.format("tags: [" + ", ".join(f"t{n}" for n in range(5000)) + "]"), "too-many"),
    "categories": (HEAD.format("categories: [" + ", ".join(f"c{n}" for n in range(5000)) + "]"), "too-many"),
    "authors": (HEAD.format("authors: [" + ", ".join(f"a{n}" for n in range(5000)) + "]"), "too-many"),
    "sounds": (HEAD.format("audio: [" + ", ".join(f"/{n}.mp3" for n in range(5000)) + "]"), "too-many"),
    "nameless": (HEAD.format("categories: [a, " + "{}, " * 5000 + "]"), "category-nameless"),
    "language": (HEAD.format("lang: " + "x" * 40_000), "language-unknown"),
    "named-tags": (HEAD.format("tags: " + flow(NAMES)), ""),
    "named-categories": (HEAD.format("categories: " + flow(NAMES)), ""),
    "named-authors": (HEAD.format("authors: " + flow(NAMES)), ""),
}
"""Text, and the code of the diagnostic; empty: it is taken as it is."""

BODIES = {
    "quotes": BODY.format("> " * 50_000 + "a"),
    "brackets": BODY.format("[" * 100_000),
    "stars": BODY.format("*a_ " * 50_000),
    "lists": BODY.format("\n".join("  " * n + "- a" for n in range(400))),
    "references": BODY.format("\n".join(f"[a{n}]: /b\n[a{n}]" for n in range(20_000))),
    "divs": BODY.format(deep("<div>", "</div>", 50_000)),
    "bolds": BODY.format("<b>" * 50_000),
    "tables": BODY.format("<table><tr><td>" * 20_000),
    "drawings": BODY.format("<svg>" * 50_000),
    "formulas": BODY.format("<math>" * 50_000),
    "templates": BODY.format("<template>" * 50_000),
    "tags-left-open": BODY.format("<a " * 100_000),
    "quotes-left-open": BODY.format("<a href='" * 50_000),
    "comments-left-open": BODY.format("<!-- " * 100_000),
    "entities": BODY.format("&amp;" * 100_000),
    "picture": BODY.format('<img src="https://a.example/x.png" width="' + "9" * 5000 + '">'),
    "attribute": BODY.format('<p title="' + "x" * 1_000_000 + '">a</p>'),
    "players": BODY.format("".join(f"<audio src=/{n}.mp3></audio>" for n in range(5000))),
    "line": BODY.format("word " * 200_000),
    "word": BODY.format("w" * 1_000_000),
    "wide": BODY.format("（来源：" * 50_000),
    "links": BODY.format("[a](https://a.example/) " * 20_000 + "（潮汐晚报）" * 16),
    "tags-of-others": BODY.format("{% if a %}{{ b }}{{< c >}}" * 5000),
    "marks-of-others": BODY.format("{%" * 50_000 + "{{" * 50_000 + "[[" * 50_000),
    "controls": BODY.format("".join(map(chr, (*range(9), *range(11, 32), *range(127, 160), 0xFDD0, 0xFFFE)))),
    "turned": BODY.format("\u202eabc\u2066def" * 1000),
    "piled": BODY.format("e" + "\u0301" * 100_000),
    "templates-of-ours": BODY.format("{{ 7*7 }} {% include 'x' %} zq0t <!--zq1t--> {%leaf 0%} >\x7f<"),
    "markup": BODY.format("\n\n".join(MARKUP)),
    "addresses": BODY.format("".join(f'<a href="{a}">x</a><img src="{a}"><q cite="{a}">y</q>' for a in ADDRESSES)),
}
"""Texts that are taken, whatever is left of them."""

_SITE = 6_000
"""Characters of a text that stands with all the others in one site."""

POSTS = (
    {f"{name}.md": text for name, (text, _) in HEADERS.items() if len(text) < 70_000}
    | {f"{name}.md": text[:_SITE] for name, text in BODIES.items()}
    | {f"{name}.html": text[:_SITE] for name, text in BODIES.items() if "<" in text}
    | {
        f"name-{n}.md": HEAD.format(f"source: {quoted(name)}\nslug: {quoted(name)}\nid: {quoted(name)}")
        for n, name in enumerate(NAMES)
    }
    | {f"title-{n}.md": f"---\ntitle: {quoted(name)}\ndate: 2026-03-06\n---\n" for n, name in enumerate(NAMES + MARKUP)}
    | {
        f"url-{n}.md": HEAD.format(f"original_url: {quoted(a)}\nimage: {quoted(a)}\naudio: {quoted(a)}")
        for n, a in enumerate(ADDRESSES)
    }
    | {f"way-{n}.md": HEAD.format(f"permalink: {quoted(a)}") for n, a in enumerate(ADDRESSES)}
)
"""Those of them that a site is made of, by path."""
