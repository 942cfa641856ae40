#!/usr/bin/env bash
# Makes the picture of the README: the page of the sample articles, with two of them side by side.
# Needs Chromium, whose name CHROMIUM may say.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo run --release --example reprint -- --quiet --output "$folder/found.txt" --report "$folder/report.html"
"${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$folder/profile" \
    --window-size=1280,900 --virtual-time-budget=5000 --screenshot="$PWD/examples/reprint/report.png" \
    "file://$folder/report.html#/pair/gazette-theatre-reopening.txt/valley-herald-theatre-reopening.txt"
