#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds with warnings as errors, and runs every test.
set -eu
cd "$(dirname "$0")"
. tests/tools/packages.sh

# shellcheck disable=SC2086
need $BUILD_PACKAGES $TEST_PACKAGES
build dev
ctest --preset dev
