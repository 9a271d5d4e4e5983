# SPDX-License-Identifier: MIT
# The Debian 12 packages that building, testing and checking need, and how the scripts install them. Sourced.

BUILD_PACKAGES="g++ cmake ninja-build ccache pkg-config qt6-base-dev libqt6sql6-sqlite qt6-declarative-dev qt6-svg-dev qt6-wayland
    libsimdjson-dev libarchive-dev libcurl4-openssl-dev libhiredis-dev libpcre2-dev libuchardet-dev libxlsxwriter-dev libxxhash-dev libzip-dev zlib1g-dev
    libgl1-mesa-dev fonts-inter"
TEST_PACKAGES="python3 jq gawk mold xvfb xauth xdotool imagemagick ieee-data dbus-daemon groff-base man-db redis-server
    bzip2 xz-utils zstd"
CHECK_PACKAGES="git clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev llvm-14 codespell doxygen zsh fish
    desktop-file-utils appstream libxml2-utils shared-mime-info file debhelper dh-python dpkg-dev fakeroot lintian"
# In later releases than Debian 12 what draws SVG pictures is a package of its own.
release=$(sed -n 's/^VERSION_ID="\([0-9]*\).*/\1/p' /etc/os-release 2>/dev/null)
! grep -qs '^ID=debian' /etc/os-release || [ "${release:-0}" -lt 13 ] || BUILD_PACKAGES="$BUILD_PACKAGES qt6-svg-plugins"
BENCHMARK_PACKAGES="libtbb-dev libbenchmark-dev miller python3-pandas"

# need PACKAGE...: installs those that are missing; prints nothing when none is, or all of apt's output when it fails.
need() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null; then
        echo "This script installs packages with apt-get, which is not here. Install the like of:$missing" >&2
        return 1
    fi
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Packages are missing. Run this as root, and start again: apt-get install$missing" >&2
            return 1
        fi
        as_root="sudo"
    fi
    echo "Installing$(echo "$missing" | wc -w | sed 's/^ */ /') packages:$missing" >&2
    log=$(mktemp)
    # shellcheck disable=SC2086
    if $as_root env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get -qq update && apt-get -qq -y --no-install-recommends install "$@"' \
        apt-get $missing >"$log" 2>&1 </dev/null; then
        rm -f "$log"
    else
        cat "$log" >&2
        rm -f "$log"
        echo "Installing failed; apt-get's own words are above." >&2
        return 1
    fi
}

# build PRESET: configures and builds, quietly where nobody watches. In CI, which builds each once, more sources are compiled at a time:
# half of the time goes into headers.
build() {
    configured=$(cmake --preset "$1" ${CI:+-DCMAKE_UNITY_BUILD_BATCH_SIZE=20} 2>&1) || { echo "$configured" >&2; return 1; }
    if [ -t 1 ]; then
        cmake --build --preset "$1" -j "$(nproc)"
    else
        cmake --build --preset "$1" -j "$(nproc)" -- --quiet
    fi
}
