// SPDX-License-Identifier: LGPL-2.1-or-later
// What a program of Rust has in its debug information.
use std::io::Write;

#[allow(static_mut_refs, dead_code)]
pub mod more;

#[derive(Clone, Copy)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}
pub enum Shape {
    Empty,
    Circle(f64),
    Rect { w: u32, h: u32 },
}
#[derive(Clone, Copy, PartialEq)]
pub enum Level {
    Low = 1,
    High = 9,
}
pub struct Pair(pub u8, pub i64);
pub struct Unit;
pub struct Nested {
    pub point: Point,
    pub tag: Option<u16>,
}
#[no_mangle]
pub static ORIGIN: Point = Point { x: 3, y: 4 };
#[no_mangle]
pub static PAIR: Pair = Pair(1, -2);
#[no_mangle]
pub static SHAPE: Shape = Shape::Circle(2.5);
#[no_mangle]
pub static RECT: Shape = Shape::Rect { w: 2, h: 3 };
#[no_mangle]
pub static EMPTY: Shape = Shape::Empty;
#[no_mangle]
pub static NAME: &str = "ferris";
#[no_mangle]
pub static MAYBE: Option<i32> = Some(7);
#[no_mangle]
pub static NOTHING: Option<i32> = None;
#[no_mangle]
pub static LEVEL: Level = Level::High;
#[no_mangle]
pub static BYTES: [u8; 4] = [1, 2, 3, 255];
#[no_mangle]
pub static GRID: [[i16; 2]; 2] = [[1, 2], [3, 4]];
#[no_mangle]
pub static TUPLE: (i32, bool) = (5, true);
#[no_mangle]
pub static UNIT: Unit = Unit;
#[no_mangle]
pub static REF: &Point = &ORIGIN;
#[no_mangle]
pub static SLICE: &[u8] = &BYTES;
#[no_mangle]
pub static FLOAT: f32 = 0.75;
#[no_mangle]
pub static LETTER: char = 'z';
#[no_mangle]
pub static BIG: u64 = 0xfedc_ba98_7654_3210;
#[no_mangle]
pub static NESTED: Nested = Nested { point: Point { x: 8, y: 9 }, tag: Some(6) };
pub static COUNT: i64 = -17;

pub mod geo {
    pub static SCALE: u16 = 300;
    #[inline(never)]
    pub fn area(w: u32, h: u32) -> u32 {
        w * h
    }
}

fn main() {
    unsafe { more::begin() };
    std::io::stdout().write_all(b"R").unwrap();
    std::io::stdout().flush().unwrap();
    let mut n = 0u32;
    loop {
        if unsafe { more::use_all() } == 1 {
            return;
        }
        n = n.wrapping_add(geo::area(1, 1));
        if NAME.len() == 99 || ORIGIN.x == 1 || PAIR.0 == 9 || MAYBE.is_none() || NOTHING.is_some()
            || matches!(RECT, Shape::Empty) || matches!(SHAPE, Shape::Empty) || matches!(EMPTY, Shape::Circle(_))
            || LEVEL == Level::Low || BYTES[0] == 9 || GRID[0][0] == 9 || TUPLE.1 != true || REF.x == 9
            || SLICE.len() == 9 || FLOAT > 1.0 || LETTER == 'a' || BIG == 1 || NESTED.point.x == 1
            || COUNT == 1 || geo::SCALE == 1 || std::mem::size_of_val(&UNIT) == 9
        {
            return;
        }
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}
