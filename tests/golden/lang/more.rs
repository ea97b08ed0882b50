// SPDX-License-Identifier: LGPL-2.1-or-later
// Values that people have in programs of Rust: text, slices, collections, boxes, enums with data.
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}
impl Point {
    pub fn norm(&self) -> i32 {
        self.x * self.x + self.y * self.y
    }
    pub fn add(self, o: Point) -> Point {
        Point {
            x: self.x + o.x,
            y: self.y + o.y,
        }
    }
    pub fn scale(&mut self, by: i32) {
        self.x *= by;
        self.y *= by;
    }
}
pub enum Shape {
    Empty,
    Circle(f64),
    Rect { w: u32, h: u32 },
    Named(String),
}
#[derive(Clone, Copy, PartialEq)]
pub enum Level {
    Low = 1,
    High = 9,
}
pub struct Pair(pub u8, pub i64);
pub struct Tree {
    pub value: i32,
    pub left: Option<Box<Tree>>,
    pub right: Option<Box<Tree>>,
}
pub trait Speak {
    fn speak(&self) -> i32;
}
impl Speak for Point {
    fn speak(&self) -> i32 {
        77
    }
}
pub static mut ORIGIN: Point = Point { x: 3, y: 4 };
pub static mut NAMES: Vec<String> = Vec::new();
pub static mut TITLE: String = String::new();
pub static mut COUNTS: Option<HashMap<String, i32>> = None;
pub static mut TREE: Option<Box<Tree>> = None;
pub static mut ORDER: BTreeMap<u8, u8> = BTreeMap::new();
pub static mut RESULT: Result<i32, String> = Ok(5);
pub static mut FAILED: Result<i32, String> = Ok(5);
pub static mut NUMBERS: [i32; 6] = [10, 20, 30, 40, 50, 60];
pub static mut SLICE: &[i32] = &[1, 2, 3, 4];
pub static mut TEXT: &str = "ferris";
pub static mut SHAPE: Shape = Shape::Circle(2.5);
pub static mut RECT: Shape = Shape::Rect { w: 2, h: 3 };
pub static mut NAMED: Shape = Shape::Empty;
pub static mut LEVEL: Level = Level::High;
pub static mut TUPLE: (i32, f32, bool) = (1, 2.5, true);
pub static mut FLAG: bool = true;
pub static mut LETTER: char = 'é';
pub static mut BIG: i128 = -170141183460469231731687303715884105728;
pub static mut BYTE: u8 = 200;
pub static mut F: f64 = 0.1;
pub static mut REF: Option<&Point> = None;
pub static mut RC: Option<Rc<i32>> = None;
pub static mut SPEAKER: Option<&dyn Speak> = None;
pub static mut FUNC: fn(i32) -> i32 = twice;
pub static mut PAIR: Pair = Pair(1, -2);
pub static mut NESTED: Option<Option<u8>> = Some(Some(3));
#[inline(never)]
pub fn twice(x: i32) -> i32 {
    x * 2
}
#[inline(never)]
pub fn len_of(s: &str) -> usize {
    s.len()
}
#[inline(never)]
pub fn sum(v: &[i32]) -> i32 {
    v.iter().sum()
}
#[inline(never)]
pub fn first(s: &str) -> &str {
    &s[..1]
}
#[inline(never)]
pub fn level(l: Level) -> u8 {
    l as u8
}
pub mod geo {
    pub static SCALE: u16 = 300;
    #[inline(never)]
    pub fn area(w: u32, h: u32) -> u32 {
        w * h
    }
    pub mod deep {
        pub static mut D: i8 = -5;
    }
}

pub unsafe fn begin() {
    NAMES.push("a".to_string());
    NAMES.push("bc".to_string());
    TITLE.push_str("title");
    let mut m = HashMap::new();
    m.insert("k".to_string(), 1);
    COUNTS = Some(m);
    TREE = Some(Box::new(Tree {
        value: 1,
        left: Some(Box::new(Tree {
            value: 2,
            left: None,
            right: None,
        })),
        right: None,
    }));
    ORDER.insert(1, 2);
    FAILED = Err("bad".to_string());
    NAMED = Shape::Named("n".to_string());
    REF = Some(&ORIGIN);
    RC = Some(Rc::new(8));
    SPEAKER = Some(&ORIGIN);
}

pub unsafe fn use_all() -> usize {
    twice(1) as usize
        + sum(&NUMBERS) as usize
        + ORIGIN.norm() as usize
        + ORIGIN.add(ORIGIN).x as usize
        + len_of(TEXT)
        + first(TEXT).len()
        + level(LEVEL) as usize
        + geo::area(1, 2) as usize
        + geo::SCALE as usize
        + (geo::deep::D == 4) as usize
        + SPEAKER.unwrap().speak() as usize
        + FUNC(1) as usize
        + format!(
            "{:?} {} {:?} {:?} {:?} {}",
            NAMES,
            TITLE,
            COUNTS,
            ORDER,
            RESULT,
            FAILED.is_ok()
        )
        .len()
        + format!(
            "{} {} {} {} {:?}",
            TUPLE.0,
            FLAG,
            LETTER,
            BIG,
            (BYTE, F, &RC, PAIR.0, PAIR.1, NESTED)
        )
        .len()
        + SLICE.len()
        + matches!(SHAPE, Shape::Empty) as usize
        + matches!(RECT, Shape::Empty) as usize
        + matches!(NAMED, Shape::Empty) as usize
        + TREE.as_ref().map_or(0, |t| {
            t.value + t.left.is_some() as i32 + t.right.is_some() as i32
        }) as usize
        + REF.is_some() as usize
}
