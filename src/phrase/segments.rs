//! Paragraphs, sentences and blocks.
//!
//! In: a document. Out: [`Segments`]: sentences, paragraphs, and blocks of neighbouring sentences.
//! A paragraph is prose or not.

use crate::document::Document;
use crate::kit::ids::{IndexVec, Number, ParagraphNumber, SentenceNumber};

/// A sentence, or a part of an overlong sentence. Never empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentence {
    /// First word.
    pub(crate) start: u32,
    /// One past the last word.
    pub(crate) end: u32,
    pub(crate) paragraph: ParagraphNumber,
    /// The number of the block.
    pub(crate) block: u32,
    /// Whether the sentence stands in a heading.
    pub(crate) is_heading: bool,
}

/// A line, or the lines of a wrapped paragraph. Never empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paragraph {
    /// First word.
    pub(crate) start: u32,
    /// One past the last word.
    pub(crate) end: u32,
    /// Whether a full stop ends the paragraph.
    pub(crate) terminated: bool,
    /// Whether the paragraph reads as prose. Verse, lists, headings and rows of tables do not.
    pub(crate) prose: bool,
}

impl Paragraph {
    pub(crate) fn words(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the paragraph is short and ends without a full stop.
    pub(crate) fn is_heading(&self) -> bool {
        !self.terminated && self.words() <= HEADING_WORDS
    }
}

/// The most words of a sentence, so that text without punctuation has sentences too. Chosen by
/// hand: hardly any sentence of news is longer.
const SENTENCE_WORDS: usize = 60;

/// Words that close a block at the end of a sentence: about the length of a newspaper paragraph. An
/// article of one line therefore has blocks as well.
const BLOCK_WORDS: u32 = 60;

/// Words of the longest heading: of 3,600 titles of articles, three have more words.
const HEADING_WORDS: usize = 25;

/// Words of the shortest paragraph of prose with a full stop at the end. Chosen by hand: captions
/// and list items are shorter.
const PROSE_WORDS: usize = 9;

/// Words of the shortest paragraph of prose without a full stop: the longest heading has 25 words.
const LONG_PROSE_WORDS: usize = 25;

/// An article cut into sentences and paragraphs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    /// In the order of the text.
    pub(crate) sentences: IndexVec<SentenceNumber, Sentence>,
    /// In the order of the text.
    pub(crate) paragraphs: IndexVec<ParagraphNumber, Paragraph>,
    /// The sentence, by word.
    pub(crate) sentence_of: Vec<SentenceNumber>,
}

impl Segments {
    /// Cuts an article, in time linear in its words. The segments of the previous article are
    /// forgotten.
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
            // The words up to the end of the sentence, at most [`SENTENCE_WORDS`].
            let rest = &boundaries[sentence_start as usize..];
            let longest = &rest[..rest.len().min(SENTENCE_WORDS)];
            let end = longest.iter().position(|boundary| boundary.ends_sentence());
            let at = sentence_start as usize + end.map_or(longest.len(), |last| last + 1);
            let after = at as u32;
            sentence_of.resize(at, SentenceNumber::new(sentences.len()));
            sentences.push(Sentence {
                start: sentence_start,
                end: after,
                paragraph: ParagraphNumber::new(paragraphs.len()),
                block: 0,
                is_heading: false,
            });
            sentence_start = after;
            let last = boundaries[at - 1];
            if last.ends_paragraph() || at == boundaries.len() {
                let words = (after - paragraph_start) as usize;
                // A paragraph that introduces a list or a quotation ends in a colon.
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
        for sentence in sentences.iter_mut() {
            sentence.is_heading = paragraphs[sentence.paragraph].is_heading();
        }
    }

    /// The sentence that holds a word.
    pub(super) fn sentence(&self, word: u32) -> &Sentence {
        &self.sentences[self.sentence_of[word as usize]]
    }

    /// The line that looks like a headline.
    ///
    /// The search covers the top three lines: a page may put a word or two above its headline ("Hot
    /// Posts").
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
