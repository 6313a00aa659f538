#!/bin/sh
# Makes the pictures of these pages with Chromium and ImageMagick: sh docs/pictures/make.sh
# They show the demo site, the blog of the tutorial, and a year of entries that nobody wrote.
set -eu
cd "$(dirname "$0")/../.."
feeds=${FEEDS:-.venv/bin/feeds}
[ -x "$feeds" ] || make -s setup
port=8765
site=http://localhost:$port
work=$(mktemp -d)
preview=
trap 'stop; rm -rf "$work"' EXIT

stop() {
    [ -z "$preview" ] || { kill "$preview"; wait "$preview" || true; } 2>/dev/null
    preview=
}

show() { # FOLDER INSTANT: the site there is at $site until the next one is
    stop
    "$feeds" -C "$1" --now "$2" -q preview --port $port &
    preview=$!
    until curl -fso "$work/page" $site/style.css; do sleep 0.2; done
}

shot() { # URL FILE WIDTH HEIGHT [dark]
    dark=""
    [ "${5:-}" = dark ] && dark="--blink-settings=preferredColorScheme=0"
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" $dark \
        --screenshot="$work/$2" --window-size="$3,$4" "$1" >/dev/null 2>&1
}

small() { # ARGUMENTS OF convert …: few colours, and nothing in the file that changes from day to day
    convert "$@" +dither -colors 128 -strip -define png:exclude-chunks=date,time PNG8:"$work/small.png"
    mv "$work/small.png" "docs/pictures/$name.png"
}

year() { # FOLDER: a site with a year of posts, fewer on weekends, more in autumn; each number comes from the one before
    mkdir -p "$1/content"
    printf '[site]\ntitle = "Gull Point Notes"\nurl = "https://gullpoint.example/"\nlanguage = "en-GB"\n' >"$1/feeds.toml"
    awk -v folder="$1/content/" 'BEGIN {
        split("31 28 31 30 31 30 31 31 30 31 30 31", length_of)
        for (month = 1; month <= 12; month++) for (day = 1; day <= length_of[month]; day++) {
            seed = (seed * 25173 + 13849) % 65536
            weekday = (days++ + 2) % 7
            count = int((weekday > 4 ? 1.5 : month > 8 ? 7 : 4) * seed / 65536)
            for (n = 1; n <= count; n++) {
                date = sprintf("2025-%02d-%02d", month, day)
                file = folder date "-" n ".md"
                printf "---\ntitle: Note %d\ndate: %s %02d:00\ncategory: harbour\n---\nNothing.\n", n, date, 8 + n >file
                close(file)
            }
        }
    }'
}

mkdir "$work/demo"
cp -r content feeds.toml "$work/demo"
show "$work/demo" 2026-03-16T00:00:00Z
name=digest
mail=file://$work/demo/out/digest/daily/2026-03-05/email.html
shot "$mail" light.png 640 1000
shot "$mail" dark.png 390 1000 dark
small "$work/light.png" "$work/dark.png" +append
name=feed
shot $site/category/science/rss.xml feed.png 900 670
small "$work/feed.png"

year "$work/year"
"$feeds" -C "$work/year" --now 2025-12-31T20:00:00Z -q build
echo 'header, footer, .front > :not(.calendar) { display: none } .calendar { margin-top: 0 }' >>"$work/year/out/style.css"
name=calendar
shot "file://$work/year/out/index.html" year.png 900 1090
small "$work/year.png"

cp -r docs/blog "$work/blog"
sed -i 's|06/03/2026|2026-03-06|' "$work/blog/_posts/2026-03-06-ferry-back.md"
"$feeds" -q init "$work/notes" --from "$work/blog"
show "$work/notes" 2026-03-06T09:00:00Z
name=preview
shot $site/_preview/edition/daily/2026-03-05 preview.png 1280 1170
small "$work/preview.png" -resize 80%

stop
name=public
printf '[mail]\nfrom = "Gull Point Notes <notes@gullpoint.example>"\npublic_url = "%s/"\nsmtp = "maildir:box"\n' $site >>"$work/notes/feeds.toml"
at="--now 2026-03-06T09:00:00Z"
"$feeds" -C "$work/notes" $at -q build
"$feeds" -C "$work/notes" $at -q subscribers add ada@example.org --category harbour --hour 7
"$feeds" -C "$work/notes" $at -q send --eml "$work/mails"
own=$(cat "$work"/mails/*.eml | tr -d '\r' | sed ':a;/=$/{N;s/=\n//;ba}' | grep -om1 "p/[a-z2-7]\{47\}")
"$feeds" -C "$work/notes" $at -q serve --port $port &
preview=$!
until curl -fso "$work/page" $site/healthz; do sleep 0.2; done
shot $site/subscribe subscribe.png 420 820
shot $site/$own own.png 420 820 dark
small "$work/subscribe.png" "$work/own.png" +append
