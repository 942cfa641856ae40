//! Dates.
//!
//! In: ISO 8601, or seconds since 1970. Out: seconds since 1970-01-01 UTC. A time without an
//! offset is taken for UTC.

/// Above this, a number is milliseconds: as seconds it would be the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;

/// Seconds of a date such as `2024-05-31`, `20240531`, `2024-05-31 10:15`,
/// `2024-05-31T10:15:00.5+02:00` or `1717150500`.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let mut rest = text.as_bytes();
    if let Some(day) = take_day(&mut rest) {
        return match rest {
            [] => Some(day),
            [b'T' | b't' | b' ', time @ ..] => Some(day + time_of_day(time)?),
            _ => None,
        };
    }
    let number = whole_seconds(text)?;
    Some(if number.unsigned_abs() >= MILLISECONDS {
        number.div_euclid(1000)
    } else {
        number
    })
}

/// A number, rounded down.
fn whole_seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let below = whole.starts_with('-') && fraction.bytes().any(|byte| byte != b'0');
    whole.parse::<i64>().ok()?.checked_sub(below.into())
}

/// `YYYY-MM-DD` or `YYYYMMDD`, as seconds at its start.
fn take_day(rest: &mut &[u8]) -> Option<i64> {
    let mut at = *rest;
    let (century, year) = (take_two(&mut at)?, take_two(&mut at)?);
    let dashed = take(&mut at, b'-');
    let month = take_two(&mut at)?;
    if dashed && !take(&mut at, b'-') {
        return None;
    }
    let day = take_two(&mut at)?;
    // A ninth digit makes it a number of seconds.
    if at.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let year = century * 100 + year;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    *rest = at;
    Some(days_since_1970(year, month, day) * 86_400)
}

/// `HH:MM`, `HH:MM:SS`, a fraction, `Z` or an offset; the colons may be missing.
fn time_of_day(mut rest: &[u8]) -> Option<i64> {
    let hour = take_two(&mut rest)?;
    let colons = take(&mut rest, b':');
    let minute = take_two(&mut rest)?;
    let with_seconds = if colons {
        take(&mut rest, b':')
    } else {
        rest.first().is_some_and(u8::is_ascii_digit)
    };
    let mut second = 0;
    if with_seconds {
        second = take_two(&mut rest)?;
        if take(&mut rest, b'.') || take(&mut rest, b',') {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return None;
            }
            rest = &rest[digits..];
        }
    }
    // 60 is a leap second.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(hour * 3600 + minute * 60 + second - offset(rest.trim_ascii_start())?)
}

/// Seconds east of Greenwich.
fn offset(mut rest: &[u8]) -> Option<i64> {
    let sign = match rest {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    rest = &rest[1..];
    let hours = take_two(&mut rest)?;
    let minutes = if take(&mut rest, b':') || !rest.is_empty() {
        take_two(&mut rest)?
    } else {
        0
    };
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn take(rest: &mut &[u8], byte: u8) -> bool {
    match rest.strip_prefix(&[byte]) {
        Some(tail) => {
            *rest = tail;
            true
        }
        None => false,
    }
}

fn take_two(rest: &mut &[u8]) -> Option<i64> {
    let [tens @ b'0'..=b'9', ones @ b'0'..=b'9', tail @ ..] = rest else {
        return None;
    };
    let value = i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
    *rest = tail;
    Some(value)
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years from March, so that the leap day comes last; 400 of them have 146,097 days.
    let from_march = (month + 9) % 12;
    let year = if month <= 2 { year - 1 } else { year };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    365 * year + leap_days + day_of_year - 719_468
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
            ("2024-05-31T10:15:00Z", 1_717_150_500),
            ("20240531T101500Z", 1_717_150_500),
            ("2024-05-31 05:45:00 -0430", 1_717_150_500),
            ("1717150500", 1_717_150_500),
            ("1717150500123", 1_717_150_500),
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
            "31.5.2024",
            "yesterday",
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
