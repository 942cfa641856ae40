//! Paragraphs, sentences and blocks.
//!
//! In: a text and its words. Out: which words make a [`Sentence`], which a [`Paragraph`], and
//! which neighbouring sentences make a block; whether each paragraph is prose.

use crate::text::Token;

/// A sentence, or a part of one that is too long. Never empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentence {
    /// First word.
    pub(crate) start: u32,
    /// One past the last word.
    pub(crate) end: u32,
    /// Number of its paragraph.
    pub(crate) paragraph: u32,
    /// Number of its block.
    pub(crate) block: u32,
    /// Whether it stands in a heading.
    pub(crate) is_heading: bool,
}

/// A line, or several lines of one wrapped paragraph. Never empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paragraph {
    /// First word.
    pub(crate) start: u32,
    /// One past the last word.
    pub(crate) end: u32,
    /// Whether it ends as a sentence does.
    pub(crate) terminated: bool,
    /// Whether it reads as prose, and not as verse, a list, a heading or a row of a table.
    pub(crate) prose: bool,
}

impl Paragraph {
    pub(crate) fn words(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it stands as a heading does.
    pub(crate) fn is_heading(&self) -> bool {
        !self.terminated && self.words() <= HEADING_WORDS
    }
}

/// A sentence is cut after so many words, so that text without punctuation has sentences too.
const SENTENCE_WORDS: u32 = 60;

/// A block is closed at the end of the sentence that brings it to so many words: about the length
/// of a newspaper paragraph, so that an article of one line has blocks as one in paragraphs has.
const BLOCK_WORDS: u32 = 60;

/// The longest heading: of 3,600 titles of articles measured, three have more words.
const HEADING_WORDS: usize = 25;

/// A line so long that the next one, if it starts in lower case, goes on with its sentence: text
/// wrapped by hand is 60 to 80 columns wide; nine in ten lines of the verse measured have at most
/// 53 bytes, and most start in upper case.
const WRAPPED_BYTES: usize = 50;

/// The shortest paragraph that is prose if it ends as a sentence does.
const PROSE_WORDS: usize = 9;

/// The shortest paragraph that is prose however it ends.
const LONG_PROSE_WORDS: usize = 25;

/// Words whose full stop does not end a sentence.
const ABBREVIATIONS: [&str; 14] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "gen", "sen", "rep", "gov", "vs", "no", "jr", "lt",
];

/// What stands between two words.
#[derive(Clone, Copy, Default)]
struct Separator {
    line_end: bool,
    stop: bool,
}

impl Separator {
    fn of(gap: &str) -> Self {
        if !gap.is_ascii() {
            return Self::of_any(gap);
        }
        let mut found = Self::default();
        let mut bytes = gap.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\n' | b'\r' => found.line_end = true,
                // Not in "U.S.-led" or "example.com"; quotes and brackets may follow.
                b'.' | b'!' | b'?' => {
                    found.stop |= bytes
                        .peek()
                        .is_none_or(|next| !next.is_ascii_alphanumeric());
                }
                _ => {}
            }
        }
        found
    }

    fn of_any(gap: &str) -> Self {
        let mut found = Self::default();
        let mut chars = gap.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                    found.line_end = true;
                }
                '.' | '!' | '?' | '…' => {
                    found.stop |= chars.peek().is_none_or(|&next| !next.is_alphanumeric());
                }
                '。' | '！' | '？' | '｡' | '।' | '॥' | '۔' | '؟' | '።' | '፧' => {
                    found.stop = true;
                }
                _ => {}
            }
        }
        found
    }
}

/// An article cut into sentences and paragraphs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    /// In the order of the text.
    pub(crate) sentences: Vec<Sentence>,
    /// In the order of the text.
    pub(crate) paragraphs: Vec<Paragraph>,
    /// For each word the number of its sentence.
    pub(crate) sentence_of: Vec<u32>,
}

impl Segments {
    /// Cuts an article; what was cut before is forgotten.
    pub(crate) fn cut(&mut self, text: &str, words: &[Token]) {
        let Self {
            sentences,
            sentence_of,
            paragraphs,
        } = self;
        sentences.clear();
        sentence_of.clear();
        paragraphs.clear();
        let mut sentence_start = 0;
        let mut paragraph_start = 0;
        let mut line_start = 0;
        let mut at = 0;
        while at < words.len() {
            // Nearly every gap is one space, or nothing.
            let longest = sentence_start as usize + SENTENCE_WORDS as usize;
            at += spaces(text, &words[at..longest.min(words.len())]);
            let word = &words[at];
            let next = words.get(at + 1);
            let gap_end = next.map_or(text.len(), |next| next.span.start as usize);
            at += 1;
            let after = at as u32;
            let gap = Separator::of(&text[word.span.end as usize..gap_end]);
            let goes_on = |next: &Token| text[next.span.range()].starts_with(char::is_lowercase);
            let wrapped = gap.line_end
                && !gap.stop
                && word.span.end as usize - line_start >= WRAPPED_BYTES
                && next.is_some_and(goes_on);
            let ends_paragraph = next.is_none() || gap.line_end && !wrapped;
            let ends_sentence = ends_paragraph
                || after - sentence_start >= SENTENCE_WORDS
                || gap.stop
                    && !next.is_some_and(goes_on)
                    && !is_abbreviation(&text[word.span.range()]);
            if ends_sentence {
                sentence_of.resize(at, sentences.len() as u32);
                sentences.push(Sentence {
                    start: sentence_start,
                    end: after,
                    paragraph: paragraphs.len() as u32,
                    block: 0,
                    is_heading: false,
                });
                sentence_start = after;
            }
            if gap.line_end {
                line_start = gap_end;
            }
            if ends_paragraph {
                let words = (after - paragraph_start) as usize;
                // What introduces a list or a quotation ends in a colon.
                let prose = words >= PROSE_WORDS && gap.stop || words >= LONG_PROSE_WORDS;
                paragraphs.push(Paragraph {
                    start: paragraph_start,
                    end: after,
                    terminated: gap.stop,
                    prose,
                });
                paragraph_start = after;
            }
        }
        number_blocks(sentences);
        for sentence in sentences {
            sentence.is_heading = paragraphs[sentence.paragraph as usize].is_heading();
        }
    }

    /// The sentence that holds a word.
    pub(super) fn sentence(&self, word: u32) -> &Sentence {
        &self.sentences[self.sentence_of[word as usize] as usize]
    }

    /// The first line that looks like a headline.
    ///
    /// A page may put a word or two above it ("Hot Posts"), so the first few lines are looked at.
    pub(super) fn headline(&self) -> Option<Paragraph> {
        const LINES: usize = 3;
        const FEWEST_WORDS: usize = 3;
        self.paragraphs
            .iter()
            .take(LINES)
            .take_while(|line| line.is_heading())
            .find(|line| line.words() >= FEWEST_WORDS)
            .copied()
            .filter(|_| self.paragraphs.len() > 1)
    }
}

/// How many words of the first ones are followed by another, with one space between or, in scripts
/// without spaces, nothing.
#[inline]
fn spaces(text: &str, words: &[Token]) -> usize {
    let text = text.as_bytes();
    let is_space = |pair: &&[Token]| {
        let (end, start) = (pair[0].span.end, pair[1].span.start);
        start == end || start == end + 1 && text[end as usize] == b' '
    };
    words.windows(2).take_while(is_space).count()
}

fn number_blocks(sentences: &mut [Sentence]) {
    let mut block = 0;
    let mut words = 0;
    for sentence in sentences {
        sentence.block = block;
        words += sentence.end - sentence.start;
        if words >= BLOCK_WORDS {
            block += 1;
            words = 0;
        }
    }
}

fn is_abbreviation(word: &str) -> bool {
    let mut chars = word.chars();
    let initial = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    initial
        || word.len() <= 4
            && ABBREVIATIONS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(word))
}
