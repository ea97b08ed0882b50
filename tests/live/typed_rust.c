/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions over the debug information of rustc. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tool tool;

static const char rust_source[] =
	"use std::io::Write;\n"
	"#[derive(Clone, Copy)] pub struct Point { pub x: i32, pub y: i32 }\n"
	"pub enum Shape { Empty, Circle(f64), Rect { w: u32, h: u32 } }\n"
	"pub struct Pair(pub u8, pub i64);\n"
	"#[no_mangle] pub static ORIGIN: Point = Point { x: 3, y: 4 };\n"
	"#[no_mangle] pub static PAIR: Pair = Pair(1, -2);\n"
	"#[no_mangle] pub static NEST: ((i32, i32), u8) = ((5, 6), 7);\n"
	"#[no_mangle] pub static SHAPE: Shape = Shape::Circle(2.5);\n"
	"#[no_mangle] pub static RECT: Shape = Shape::Rect { w: 2, h: 3 };\n"
	"#[no_mangle] pub static NAME: &str = \"ferris\";\n"
	"#[no_mangle] pub static MAYBE: Option<i32> = Some(7);\n"
	"impl Point { #[inline(never)] pub fn sum(&self, k: i32) -> i32 { self.x + self.y + k } }\n"
	"pub mod geo { #[inline(never)] pub fn area(w: u32, h: u32) -> u32 { w * h }\n"
	"#[inline(never)] pub fn swap(p: super::Point) -> super::Point {\n"
	"super::Point { x: p.y, y: p.x } } }\n"
	"#[inline(never)] pub fn len(s: &str) -> usize { s.len() }\n"
	/* Read where the compiler cannot know it, or it drops the variable. */
	"fn v<T>(x: &T) -> T { unsafe { std::ptr::read_volatile(x) } }\n"
	"fn main() { std::io::stdout().write_all(b\"R\").unwrap();\n"
	"std::io::stdout().flush().unwrap(); let mut n = 0u32;\n"
	"loop { n = n.wrapping_add(geo::area(1, 1));\n"
	"if len(v(&NAME)) == 99 || v(&ORIGIN).sum(1) == 1 || geo::swap(v(&ORIGIN)).x == 99\n"
	"|| v(&PAIR).0 == 9 || v(&MAYBE).is_none() || matches!(v(&RECT), Shape::Empty)\n"
	"|| matches!(v(&SHAPE), Shape::Empty) || v(&NEST).1 == 9\n"
	"|| n == 7 && v(&PAIR).1 == 0 { return; } } }\n";

static const struct {
	const char *expr, *out;
} rust[] = {
	{"ORIGIN", "r::Point {x: 3, y: 4}"},
	{"PAIR", "r::Pair(1, -2)"},
	{"NEST.0.1 + NEST.1 as i32", "13"},
	{"SHAPE", "r::Shape::Circle(2.5)"},
	{"RECT", "r::Shape::Rect {w: 2, h: 3}"},
	{"MAYBE", "core::option::Option<i32>::Some(7)"},
	{"r::ORIGIN.y", "4"},
	{"r::geo::area(3, 4)", "12"},
	{"crate::geo::area(3, 5)", "15"},
	{"crate::ORIGIN.x", "3"},
	{"sizeof(crate::Point)", "8"},
	{"ORIGIN.sum(1)", "8"},
	{"r::len(NAME)", "6"},
	{"sizeof(r::Point)", "8"},
};

/* Of Rust: what its compiler passes in ways of its own is refused. */
static void rust_rows_hold(void **state)
{
	(void)state;
	char source[256], program[256], command[600];
	struct victim vic;
	FILE *f;

	if (system("rustc --version >/dev/null 2>&1")) {
		print_message("no rustc\n");
		skip();
	}
	snprintf(source, sizeof(source), "%s/r.rs", harness_dir());
	snprintf(program, sizeof(program), "%s/r", harness_dir());
	f = fopen(source, "w");
	assert_non_null(f);
	assert_true(fputs(rust_source, f) >= 0);
	assert_int_equal(fclose(f), 0);
	snprintf(command, sizeof(command), "rustc -g -o %s %s", program, source);
	assert_int_equal(system(command), 0);
	const char *const argv[] = {program, NULL};
	victim_spawn(&vic, argv);
	victim_await_ready(&vic, "rust");
	for (size_t i = 0; i < sizeof(rust) / sizeof(rust[0]); i++) {
		tool_call(&tool, &vic, rust[i].expr);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, rust[i].out);
	}
	tool_call(&tool, &vic, "r::geo::swap(ORIGIN)");
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "by value in a function of Rust");
	assert_true(victim_alive(&vic));
	victim_kill(&vic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {LIVE_TEST(rust_rows_hold)};

	return _cmocka_run_group_tests("typed_rust", tests, 1, NULL, NULL);
}
