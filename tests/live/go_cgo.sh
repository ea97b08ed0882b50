#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Go and C in one process: a program with cgo, a program in C with a library in Go (c-shared), a Go program
# with a plugin. Functions of either are called where that is sound, and refused by name where it is not; what
# each program does comes out right all the same.
#
# usage: go_cgo.sh INTERJECT
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
cd "$work"

cat >cgo.go <<'END'
package main

/*
#include <pthread.h>
#include <unistd.h>

static volatile long spun;
int __attribute__((noinline)) c_add(int a, int b) { return a + b; }
void spin_c(void) { for (int i = 0; i < 2000000; i++) spun += i; }
static void *loop(void *unused) { for (;;) { spin_c(); usleep(100); } return unused; }
static void begin(void) { pthread_t thread; pthread_create(&thread, 0, loop, 0); }
*/
import "C"

import (
	"io"
	"os"
)

//go:noinline
func add(a, b int) int { return a + b }

func main() {
	C.begin()
	go func() {
		for {
			C.spin_c()
		}
	}()
	go func() {
		for x := 0; ; x = add(x, 1) {
		}
	}()
	if C.c_add(1, 2) == 3 {
		os.Stdout.WriteString("R\n")
	}
	io.Copy(io.Discard, os.Stdin)
	os.Stdout.WriteString("good\n")
}
END
cat >lib.go <<'END'
package main

import "C"

//go:noinline
func add(a, b int) int { return a + b }

//export GoSpin
func GoSpin(n C.int) C.int {
	x := 0
	for i := 0; i < int(n); i++ {
		x = add(x, i)
	}
	return C.int(x % 1000)
}

func main() {}
END
cat >host.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "libgo.h"

static volatile long spun;

int __attribute__((noinline)) c_add(int a, int b)
{
	return a + b;
}

static void *in_go(void *unused)
{
	while (!GoSpin(3000000))
		;
	_exit(1);
	return unused;
}

static void *in_c(void *unused)
{
	for (;;)
		spun++;
	return unused;
}

int main(void)
{
	pthread_t threads[2];
	char byte;

	pthread_create(&threads[0], NULL, in_go, NULL);
	pthread_create(&threads[1], NULL, in_c, NULL);
	while (!spun)
		;
	puts("R");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	puts("good");
	return c_add(1, -1);
}
END
cat >plug.go <<'END'
package main

//go:noinline
func Scale(a, b int) int { return a * b }

func Run() {
	for x := 1; ; x = Scale(x, 3) {
	}
}
END
cat >plughost.go <<'END'
package main

import (
	"io"
	"os"
	"plugin"
)

func main() {
	loaded, err := plugin.Open("./plug.so")
	if err != nil {
		panic(err)
	}
	run, err := loaded.Lookup("Run")
	if err != nil {
		panic(err)
	}
	go run.(func())()
	os.Stdout.WriteString("R\n")
	io.Copy(io.Discard, os.Stdin)
	os.Stdout.WriteString("good\n")
}
END

# Run ./$1 until `stop`.
start() {
	mkfifo in out
	"./$1" <in >out &
	child=$!
	exec 3>in 4<out
	rm in out
	read -r line <&4
	[ "$line" = R ]
}

stop() {
	exec 3>&-
	read -r line <&4
	[ "$line" = good ] || {
		echo "$1 says: $line"
		exit 1
	}
	wait "$child"
	child=
	exec 4<&-
}

# Fails unless interject with arguments from the third on ends with status $1 and says $2.
expect() {
	status=$1 text=$2 command=$3
	shift 3
	got=0
	"$program" "$command" -p "$child" "$@" >said 2>&1 || got=$?
	if [ "$got" != "$status" ] || ! grep -qF -e "$text" said; then
		echo "$command $*: status $got, not $status, or not '$text':"
		cat said
		exit 1
	fi
}

# The thread of which `check` says $1.
thread_that() {
	"$program" check -p "$child" | awk -v text="$1" 'index($0, text) { print $1; exit }'
}

both() {
	for _ in 1 2 3; do
		expect 0 42 call '(int)c_add(40, 2)'
		expect 0 42 call --decl 'func main.add(int, int) int' 'main.add(40, 2)'
		expect 0 '' syscall gettid
	done
	# That of the runtime's monitor, which is in nothing else.
	thread=
	until [ "$thread" ]; do
		thread=$(thread_that runtime.usleep)
	done
	expect 4 'in Go, where no function of C can be called' call --wait=100ms \
		-t "$thread" '(int)c_add(40, 2)'
	expect 1 'nosuch' call 'nosuch(1)'
}

"$go" build -o cgo cgo.go
"$go" build -buildmode=pie -ldflags='-s -w' -o cgo_pie cgo.go
for each in cgo cgo_pie; do
	start "$each"
	both
	expect 0 'is a thread of C, which runs no goroutine' check
	expect 0 'main._Cfunc_spin_c' goroutines
	# The thread that a goroutine has called C on makes calls of C, too.
	thread=
	until [ "$thread" ]; do
		thread=$(thread_that 'is in C that its goroutine called')
	done
	expect 0 42 call --wait=20s -t "$thread" '(int)c_add(40, 2)'
	stop "$each"
done

"$go" build -buildmode=c-shared -o libgo.so lib.go
cc -O1 -o host host.c ./libgo.so -lpthread
start host
both
# In GoSpin, or in what it calls.
expect 0 ' (lib.go:' goroutines
stop host

"$go" build -buildmode=plugin -o plug.so plug.go
"$go" build -o plughost plughost.go
name=$(grep -ao 'plugin/unnamed-[0-9a-f]*' plug.so | head -n 1)
start plughost
expect 0 42 call --decl "func $name.Scale(int, int) int" "$name.Scale(6, 7)"
# By its own debug information.
expect 0 56 call "$name.Scale(7, 8)"
expect 1 'argument 2 of' call "$name.Scale(7, \"x\")"
expect 0 '' syscall gettid
expect 4 'in Go, where no function of C can be called' call --wait=100ms 'malloc_trim(0)'
expect 0 "$name." goroutines
stop plughost
