#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every header compiles alone, and twice; the public ones in C++ too.
#
# usage: headers.sh ROOT C-COMPILER C++-COMPILER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/lint/lib.sh
. "$here/lib.sh"
cc=$2 cxx=$3
cd "$1"

flags=(-fsyntax-only -Wall -Wextra -Werror -I . -I src -I include)
checked=0
while read -r header; do
	checked=$((checked + 1))
	source=$(printf '#include "%s"\n' "$header" "$header")
	if ! output=$("$cc" -x c -std=gnu17 -D_GNU_SOURCE "${flags[@]}" - <<<"$source" 2>&1); then
		violation "$header: does not compile alone:" $'\n'"$output"
	fi
	case $header in
	include/*)
		if ! output=$("$cxx" -x c++ -std=c++17 "${flags[@]}" - <<<"$source" 2>&1); then
			violation "$header: does not compile alone in C++:" $'\n'"$output"
		fi
		;;
	esac
done < <(files_like . '^(src|maps|inject|repl|include)/.*\.h$')
if [[ $checked -eq 0 ]]; then
	violation "$1: no headers found"
fi
finish
