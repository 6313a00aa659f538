"""What there is to say of all commands together: exit codes, environment, files, examples."""

BEFORE = "These stand before the command, those of a command after it."

EXIT_CODES = {
    0: "Done. Posts may have been left out: the words on stderr say which.",
    1: "Done, but not all is well: a problem that `--strict` counts, a file that could not be made or that somebody "
    "else's is in the way of, a message that was refused for good.",
    2: "Wrong usage or configuration; nothing was touched.",
    75: "Not now, run it again: another run is at work, the disk is full, the mail server is away.",
}

ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "The time to go by, in seconds since 1970, where `--now` gives none.",
    "FEEDS_SMTP_PASSWORD": "The password for the mail server that `smtp` under [mail] names.",
    "FEEDS_SECRET": "Keys that seal what messages know of their recipient, parted by blanks: the first seals, all are "
    "believed. Without it the one in `.feeds/secret`, made when it is first needed.",
    "FEEDS_STATE_URL": "The database of subscribers and deliveries, in place of `url` under [state]; the place for one "
    "with a password.",
    "NO_COLOR": "Set to anything, problems have no colours; nor have they in files, pipes, and where `TERM` is `dumb`.",
}

FILES = {
    "feeds.toml": "The configuration. `title` and `url` under [site] are required, all else has a default.",
    "content/": "The posts, at any depth: Markdown or HTML. `folder` under [content] names another place.",
    "templates/": "A file here replaces the packaged one of the same name.",
    "out/": "What is published: put it on any web server. Only feeds writes here, and only over its own files.",
    ".feeds/cache.sqlite3": "What is remembered of the posts. It may be deleted at any time.",
    ".feeds/state.sqlite3": "The subscribers, and what was sent to whom: keep a copy. `state.stamp` beside it knows "
    "how new it is.",
    ".feeds/secret": "The key that seals what messages know of their recipient: keep a copy.",
}

EXAMPLES = {
    "See the site in a browser while writing:": "feeds preview",
    "Build the site in the current folder, and see what changed and why:": "feeds build --explain",
    "Name every problem, and fail on warnings too, before a commit:": "feeds check --strict",
    "See who would get today's edition, then send it to yourself:": "feeds send daily --dry-run && "
    "feeds send daily --to me@example.org",
    "From a crontab, build and send whatever is due:": "*/15 * * * * feeds -q -C /srv/news daily",
}

DOCUMENTS = {
    "commands.md": "this reference",
    "configuration.md": "every key of `feeds.toml`",
    "preview.md": "what `feeds preview` shows",
    "posts.md": "how a post is understood",
    "feeds.md": "what the feeds have",
    "sending.md": "how digests reach their subscribers",
    "serving.md": "how to publish `out/`",
    "templates.md": "how to change what pages, feeds and mails look like",
    "diagnostics.md": "every problem that is told",
}
