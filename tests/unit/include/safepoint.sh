#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# interject/safepoint.h with one compiler, at every level and with every linker there is: it compiles without a
# warning, marks cost not a byte of code or data, the program runs, and notes of dropped functions are dropped.
#
# usage: safepoint.sh INCLUDE-DIRECTORY SOURCE COMPILER LANGUAGE (c or c++)
set -euo pipefail
include=$1 source=$2 compiler=$3 language=$4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

fail() {
	printf '%s\n' "$*"
	failed=1
}

compile() {
	"$compiler" -x "$language" -Wall -Wextra -Wpedantic -Werror -I "$include" -c "$source" "$@"
}

# Sizes of text, data and bss.
sizes() {
	size "$1" | awk 'NR == 2 { print $1, $2, $3 }'
}

# The addresses in the notes, hexadecimal, one a line.
notes() {
	readelf -nW "$1" 2>/dev/null | awk '/^  interject / {
		sub(/.*description data: /, ""); split($0, b, " ")
		a = ""; for (i = 8; i > 0; i--) a = a b[i]; print a }'
}

# Every note of $1 names an address in its code. $2: for messages.
check_inside() {
	local text_start text_end note
	read -r text_start text_end < <(readelf -SW "$1" | awk '{ sub(/^ *\[ *[0-9]+\] /, "") }
		$1 == ".text" { print $3, $5 }')
	while read -r note; do
		if ((16#$note < 16#$text_start || 16#$note >= 16#$text_start + 16#$text_end)); then
			fail "$2: a note names 0x$note, which is no code"
		fi
	done < <(notes "$1")
}

for level in -O0 -O1 -O2 -O3 -Os "-O2 -std=$([[ $language == c ]] && echo c99 || echo c++11)"; do
	read -ra flags <<<"$level"
	compile "${flags[@]}" -o "$dir/marks.o"
	compile "${flags[@]}" -DBARRIERS -o "$dir/barriers.o"
	if [[ $(sizes "$dir/marks.o") != "$(sizes "$dir/barriers.o")" ]]; then
		fail "$compiler $level: marks cost code or data: $(sizes "$dir/marks.o")," \
			"without: $(sizes "$dir/barriers.o")"
	fi
	compile "${flags[@]}" -DCHECKS -o "$dir/first.o"
	compile "${flags[@]}" -DCHECKS -DSECOND -o "$dir/second.o"
	"$compiler" "$dir/first.o" "$dir/second.o" -o "$dir/program"
	"$dir/program" || fail "$compiler $level: the program fails"
	if [[ $(nm "$dir/program" | grep -c ij_safepoint_flag) -ne 1 ]]; then
		fail "$compiler $level: there is not just one flag"
	fi
done

for linker in bfd lld; do
	command -v "ld.$linker" >/dev/null || continue
	for lto in "" -flto; do
		[[ $lto && $linker$compiler == lld*g++ || $lto && $linker$compiler == lld*gcc ]] && continue
		name="$compiler, $linker${lto:+, $lto}"
		compile -O1 -fno-inline -ffunction-sections $lto -DCHECKS -o "$dir/first.o"
		compile -O1 -fno-inline -ffunction-sections $lto -DCHECKS -DSECOND -o "$dir/second.o"
		"$compiler" $lto -O1 -fno-inline -fuse-ld=$linker -Wl,--gc-sections "$dir/first.o" \
			"$dir/second.o" -o "$dir/program"
		"$dir/program" || fail "$name: the program fails"
		check_inside "$dir/program" "$name"
		# Main's check and the second file's; three of shared and two of generic, in C twice.
		expected=$([[ $language == c ]] && echo 12 || echo 7)
		if [[ ! $lto && $(notes "$dir/program" | wc -l) -ne $expected ]]; then
			fail "$name: $(notes "$dir/program" | wc -l) notes, not $expected"
		fi
		strip "$dir/program"
		if [[ ! $(notes "$dir/program") ]]; then
			fail "$name: strip removes the notes"
		fi
	done
done
exit $failed
