//! Dates.
//!
//! In: a date as feeds, databases and people write it. Out: seconds since 1970-01-01 UTC. A time
//! without an offset counts as UTC. Ambiguous dates, such as 5/6/2024, are refused.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

/// A date as ISO 8601 writes it.
pub(crate) fn written(seconds: i64) -> String {
    let at = Timestamp::from_second(seconds);
    at.map_or_else(|_| seconds.to_string(), |at| at.to_string())
}

/// Larger numbers are milliseconds: as seconds, this number is the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;

/// Larger numbers are microseconds, as in databases: as milliseconds, this number is the year 5138.
const MICROSECONDS: u64 = MILLISECONDS * 1000;

/// Larger numbers are nanoseconds.
const NANOSECONDS: u64 = MICROSECONDS * 1000;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Time zones of RFC 2822, in hours east of Greenwich.
const ZONES: [(&str, i64); 12] = [
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("Z", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

static MAIL: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);

/// The seconds since 1970-01-01 UTC of a date. `None` if the date is not understood.
///
/// Accepted are ISO 8601 (`2024-05-31`, `20240531T101500Z`, `2024-05-31 10:15:00.5 +02:00`), RFC
/// 2822 (`Fri, 31 May 2024 10:15:00 EST`), words (`May 31, 2024 6:15pm`, `31-MAY-2024 10:15`), and
/// numbers since 1970 (`1717150500`, `1717150500123`).
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    // A parser that fails writes an error message, which costs more than parsing. So the form is
    // guessed first.
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let begins_in_words = text.starts_with(is_letter);
    let digits = || iso(text).or_else(|| number(text));
    let found = if begins_in_words { None } else { digits() };
    // In mail, a number follows the day of the week.
    let behind = text.trim_start_matches(is_letter);
    let is_mail = !behind.trim_start_matches([',', ' ']).starts_with(is_letter);
    let mail = || Some(MAIL.parse_timestamp(text).ok()?.as_second());
    found
        .or_else(|| if is_mail { mail() } else { None })
        .or_else(|| in_words(text))
}

fn iso(text: &str) -> Option<i64> {
    let text = with_joined_offset(text);
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_second());
    }
    utc(text.parse().ok()?)
}

fn utc(local: DateTime) -> Option<i64> {
    let timestamp = TimeZone::UTC.to_timestamp(local).ok()?;
    Some(timestamp.as_second())
}

/// Databases put a space before the offset, or write UTC by name.
fn with_joined_offset(text: &str) -> Cow<'_, str> {
    let zone = ["UTC", "GMT", "Z"]
        .iter()
        .find_map(|zone| text.strip_suffix(zone));
    if let Some(local) = zone {
        return format!("{}Z", local.trim_end()).into();
    }
    match text.rsplit_once(' ') {
        Some((local, offset)) if offset.starts_with(['+', '-']) => {
            format!("{}{offset}", local.trim_end()).into()
        }
        _ => text.into(),
    }
}

/// A number of seconds, milliseconds, microseconds or nanoseconds since 1970, rounded down.
fn number(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let below = whole.starts_with('-') && fraction.bytes().any(|byte| byte != b'0');
    let number = whole.parse::<i64>().ok()?.checked_sub(below.into())?;
    Some(match number.unsigned_abs() {
        NANOSECONDS.. => number.div_euclid(1_000_000_000),
        MICROSECONDS.. => number.div_euclid(1_000_000),
        MILLISECONDS.. => number.div_euclid(1000),
        _ => number,
    })
}

/// A day with its month by name, perhaps with a day of the week, a time and a zone. Accepted orders
/// are those of newspapers (`Thu Feb 25, 2010 12:51pm EST`), databases (`25-FEB-2010 12:51`) and
/// the C library (`Thu Feb 25 12:51:00 2010`).
fn in_words(text: &str) -> Option<i64> {
    let mut words = text
        .split([' ', ',', '-', '/'])
        .filter(|word| !word.is_empty())
        .peekable();
    words.next_if(|word| by_name(&WEEKDAYS, word).is_some());
    let first = words.next()?;
    let second = words.next()?;
    let (day, month) = match by_name(&MONTHS, first) {
        Some(month) => (second, month),
        None => (first.trim_end_matches('.'), by_name(&MONTHS, second)?),
    };
    let mut time = words.next_if(|word| word.contains(':'));
    let year = words.next().filter(|year| year.len() == 4)?;
    time = time.or_else(|| words.next());
    let zone = words.next();
    if words.next().is_some() {
        return None;
    }
    let date = Date::new(year.parse().ok()?, month as i8 + 1, day.parse().ok()?);
    let time = time_of_day(time.unwrap_or("00:00"))?;
    let date = date.ok()?.to_datetime(time);
    let Some(zone) = zone else {
        return utc(date);
    };
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == zone) {
        return Some(utc(date)? - hours * 3600);
    }
    // An offset has the same place as in mail.
    let mail = format!("{} {zone}", date.strftime("%d %b %Y %H:%M:%S"));
    Some(MAIL.parse_timestamp(&mail).ok()?.as_second())
}

/// The index of a name, which may be shortened to three letters or more.
fn by_name(names: &[&str], word: &str) -> Option<usize> {
    let word = word.trim_end_matches('.');
    let is_it = |name: &&str| {
        let start = name.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    names.iter().position(|name| word.len() >= 3 && is_it(name))
}

/// A time on the 24-hour clock or, with `am` or `pm`, on the 12-hour clock.
fn time_of_day(text: &str) -> Option<Time> {
    let half = text.len().saturating_sub(2);
    let (clock, half) = match text.get(half..) {
        Some(half) if half.eq_ignore_ascii_case("am") => (&text[..text.len() - 2], Some(0)),
        Some(half) if half.eq_ignore_ascii_case("pm") => (&text[..text.len() - 2], Some(12)),
        _ => (text, None),
    };
    let hour_alone = clock.find(':')?;
    // ISO 8601 wants two digits for the hour.
    let time: Time = if hour_alone == 1 {
        format!("0{clock}").parse().ok()?
    } else {
        clock.parse().ok()?
    };
    match half {
        None => Some(time),
        Some(half) if (1..=12).contains(&time.hour()) => {
            let hour = time.hour() % 12 + half;
            time.with().hour(hour).build().ok()
        }
        Some(_) => None,
    }
}

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Whether the date `later` is known to be later than `first`. A date at midnight counts as a day
/// without a time of day. Against such a date, only a later day is later.
pub(crate) fn is_later(first: i64, later: i64) -> bool {
    let is_day = |date: i64| date.rem_euclid(DAY) == 0;
    if is_day(first) || is_day(later) {
        later.div_euclid(DAY) > first.div_euclid(DAY)
    } else {
        later > first
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_day_holds_its_hours() {
        use super::{DAY, is_later};

        let noon = DAY / 2;
        assert!(!is_later(0, 0));
        // The first date has no time of day, so a time on the same day may be earlier.
        assert!(!is_later(0, noon));
        assert!(is_later(0, DAY));
        // The second date has no time of day, so only its day counts.
        assert!(is_later(noon, DAY));
        assert!(is_later(noon, noon + 60));
        assert!(!is_later(noon, noon - 60));
    }

    use super::parse;

    #[test]
    fn understood() {
        for (text, seconds) in [
            ("1970-01-01", 0),
            ("20240229", 1_709_164_800),
            ("2024-05-31 10:15", 1_717_150_500),
            ("2024-05-31T12:15:00.25+02:00", 1_717_150_500),
            ("2024-05-31T12:15:00,25+0200", 1_717_150_500),
            ("2024-05-31T10:15:00Z", 1_717_150_500),
            ("20240531T101500Z", 1_717_150_500),
            ("2024-05-31 05:45:00 -0430", 1_717_150_500),
            ("2024-05-31 10:15:00 UTC", 1_717_150_500),
            ("2024-05-31 10:15:00.000000 UTC", 1_717_150_500),
            ("Fri, 31 May 2024 12:15:00 +0200", 1_717_150_500),
            ("Fri, 31 May 2024 10:15:00 GMT", 1_717_150_500),
            ("31 May 2024 05:15:00 EST", 1_717_150_500),
            ("Fri May 31 10:15:00 2024", 1_717_150_500),
            ("Friday, May 31, 2024 10:15", 1_717_150_500),
            ("Fri May 31, 2024 6:15am EDT", 1_717_150_500),
            ("Fri May 31, 2024 10:15pm GMT", 1_717_193_700),
            ("31. May 2024, 12:15am", 1_717_114_500),
            ("31-MAY-2024 10:15:00.79", 1_717_150_500),
            ("26-FEB-1987 15:01:01.79", 541_350_061),
            ("May 31, 2024", 1_717_113_600),
            ("31 August 2024", 1_725_062_400),
            ("1717150500", 1_717_150_500),
            ("1717150500.9", 1_717_150_500),
            ("1717150500123", 1_717_150_500),
            ("1717150500123456", 1_717_150_500),
            ("1717150500123456789", 1_717_150_500),
            ("-1", -1),
            ("1969-12-31T23:59:59", -1),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn not_understood() {
        for text in [
            "",
            "2023-02-29",
            "2024-13-01",
            "2024-05",
            "5/6/2024",
            "31.5.2024",
            "yesterday",
            "May 31",
            "May 31, 24",
            "May 32, 2024",
            "May 31, 2024 13:15pm",
            "May 31, 2024 10:15 Nowhere",
            "May 31, 2024 10:15 GMT and more",
            "2024/05/31",
            "2024-05-31T25:00",
            "2024-05-31T10:15:00.",
            "2024-05-31T10:15+2",
            "2024-05-31 10:15 EDT",
            "1e9",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
