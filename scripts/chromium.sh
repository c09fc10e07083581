#!/bin/sh
# Makes sure that the browser tests have a Chromium, where that needs no questions.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update --quiet --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends chromium
else
    echo "There is no Chromium on this machine: the browser tests will be skipped." >&2
fi
