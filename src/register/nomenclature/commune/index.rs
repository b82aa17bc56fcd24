//! The index over the text of the communes.

use std::{io::Read, sync::LazyLock};

use flate2::read::DeflateDecoder;
use memchr::memchr;

use super::{
    super::place::{Department, department, former_department},
    Commune, CommuneKind,
};

/// Where each row of the text begins, and the inhabitants up to it.
pub(super) struct Index {
    text: &'static str,
    groups: Vec<DepartmentRows>,
    /// Where each row begins in the text.
    rows: Vec<u32>,
    /// The whole code of each row, as [`number`] makes it one.
    codes: Vec<u32>,
    /// The weights of all rows up to and with each one.
    reached: Vec<u32>,
}

/// The rows of one département: a line `@code prefix` stands before them.
struct DepartmentRows {
    department: &'static str,
    prefix: &'static str,
    first: usize,
    /// The département of today, where there is one of this code; the former one otherwise.
    within: &'static Department,
    /// The former one.
    gone: Option<&'static Department>,
}

impl Index {
    fn lay(text: &'static str) -> Self {
        let mut index = Self {
            text,
            groups: Vec::with_capacity(128),
            rows: Vec::with_capacity(ROWS),
            codes: Vec::with_capacity(ROWS),
            reached: Vec::with_capacity(ROWS),
        };
        let (mut at, mut total) = (0, 0);
        for line in text.split_terminator('\n') {
            if let Some((department, prefix)) =
                line.strip_prefix('@').and_then(|head| head.split_once(' '))
            {
                index.groups.push(DepartmentRows::new(department, prefix, index.rows.len()));
            } else if let Some(DepartmentRows { department, .. }) = index.groups.last() {
                total += weight(line);
                index.rows.push(at);
                index.codes.push(number(department, &line[..width(department)]));
                index.reached.push(total);
            }
            at += u32::try_from(line.len() + 1).expect("a line of the table is short");
        }
        index
    }

    /// The row of a code that was [`split`].
    pub(super) fn find(&self, department: &str, row: &str) -> Option<Commune> {
        let whole = department.len() + row.len() == CODE;
        let found = self.codes.binary_search(&number(department, row)).ok().filter(|_| whole)?;
        self.read(found)
    }

    /// The row of this rank.
    pub(super) fn read(&self, row: usize) -> Option<Commune> {
        let begin = *self.rows.get(row)? as usize;
        let rest = &self.text[begin..];
        let line = &rest[..memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
        let group = &self.groups[self.groups.partition_point(|group| group.first <= row) - 1];
        let commune = parse(group, row, line)?;
        if !commune.label.is_empty() {
            return Some(commune);
        }
        let (department, number) = split(commune.last)?;
        Some(Commune { label: self.find(department, number)?.label, ..commune })
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The weights of all rows.
    pub(super) fn total(&self) -> u32 {
        self.reached.last().copied().unwrap_or_default()
    }

    /// The row of this département to which a uniform draw falls, in proportion to the weights; none where nobody lives.
    pub(super) fn draw_within(&self, department: &str, draw: u64) -> Option<Commune> {
        let at = self.groups.binary_search_by(|group| group.department.cmp(department)).ok()?;
        let first = self.groups[at].first;
        let end = self.groups.get(at + 1).map_or(self.rows.len(), |next| next.first);
        let before = first.checked_sub(1).map_or(0, |row| self.reached[row]);
        let count = self.reached[end - 1] - before;
        let rank = ((u128::from(draw) * u128::from(count)) >> 64) as u32 + before;
        let row = first + self.reached[first..end].partition_point(|reached| *reached <= rank);
        if count == 0 { None } else { self.read(row) }
    }

    /// The row to which a uniform draw falls, in proportion to the weights.
    pub(super) fn draw(&self, draw: u64) -> Commune {
        let rank = (u128::from(draw) * u128::from(self.total())) >> 64;
        let row = self.reached.partition_point(|reached| u128::from(*reached) <= rank);
        self.read(row).expect("the rank is below the total, so some row reaches it")
    }
}

impl DepartmentRows {
    fn new(code: &'static str, prefix: &'static str, first: usize) -> Self {
        let within = department(code).expect("a test looks up the département of every row");
        Self { department: code, prefix, first, within, gone: former_department(code) }
    }
}

/// Unpacked and laid on first use, in a few milliseconds.
pub(super) static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let packed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/communes.deflate")); // by build.rs
    let mut text = String::new();
    DeflateDecoder::new(packed)
        .read_to_string(&mut text)
        .expect("the table was text when build.rs packed it");
    Index::lay(text.leak())
});

/// An INSEE code as FICOBA cuts it: 2 + 3, and 3 + 2 overseas (protocol v11, annexe 10).
pub(super) fn split(insee: &str) -> Option<(&str, &str)> {
    let overseas = insee.starts_with("97") || insee.starts_with("98");
    insee.split_at_checked(if overseas { 3 } else { 2 })
}

/// How many characters of a row are the commune's number.
fn width(department: &str) -> usize {
    CODE - department.len()
}

/// A code as a number that has its place among the others: of base 37, so that what is no digit nor capital is no code.
fn number(department: &str, row: &str) -> u32 {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0') + 1,
        b'A'..=b'Z' => u32::from(byte - b'A') + 11,
        _ => 0,
    };
    let bytes = department.bytes().chain(row.bytes());
    bytes.fold(0, |number, byte| number.wrapping_mul(37).wrapping_add(digit(byte)))
}

/// Characters of an INSEE code.
const CODE: usize = 5;

/// The share of a row in a draw, read from its end: the digits there, when they are inhabitants to draw.
///
/// Paris, Lyon and Marseille are drawn by arrondissement; a former code ends in another code.
fn weight(line: &str) -> u32 {
    let (mut value, mut unit) = (0, 1);
    for byte in line.bytes().rev() {
        match byte {
            b'0'..=b'9' => value += u32::from(byte - b'0') * unit,
            WHOLE | ARRONDISSEMENT => return value,
            _ => return 0,
        }
        unit = unit.wrapping_mul(10);
    }
    0
}

/// One row: `number label postcodes mark population`, or `number label mark code` for a former commune (its label is left
/// out when it is that of today). The mark tells the kind, and `^` a former commune whose département is gone as well.
fn parse(group: &DepartmentRows, row: usize, line: &'static str) -> Option<Commune> {
    let (number, rest) = line.split_at_checked(width(group.department))?;
    let (label, rest) = rest
        .split_at(rest.bytes().position(|byte| byte.is_ascii_digit() || b",>^".contains(&byte))?);
    let (mark_at, mark) =
        rest.bytes().enumerate().find(|(_, byte)| !byte.is_ascii_digit() && *byte != b',')?;
    let (postcodes, last) = (&rest[..mark_at], &rest[mark_at + 1..]);
    let kind = match mark {
        WHOLE => CommuneKind::Whole,
        DIVIDED => CommuneKind::Divided,
        ARRONDISSEMENT => CommuneKind::Arrondissement,
        FORMER | GONE => CommuneKind::Former,
        _ => return None,
    };
    let gone = mark == GONE;
    let within = group.gone.filter(|_| gone).unwrap_or(group.within);
    let (department, prefix) = (group.department, group.prefix);
    let row = u16::try_from(row).ok()?;
    Some(Commune { department, number, label, kind, row, last, gone, within, postcodes, prefix })
}

const WHOLE: u8 = b' ';
const DIVIDED: u8 = b'+';
const ARRONDISSEMENT: u8 = b'*';
const FORMER: u8 = b'>';
const GONE: u8 = b'^';

/// Room for all rows.
const ROWS: usize = 40_000;
