//! Paragraphs, sentences and blocks.
//!
//! In: a document. Out: which words make a [`Sentence`], which a [`Paragraph`], and
//! which neighbouring sentences make a block; whether each paragraph is prose.

use crate::document::Document;

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
const SENTENCE_WORDS: usize = 60;

/// A block is closed at the end of the sentence that brings it to so many words: about the length
/// of a newspaper paragraph, so that an article of one line has blocks as one in paragraphs has.
const BLOCK_WORDS: u32 = 60;

/// The longest heading: of 3,600 titles of articles measured, three have more words.
const HEADING_WORDS: usize = 25;

/// The shortest paragraph that is prose if it ends as a sentence does.
const PROSE_WORDS: usize = 9;

/// The shortest paragraph that is prose however it ends.
const LONG_PROSE_WORDS: usize = 25;

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
    pub(crate) fn cut(&mut self, document: &Document<'_>) {
        let Self {
            sentences,
            sentence_of,
            paragraphs,
        } = self;
        sentences.clear();
        sentence_of.clear();
        paragraphs.clear();
        let boundaries = document.boundaries();
        let mut sentence_start = 0;
        let mut paragraph_start = 0;
        while (sentence_start as usize) < boundaries.len() {
            // The words up to the end of the sentence, or as many as a sentence has at most.
            let rest = &boundaries[sentence_start as usize..];
            let longest = &rest[..rest.len().min(SENTENCE_WORDS)];
            let end = longest.iter().position(|boundary| boundary.ends_sentence());
            let at = sentence_start as usize + end.map_or(longest.len(), |last| last + 1);
            let after = at as u32;
            sentence_of.resize(at, sentences.len() as u32);
            sentences.push(Sentence {
                start: sentence_start,
                end: after,
                paragraph: paragraphs.len() as u32,
                block: 0,
                is_heading: false,
            });
            sentence_start = after;
            let last = boundaries[at - 1];
            if last.ends_paragraph() || at == boundaries.len() {
                let words = (after - paragraph_start) as usize;
                // What introduces a list or a quotation ends in a colon.
                let prose = words >= PROSE_WORDS && last.has_stop() || words >= LONG_PROSE_WORDS;
                paragraphs.push(Paragraph {
                    start: paragraph_start,
                    end: after,
                    terminated: last.has_stop(),
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
