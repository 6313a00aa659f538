"""Makes what fuzzing begins with: invented posts of every dialect, and what strangers would put into them."""

_BETWEEN = "\n%%%%\n"


def pieces(text: str) -> tuple[bytes, ...]:
    """Return what stands between the lines of four per cent signs."""
    return tuple(piece.encode() for piece in text.strip("\n").split(_BETWEEN))


_WRITTEN = """
---
layout: post
title: "Low tide"
date: 2026-03-02 09:30:00 +0800
categories: city harbour
tags: [sun, 晴]
permalink: /:year/:title.html
---
{% highlight sh %}
ls
{% endhighlight %}

The ferry was late again.

（文章来源：潮汐晚报）

<https://wanbao.example/2026/1.html>

[返回首页](/)
%%%%
+++
title = "Night ferry"
date = 2026-03-02T10:00:00Z
categories = ["City"]
draft = false
[params]
source = { name = "The Paper", url = "https://paper.example/" }
+++
{{< figure src="/a.png" >}}

{{% note %}}Mind the gap.{{% /note %}}
%%%%
{"title": "Ebb", "date": "2026-03-02", "tags": ["a"], "authors": ["Ada Moreno"], "images": ["/i.png"]}

Text.
%%%%
---json
{"title": "Flow", "date": "2026-03-02"}
---
# Flow

{% include "x.njk" %}
Text.
%%%%
---toml
title = "Flood"
date = 2026-03-02
---
Text {{ page.url | url }}.
%%%%
Title: Spring tide
Date: 2026-03-02 10:20
Category: City
Authors: Ada Moreno, Bo Lind
Tags: a, b

Text.
%%%%
+++
title = "Dock"
date = 2026-03-02
[taxonomies]
tags = ["sun"]
[extra]
lang = "fr"
+++
One.

<!-- more -->

Two.
%%%%
---
title: 'Quay'
pubDate: 'Mar 02 2026'
description: It is open.
heroImage: '/quay.png'
updatedDate: 2026-03-04
---
- one
- two
%%%%
---
aliases: [x]
title: Buoy
created: 2026-03-02T08:00
source: https://paper.example/b
site: The Paper
---
> [!note] Hear
> [[Harbour|the harbour]] ==now== ![[pic.png|100]]

%% unseen %%
%%%%
"title": "Rope",
"date": "2026-03-02",
;;;
{% asset_img a.png %}

Text.
%%%%
title: Mast
date: 2026-03-02 10:00:00
categories:
- City
- 晚报
---
<audio src=/a.mp3></audio>
%%%%
[#]: subject: "Sail"
[#]: via: "https://paper.example/s"
[#]: author: "Ada"
[#]: date: (2026-03-02)

Text.

via: https://paper.example/s
%%%%
# Heading

Text without a header.
"""

_MEANT = """
---
title: <script>alert(1)</script>
date: 2026-03-02
categories: [../../etc, CON, '<b>', "a/b"]
id: 'javascript:alert(1)'
link: javascript:alert(1)
image: 'data:image/svg+xml,<svg onload=alert(1)>'
lang: '"><script>'
---
<script>alert(1)</script><img src=x onerror=alert(1)><a href="jav&#x09;ascript:alert(1)">x</a>
%%%%
---
title: "A\\r\\nBcc: b@example.com"
date: 2026-03-02
author: {name: "B\\nX: y", email: "a@example.com\\n"}
---
<svg><style><img src=x onerror=alert(1)></style></svg><math><mi//xlink:href=data:x>
%%%%
---
title: "\\ud83d \\u202e\\u0000"
date: 2026-03-02
enclosure: 'http://[::1/a.mp3'
---
]]>&#xD800;&#0;\x0b\u2028<![CDATA[x]]>
%%%%
---
a: &a [x, x]
b: &b [*a, *a]
c: [*b, *b]
title: {a: 1}
date: [2026-03-02]
---
<form action=//evil.example><input name=x>
%%%%
---
title: x
date: 2026-03-02
source: {name: '', url: 'https://[bad'}
original_url: 'https://paper.example/a b"c'
---
<table><td><p>x<table><a href=/y>z<iframe srcdoc='<script>x</script>'></iframe>
"""

POSTS = (*pieces(_WRITTEN), *pieces(_MEANT))
"""Jekyll, Hugo (TOML, JSON), Eleventy (JSON, TOML), Pelican, Zola, Astro, Obsidian, Hexo (two), LCTT, no header; then
what nobody wrote for readers.
"""

HTML = pieces(
    """
<p>Low <b>tide</b> at <a href='/a?b&c#d'>noon</a>.</p>
<p hidden>no</p><pre>
 x</pre>
%%%%
<img src=/a.png srcset='/b.png 2x, //c.example/d.png 3x' alt='A "B"' width=1 height=1>
%%%%
<table><tr><td style='text-align:right'>1<td>2</table><ul><li>a<li>b</ul>
%%%%
<svg><title>t</title><a xlink:href='javascript:x'><circle/></a></svg>
<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>
%%%%
<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript><iframe src=//tube.example/e width=5></iframe>
%%%%
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
%%%%
<a href='java
script:alert(1)' onclick=x style='background:url(//evil.example)' id=location name=cookie>x</a>
%%%%
<video poster=/p.png controls><source src=/v.mp4 type=video/mp4>words</video><audio src=/a.mp3></audio>
%%%%
<blockquote cite=/q><p>a</blockquote><details open><summary>s</summary>x</details><ruby>漢<rt>kan</ruby>
%%%%
<textarea></div><script>x</script></textarea><select><option>o</select><xmp><b></xmp><plaintext>x
%%%%
<base href=//evil.example><link rel=stylesheet href=//evil.example/x.css><meta http-equiv=refresh content='0;url=x'>
%%%%
<input type=checkbox checked> done <object data=x><embed src=y></object><template><script>z</script></template>
%%%%
<p>a<center>b<font color=red>c</center></font><main><address>d</main><marquee>e
%%%%
&lt;script&gt; &amp;amp; &#60;b&#62; &nbsp;&ZeroWidthSpace;&#x80; <3 < b > <!-- c --!> <!DOCTYPE x> <?php ?>
%%%%
<h1>T</h1><h4>u</h4><p dir=rtl lang=ar title='&quot;&gt;'>نص</p><div><div><div><div><div><div>deep
%%%%
<katex class=katex-html>x</katex><span class='katex-html'>y</span><annotation encoding=x>z</annotation>
%%%%
# Title

*a* **b** `c` [d](e 'f') ![g](h)

| a | b |
|:-:|--:|
| 1 | 2 |

- [x] k

[^1]

[^1]: note

~~~js
y
~~~
%%%%
{{ site.url }}/x {{ '/a' | relative_url }} {% include b.html %} {{< c d="e" >}} {% raw %}{{f}}{% endraw %} [[g|h]]
{: .j}
%%%%
<img srcset='< x,//\ue75d'> <a href='//\ue75d'>x</a> <img data-src='https://%EE%9D%9D'> <a href='//1.2.3.400/é'>y</a>
%%%%
one <math><mi>two</mi></math> three <e
%%%%
- <table>
- <table><td><col></col><li><pre><img>
 x</pre>
%%%%
<http://a.example> [x]: javascript:alert(1)

[y][x] <javascript:alert(1)> [z](<data:text/html,a b>) ![w](vbscript:q)
"""
)

_SPECIAL = ("svg", "math", "style", "script", "title", "noscript", "template", "textarea")
TAGS = (
    *(f"<{name}>" for name in ("a", "b", "p", "div", "pre", "table", "td", "tr", "mtext", "mglyph", *_SPECIAL)),
    *(f"</{name}>" for name in ("a", "b", "p", "div", "pre", "table", "td", *_SPECIAL)),
    *("<img src=", "<iframe src=", "<form", "<input type=checkbox", "<select>", "<plaintext>", "<xmp>", "<"),
    *(" onerror=", " onclick=", " style=", " hidden", " href=", " srcset=", " id=", " xlink:href=", " srcdoc=", "//"),
    *("javascript:", "data:text/html,", "vbscript:", "https://a.example/", "&#106;", "&lt;", "&quot;", "&#x0;"),
    *("&amp;", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "?>", "<!", "</", "/>", '="', "='", "\u2028", "\x0b"),
)
"""What HTML is made of, and what breaks sanitisers."""

MARKDOWN = ("](", "![", "**", "~~~\n", "```", "\n\n", "    ", "> ", "- [ ] ", "[^1]", "[^1]:", "|-|", "<http://")
ENGINES = (
    *("{{ ", " }}", "{{< ", " >}}", "{{% ", " %}}", "{% ", " %}", "{% raw %}", "{% endraw %}", "{% highlight %}", "{:"),
    *("[[", "]]", "==", "%%", ":::", "{static}", "[TOC]", "site.url", " | "),
)
"""Other engines' marks."""

HEADERS = (
    *("---\n", "+++\n", ";;;\n", "---json\n", "\n---\n", "title: ", "date: ", "categories: ", "tags: ", "source: "),
    *("id: ", "link: ", "image: ", "lang: ", "author: ", "permalink: ", "original_url: ", "enclosure: ", "summary: "),
    *("- ", ": ", "2026-03-02", "!!python/object:os.system", "&a ", "*a", "[", "]", "{", "}", "|\n ", ">-\n ", "<<: "),
    *("\\ud800", "\\u202e", "'", '"', "#", " = ", "[[x]]", "'''", "[#]: ", "\ufeff", "\r\n", "\t"),
)
"""What headers are made of."""
