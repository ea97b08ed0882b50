// SPDX-License-Identifier: LGPL-2.1-or-later

package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unsafe"
)

// Types and variables of every kind, for expressions that read them, and functions that take them.

type colour int

func (c colour) String() string { return [...]string{"red", "green", "blue"}[c] }

type point struct{ x, y int }

//go:noinline
func (p point) plus(q point) point { return point{p.x + q.x, p.y + q.y} }

//go:noinline
func (p *point) move(dx, dy int) int {
	p.x += dx
	p.y += dy
	return p.x + p.y
}

// Too large to be kept in a map: that has pointers to it.
type big struct {
	a   int
	pad [30]int
}

type mixed struct {
	small int8
	ratio float32
	name  string
}

type inner struct {
	name string
	tags []string
}

//go:noinline
func (i *inner) count() int { return len(i.tags) }

type outer struct {
	inner
	*point
	id    int32
	on    bool
	grid  [2][3]int8
	next  *outer
	any   interface{}
	err   error
	where point
}

//go:noinline
func (o *outer) label(prefix string) string { return prefix + o.name }

type shaper interface{ area() float64 }

type square struct{ side float64 }

//go:noinline
func (s *square) area() float64 { return s.side * s.side }

type disc float64

//go:noinline
func (d disc) area() float64 { return 3 * float64(d) * float64(d) }

//go:noinline
func sum(ns ...int) int {
	total := 0
	for _, n := range ns {
		total += n
	}
	return total
}

//go:noinline
func apply(f func(int) int, n int) int { return f(n) }

//go:noinline
func lookup(m map[string]int, key string) (int, bool) {
	n, ok := m[key]
	return n, ok
}

//go:noinline
func areaOf(s shaper) float64 { return s.area() }

//go:noinline
func shift(p point, by int) point { return point{p.x + by, p.y + by} }

//go:noinline
func spell(m mixed) string { return fmt.Sprint(m.name, m.small, m.ratio) }

//go:noinline
func corner(v [3]int) int { return v[0]*100 + v[1]*10 + v[2] }

//go:noinline
func firstOf(list []string) string { return list[0] }

//go:noinline
func say(args ...interface{}) string { return fmt.Sprint(args...) }

//go:noinline
func kindOf(v interface{}) string { return fmt.Sprintf("%T", v) }

//go:noinline
func joined(list []string) string { return strings.Join(list, "+") }

// What it is given is kept, and looked at when memory was collected and used again.
//
//go:noinline
func remember(args ...interface{}) int {
	kept = append(kept, args...)
	return len(kept)
}

//go:noinline
func recall() string {
	for i := 0; i < 3; i++ {
		runtime.GC()
		for j := 0; j < 20000; j++ {
			kept = append(kept[:len(kept):len(kept)], strings.Repeat("x", j%64))[:len(kept)]
		}
	}
	return fmt.Sprint(kept...)
}

var kept []interface{}

type holder struct {
	n int
	p *point
	m map[string]*point
}

// What a goroutine has on its stack that never runs again, and whose stack so stays where it is.
var (
	onStack      uintptr
	stackPointer *point
)

//go:noinline
func park(ready chan bool) {
	var local point
	onStack = uintptr(unsafe.Pointer(&local))
	ready <- true
	select {}
}

//go:noinline
func holding(h holder) int { return h.n }

//go:noinline
func measure(p *point) int { return p.x + p.y }

//go:noinline
func count(ps ...*point) int { return len(ps) }

//go:noinline
func address2(p unsafe.Pointer) bool { return p != nil }

//go:noinline
func fresh(n int) *point { return &point{n, n * n} }

//go:noinline
func named(c colour) string { return c.String() }

func makeCounter(from int) func(int) int {
	return func(by int) int {
		from += by
		return from
	}
}

var (
	text     = "hello, \"world\""
	empty    string
	bytesOf  = []byte("raw\x00bytes")
	list     = []int{2, 3, 5, 7, 11}
	nested   = [][]string{{"a", "b"}, {"c"}}
	vector   = [3]int{1, 2, 3}
	origin   = point{3, 4}
	where    = &origin
	table    = map[string]int{}
	byPoint  = map[point]string{{1, 2}: "one-two", {3, 4}: "three-four"}
	byNumber = map[uint8]float64{7: 0.5}
	byBig    = map[big]string{{a: 1}: "one", {a: 2}: "two"}
	bigs     = map[string]big{"x": {a: 5}}
	byWhere  = map[*point]string{&origin: "there"}
	nilMap   map[string]int
	shade    = colour(2)
	queue    = make(chan string, 4)
	counting = makeCounter(10)
	plain    = add
	nilFunc  func()
	shape    shaper
	disced   shaper
	anyInt   interface{} = 42
	anyText  interface{} = "dynamic"
	anyPoint interface{} = &origin
	failure  error       = errors.New("failed")
	noError  error
	small    = mixed{-5, 2.5, "tiny"}
	ratio    = 0.25
	mask     = uint16(0xbeef)
	narrowed = int8(-128)
	whole    outer
)

func fillValues() {
	keepCalls()
	ready := make(chan bool)
	go park(ready)
	<-ready
	sink = append(sink, holding, measure, count, address2, holder{}, &holder{}, stackPointer)
	for i := 0; i < 200; i++ {
		table[fmt.Sprintf("key%d", i)] = i * i
	}
	queue <- "first"
	shape = &square{side: 1.5}
	disced = disc(2)
	whole = outer{inner: inner{"whole", strings.Split("x y z", " ")}, point: &origin, id: -7, on: true,
		grid: [2][3]int8{{1, 2, 3}, {-4, -5, -6}}, any: 1.5, err: failure, where: point{8, 9}}
	whole.next = &outer{inner: inner{name: "next"}}
	sink = append(sink, point.plus, (*point).move, (*inner).count, (*outer).label, sum, apply, lookup,
		areaOf, shift, spell, corner, firstOf, fresh, named, say, kindOf, joined, remember, recall,
		errors.Is, fmt.Sprint, fmt.Sprintf, text, empty, bytesOf, list, nested, vector,
		origin, where, table, byPoint, byNumber, byBig, bigs, byWhere, nilMap, shade, queue, counting, plain, nilFunc, shape,
		disced, anyInt, anyText, anyPoint, failure, noError, small, ratio, mask, narrowed, &whole)
}
