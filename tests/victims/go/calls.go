// SPDX-License-Identifier: LGPL-2.1-or-later

package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
)

// What calls are made on that is returned by other calls, and nobody else keeps; and buffers.

type node struct {
	name string
	next *node
}

// Everything that is not kept is gone after this.
//
//go:noinline
func churn() {
	for i := 0; i < 3; i++ {
		runtime.GC()
		for j := 0; j < 2000; j++ {
			kept = append(kept[:len(kept):len(kept)], &node{name: strings.Repeat("y", j%40)})[:len(kept)]
		}
	}
}

//go:noinline
func newNode(name string) *node { return &node{name: name + "!"} }

//go:noinline
func lateNode() *node { churn(); return &node{name: "late"} }

//go:noinline
func (n *node) under(name string) *node {
	churn()
	return &node{name, n}
}

//go:noinline
func (n *node) path() string {
	churn()
	if n.next == nil {
		return n.name
	}
	return n.name + "/" + n.next.path()
}

//go:noinline
func joinNodes(n *node, suffix string) string {
	churn()
	return n.path() + suffix
}

// An interface with several methods, by value and by pointer, one of them promoted.
type speaker interface {
	area() float64
	say(times int, what ...string) (string, error)
	tell() string
	silent() string // nobody calls it
}

//go:noinline
func speak(s speaker) string {
	text, err := s.say(1)
	return fmt.Sprint(s.tell(), s.area(), text, err)
}

type base struct{ word string }

func (b *base) silent() string { return b.word }

//go:noinline
func (b *base) tell() string { churn(); return "told " + b.word }

type loud struct {
	*base
	n int
}

//go:noinline
func (l loud) say(times int, what ...string) (string, error) {
	churn()
	if times < 0 {
		return "", errors.New("negative")
	}
	return strings.Repeat(l.word, times) + strings.Join(what, ","), nil
}

//go:noinline
func (l loud) area() float64 { return float64(l.n) / 2 }

//go:noinline
func newSpeaker(word string, n int) speaker {
	if n == 0 {
		return nil
	}
	return loud{&base{word + "."}, n}
}

//go:noinline
func failing(text string) error { return fmt.Errorf("failing: %s", text) }

type wrapped struct {
	secs int64
	at   *node
}

//go:noinline
func newWrapped(n int64) wrapped { return wrapped{n, newNode("w")} }

//go:noinline
func (w wrapped) show() string { churn(); return fmt.Sprint(w.secs, w.at.name) }

//go:noinline
func bytesLike(n int) []byte { return []byte(strings.Repeat("b", n)) }

//go:noinline
func describe(b []byte) string { churn(); return string(b[:2]) + fmt.Sprint(len(b)) }

//go:noinline
func explode(name string) *node { panic("no node: " + name) }

//go:noinline
func deeply(h holder) int { churn(); return h.n + h.p.x + h.p.y + len(h.m) }

type pairOf struct {
	names [2]string
	more  []string
}

//go:noinline
func joinPair(p pairOf) string {
	churn()
	return strings.Join(append([]string{p.names[0], p.names[1]}, p.more...), "+")
}

//go:noinline
func incremented(n int) int { return n + 1 }

//go:noinline
func twice(f func(int) int, n int) int { churn(); return f(f(n)) }

//go:noinline
func fillNumbers(list []int32, from int32) int {
	for i := range list {
		list[i] = from + int32(i)
	}
	return len(list)
}

func keepCalls() {
	sink = append(sink, speak, newNode, lateNode, (*node).under, (*node).path, joinNodes, newSpeaker, failing, newWrapped,
		wrapped.show, bytesLike, describe, explode, deeply, joinPair, incremented, twice, fillNumbers, runtime.Stack, runtime.ReadMemStats,
		time.Now, time.Duration.String, time.Duration.Seconds)
}
