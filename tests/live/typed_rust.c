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
	"|| matches!(v(&SHAPE), Shape::Empty)\n"
	"|| n == 7 && v(&PAIR).1 == 0 { return; } } }\n";

static const struct {
	const char *expr, *out;
} rust[] = {
	{"ORIGIN", "r::Point {x: 3, y: 4}"},
	{"PAIR", "r::Pair(1, -2)"},
	{"SHAPE", "r::Shape::Circle(2.5)"},
	{"RECT", "r::Shape::Rect {w: 2, h: 3}"},
	{"MAYBE", "core::option::Option<i32>::Some(7)"},
	{"r::ORIGIN.y", "4"},
	{"r::geo::area(3, 4)", "12"},
	{"ORIGIN.sum(1)", "8"},
	{"r::len(NAME)", "6"},
	{"sizeof(r::Point)", "8"},
	{"r::geo::swap(ORIGIN)", "r::Point {x: 4, y: 3}"},
};

/* Whatever is passed by value, each function looks at all of it. */
static const char abi_source[] =
	"use std::io::Write;\n"
	"#[derive(Clone, Copy)] pub struct Point { pub x: i32, pub y: i32 }\n"
	"#[derive(Clone, Copy)] pub struct Mixed { pub a: u8, pub b: f64 }\n"
	"#[derive(Clone, Copy)] pub struct Floats { pub x: f32, pub y: f32 }\n"
	"#[derive(Clone, Copy)] pub struct Three { pub x: i32, pub y: i32, pub z: i32 }\n"
	"#[derive(Clone, Copy)] pub struct Small { pub x: u16, pub y: u8, pub z: u8 }\n"
	"#[derive(Clone, Copy)] pub struct Blend { pub x: u16, pub y: u16, pub z: f32 }\n"
	"#[derive(Clone, Copy)] pub struct Large { pub x: u64, pub y: u64, pub z: u64 }\n"
	"#[derive(Clone, Copy)] pub struct Bytes { pub a: [u8; 3] }\n"
	"#[derive(Clone, Copy)] #[repr(C)] pub struct Meters(pub f64);\n"
	"#[derive(Clone, Copy)] #[repr(C)] pub struct Id(pub u32);\n"
	"#[derive(Clone, Copy)] #[repr(C, packed)] pub struct Tight { pub x: u32, pub y: u32 }\n"
	"#[derive(Clone, Copy)] pub enum Shape { Empty, Circle(f64), Rect { w: u32, h: u32 } }\n"
	"pub fn swap(p: Point) -> Point { Point { x: p.y, y: p.x } }\n"
	"pub fn sum(a: i32, p: Point, m: Mixed, q: Point, r: Point, t: i64) -> f64 {\n"
	"(a + p.x + 10 * p.y + 100 * q.x + 1000 * q.y + 10000 * r.x + 100000 * r.y) as f64\n"
	"+ m.a as f64 / 256.0 + m.b + t as f64 * 1e6 }\n"
	"pub fn mixed(m: Mixed) -> Mixed { Mixed { a: m.a + 1, b: m.b * 2.0 } }\n"
	"pub fn floats(m: Floats) -> Floats { Floats { x: m.y, y: m.x } }\n"
	"pub fn three(m: Three) -> Three { Three { x: m.z, y: m.x, z: m.y } }\n"
	"pub fn small(m: Small) -> Small { Small { x: m.x + 1, y: m.z, z: m.y } }\n"
	"pub fn blend(m: Blend) -> Blend { Blend { x: m.y, y: m.x, z: m.z * 2.0 } }\n"
	"pub fn large(m: Large, k: u64) -> Large { Large { x: m.z + k, y: m.x, z: m.y } }\n"
	"pub fn bytes(m: Bytes) -> Bytes { Bytes { a: [m.a[2], m.a[0], m.a[1]] } }\n"
	"pub fn meters(m: Meters) -> Meters { m }\n"
	"pub fn id(m: Id) -> Id { Id(m.0 + 1) }\n"
	"pub fn tight(m: Tight) -> Tight { Tight { x: m.y + 5, y: m.x } }\n"
	"pub fn grow(m: Shape) -> Shape { match m { Shape::Empty => Shape::Circle(1.5),\n"
	"Shape::Circle(r) => Shape::Rect { w: r as u32, h: 7 },\n"
	"Shape::Rect { w, h } => if w == 0 { Shape::Empty } else {\n"
	"Shape::Rect { w: w - 1, h: h + 1 } } } }\n"
	"pub fn empty() -> Shape { Shape::Empty }\n"
	"pub fn next(m: Option<u32>) -> Option<u32> { match m { Some(9) => None,\n"
	"Some(x) => Some(x + 1), None => Some(9) } }\n"
	"pub fn some(x: u32) -> Option<u32> { Some(x) }\n"
	"pub fn half(m: Option<f64>) -> Option<f64> { m.map(|x| x / 2.0) }\n"
	"pub fn whole(x: f64) -> Option<f64> { Some(x) }\n"
	"pub fn flip(m: Option<bool>) -> Option<bool> { match m { None => Some(true),\n"
	"Some(true) => Some(false), Some(false) => None } }\n"
	"pub fn unset() -> Option<bool> { None }\n"
	"pub fn nest(m: Option<Option<u8>>) -> Option<Option<u8>> { match m { None => Some(None),\n"
	"Some(None) => Some(Some(5)), Some(Some(_)) => None } }\n"
	"pub fn unnested() -> Option<Option<u8>> { None }\n"
	"pub fn value(m: Option<&i64>) -> i64 { m.map_or(-1, |p| *p) }\n"
	"pub static SEVEN: i64 = 7;\n"
	"pub fn pick(k: i32) -> Option<&'static i64> { if k == 0 { None } else { Some(&SEVEN) } }\n"
	"pub fn tail(s: Option<&'static str>) -> Option<&'static str> { s.map(|s| &s[1..]) }\n"
	"pub fn word() -> Option<&'static str> { Some(\"word\") }\n"
	"pub fn check(r: Result<i32, i32>) -> Result<i32, i32> { match r { Ok(x) => Err(x + 1),\n"
	"Err(x) => Ok(x * 2) } }\n"
	"pub fn ok(x: i32) -> Result<i32, i32> { Ok(x) }\n"
	"pub fn differ(r: Result<i32, u32>) -> u32 { match r { Ok(x) => x as u32, Err(x) => x } }\n"
	"pub fn odd() -> Result<i32, u32> { Ok(1) }\n"
	"pub fn narrow(r: Result<i32, u8>) -> Result<i32, u8> { match r { Ok(x) => Err(x as u8),\n"
	"Err(x) => Ok(x as i32 + 1) } }\n"
	"pub fn wide(x: i32) -> Result<i32, u8> { Ok(x) }\n"
	"pub fn tuple(t: (i32, bool)) -> (i32, bool) { (t.0 + 1, !t.1) }\n"
	"pub fn start() -> (i32, bool) { (5, true) }\n"
	"pub fn turn(t: ((i32, i32), u8)) -> ((i32, i32), u8) { ((t.0 .1, t.0 .0), t.1 + 1) }\n"
	"pub fn deep() -> ((i32, i32), u8) { ((1, 2), 3) }\n"
	"pub fn length(s: String) -> usize { s.len() }\n"
	"pub static mut TEXT: String = String::new();\n"
	"#[no_mangle] pub extern \"C\" fn c_swap(p: Point) -> Point { Point { x: p.y, y: p.x } }\n"
	"fn main() { std::io::stdout().write_all(b\"R\").unwrap();\n"
	"std::io::stdout().flush().unwrap();\n"
	"unsafe { TEXT.push_str(\"text\"); }\n"
	"let all = [swap as usize, sum as usize, mixed as usize, floats as usize, three as usize,\n"
	"small as usize, blend as usize, large as usize, bytes as usize, meters as usize,\n"
	"id as usize, tight as usize, grow as usize, empty as usize, next as usize,\n"
	"some as usize, half as usize, whole as usize, flip as usize, unset as usize,\n"
	"nest as usize, unnested as usize, value as usize, pick as usize, tail as usize,\n"
	"word as usize, check as usize, ok as usize, differ as usize, odd as usize,\n"
	"narrow as usize, wide as usize, tuple as usize, start as usize, turn as usize,\n"
	"deep as usize, length as usize, c_swap as usize];\n"
	"loop { std::thread::sleep(std::time::Duration::from_secs(1));\n"
	"for f in &all { if unsafe { std::ptr::read_volatile(f) } == 1 {\n"
	"println!(\"{}\", unsafe { length(TEXT.clone()) }); return; } } } }\n";

static const struct {
	const char *expr, *out; /* of what is refused: what is said */
	int status;
} abi[] = {
	{"a::swap(a::Point{x: 1, y: 2})", "a::Point {x: 2, y: 1}", 0},
	/* The third pair has one register left. */
	{"a::sum(1, a::Point{x: 3, y: 4}, a::Mixed{a: 64, b: 0.5}, a::Point{x: 5, y: 6}, "
	 "a::Point{x: 7, y: 8}, 2)",
	 "2876544.75", 0},
	{"a::mixed(a::Mixed{a: 5, b: 1.25})", "a::Mixed {a: 6, b: 2.5}", 0},
	{"a::floats(a::Floats{x: 1.5, y: 2.5})", "a::Floats {x: 2.5, y: 1.5}", 0},
	{"a::three(a::Three{x: 1, y: 2, z: 3})", "a::Three {x: 3, y: 1, z: 2}", 0},
	{"a::small(a::Small{x: 500, y: 2, z: 3})", "a::Small {x: 501, y: 3, z: 2}", 0},
	{"a::blend(a::Blend{x: 1, y: 2, z: 1.5})", "a::Blend {x: 2, y: 1, z: 3}", 0},
	{"a::large(a::Large{x: 1, y: 2, z: 3}, 40)", "a::Large {x: 43, y: 1, z: 2}", 0},
	{"a::bytes(a::Bytes{a: {7, 8, 9}})", "a::Bytes {a: [9, 7, 8]}", 0},
	{"a::id(a::Id{41})", "a::Id(42)", 0},
	{"a::tight(a::Tight{x: 1, y: 2})", "a::Tight {x: 7, y: 1}", 0},
	{"a::grow(a::empty())", "a::Shape::Circle(1.5)", 0},
	{"a::grow(a::grow(a::empty()))", "a::Shape::Rect {w: 1, h: 7}", 0},
	{"a::grow(a::grow(a::grow(a::grow(a::empty()))))", "a::Shape::Empty", 0},
	{"a::next(a::some(4))", "core::option::Option<u32>::Some(5)", 0},
	{"a::next(a::some(9))", "core::option::Option<u32>::None", 0},
	{"a::next(a::next(a::some(9)))", "core::option::Option<u32>::Some(9)", 0},
	{"a::half(a::whole(5))", "core::option::Option<f64>::Some(2.5)", 0},
	{"a::flip(a::unset())", "core::option::Option<bool>::Some(true)", 0},
	{"a::flip(a::flip(a::flip(a::unset())))", "core::option::Option<bool>::None", 0},
	{"a::nest(a::nest(a::unnested())).0.0", "5", 0},
	{"a::value(a::pick(1))", "7", 0},
	{"a::value(a::pick(0))", "-1", 0},
	{"a::pick(0)", "core::option::Option<&i64>::None", 0},
	{"a::tail(a::tail(a::word()))", "core::option::Option<&str>::Some(\"rd\")", 0},
	{"a::check(a::ok(6))", "core::result::Result<i32, i32>::Err(7)", 0},
	{"a::check(a::check(a::ok(6)))", "core::result::Result<i32, i32>::Ok(14)", 0},
	{"a::narrow(a::wide(6))", "core::result::Result<i32, u8>::Err(6)", 0},
	{"a::narrow(a::narrow(a::wide(6)))", "core::result::Result<i32, u8>::Ok(7)", 0},
	{"a::tuple(a::start())", "(6, false)", 0},
	{"a::turn(a::turn(a::deep()))", "((1, 2), 5)", 0},
	{"a::turn(a::deep()).0.1", "1", 0},
	{"a::meters(a::Meters{2.5})", "it depends on whether it is #[repr(C)]", 1},
	{"a::differ(a::odd())", "it depends on the compiler's version", 1},
	{"a::length(a::TEXT)", "it would be moved there and dropped", 1},
	{"c_swap(a::Point{x: 1, y: 2})", "whether the function is extern \"C\"", 1},
};

/* Compile @source as NAME.rs, and start it. */
static void start(struct victim *vic, const char *name, const char *source)
{
	char path[256], program[256], command[600];
	FILE *f;

	if (system("rustc --version >/dev/null 2>&1")) {
		print_message("no rustc\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/%s.rs", harness_dir(), name);
	snprintf(program, sizeof(program), "%s/%s", harness_dir(), name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(source, f) >= 0);
	assert_int_equal(fclose(f), 0);
	snprintf(command, sizeof(command), "rustc -g -o %s %s 2>/dev/null", program, path);
	assert_int_equal(system(command), 0);
	const char *const argv[] = {program, NULL};
	victim_spawn(vic, argv);
	victim_await_ready(vic, "rust");
}

static void rust_rows_hold(void **state)
{
	struct victim vic;

	(void)state;
	start(&vic, "r", rust_source);
	for (size_t i = 0; i < sizeof(rust) / sizeof(rust[0]); i++) {
		tool_call(&tool, &vic, rust[i].expr);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, rust[i].out);
	}
	assert_true(victim_alive(&vic));
	victim_kill(&vic);
}

/* What its compiler passes in ways of its own; what cannot be known is refused. */
static void values_are_passed(void **state)
{
	struct victim vic;

	(void)state;
	start(&vic, "a", abi_source);
	for (size_t i = 0; i < sizeof(abi) / sizeof(abi[0]); i++) {
		tool_call(&tool, &vic, abi[i].expr);
		tool_expect(&tool, abi[i].status);
		if (abi[i].status)
			tool_expect_err(&tool, abi[i].out);
		else
			tool_expect_out(&tool, abi[i].out);
	}
	assert_true(victim_alive(&vic));
	victim_kill(&vic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(rust_rows_hold),
		LIVE_TEST(values_are_passed),
	};

	return cmocka_run_group_tests_name("typed_rust", tests, NULL, NULL);
}
