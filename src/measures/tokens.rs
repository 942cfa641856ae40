//! Words by spaCy's English rules: datatrove counts the words of spaCy.
//!
//! In: a text. Out: words and marks as slices of the text, in order. A chunk between white space loses
//! marks at the ends one by one, then units after a number, then possessive and contracted endings.
//! The rest is cut at hyphens and at marks between letters. Checked against spaCy 3.8.

use std::collections::VecDeque;

/// The words and marks of `text`, in the order of the text, without white space.
///
/// ```
/// use reprint::measures::tokenize;
///
/// let tokens: Vec<_> = tokenize("Mr. Tamm didn't pay £10m (up 5%) for the well-known U.S. ship.").collect();
/// assert_eq!(
///     tokens,
///     [
///         "Mr.", "Tamm", "did", "n't", "pay", "£", "10", "m", "(", "up", "5", "%", ")", "for",
///         "the", "well", "-", "known", "U.S.", "ship", "."
///     ]
/// );
/// ```
///
/// Time is linear in the length of the text.
pub fn tokenize(text: &str) -> impl Iterator<Item = &str> {
    let is_space = |c: char| c.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&c);
    let mut chunks = text.split(is_space).filter(|chunk| !chunk.is_empty());
    let mut ready = VecDeque::new();
    std::iter::from_fn(move || {
        if ready.is_empty() {
            cut(chunks.next()?, &mut ready);
        }
        ready.pop_front()
    })
}

/// Abbreviations that keep their full stop.
const ABBREVIATIONS: [&str; 73] = [
    "Adm.", "Ak.", "Ala.", "Apr.", "Ariz.", "Ark.", "Aug.", "Bros.", "Calif.", "Co.", "Colo.",
    "Conn.", "Corp.", "D.C.", "Dec.", "Del.", "Dr.", "E.g.", "Feb.", "Fla.", "Ga.", "Gen.", "Gov.",
    "I.e.", "Ia.", "Id.", "Ill.", "Inc.", "Ind.", "Jan.", "Jr.", "Jul.", "Jun.", "Kan.", "Kans.",
    "Ky.", "La.", "Ltd.", "Mar.", "Mass.", "Md.", "Messrs.", "Mich.", "Minn.", "Miss.", "Mo.",
    "Mont.", "Mr.", "Mrs.", "Ms.", "Mt.", "Neb.", "Nebr.", "Nev.", "Nov.", "Oct.", "Okla.", "Ore.",
    "Pa.", "Ph.D.", "Prof.", "Rep.", "Rev.", "Sen.", "Sep.", "Sept.", "St.", "Tenn.", "Va.",
    "a.m.", "co.", "p.m.", "vs.",
];

/// Words before "n't".
const NEGATED: [&str; 22] = [
    "ai", "are", "ca", "could", "dare", "did", "do", "does", "had", "has", "have", "is", "may",
    "might", "must", "need", "ought", "sha", "should", "was", "were", "would",
];

/// Words before "'ll", "'ve", "'re", "'d", "'m".
const CONTRACTED: [&str; 16] = [
    "i", "you", "he", "she", "it", "we", "they", "who", "what", "when", "where", "why", "how",
    "there", "that", "this",
];

/// Units that are cut from a number.
const UNITS: [&str; 38] = [
    "km", "m", "dm", "cm", "mm", "ha", "µm", "nm", "yd", "in", "ft", "kg", "g", "mg", "µg", "t",
    "lb", "oz", "m/s", "km/h", "kmh", "mph", "hPa", "Pa", "mbar", "mb", "MB", "kb", "KB", "gb",
    "GB", "tb", "TB", "T", "G", "M", "K", "км",
];

/// Characters of the longest unit.
const LONGEST_UNIT: usize = 4;

/// Bytes of the longest abbreviation or contraction: longer chunks need no lookup.
const LONGEST_SPECIAL: usize = 12;

/// Cuts a chunk without white space.
fn cut<'t>(chunk: &'t str, out: &mut VecDeque<&'t str>) {
    let mut rest = chunk;
    let mut behind = Vec::new();
    while !rest.is_empty() && special(rest).is_none() {
        let front = front(rest);
        if front > 0 {
            out.push_back(&rest[..front]);
            rest = &rest[front..];
            if special(rest).is_some() {
                break;
            }
        }
        let back = back(rest);
        if back > 0 {
            let (head, tail) = rest.split_at(rest.len() - back);
            behind.push(tail);
            rest = head;
        }
        if front + back == 0 {
            break;
        }
    }
    match special(rest) {
        Some(0) => out.push_back(rest),
        Some(at) => out.extend(<[&str; 2]>::from(rest.split_at(at))),
        None if rest.contains("://") || rest.starts_with("www.") => out.push_back(rest),
        None => cut_inside(rest, out),
    }
    out.extend(behind.into_iter().rev());
}

/// The place where spaCy's exceptions cut `rest` in two, 0 for a chunk that stays whole; none for a
/// chunk without an exception.
fn special(rest: &str) -> Option<usize> {
    if rest.len() > LONGEST_SPECIAL || rest.is_empty() {
        return None;
    }
    let lower_letter = |c: char| c.is_lowercase();
    if rest.ends_with('.') {
        let is_initial = rest.len() == 2 && rest.starts_with(lower_letter);
        let is_known = ABBREVIATIONS.contains(&rest) || matches!(rest, "e.g." | "i.e." | "E.G.");
        return (is_initial || is_known).then_some(0);
    }
    if matches!(rest, "and/or" | "'" | "''") {
        return Some(0);
    }
    if rest.eq_ignore_ascii_case("cannot") {
        return Some("can".len());
    }
    for ending in ["am", "pm"] {
        if let Some(hour) = rest.strip_suffix(ending)
            && hour.parse().is_ok_and(|hour: u8| (1..=12).contains(&hour))
        {
            return Some(hour.len());
        }
    }
    let apostrophe = rest.find(['\'', '’'])?;
    let (before, after) = rest.split_at(apostrophe);
    let after = after.trim_start_matches(['\'', '’']);
    let among = |words: &[&str], word: &str| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    match after {
        "t" => {
            let verb = before.strip_suffix('n')?;
            let known = among(&NEGATED, verb) || verb.eq_ignore_ascii_case("wo");
            known.then_some(verb.len())
        }
        "ll" | "ve" | "re" | "d" | "m" => among(&CONTRACTED, before).then_some(apostrophe),
        _ => None,
    }
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        '…' | ','
            | ':'
            | ';'
            | '!'
            | '?'
            | '¿'
            | '؟'
            | '¡'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '<'
            | '>'
            | '_'
            | '#'
            | '*'
            | '&'
            | '。'
            | '？'
            | '！'
            | '，'
            | '、'
            | '；'
            | '：'
            | '～'
            | '·'
            | '।'
            | '،'
            | '۔'
            | '؛'
            | '٪'
            | '—'
            | '–'
    ) || is_quote(c)
        || is_symbol(c)
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '\'' | '"'
            | '”'
            | '“'
            | '`'
            | '‘'
            | '´'
            | '’'
            | '‚'
            | '„'
            | '»'
            | '«'
            | '「'
            | '」'
            | '『'
            | '』'
            | '（'
            | '）'
            | '〔'
            | '〕'
            | '【'
            | '】'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '⟦'
            | '⟧'
    )
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '฿' | '₠'..='₿')
}

fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '¦' | '©' | '®' | '°' | '™' | '№' | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}'
            | '\u{2500}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}'
    )
}

/// The bytes of the mark at the front of a chunk.
fn front(rest: &str) -> usize {
    let mut chars = rest.chars();
    let Some(first) = chars.next() else {
        return 0;
    };
    let dots = rest.len() - rest.trim_start_matches('.').len();
    let next_is_digit = || chars.as_str().starts_with(|c: char| c.is_ascii_digit());
    if dots > 1 {
        dots
    } else if ["US$", "C$", "A$"]
        .iter()
        .any(|sign| rest.starts_with(sign))
    {
        rest.find('$').map_or(0, |at| at + 1)
    } else if is_mark(first)
        || is_currency(first)
        || matches!(first, '§' | '%' | '=')
        || first == '+' && !next_is_digit()
    {
        first.len_utf8()
    } else {
        0
    }
}

/// The bytes of the mark or ending at the back of a chunk.
fn back(rest: &str) -> usize {
    let mut chars = rest.chars();
    let Some(last) = chars.next_back() else {
        return 0;
    };
    if let Some(possessive) = ["'s", "'S", "’s", "’S"]
        .iter()
        .find(|s| rest.ends_with(**s))
    {
        return possessive.len();
    }
    let before = chars.next_back();
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    if last == '.' {
        let dots = rest.len() - rest.trim_end_matches('.').len();
        if dots > 1 {
            return dots;
        }
        let cut = before.is_some_and(|c| {
            c.is_ascii_digit()
                || c.is_alphabetic() && !c.is_uppercase()
                || is_mark(c)
                || matches!(c, '%' | '²' | '-' | '+')
                || c.is_uppercase() && chars.next_back().is_some_and(char::is_uppercase)
        });
        return usize::from(cut);
    }
    if is_mark(last) || is_digit(before) && (is_currency(last) || matches!(last, '+' | '%')) {
        return last.len_utf8();
    }
    // A bounded look-back: a chunk of alternating marks and letters would take quadratic time.
    let unit = rest.char_indices().rev().take(LONGEST_UNIT + 1);
    let digit = unit.clone().find(|(_, c)| c.is_ascii_digit());
    let unit = digit.map_or("", |(at, _)| &rest[at + 1..]);
    if UNITS.contains(&unit) {
        return unit.len();
    }
    0
}

/// Cuts at hyphens, commas, slashes and dots between letters.
fn cut_inside<'t>(rest: &'t str, out: &mut VecDeque<&'t str>) {
    let mut start = 0;
    let mut at = 0;
    let mut before: Option<char> = None;
    while let Some(c) = rest[at..].chars().next() {
        let len = infix(before, c, &rest[at..]);
        if len > 0 {
            if start < at {
                out.push_back(&rest[start..at]);
            }
            out.push_back(&rest[at..at + len]);
            start = at + len;
        }
        at += len.max(c.len_utf8());
        before = rest[..at].chars().next_back();
    }
    if start < rest.len() {
        out.push_back(&rest[start..]);
    }
}

/// The bytes of the mark between two words at the start of `rest`, 0 for none.
fn infix(before: Option<char>, first: char, rest: &str) -> usize {
    if first.is_alphanumeric() {
        return 0;
    }
    let after = |mark: usize| rest[mark..].chars().next();
    let Some(before) = before else {
        return 0;
    };
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    // No dash is longer; an unbounded count would take quadratic time.
    let counted = if first == '.' { usize::MAX } else { 4 };
    let run = rest.chars().take(counted).take_while(|&c| c == first);
    let run = run.count() * first.len_utf8();
    match first {
        '.' if run > 1 => run,
        '.' => {
            let left = before.is_alphabetic() && !before.is_uppercase() || is_quote(before);
            let right = after(1).is_some_and(|c| c.is_uppercase() || is_quote(c));
            usize::from(left && right)
        }
        '…' => first.len_utf8(),
        ',' => usize::from(before.is_alphabetic() && is_letter(after(1))),
        '-' | '–' | '—' | '~' => {
            let longest = if first == '-' { 3 } else { 2 } * first.len_utf8();
            let joins = before.is_alphanumeric() && is_letter(after(run)) && run <= longest;
            let number_joins = first == '-'
                && before.is_ascii_digit()
                && after(1).is_some_and(|c| c.is_ascii_digit() || c == '-');
            if joins {
                run
            } else {
                usize::from(number_joins)
            }
        }
        '+' | '*' | '^' => {
            let right = after(1).is_some_and(|c| c.is_ascii_digit() || c == '-');
            usize::from(before.is_ascii_digit() && right)
        }
        ':' | '<' | '>' | '=' | '/' => usize::from(before.is_alphanumeric() && is_letter(after(1))),
        _ if is_symbol(first) => first.len_utf8(),
        _ => 0,
    }
}
