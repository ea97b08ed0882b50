#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Native and Go frames in one stack: a thread of a Go program that waits in C, on its own stack, was called
# from Go on a goroutine's. Both are in one backtrace, with and without symbols, and the program goes on.
#
# usage: go_native.sh INTERJECT
set -eu
export LC_ALL=C

program=$1
go=$(PATH=$PATH:/usr/lib/go-1.19/bin command -v go) || {
	echo 'there is no Go compiler'
	exit 77
}
work=$(mktemp -d)
child=
trap 'kill "$child" 2>/dev/null || :; rm -rf "$work"' EXIT
export GO111MODULE=off GOFLAGS='' CGO_ENABLED=1 GOCACHE="$work/cache" HOME="$work"

cat >"$work/main.go" <<'END'
package main

/*
#include <unistd.h>

int __attribute__((noinline)) take(char *byte)
{
	return (int)read(0, byte, 1) + 1;
}

int __attribute__((noinline)) wait_for(int more)
{
	char byte = 0;
	int got = take(&byte);

	return got + byte + more;
}
*/
import "C"

//go:noinline
func work(n int) int { return int(C.wait_for(C.int(n))) + 1 }

func main() {
	println(work(40))
}
END
printf 'stop\nbacktrace\nrelease\n' >"$work/script"
mkfifo "$work/in"

# Build with the flags $1; the backtrace must have the frames of the other arguments, in this order.
try() {
	flags=$1
	shift
	"$go" build ${flags:+"$flags"} -o "$work/program" "$work/main.go"
	"$work/program" <"$work/in" 2>"$work/said" &
	child=$!
	exec 3>"$work/in"
	until grep -q '^0 ' "/proc/$child/syscall"; do
		kill -0 "$child"
	done
	"$program" batch -p "$child" "$work/script" >"$work/frames"
	printf 'A' >&3
	exec 3>&-
	wait "$child"
	if [ "$(cat "$work/said")" != 108 ]; then
		echo "it says $(cat "$work/said"), not 108"
		exit 1
	fi
	at=0
	for frame; do
		line=$(grep -nF " in $frame+" "$work/frames" | head -n 1 | cut -d: -f1)
		if [ "${line:-0}" -le "$at" ]; then
			echo "$flags: no frame of $frame where it should be:"
			cat "$work/frames"
			exit 1
		fi
		at=$line
	done
	if grep -q 'unwinding ended' "$work/frames"; then
		cat "$work/frames"
		exit 1
	fi
}

try '' take wait_for runtime.asmcgocall.abi0 runtime.cgocall main.work main.main runtime.main
try '-ldflags=-s -w' runtime.asmcgocall runtime.cgocall main._Cfunc_wait_for main.work main.main runtime.main
