//! Dates.
//!
//! In: a date as feeds, databases and people write it. Out: seconds since 1970-01-01 UTC. A time
//! without an offset is taken for UTC; what could be read in two ways, such as 5/6/2024, is no
//! date.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

/// Above this, a number is milliseconds: as seconds it would be the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;

/// Above this, microseconds, as databases give them: as milliseconds it would be the year 5138.
const MICROSECONDS: u64 = MILLISECONDS * 1000;

/// Above this, nanoseconds.
const NANOSECONDS: u64 = MICROSECONDS * 1000;

/// Days as words: before them the name of the day may stand, behind them the time.
const DAYS: [&str; 9] = [
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d. %B %Y",
    "%Y/%m/%d",
];

/// As the C library writes it.
const CTIME: &str = "%a %b %d %H:%M:%S %Y";

static MAIL: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);

/// Seconds of a date: ISO 8601 (`2024-05-31`, `20240531T101500Z`, `2024-05-31 10:15:00.5 +02:00`),
/// RFC 2822 (`Fri, 31 May 2024 10:15:00 EST`), in words (`May 31, 2024`, `31-MAY-2024 10:15`), or
/// a number since 1970 (`1717150500`, `1717150500123`).
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    iso(text)
        .or_else(|| number(text))
        .or_else(|| Some(MAIL.parse_timestamp(text).ok()?.as_second()))
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

/// Databases put a space before the offset, or give the name of UTC.
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

/// A number since 1970 of seconds, or of thousandths, millionths or billionths, rounded down.
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

fn in_words(text: &str) -> Option<i64> {
    if let Ok(time) = BrokenDownTime::parse(CTIME, text) {
        return utc(time.to_datetime().ok()?);
    }
    let text = match text.split_once(", ") {
        Some((day, rest)) if day.bytes().all(|byte| byte.is_ascii_alphabetic()) => rest,
        _ => text,
    };
    DAYS.iter().find_map(|day| {
        let (date, len) = BrokenDownTime::parse_prefix(day, text).ok()?;
        let date = date.to_date().ok().filter(|date| date.year() >= 1000)?;
        let time = text[len..].trim_start_matches([',', ' ']);
        if time.is_empty() {
            return iso(&date.to_string());
        }
        iso(&format!("{date} {time}"))
    })
}

#[cfg(test)]
mod tests {
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
            ("31-MAY-2024 10:15:00.79", 1_717_150_500),
            ("2024/05/31 10:15", 1_717_150_500),
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
