// SPDX-License-Identifier: LGPL-2.1-or-later

// A Go program to be called into: goroutines that allocate, grow their stacks and are preempted, and
// each of which checks what it has; functions of every shape that calls are tried with. It says
// "R", works until its standard input ends, and then says "good N" with the number of rounds, or
// what was wrong. With IJ_GO_GAP it says how long a goroutine of it stood still; with IJ_GO_IDLE it
// does nothing but wait: for its input, by the library or, if that is "raw", by system calls of its own
// that must not fail; or, if it is "net", for somebody who connects. If it is "alone" somebody waits
// while another goroutine keeps the only processor to itself (hold).
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

type pair struct {
	a, b int
	next *pair
}

type counter struct{ n int }

type shout string

func (s shout) Error() string { return "shout: " + string(s) }

//go:noinline
func add(a, b int) int { return a + b }

//go:noinline
func none() { atomic.AddInt64(&calls, 1) }

//go:noinline
func two(a int, s string) (string, int) { return s + s, a * 2 }

//go:noinline
func narrow(a int8, b uint16, c int32, d bool, e uint8) int64 {
	if d {
		return int64(a) + int64(b) + int64(c) + int64(e)
	}
	return -1
}

//go:noinline
func floats(a float64, b float32, n int) float64 { return a*float64(b) + float64(n) }

//go:noinline
func floats32(a, b float32) float32 { return a / b }

//go:noinline
func ten(a, b, c, d, e, f, g, h, i, j int) int {
	return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + 10*j
}

//go:noinline
func texts(a, b, c, d, e, f string, n uint8) string {
	return strings.Join([]string{a, b, c, d, e, f}, "-") + string(rune('0'+n))
}

//go:noinline
func size(b []byte) int { return len(b)*1000 + cap(b) }

//go:noinline
func upper(b []byte) []byte { return []byte(strings.ToUpper(string(b))) }

//go:noinline
func numbers(n int) []int {
	var list []int
	for i := 0; i < n; i++ {
		list = append(list, i*i)
	}
	return list
}

//go:noinline
func fail(how int) error {
	switch how {
	case 0:
		return nil
	case 1:
		return errors.New("it went wrong")
	case 2:
		return fmt.Errorf("outer: %w", io.EOF)
	default:
		return shout("loud")
	}
}

//go:noinline
func anything(how int) interface{} {
	switch how {
	case 0:
		return nil
	case 1:
		return 42
	default:
		return "text"
	}
}

//go:noinline
func throws(how int) int {
	var p *pair
	switch how {
	case 0:
		return 7
	case 1:
		panic("on purpose")
	case 2:
		panic(errors.New("an error"))
	case 3:
		return p.a
	case 4:
		return []int{1, 2, 3}[how]
	case 5:
		panic(shout("loud"))
	default:
		panic(how)
	}
}

//go:noinline
func deep(n int) int {
	var pad [64]int
	if n == 0 {
		return 0
	}
	pad[n%64] = n
	return deep(n-1) + pad[n%64]
}

//go:noinline
func collect() int {
	p := &pair{a: 1}
	runtime.GC()
	for i := 0; i < 100; i++ {
		p = &pair{a: i, next: p}
	}
	runtime.GC()
	return p.next.a
}

//go:noinline
func sleeps(ms int) int {
	time.Sleep(time.Duration(ms) * time.Millisecond)
	return ms
}

//go:noinline
func (c *counter) bump(n int) int { c.n += n; return c.n }

//go:noinline
func (c counter) twice() int { return 2 * c.n }

//go:noinline
func address() *counter { return &global }

//go:noinline
func long(n int) string { return strings.Repeat("0123456789", n) }

var (
	global  counter
	calls   int64
	rounds  int64
	wrong   atomic.Value
	stop    int32
	longest time.Duration
	sink    []interface{}
)

// So that the linker keeps them.
func keep() {
	sink = append(sink, add, none, two, narrow, floats, floats32, ten, texts, size, upper, numbers,
		fail, anything, throws, deep, collect, sleeps, (*counter).bump, counter.twice, address,
		long, debug.SetGCPercent)
}

func check(good bool, what string) {
	if !good {
		wrong.Store(what)
	}
}

// A list whose sums must hold, while the collector looks at it.
func chain(seed int) {
	var head *pair
	sum := 0
	for i := 0; i < 200; i++ {
		head = &pair{a: seed + i, b: -(seed + i), next: head}
		sum += seed + i
	}
	for p := head; p != nil; p = p.next {
		check(p.a == -p.b, "a pair does not match")
		sum -= p.a
	}
	check(sum == 0, "a chain has lost something")
}

func words(seed int) {
	counts := map[string]int{}
	for i := 0; i < 100; i++ {
		counts[fmt.Sprintf("word%d", (seed+i)%17)]++
	}
	sum := 0
	for word, n := range counts {
		check(strings.HasPrefix(word, "word"), "a key has changed")
		sum += n
	}
	check(sum == 100, "a map has lost something")
}

// Nothing but registers, in a loop that only a signal preempts.
func spin(seed uint64) uint64 {
	x := seed | 1
	for i := 0; i < 20000; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

func work(id int, done *sync.WaitGroup) {
	defer done.Done()
	want := spin(uint64(id))
	for atomic.LoadInt32(&stop) == 0 {
		chain(id)
		words(id)
		check(spin(uint64(id)) == want, "arithmetic went wrong")
		check(deep(50+id) == (50+id)*(51+id)/2, "a recursion went wrong")
		atomic.AddInt64(&rounds, 1)
		runtime.Gosched()
	}
}

//go:noinline
func tick() time.Time {
	calls++
	return time.Now()
}

// How long it did not run, at most; until the end.
func gap(done *sync.WaitGroup) {
	defer done.Done()
	last := tick()
	for atomic.LoadInt32(&stop) == 0 {
		now := tick()
		if now.Sub(last) > longest {
			longest = now.Sub(last)
		}
		last = now
	}
}

// Nobody makes an interrupted system call again here.
//
//go:noinline
func rawRead() {
	var buf [64]byte
	for {
		n, err := syscall.Read(0, buf[:])
		check(err == nil, fmt.Sprint("read: ", err))
		if n <= 0 {
			return
		}
		atomic.AddInt64(&rounds, 1)
	}
}

// System calls that the scheduler does not learn of, by functions that do not ask whether to yield.
//
//go:nosplit
func poll(fd int32) bool {
	entry := struct {
		fd              int32
		events, revents int16
	}{fd, 1, 0}
	n, _, _ := syscall.RawSyscall(syscall.SYS_POLL, uintptr(unsafe.Pointer(&entry)), 1, 0)
	return n == 1
}

//go:nosplit
func raw(nr, fd uintptr, b *byte) uintptr {
	n, _, _ := syscall.RawSyscall(nr, fd, uintptr(unsafe.Pointer(b)), 1)
	return n
}

// What becomes of SIGTRAP, as the kernel keeps it.
func action() [4]uintptr {
	var is [4]uintptr
	_, _, err := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(syscall.SIGTRAP), 0,
		uintptr(unsafe.Pointer(&is)), 8, 0, 0)
	check(err == 0, "no action of SIGTRAP")
	return is
}

// Keeps the only processor, so that whoever's system call ends must wait for it, until a byte comes.
// That is passed on, and the processor with it until the other goroutine waits again. Nobody else
// runs: asynchronous preemption is off. It says "H" whenever it has begun.
func hold(to int, waits *int32) {
	b := byte('H')
	for {
		for atomic.LoadInt32(waits) == 0 {
			runtime.Gosched()
		}
		// Whoever said so a moment ago gets to it now.
		for i := 0; i < 10; i++ {
			runtime.Gosched()
		}
		raw(syscall.SYS_WRITE, 1, &b)
		for !poll(0) {
		}
		var next byte
		if raw(syscall.SYS_READ, 0, &next) != 1 {
			syscall.Close(to)
			return
		}
		atomic.StoreInt32(waits, 0)
		raw(syscall.SYS_WRITE, uintptr(to), &next)
	}
}

func alone() {
	var fds [2]int
	var waits int32
	var b [1]byte
	before := action()
	runtime.GOMAXPROCS(1)
	if err := syscall.Pipe(fds[:]); err != nil {
		panic(err)
	}
	go hold(fds[1], &waits)
	for from := os.NewFile(uintptr(fds[0]), "pipe"); ; {
		atomic.StoreInt32(&waits, 1)
		n, err := from.Read(b[:])
		if n == 0 {
			check(err == io.EOF, fmt.Sprint("read: ", err))
			break
		}
		check(b[0] == byte('a'+rounds%26), "a byte is another")
		chain(int(rounds))
		words(int(rounds))
		rounds++
	}
	check(action() == before, "SIGTRAP does something else")
}

func main() {
	var done sync.WaitGroup
	keep()
	fillValues()
	idle := os.Getenv("IJ_GO_IDLE")
	if os.Getenv("IJ_GO_GAP") != "" {
		idle = "gap"
		done.Add(1)
		go gap(&done)
	}
	for i := 0; i < 4 && idle == ""; i++ {
		done.Add(1)
		go work(i, &done)
	}
	if idle == "net" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		fmt.Println("R")
		for {
			listener.Accept()
		}
	}
	fmt.Println("R")
	if idle == "raw" {
		rawRead()
	}
	if idle == "alone" {
		alone()
	}
	io.Copy(io.Discard, os.Stdin)
	atomic.StoreInt32(&stop, 1)
	done.Wait()
	if what := wrong.Load(); what != nil {
		fmt.Println("wrong:", what)
		os.Exit(1)
	}
	if longest != 0 {
		fmt.Printf("gap %.3f ms\n", float64(longest)/1e6)
	}
	fmt.Println("good", rounds)
}
