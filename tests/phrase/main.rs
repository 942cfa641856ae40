//! Repeated phrasing in one article: stuffed articles score high, honest ones low, spans are exact.
//!
//! The texts are written or generated for these tests.

use reprint::phrase::{PhraseDetector, PhraseSettings, Phrasing};

mod honest;
mod laws;
mod stuffed;

fn detector() -> PhraseDetector {
    PhraseDetector::new(PhraseSettings::default()).unwrap()
}

fn analyze(text: &str) -> Phrasing {
    detector().analyze(text, None).unwrap()
}

/// The headline, then for every mention a paragraph that ends with two fillers.
fn stuffed(headline: &str, mentions: &[&str], filler: &[&str]) -> String {
    let paragraph = |(at, mention): (usize, &&str)| {
        let [first, second] = [2 * at, 2 * at + 1].map(|at| filler[at % filler.len()]);
        format!("{mention} {first} {second}")
    };
    let paragraphs: Vec<String> = mentions.iter().enumerate().map(paragraph).collect();
    format!("{headline}\n\n{}\n", paragraphs.join("\n\n"))
}

const FILLER: [&str; 16] = [
    "Shopkeepers on the quay took in their awnings early and talked of little else.",
    "A second survey, paid for by the guild of pilots, is due before the autumn tides.",
    "Nobody at the town hall would put a figure on the bill.",
    "Ferries ran to the usual timetable on Tuesday, though with fewer passengers.",
    "The old chart room has been opened to anyone who wants to read the files.",
    "Two engineers from the coast will arrive with pumps and a diving bell.",
    "Fishing crews say the channel has moved twice since their fathers' day.",
    "A petition with nine hundred names lies on the counter of the bakery.",
    "Schools will teach in the mornings only until the road is open again.",
    "Rain kept the crowd small, and the band went home before the speeches.",
    "Insurers have asked for photographs of every cellar below the market.",
    "An exhibition of drawings from the last flood closes at the end of June.",
    "The brewery has lent its lorries to families who need to store furniture.",
    "Swans have nested on the flooded bowling green and refuse to leave.",
    "Three bidders have shown interest in the contract, one of them from abroad.",
    "Older residents remember a winter when the whole square froze.",
];
