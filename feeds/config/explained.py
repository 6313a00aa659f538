"""Explains the keys of `feeds.toml` to people: by table, as its header is written, and by key.

A table that stands in one line, `author = { … }`, is explained as a key. What a value may be is not said again where
the words of its kind list it: "`merge`, `each` or `skip`". No run needs this; what writes for people loads it.
"""

from collections.abc import Mapping

EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "[site]": {
        "title": "required: the site's name",
        "url": "required: where out/ is published; feeds and editions start there",
        "home": "the site with the posts themselves, if it is another; default: url",
        "description": "a sentence about the site, for feeds and search engines",
        "language": "BCP 47; of entries that name none, and of the wording: ar de en es fr he ja ko zh-CN zh-TW "
        "(also for zh-HK, zh-MO, zh-Hant), else English",
        "timezone": "IANA; dates without a zone are in it, and days begin at its midnight",
        "id": "the start of every permanent id; never change it",
        "logo": "a URL, absolute or relative to url",
        "author": "who publishes: the author of each feed as a whole",
    },
    "[content]": {
        "folder": 'may lie outside the site: "../blog/_posts"',
        "ignore": "globs of paths below folder that are not there at all",
        "dialect": "needed only where two of them disagree; auto: jekyll where there is a `_posts`",
        "permalink": 'where home publishes a post: "/{category}/{year}/{month}/{day}/{name}.html"; see below',
        "link": "where titles lead; auto: the first of the two that there is",
        "identity": "what ids are made of: the post's path, its file's name, or its original link",
        "category_titles": "first-tag: a category's first tag is its readable name",
        "dedupe": "the same news in two places is shown once",
        "max_bytes": "of one post; a larger one is left out",
    },
    "[attribution]": {
        "patterns": "a whole closing paragraph that names the source",
        "names": "names to accept in a closing bracket, （…）",
        "boilerplate": "closing lines that are navigation, not text; * stands for anything",
    },
    "[categories.NAME]": {
        "title": "the readable name; default: as category_titles says",
        "slug": "the folder's name; default: made from the name",
        "source": "for entries that name none",
    },
    "[feeds]": {
        "formats": "those that each feed has",
        "by": "each of which has feeds and a page of its own",
        "entries": "in one feed",
        "content": "a post may say otherwise with `content: summary`",
        "max_bytes": "of one document; the oldest entries beyond it go, five always stay",
        "archive": "RFC 5005 documents with every entry, a month each",
        "aliases": '{ "old/path.xml" = "rss.xml" }: old addresses that stay valid',
        "websub": "a hub's URL: feeds name it, and `feeds ping` tells it of changes",
        "podcast": "what podcast directories ask; category as Apple has it: News > Daily News; image, else logo",
    },
    "[[feeds.custom]]": {
        "name": "required: the folder below feed/",
        "title": "default: the name",
        "entries": "default: as [feeds]",
        "content": "default: as [feeds]",
        "include": "an entry has one of each list that is not empty",
        "exclude": "and none of any of these",
    },
    "[[digests]]": {
        "name": "the folder below digest/; default: daily, weekly or monthly, as every says",
        "title": "default: the word of site.language",
        "every": "how many days an edition covers",
        "categories": "names; empty: all",
        "at": "when an edition is due, on the first day after it",
        "entries": "in the e-mail; the page has all",
        "per_category": "in the e-mail",
        "catch_up": "what becomes of editions that were missed",
    },
    "[mail]": {
        "from": '"Tide News <news@example.org>"; needed to send',
        "reply_to": "where answers go; default: from",
        "unsubscribe": "a mailbox for unsubscribe mails",
        "bounces": "a mailbox for bounces",
        "public_url": "where the public web part is reached",
        "smtp": "smtps://, smtp+starttls://, sendmail:, maildir:PATH; the password is in FEEDS_SMTP_PASSWORD",
        "on_uncertain": "what becomes of a message of which nobody knows whether it went",
        "rate": "messages a second",
        "per_day": "messages; 0: no limit",
        "connections": "to the mail server at the same time",
        "postal_address": "shown at the foot of each message",
        "dkim": "the signature, where your mail server adds none",
    },
    "[state]": {
        "url": "or postgresql+psycopg://; FEEDS_STATE_URL overrides it, and is the place for one with a password",
    },
}
