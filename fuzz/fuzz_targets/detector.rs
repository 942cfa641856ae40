//! In: texts, parted by NULs. Law: the groups are the same whether articles come in a batch or one by
//! one, and in which order.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use reprint::{Article, Detector, MemoryTexts, Mode};

/// More articles take long and find no more.
const MOST: usize = 12;

type Keys = BTreeSet<BTreeSet<String>>;

fn groups(articles: &[(String, &str)], mode: Mode, is_batch: bool) -> Keys {
    let mut detector = Detector::builder().mode(mode).build().expect("valid");
    let mut texts = MemoryTexts::new();
    let articles: Vec<Article<'_>> = articles
        .iter()
        .map(|(key, text)| Article::new(key, text))
        .collect();
    let ids = if is_batch {
        detector.extend(&articles)
    } else {
        articles.iter().map(|article| detector.insert(article)).collect()
    };
    for (id, article) in ids.into_iter().zip(&articles) {
        texts.set(id.expect("keys differ"), article.body);
    }
    let found = detector.groups(&texts).expect("all texts are there");
    let key = |id| detector.key(id).expect("it was inserted").to_owned();
    found
        .groups
        .iter()
        .map(|group| group.members.iter().map(|member| key(member.id)).collect())
        .collect()
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let mut articles: Vec<(String, &str)> = text
        .split('\0')
        .take(MOST)
        .enumerate()
        .map(|(number, text)| (format!("k{number}"), text))
        .collect();
    let jaccard = Mode::Jaccard {
        threshold: 0.8,
        recall: 0.95,
    };
    for mode in [jaccard, Mode::recycled()] {
        let batch = groups(&articles, mode, true);
        assert_eq!(groups(&articles, mode, false), batch);
        articles.reverse();
        assert_eq!(groups(&articles, mode, true), batch);
    }
});
