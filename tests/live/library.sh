#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# libinterject as it is installed: docs/example.c, compiled by pkg-config against the shared and the static
# library, as C and as C++, calls functions in a real program; the tracer is found where it was installed.
#
# usage: library.sh ROOT BUILD C-COMPILER C++-COMPILER [FLAG...]
#   FLAG  what the library itself was instrumented with, for the linker
set -euo pipefail
root=$1 build=$2 cc=$3 cxx=$4
shift 4
flags=(-Wall -Wextra -Wpedantic -Werror -g)
for flag; do
	[[ ! $flag ]] || flags+=("$flag")
done
dir=$(mktemp -d)
target=
trap '[[ $target ]] && kill "$target"; rm -rf "$dir"' EXIT
failed=0

fail() {
	printf '%s\n' "$*"
	failed=1
}

example=$root/docs/example.c
if [[ $(wc -l <"$example") -gt 30 ]]; then
	fail "docs/example.c: over 30 lines"
fi

cmake --install "$build" --prefix "$dir/prefix" >"$dir/log" || { cat "$dir/log"; exit 1; }
pc=$(find "$dir/prefix" -name interject.pc)
export PKG_CONFIG_PATH=${pc%/*}
libdir=$(pkg-config --variable=libdir interject)
read -ra cflags < <(pkg-config --cflags interject)
read -ra shared < <(pkg-config --libs interject)
read -ra static < <(pkg-config --libs --static interject)
static=("${static[@]/#-linterject/-l:libinterject.a}")

"$cc" "${flags[@]}" -std=c99 "${cflags[@]}" "$example" -o "$dir/shared" "${shared[@]}"
"$cc" "${flags[@]}" -std=gnu17 "${cflags[@]}" "$example" -o "$dir/static" "${static[@]}"
"$cxx" "${flags[@]}" -x c++ -std=c++11 "${cflags[@]}" "$example" -o "$dir/cxx" -x none "${shared[@]}"

readelf -dW "$dir/shared" | grep -q 'NEEDED.*\[libinterject\.so\.[0-9]*\]' ||
	fail "the shared example does not need libinterject.so.N"
if readelf -dW "$dir/static" | grep -q 'NEEDED.*libinterject'; then
	fail "the static example needs libinterject"
fi

sleep 1000 &
target=$!
disown "$target"
# Ready when it sleeps: the program is started.
until read -r nr _ <"/proc/$target/syscall" && [[ $(readlink "/proc/$target/exe") == */sleep && $nr == 230 ]]; do
	sleep 0.01
done

# Run "$@"; it must exit with status $1 and print $2 (a pattern).
expect() {
	local wanted=$1 pattern=$2 output status=0
	shift 2
	output=$("$@" 2>&1) || status=$?
	# shellcheck disable=SC2053 # a pattern
	if [[ $status -ne $wanted || $output != $pattern ]]; then
		fail "$*: exit status $status (wanted $wanted), output (wanted $pattern): $output"
	fi
}

export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=1
unset INTERJECT_TRACER
for program in shared cxx; do
	expect 0 "$target" env LD_LIBRARY_PATH="$libdir" "$dir/$program" "$target"
	expect 1 '*no_such_function*' env LD_LIBRARY_PATH="$libdir" "$dir/$program" "$target" 'no_such_function()'
	expect 3 '*there is no process 5000000' env LD_LIBRARY_PATH="$libdir" "$dir/$program" 5000000
done
tracer=$dir/prefix/libexec/interject/interject-tracer
expect 0 '0x* "C*"' env INTERJECT_TRACER="$tracer" "$dir/static" "$target" '(char *)setlocale(0, NULL)'
expect 1 '*/nonexistent*' env INTERJECT_TRACER=/nonexistent "$dir/static" "$target"

# Beside the program it counts only if who owns the program put it there, or root.
cp "$tracer" "$dir/interject-tracer"
expect 0 "$target" "$dir/static" "$target"
if [[ $EUID -eq 0 ]]; then
	chown nobody "$dir/interject-tracer"
	rm -rf "$dir/prefix"
	expect 1 '*cannot find interject-tracer in *INTERJECT_TRACER' "$dir/static" "$target"
fi
exit $failed
