#!/bin/sh
# Makes the pictures of the README from the demo site, with Chromium and ImageMagick: sh docs/pictures/make.sh
set -eu
cd "$(dirname "$0")/../.."
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
cp -r content feeds.toml "$site"
.venv/bin/feeds -C "$site" --now 2026-03-16T00:00:00Z -q build

shot() { # FILE WIDTH HEIGHT [dark]
    dark=""
    [ "${4:-}" = dark ] && dark="--blink-settings=preferredColorScheme=0"
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$site/browser" $dark \
        --screenshot="$site/shot-$2.png" --window-size="$2,$3" "file://$site/out/$1" >/dev/null 2>&1
}

shot digest/daily/2026-03-05/email.html 640 1100
shot digest/daily/2026-03-05/email.html 390 1100 dark
convert "$site/shot-640.png" "$site/shot-390.png" +append +dither -colors 128 docs/pictures/digest.png
shot index.html 900 1100
shot category/wenhua/index.html 390 1100 dark
convert "$site/shot-900.png" "$site/shot-390.png" +append +dither -colors 128 docs/pictures/site.png
