#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Calls in Go programs that others have built, stripped, of each version of Go since 1.11: each does its
# real work while it is called into, and must put out what it puts out undisturbed. They are fetched with
# npm into the build folder, and those that cannot be had are skipped by name.
#
# usage: go_matrix.sh BUILD
#   IJ_ATTEMPTS  calls into each (6)
#   IJ_FILTER    only the versions that match this pattern
#   IJ_PROGRAM   the interject to test
set -eu
export LC_ALL=C

build=$(CDPATH='' cd -- "$1" && pwd)
program=${IJ_PROGRAM:-$build/interject}
attempts=${IJ_ATTEMPTS:-6}
store=$build/npm-go
work=$(mktemp -d)
child=
trap 'kill "$child" 2>/dev/null || :; rm -rf "$work"' EXIT
mkdir -p "$store"
export XDG_CACHE_HOME="$work" IJ_PROGRAM="$program"
reduced=

# Version, package, path in it, and how it is made to work.
rows='1.11 @bazel/ibazel@0.6.0 bin/linux_amd64/ibazel ibazel
1.12 @bazel/ibazel@0.10.1 bin/linux_amd64/ibazel ibazel
1.13 esbuild-linux-64@0.1.0 bin/esbuild esbuild
1.13.6 @bazel/ibazel@0.12.2 bin/linux_amd64/ibazel ibazel
1.14 esbuild-linux-64@0.3.0 bin/esbuild esbuild
1.15 esbuild-linux-64@0.8.0 bin/esbuild esbuild
1.16 esbuild-linux-64@0.9.0 bin/esbuild esbuild
1.17 esbuild-linux-64@0.13.0 bin/esbuild esbuild
1.19 @esbuild/linux-x64@0.16.17 bin/esbuild esbuild
1.20 @esbuild/linux-x64@0.19.0 bin/esbuild esbuild
1.22 @esbuild/linux-x64@0.23.0 bin/esbuild esbuild
1.23 @esbuild/linux-x64@0.25.0 bin/esbuild esbuild
1.26 @esbuild/linux-x64@0.28.2 bin/esbuild esbuild
1.27 @bufbuild/buf-linux-x64@1.75.0 bin/buf buf'

sprintf='func fmt.Sprintf(string, ...interface{}) string'

# The program under test, without what $reduced names.
interject() {
	if [ "$reduced" ]; then
		IJ_REDUCED=$reduced "$build/tests/live/ij_reduced" "$@"
	else
		"$program" "$@"
	fi
}

# A test of idle programs, which are led otherwise where no breakpoint can be had.
both() {
	reduced=
	"$@" || return
	reduced=no_perf
	"$@" || return
	reduced=
}

# The program of a row; fails if it cannot be had.
fetch() {
	target=$store/go-$1
	[ -x "$target" ] && return 0
	rm -rf "$work/fetch"
	mkdir "$work/fetch"
	(
		cd "$work/fetch"
		timeout 60 npm pack "$2" --silent >/dev/null 2>&1
		tar xf ./*.tgz
		mv "package/$3" got
		chmod +x got
		mv got "$target"
	) 2>/dev/null
}

# Input that takes a while.
make_input() {
	awk 'BEGIN {
		for (i = 0; i < 12000; i++)
			printf "export function f%d(a,b){let x=a*%d+b;for(let i=0;i<x;i++){x+=g%d(i)?{k:[1,2,%d],s:`t${{i}}`}.s.length:b}return x}\n", i, i, i % 97, i
		for (i = 0; i < 97; i++)
			printf "function g%d(v){return v%%%d==0}\n", i, i + 2
	}' >"$work/in.js"
	mkdir "$work/protos" "$work/space"
	touch "$work/space/WORKSPACE"
	cat >"$work/space/bazel" <<-EOF
		#!/bin/sh
		case "\$*" in
		*info*) echo "workspace: $work/space"; echo "execution_root: $work/space" ;;
		*) exec sleep 60 ;;
		esac
	EOF
	chmod +x "$work/space/bazel"
	for file in 1 2 3 4 5 6 7 8; do
		awk -v n="$file" 'BEGIN {
			printf "syntax = \"proto3\";\npackage p%d;\n", n
			for (m = 0; m < 40; m++) {
				printf "message M%d {\n", m
				for (k = 0; k < 20; k++)
					printf "  string f%d = %d;\n", k, k + 1
				print "}"
			}
		}' >"$work/protos/f$file.proto"
	done
}

# Run program $1 in way $2, with its output to $3; it replaces this shell.
work_with() {
	case $2 in
	esbuild) exec "$1" --bundle --minify "--outfile=$3" "$work/in.js" ;;
	# It waits for a bazel that never answers.
	ibazel)
		cd "$work/space"
		PATH=$work/space:$PATH exec "$1" build //x:y
		;;
	buf)
		cd "$work/protos"
		exec "$1" build -o "$3"
		;;
	esac
}

# Calls into a program that does nothing but wait.
waiting() {
	version=$1 way=$2 done=0
	(work_with "$store/go-$version" "$way" '') >"$work/said" 2>&1 &
	child=$!
	# At once it is not yet Go that runs.
	until grep -q Querying "$work/said"; do
		kill -0 "$child" || return 77
		sleep 0.05
	done
	while [ "$done" -lt "$attempts" ]; do
		# Every other one by the goroutine that waits for a child in a call that nobody repeats.
		set --
		[ $((done % 2)) -eq 0 ] || set -- --goroutine=1
		out=$(interject call --wait=5s "$@" -p "$child" 'runtime/debug.SetGCPercent(100)' 2>&1) || :
		if [ "$out" != 100 ]; then
			printf 'go %s: %s\n' "$version" "$out"
			return 1
		fi
		done=$((done + 1))
	done
	growing || return 1
	wait "$child" 2>/dev/null || :
	child=
	printf 'go %s: %s calls into one that waits %s\n' "$version" "$((done + 1))" "$reduced"
}

# What waitid(2) fills in, and the stack pointer, of the thread that is in it.
waits_at() {
	grep -h '^247 ' "/proc/$child/task"/*/syscall | cut -d ' ' -f 4,8
}

# A recursion that takes 4 MiB of stack instead of 8 KiB, while memory is collected all the time, on top
# of the frame that waits: that and what it points to on the stack move, and what the kernel says in the
# end must be found there.
growing() {
	before=$(waits_at)
	pattern=$(awk 'BEGIN { for (i = 0; i < 8000; i++) printf "("; printf "a"; for (i = 0; i < 8000; i++) printf ")" }')
	out=$(interject call --wait=5s --timeout=60s --goroutine=1 -p "$child" \
		'--decl=func regexp.compile(string, uint16, bool) (*Regexp, error)' \
		'runtime/debug.SetGCPercent(1)' "regexp.compile(\"$pattern\", 212, false)" 2>&1) || :
	case $out in
	100*", nil)") ;;
	*)
		printf 'go %s, growing: %.400s\n' "$version" "$out"
		return 1
		;;
	esac
	if [ -z "$before" ] || [ "$(waits_at)" = "$before" ]; then
		printf 'go %s, growing: the stack has not moved\n' "$version"
		return 1
	fi
	# shellcheck disable=SC2046 # numbers
	kill $(cat "/proc/$child/task"/*/children)
	until grep -q 'signal: terminated' "$work/said"; do
		kill -0 "$child" || grep -q 'signal: terminated' "$work/said" || return 1
		sleep 0.05
	done
	kill "$child" 2>/dev/null || :
}

# The stack pointer of the thread in its system call.
stack_pointer() {
	cut -d ' ' -f 8 "/proc/$child/syscall"
}

# Ask esbuild, which reads its input into a buffer on its stack, for a sign of life.
ping() {
	pings=$((pings + 1))
	printf '\21\0\0\0\2\0\0\0\1\0\0\0x\4\0\0\0ping' >&9
	printf '\17\0\0\0\1\0\0\0\2\0\0\0id\1\0\0\0x' >>"$work/pongs"
	until [ "$(wc -c <"$work/said")" -ge $((19 * pings)) ]; do
		kill -0 "$child" || return 1
		sleep 0.02
	done
	cmp "$work/said" "$work/pongs"
}

# Calls into one that waits for its input in a read that nobody repeats; one of them makes the stack
# grow and move, and what is read next must go to where the buffer is then.
serving() {
	version=$1 done=0 pings=0
	rm -f "$work/input" "$work/pongs"
	mkfifo "$work/input"
	"$store/go-$version" --service <"$work/input" >"$work/said" 2>&1 &
	child=$!
	exec 9>"$work/input"
	ping || return 1
	before=$(stack_pointer)
	while [ "$done" -lt "$attempts" ]; do
		expr='runtime/debug.SetGCPercent(100)' want=100
		if [ "$done" -eq 1 ]; then
			expr='fmt.Sprintf("%v%v", 1, []interface{}{[]interface{}{[]interface{}{7}}})' want='"1[[[7]]]"'
		fi
		out=$(interject call --wait=5s -p "$child" "$expr" 2>&1) || :
		if [ "$out" != "$want" ]; then
			printf 'go %s, serving: %s\n' "$version" "$out"
			return 1
		fi
		ping || return 1
		done=$((done + 1))
	done
	if [ "$(stack_pointer)" = "$before" ]; then
		printf 'go %s, serving: the stack has not moved\n' "$version"
		return 1
	fi
	killing || return 1
	exec 9>&-
	wait "$child"
	child=
	printf 'go %s: %s calls into one that reads %s\n' "$version" "$done" "$reduced"
}

children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null || :
}

# The tracer is killed, wherever it is, and the next call is made all the same.
killing() {
	killed=0
	for moment in 0 1 2 3 4 5 6 7; do
		interject call --wait=1s -p "$child" 'runtime/debug.SetGCPercent(100)' >/dev/null 2>&1 &
		session=$!
		tracer=
		while [ ! "$tracer" ] && kill -0 "$session" 2>/dev/null; do
			# The client, or the shell that it is a child of.
			for parent in $session $(children "$session"); do
				for each in $(children "$parent"); do
					! grep -q tracer "/proc/$each/cmdline" 2>/dev/null || tracer=$each
				done
			done
		done
		sleep "0.00$moment"
		[ ! "$tracer" ] || ! kill -9 "$tracer" 2>/dev/null || killed=$((killed + 1))
		wait "$session" || :
		ping || return 1
	done
	out=$(interject call --wait=5s -p "$child" 'runtime/debug.SetGCPercent(100)' 2>&1) || :
	if [ "$out" != 100 ] || [ "$killed" -eq 0 ]; then
		printf 'go %s, after %s kills: %s\n' "$version" "$killed" "$out"
		return 1
	fi
}

# As many calls as are wanted, in as many runs as that takes.
one() {
	version=$1 binary=$store/go-$1 way=$4 done=0 runs=0 reduced=
	if [ "$way" = ibazel ]; then
		both waiting "$version" "$way"
		return
	fi
	(work_with "$binary" "$way" "$work/want.bin") >/dev/null 2>&1 || {
		printf 'go %s: does not run here\n' "$version"
		return 77
	}
	while [ "$done" -lt "$attempts" ]; do
		runs=$((runs + 1))
		if [ "$runs" -gt 30 ]; then
			printf 'go %s: only %s calls in 30 runs\n' "$version" "$done"
			return 1
		fi
		rm -f "$work/got.bin"
		(work_with "$binary" "$way" "$work/got.bin") >"$work/said" 2>&1 &
		child=$!
		# Until it executes the program it is a copy of this shell.
		while [ "$(readlink "/proc/$child/exe")" = "$(readlink "/proc/$$/exe")" ]; do
			sleep 0.01
		done
		while kill -0 "$child" 2>/dev/null && [ "$done" -lt "$attempts" ]; do
			expr='strings.Repeat("ab", 3)' want='"ababab"'
			# One in three makes interfaces, by descriptors of types that no symbol leads to.
			if [ $((done % 3)) -eq 2 ]; then
				expr='fmt.Sprintf("%v-%v", 1, "x")' want='"1-x"'
			fi
			out=$(interject call --wait=1s -p "$child" "--decl=$sprintf" "$expr" 2>"$work/err") || {
				status=$?
				# It may end at any time, or not have begun.
				case $status in
				3 | 4 | 7) continue ;;
				esac
				printf 'go %s: status %s: ' "$version" "$status"
				cat "$work/err"
				return 1
			}
			if [ "$out" != "$want" ]; then
				printf 'go %s: %s\n' "$version" "$out"
				return 1
			fi
			done=$((done + 1))
		done
		wait "$child" || {
			printf 'go %s: ended with status %s:\n' "$version" $?
			cat "$work/said"
			return 1
		}
		child=
		cmp "$work/want.bin" "$work/got.bin" || return 1
	done
	printf 'go %s: %s calls in %s runs\n' "$version" "$done" "$runs"
}

make_input
failed=0 passed=0
while read -r version package path way; do
	# shellcheck disable=SC2254 # it is a pattern
	case $version in
	${IJ_FILTER:-*}) ;;
	*) continue ;;
	esac
	if ! fetch "$version" "$package" "$path"; then
		printf 'go %s: skipped: npm cannot get %s\n' "$version" "$package"
		continue
	fi
	if one "$version" "$package" "$path" "$way" && { [ "$version" != 1.14 ] || both serving "$version"; }; then
		passed=$((passed + 1))
	elif [ $? -ne 77 ]; then
		failed=$((failed + 1))
	fi
done <<EOF
$rows
EOF
[ "$failed" -eq 0 ] || exit 1
if [ "$passed" -eq 0 ]; then
	echo 'no program in Go can be had from npm'
	exit 77
fi
