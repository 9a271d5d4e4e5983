#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: tests/tools/reference.sh [FOLDER]
# Makes the reference of the C++ API from the public headers in FOLDER (build/reference), as HTML. Fails where a comment isn't understood, and
# where a public class appears in no example.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-build/reference}
mkdir -p "$folder"

# What <millrace/...> leads to, and what that includes.
mapfile -t public < <(sed -n 's|^#include "\(.*\)"|core/\1|p' core/include/millrace/*.h | sort -u)
headers=("${public[@]}")
for ((i = 0; i < ${#headers[@]}; ++i)); do
    while read -r header; do
        [[ " ${headers[*]} " == *" $header "* ]] || headers+=("$header")
    done < <(sed -n 's|^#include "\(.*\)"|core/\1|p' "${headers[i]}")
done
examples=$folder/examples.dox
for example in resources/examples/cpp/*.cpp; do
    printf '/** @example %s */\n' "$(basename "$example")"
done >"$examples"

{
    cat resources/docs/reference/Doxyfile
    printf 'INPUT = %s %s\n' "resources/docs/CPP_API.md resources/docs/INSTALL.md $examples" "${headers[*]}"
    printf 'OUTPUT_DIRECTORY = %s\nPROJECT_NUMBER = %s\n' "$folder" "$(sed -n 's/^project(.* VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)"
} | doxygen -

missing=""
for header in core/include/millrace/*.h; do
    own=$(sed -n 's|^#include "\(.*\)"|\1|p' "$header")
    for page in $(grep -lF "<code>#include &lt;$own&gt;" "$folder"/html/{class,struct}millrace_1_1*.html || true); do
        sed -i "s|#include \&lt;$own\&gt;|#include \&lt;millrace/$(basename "$header")\&gt;|" "$page"
        class=$(sed -n 's|.*<title>Millrace: millrace::\(.*\) Class.*|\1|p' "$page")
        # Templates and parts of classes come with others; a ParamBuilder is what StepBuilder::param() gives.
        [[ ! $class || $class == *[:\;]* || $class == ParamBuilder ]] || grep -qw "$class" resources/examples/cpp/*.cpp ||
            missing="$missing $class"
    done
done
[ -z "$missing" ] || {
    echo "No example in resources/examples/cpp uses:$missing" >&2
    exit 1
}
echo "$folder/html/index.html"
