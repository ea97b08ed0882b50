#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What libinterject exports is what its version script lists and what its headers declare; the archive
# exports the same; it has no state of its own, and neither ends the process nor prints.
#
# usage: abi.sh ROOT SHARED-LIBRARY STATIC-LIBRARY
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/lint/lib.sh
. "$here/lib.sh"
root=$1 shared=$2 static=$3
map=src/session/libinterject.map

# Names with their versions, one a line.
listed=$(awk '/^[A-Z_0-9.]+ \{/ { version = $1 } /^global:/ { on = 1 } /^local:/ { on = 0 }
	on && /^\t[a-z]/ { sub(/;.*/, ""); print $1 "@@" version }' "$root/$map" | sort)
exported=$(nm -D --defined-only --with-symbol-versions "$shared" | awk '$2 != "A" { print $3 }' | sort)
names=$(awk -F@ '{ print $1 }' <<<"$listed")
archived=$(nm -g --defined-only "$static" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort)
declared=$(cat "$root"/include/interject/{error,catching,core,datum,interject,names,results,debugger,goroutines,listing,stop}.h | tr '\n' ' ' |
	grep -oE 'IJ_API(_RESULT)? [^;(]*\(' | grep -oE 'ij_[a-z0-9_]+\($' | tr -d '(' | sort)

# Reports what only one of two sorted lists has. $1, $3: what has it; $2, $4: the lists.
compare() {
	local name
	while read -r name; do
		violation "$1 has $name, which $3 has not"
	done < <(comm -23 <(printf '%s\n' "$2") <(printf '%s\n' "$4") | sed '/^$/d')
	while read -r name; do
		violation "$3 has $name, which $1 has not"
	done < <(comm -13 <(printf '%s\n' "$2") <(printf '%s\n' "$4") | sed '/^$/d')
}
compare "$map" "$listed" "${shared##*/}" "$exported"
compare "$map" "$names" "${static##*/}" "$archived"
compare "$map" "$names" include/interject "$declared"

soname=$(readelf -dW "$shared" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
if [[ $soname != libinterject.so.[0-9] ]]; then
	violation "${shared##*/}: SONAME is $soname"
fi

# Objects in sections that the program may write, without what only the loader writes, or a compiler's
# instrumentation. The one of an error that needs no memory is never changed.
while read -r object; do
	violation "${static##*/}: writable object $object"
done < <(objdump -t "$static" 2>/dev/null | awk '$4 ~ /^\.(data|bss)/ && $4 !~ /^\.data\.rel\.ro/ && $3 == "O" { print $6 }
	$3 ~ /^\.(data|bss)/ && $3 !~ /^\.data\.rel\.ro/ && $2 ~ /[gl]/ { print $5 }' |
	grep -vE '^(nomem|nomem_msg|environ.*|__gcov.*|__asan.*|__odr_asan.*|__sancov.*|\.L.*|\*?[0-9a-z_]*\.?lubsan.*|)$' | sort -u)

while read -r function; do
	violation "${static##*/}: uses $function, which a library must not"
done < <(nm -u "$static" 2>/dev/null | awk '{ print $2 }' | sort -u | grep -xE \
	'exit|_exit|quick_exit|abort|v?printf|puts|putchar|perror|v?fprintf|fputs|signal|sigaction|setlocale|chdir|fchdir|setenv|putenv|atexit|std(out|err)|fork|vfork|system|popen' || :)
finish
