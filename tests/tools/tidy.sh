#!/bin/sh
# SPDX-License-Identifier: MIT
# clang-tidy over the sources changed since a commit (default: the last one), or over the files named.
# usage: tests/tools/tidy.sh [COMMIT | FILE.cpp ...]
set -eu
cd "$(dirname "$0")/../.."
. tests/tools/packages.sh

# shellcheck disable=SC2086
need $BUILD_PACKAGES $TEST_PACKAGES $CHECK_PACKAGES
build dev
case "${1:-}" in
    *.cpp) files="$*" ;;
    *) files=$(git diff --name-only --diff-filter=d "${1:-HEAD~1}" -- 'core/*.cpp' 'ui/*.cpp' 'app/*.cpp') ;;
esac
[ -n "$files" ] || { echo "No source changed."; exit 0; }
# GCC's own warning flags mean nothing to clang.
echo "$files" | tr ' ' '\n' | xargs -P "$(nproc)" -n 1 \
    clang-tidy-14 -p build/dev --quiet --extra-arg=-Wno-unknown-warning-option
