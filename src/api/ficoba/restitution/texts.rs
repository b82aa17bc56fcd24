//! Values that answers write as texts: flags, days, names.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::{
    config::PartialDates,
    domain::plain_capitals,
    json::{Key, Writer},
};

/// `"0"` or `"1"`.
pub(in super::super) fn flag(to: &mut Writer, key: &Key, flag: bool) {
    to.plain(key, if flag { "1" } else { "0" });
}

/// A day, `2012-04-07`; an unknown one is `""` (the samples' empty dates).
pub(super) fn day(to: &mut Writer, key: &Key, date: Option<Date>) {
    let Some(date) = date else { return to.plain(key, "") };
    let mut text = *b"0000-00-00";
    let parts =
        [(0..4, date.year().unsigned_abs()), (5..7, part(date.month())), (8..10, part(date.day()))];
    for (range, mut value) in parts {
        for byte in text[range].iter_mut().rev() {
            *byte = b"0123456789"[usize::from(value % 10)];
            value /= 10;
        }
    }
    to.plain(key, text);
}

/// A month or a day of birth; an unknown one is written in one of two ways, where it is written at all.
pub(super) fn date_part(to: &mut Writer, key: &Key, part: Option<u8>, unknown: PartialDates) {
    match (part, unknown) {
        (Some(part), _) => to.digits(key, part.into(), 1),
        (None, PartialDates::Absent) => {}
        (None, PartialDates::Blank) => to.plain(key, " "), // as PT 2.5.3.5.1 has the date
        (None, PartialDates::Zero) => to.plain(key, "00"), // as banks declare it (PT annexe 10)
    }
}

/// A name, in plain capitals or with its accents.
pub(super) fn name(to: &mut Writer, key: &Key, text: &str, plain: bool) {
    to.text(key, &if plain { plain_capitals(text) } else { Cow::Borrowed(text) });
}

/// First names, parted by spaces, in plain capitals or with their accents.
pub(super) fn first_names(to: &mut Writer, key: &Key, list: &[String], plain: bool) {
    match list {
        [one] => name(to, key, one, plain),
        list => name(to, key, &list.join(" "), plain),
    }
}

fn part(part: i8) -> u16 {
    part.unsigned_abs().into()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::json::member;

    #[test]
    fn a_day_is_written_as_the_calendar_does_and_an_unknown_one_is_empty() {
        let written = |date| {
            let mut to = Writer::after(Vec::new());
            to.braces(|to| day(to, &Key::new(member!("day"), 0), date));
            String::from_utf8(to.finish().0).unwrap()
        };
        assert_eq!(written(Some(date(2012, 4, 7))), r#"{"day":"2012-04-07"}"#);
        assert_eq!(written(Some(date(987, 12, 31))), r#"{"day":"0987-12-31"}"#);
        assert_eq!(written(None), r#"{"day":""}"#);
    }
}
