//! The shared passage that says most to a reader.
//!
//! In: passages of a comparison. Out: the passage whose words are together the rarest in the corpus.
//! A long run of common words weighs less than a shorter run of rare words.

use reprint::corpus::Statistics;
use reprint::relation::{Passage, PassageKind};

use super::clean;

/// The fewest words and columns of a telling passage. By hand: five words are a shingle, and in
/// scripts without spaces a column is half a character.
const WORDS: u32 = 5;
const COLUMNS: usize = 24;

/// Words by which a passage is weighed. By hand: a quotation shows fewer.
const WEIGHED: usize = 60;

/// The most telling passage, by its place in the first text. `None` if every passage is too short.
/// Without statistics the longest passage tells most. Equal weights keep the first.
pub(crate) fn most_telling(
    known: Option<&Statistics>,
    text: &str,
    passages: &[Passage],
) -> Option<Passage> {
    let is_long = |passage: &&Passage| {
        passage.kind != PassageKind::Noisy
            && passage.words >= WORDS
            && clean::width(&text[passage.a.range()]) >= COLUMNS
    };
    let weight = |passage: &Passage| match known {
        Some(known) => rareness(known, &text[passage.a.range()]),
        None => f64::from(passage.words),
    };
    let weighed = passages.iter().filter(is_long).rev();
    let weighed = weighed.map(|passage| (weight(passage), passage));
    let (_, passage) = weighed.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(*passage)
}

/// The sum of the words' inverse document frequencies, as logarithms.
fn rareness(known: &Statistics, text: &str) -> f64 {
    let articles = (known.articles() + 1) as f64;
    let words = reprint::text::words(text).unwrap_or_default();
    let words = words.iter().take(WEIGHED);
    let rareness = |word: &str| (articles / (known.articles_with(word) + 1) as f64).ln();
    words.map(|word| rareness(&text[word.span.range()])).sum()
}

#[cfg(test)]
mod tests {
    use reprint::corpus::Statistics;
    use reprint::relation::compare;

    use super::most_telling;

    #[test]
    fn rare_words_tell_more_than_many() {
        let common =
            "the council said on Monday that the work on the road would go on as it had been";
        let rare = "Wendle engineers measured seventeen cracked girders beneath Carrowmouth";
        let first = format!("{common} planned, Alder wrote. {rare} yesterday.");
        let second = format!("{rare} twice. Also, {common} agreed.");
        let mut known = Statistics::new();
        for _ in 0..50 {
            known.add(common).expect("short");
        }
        known.add(rare).expect("short");
        let passages = compare(&first, &second).expect("short").passages;
        let quoted = |known| {
            let passage = most_telling(known, &first, &passages).expect("long passages");
            &first[passage.a.range()]
        };
        assert_eq!(quoted(Some(&known)), rare);
        assert_eq!(quoted(None), common);
        // Three words tell nothing.
        assert_eq!(most_telling(None, "on this day", &passages[..0]), None);
    }
}
