#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, and opens the first example running; without a display, runs it in the terminal.
set -eu
cd "$(dirname "$0")"
. tests/tools/packages.sh

# shellcheck disable=SC2086
need $BUILD_PACKAGES
echo "Building (the first time takes some minutes) ..."
build release

example=resources/examples/airports.millrace
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec build/release/bin/millrace-studio "$example" --run
fi

echo "No display here: running $example in the terminal. With a display this opens the window."
status=0
build/release/bin/millrace run "$example" --progress auto || status=$?
# 3: finished, with items that failed and went out by the error port; the example has some on purpose.
[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || exit "$status"
echo
echo "The first lines of resources/examples/out-near.csv:"
head -n 5 resources/examples/out-near.csv
