#!/bin/sh
# SPDX-License-Identifier: MIT
# clang-tidy over the sources changed since a commit (default: MILLRACE_SINCE, else the last one), or over the files named. Of the
# headers that they include, those are looked at that have changed as well.
# usage: tests/tools/tidy.sh [COMMIT | FILE.cpp ...]
set -eu
cd "$(dirname "$0")/../.."
. tests/tools/packages.sh

# shellcheck disable=SC2086
need $BUILD_PACKAGES $TEST_PACKAGES $CHECK_PACKAGES
since=${MILLRACE_SINCE:-HEAD~1}
case "${1:-}" in
    *.cpp) files="$*" ;;
    *)
        since=${1:-$since}
        git rev-parse -q --verify "$since^{commit}" >/dev/null || { echo "There is no commit $since here."; exit 0; }
        files=$(git diff --name-only --diff-filter=d "$since" -- 'core/*.cpp' 'ui/*.cpp' 'app/*.cpp')
        ;;
esac
[ -n "$files" ] || { echo "No source changed."; exit 0; }
headers=$(git diff --name-only --diff-filter=d "$since" -- 'core/*.h' 'ui/*.h' 'app/*.h' | paste -sd '|')
build dev
# GCC's own warning flags mean nothing to clang.
echo "$files" | tr ' ' '\n' | xargs -P "$(nproc)" -n 1 \
    clang-tidy-14 -p build/dev --quiet --header-filter="(${headers:-none})\$" --extra-arg=-Wno-unknown-warning-option \
    --extra-arg=-Wno-ignored-optimization-argument
