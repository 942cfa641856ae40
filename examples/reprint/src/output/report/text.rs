//! Texts as the page holds them.
//!
//! In: a text, its marks, and the most bytes to keep. Out: the text, or the parts around the marks.
//! Byte offsets become UTF-16 offsets, the unit of scripts.

use std::ops::Range;

use reprint::text::Span;

/// Bytes kept at the start of every text. By hand: some 600 words, an opening that can be read.
const OPENING: usize = 4 << 10;

/// Bytes kept before and after each end of a mark. By hand: some 100 words of context.
const AROUND: usize = 600;

/// A gap of fewer bytes between two parts is kept. By hand: a cut mark is no shorter to read.
const NEAR: usize = 200;

/// Bytes between stored UTF-16 offsets. By hand: an offset costs a scan of half a step.
const STEP: usize = 256;

/// A text as the page holds it.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    body: &'a str,
    /// The kept byte ranges, in order.
    parts: Vec<Range<usize>>,
    /// The UTF-16 offset of each part in the shortened text.
    starts: Vec<u32>,
    /// By part: UTF-16 lengths of the first `STEP`, `2 * STEP`, ... bytes. `None` for ASCII.
    steps: Vec<Option<Vec<u32>>>,
}

impl<'a> Shown<'a> {
    /// Keeps the whole text up to `longest` bytes. A longer text keeps the parts around `marks`.
    pub(super) fn new(body: &'a str, marks: impl Iterator<Item = Span>, longest: usize) -> Self {
        let parts = if body.len() <= longest {
            std::iter::once(0..body.len()).collect()
        } else {
            around(body, marks, longest)
        };
        let mut starts = Vec::with_capacity(parts.len());
        let mut steps = Vec::with_capacity(parts.len());
        let mut at = 0;
        for part in &parts {
            starts.push(at);
            let text = &body[part.clone()];
            if text.is_ascii() {
                at += text.len() as u32;
                steps.push(None);
                continue;
            }
            let (mut units, mut known) = (0, vec![0]);
            for (byte, c) in text.char_indices() {
                if byte >= known.len() * STEP {
                    // A step is passed at most once per character.
                    known.resize(byte / STEP + 1, units);
                }
                units += c.len_utf16() as u32;
            }
            at += units;
            steps.push(Some(known));
        }
        Self {
            body,
            parts,
            starts,
            steps,
        }
    }

    /// The kept text.
    pub(super) fn text(&self) -> String {
        self.parts
            .iter()
            .map(|part| &self.body[part.clone()])
            .collect()
    }

    /// The cuts: the UTF-16 offset, and the bytes left out.
    pub(super) fn cuts(&self) -> Vec<(u32, usize)> {
        let mut cuts = Vec::new();
        let mut end = 0;
        for (part, &start) in self.parts.iter().zip(&self.starts) {
            if part.start > end {
                cuts.push((start, part.start - end));
            }
            end = part.end;
        }
        if end < self.body.len() {
            cuts.push((self.position(end), self.body.len() - end));
        }
        cuts
    }

    /// Bytes left out.
    pub(super) fn left_out(&self) -> usize {
        let kept: usize = self.parts.iter().map(ExactSizeIterator::len).sum();
        self.body.len() - kept
    }

    /// The UTF-16 offsets of a span in the kept text. An offset within a cut moves to the cut.
    pub(super) fn place(&self, span: Span) -> (u32, u32) {
        let Range { start, end } = span.range();
        (self.position(start), self.position(end))
    }

    fn position(&self, byte: usize) -> u32 {
        let after = self.parts.partition_point(|part| part.start <= byte);
        let Some(at) = after.checked_sub(1) else {
            return 0;
        };
        let part = &self.parts[at];
        let offset = byte.min(part.end) - part.start;
        let units = match &self.steps[at] {
            None => offset as u32,
            Some(steps) => {
                let step = (offset / STEP).min(steps.len() - 1);
                let text = &self.body[part.clone()];
                // A character across a step counts before the step.
                let from = text.ceil_char_boundary(step * STEP);
                let to = text.floor_char_boundary(offset).max(from);
                let units: usize = text[from..to].chars().map(char::len_utf16).sum();
                steps[step] + units as u32
            }
        };
        self.starts[at] + units
    }
}

/// The opening of a text and the surroundings of the marks, at most `longest` bytes, in order.
fn around(body: &str, marks: impl Iterator<Item = Span>, longest: usize) -> Vec<Range<usize>> {
    let opening = OPENING.min(longest);
    let window = |place: usize| {
        let start = body.floor_char_boundary(place.saturating_sub(AROUND));
        start..body.ceil_char_boundary((place + AROUND).min(body.len()))
    };
    let mut windows: Vec<Range<usize>> = marks
        .flat_map(|mark| {
            let Range { start, end } = mark.range();
            [window(start), window(end)]
        })
        .collect();
    windows.sort_unstable_by_key(|window| (window.start, window.end));
    let mut parts: Vec<Range<usize>> =
        std::iter::once(0..body.floor_char_boundary(opening)).collect();
    let mut room = longest - opening;
    for window in windows {
        let last = parts.last_mut().expect("the opening is there");
        let from = if window.start <= last.end + NEAR {
            last.end
        } else {
            window.start
        };
        let to = body.floor_char_boundary(window.end.min(from + room));
        if to <= from {
            continue;
        }
        room -= to - from;
        if from == last.end {
            last.end = to;
        } else {
            parts.push(from..to);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reprint::text::{Span, words};

    use super::Shown;

    proptest! {
        /// Offsets equal those counted from the start of the text.
        #[test]
        fn positions_are_those_of_a_script(body in "[a é中😀\n]{0,900}", longest in 0_usize..4000) {
            let marks: Vec<_> = words(&body).map(|words| words.into_iter().map(|word| word.span).collect()).unwrap_or_default();
            let shown = Shown::new(&body, marks.iter().copied(), longest);
            let text: Vec<u16> = shown.text().encode_utf16().collect();
            prop_assert_eq!(shown.text().len() + shown.left_out(), body.len());
            let left_out: usize = shown.cuts().iter().map(|cut| cut.1).sum();
            prop_assert_eq!(left_out, shown.left_out());
            for mark in marks {
                let (from, to) = shown.place(mark);
                prop_assert!(from <= to && to as usize <= text.len());
                if shown.left_out() == 0 {
                    let here: Vec<u16> = body[mark.range()].encode_utf16().collect();
                    prop_assert_eq!(&text[from as usize..to as usize], &here[..]);
                }
            }
        }
    }

    #[test]
    fn a_long_text_is_cut_around_its_marks() {
        let body = format!("{}MARKED{}", "a".repeat(100_000), "b".repeat(100_000));
        let at = body.find("MARKED").expect("it is there") as u32;
        let mark = Span {
            start: at,
            end: at + 6,
        };
        let shown = Shown::new(&body, std::iter::once(mark), 8192);
        assert!(shown.text().contains("MARKED"));
        assert!(shown.text().len() <= 8192);
        assert_eq!(shown.cuts().len(), 2);
        let (from, to) = shown.place(mark);
        assert_eq!(&shown.text()[from as usize..to as usize], "MARKED");
    }
}
