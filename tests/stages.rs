//! The law of the stages: what many workers find, stage by stage, is what one detector finds.

mod common;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::Arc;

use common::{Random, words};
use proptest::prelude::*;
use reprint::corpus::{ENOUGH, Statistics};
use reprint::group::Pair;
use reprint::index::CandidateReport;
use reprint::relation::{Relation, RelationSummary, Side};
use reprint::report::{GroupRecord, LinkRecord};
use reprint::sketch::{Fingerprint, Sketch};
use reprint::stages::{
    BucketSizes, CrowdedBucket, SampleRules, are_siblings, choices, cut_buckets, may_be_sibling,
    pairs_of_bucket, part_siblings, parted, shared_hashes,
};
use reprint::{Article, ArticleId, Detector, ErrorKind, Groups, MemoryTexts, Mode};

/// An article of the corpus.
#[derive(Clone, Debug)]
struct Given {
    key: String,
    body: String,
    date: Option<i64>,
    source: Option<&'static str>,
}

impl Given {
    fn article(&self) -> Article<'_> {
        Article {
            key: &self.key,
            body: "",
            date: self.date,
            source: self.source,
        }
    }
}

/// What a worker notes of an article.
struct Row {
    given: Given,
    fingerprint: Fingerprint,
    tokens: u32,
    /// As one process keeps them.
    keys: Vec<u64>,
    sample: Vec<u32>,
}

/// A link as columns.
type LinkRow = (Fingerprint, Fingerprint, [u32; 3], Option<RelationRow>);
type RelationRow = (&'static str, Option<&'static str>, [f32; 2], u32);

/// Groups and links as records, and the counts of the search.
#[derive(Debug, PartialEq)]
struct Outcome {
    groups: Vec<GroupRecord<'static>>,
    between: Vec<LinkRecord<'static>>,
    links: usize,
    candidates: CandidateReport,
}

fn records(detector: &Detector, groups: &Groups, into: &mut Outcome) {
    // Keys outlive the detectors of the workers; a test may leak them.
    let key = |id| -> &'static str { detector.key(id).unwrap().to_owned().leak() };
    let group = |group| GroupRecord::new("", group, &key);
    into.groups.extend(groups.groups.iter().map(group));
    let between = groups.between.iter();
    into.between
        .extend(between.map(|pair| LinkRecord::new(pair, &key)));
    into.links += groups.link_count;
}

fn detector(mode: Mode) -> Detector {
    let builder = Detector::builder().mode(mode);
    builder.source_priority(["tribune"]).build().unwrap()
}

/// By one process.
fn by_one(mode: Mode, corpus: &[Given]) -> Outcome {
    let mut one = detector(mode);
    let mut texts = MemoryTexts::new();
    for given in corpus {
        let sketch = one.sketcher().sketch(&given.body).unwrap();
        let id = one.insert_sketched(&given.article(), &sketch).unwrap();
        texts.set(id, given.body.as_str());
    }
    if mode != Mode::jaccard() {
        one.learn(&texts);
    }
    let groups = one.groups(&texts).unwrap();
    let mut outcome = Outcome {
        groups: Vec::new(),
        between: Vec::new(),
        links: 0,
        candidates: groups.candidates,
    };
    records(&one, &groups, &mut outcome);
    outcome
}

/// By many workers. Nothing passes between stages but rows.
struct Fleet {
    mode: Mode,
    workers: usize,
    random: Random,
    /// In any order.
    rows: Vec<Row>,
    /// By fingerprint: the row of the first copy by key.
    texts: BTreeMap<Fingerprint, usize>,
    statistics: Option<Arc<Statistics>>,
    candidates: CandidateReport,
}

impl Fleet {
    fn sketch(mode: Mode, corpus: &[Given], workers: usize, seed: u64) -> Self {
        let mut random = Random(seed);
        let mut rows = Vec::new();
        for worker in 0..workers {
            let mine = detector(mode);
            for given in corpus.iter().skip(worker).step_by(workers) {
                let sketch = mine.sketcher().sketch(&given.body).unwrap();
                let keys = sketch.signature.as_ref().map(|signature| {
                    let keys = mine.banding().keys(signature.values());
                    keys.map(|key| key >> 32).collect()
                });
                rows.push(Row {
                    given: given.clone(),
                    fingerprint: sketch.fingerprint,
                    tokens: sketch.tokens,
                    keys: keys.unwrap_or_default(),
                    sample: sketch.sample.into(),
                });
            }
        }
        shuffle(&mut random, &mut rows);
        let mut texts: BTreeMap<Fingerprint, usize> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.tokens > 0) {
            let first = texts.entry(row.fingerprint).or_insert(at);
            if row.given.key < rows[*first].given.key {
                *first = at;
            }
        }
        Self {
            mode,
            workers,
            random,
            texts,
            rows,
            statistics: None,
            candidates: CandidateReport::default(),
        }
    }

    fn of_text(&self, fingerprint: Fingerprint) -> &Row {
        &self.rows[self.texts[&fingerprint]]
    }

    /// Each worker counts a share.
    fn count_words(&mut self) {
        let counted: Vec<usize> = self.texts.values().copied().take(ENOUGH).collect();
        let mut all = Statistics::new();
        for worker in 0..self.workers {
            let mut share = Statistics::new();
            for &at in counted.iter().skip(worker).step_by(self.workers) {
                share.add(&self.rows[at].given.body).unwrap();
            }
            all.merge(&share);
        }
        all.forget_rare();
        self.statistics = Some(Arc::new(all));
    }

    /// Pairs by bands. A key is on the worker that its value names.
    fn pairs_by_bands(&mut self) -> BTreeSet<(Fingerprint, Fingerprint)> {
        let mut sizes = BucketSizes::new();
        let mut buckets = Vec::new();
        for worker in 0..self.workers as u64 {
            let mut of_worker: HashMap<(usize, u64), Vec<Fingerprint>> = HashMap::new();
            for &fingerprint in self.texts.keys() {
                for (band, &key) in self.of_text(fingerprint).keys.iter().enumerate() {
                    if key % self.workers as u64 == worker {
                        of_worker.entry((band, key)).or_default().push(fingerprint);
                    }
                }
            }
            let mut of_sizes = BucketSizes::new();
            for ((band, _), members) in of_worker {
                of_sizes.add(members.len() as u64);
                buckets.push(CrowdedBucket { band, members });
            }
            sizes.merge(&of_sizes);
        }
        let detector = detector(self.mode);
        let pairs_up_to = |most: u64| -> BTreeSet<(Fingerprint, Fingerprint)> {
            let small = buckets
                .iter()
                .filter(|all| all.members.len() as u64 <= most);
            small
                .flat_map(|all| pairs_of_bucket(&all.members))
                .collect()
        };
        let rules = detector.band_rules(self.texts.len());
        let distinct = |most| Ok::<_, Infallible>(pairs_up_to(most).len() as u64);
        let cap = sizes.cap(rules, distinct).unwrap();
        let mut pairs = pairs_up_to(cap.unwrap_or(u64::MAX));
        let mut crowded: BTreeMap<Fingerprint, Vec<CrowdedBucket<Fingerprint>>> = BTreeMap::new();
        let mut members = BTreeSet::new();
        for bucket in buckets {
            if cap.is_some_and(|cap| bucket.members.len() as u64 > cap) {
                self.candidates.suspended_buckets += 1;
                members.extend(bucket.members.iter().copied());
                crowded.entry(bucket.members[0]).or_default().push(bucket);
            }
        }
        for of_first in crowded.values() {
            let key = |text, band: usize| self.of_text(text).keys[band];
            pairs.extend(cut_buckets(of_first, rules.bands, key));
        }
        self.candidates.suspended_articles = members.len();
        self.candidates.bucket_cap = cap.map(|cap| usize::try_from(cap).unwrap());
        pairs
    }

    /// Pairs by samples. A hash is on the worker that its value names, and so is a text.
    fn pairs_by_samples(&self) -> BTreeSet<(Fingerprint, Fingerprint)> {
        let weights = SampleRules::RULES.weights(self.texts.len());
        let mut rows: BTreeMap<Fingerprint, Vec<(Fingerprint, u32, u32)>> = BTreeMap::new();
        for worker in 0..self.workers as u32 {
            let mut entries: Vec<(u32, Fingerprint)> = self
                .texts
                .keys()
                .flat_map(|&text| {
                    self.of_text(text)
                        .sample
                        .iter()
                        .map(move |&hash| (hash, text))
                })
                .filter(|(hash, _)| hash % self.workers as u32 == worker)
                .collect();
            entries.sort_unstable();
            for row in shared_hashes(&entries, &weights) {
                let of_text = rows.entry(row.from).or_default();
                of_text.push((row.to, row.count, row.weight));
            }
        }
        let len_of = |text| self.of_text(text).sample.len();
        let mut pairs = BTreeSet::new();
        for (from, rows) in rows {
            for to in choices(rows, len_of(from), len_of) {
                pairs.insert((from.min(to), from.max(to)));
            }
        }
        pairs
    }

    /// Blocks of random pairs, each on a worker that has their texts alone, under other keys.
    fn verify(&mut self, pairs: &BTreeSet<(Fingerprint, Fingerprint)>) -> Vec<LinkRow> {
        let mut blocks: Vec<Vec<(Fingerprint, Fingerprint)>> = vec![Vec::new(); 3 * self.workers];
        for &(a, b) in pairs {
            let block = self.random.below(blocks.len());
            let is_turned = self.random.below(2) == 0;
            blocks[block].push(if is_turned { (b, a) } else { (a, b) });
        }
        let mut links = Vec::new();
        for mut block in blocks {
            shuffle(&mut self.random, &mut block);
            let mut worker = detector(self.mode);
            worker.set_statistics(self.statistics.clone());
            let mut texts = MemoryTexts::new();
            let mut ids: HashMap<Fingerprint, ArticleId> = HashMap::new();
            let mut id_of = |text| {
                *ids.entry(text).or_insert_with(|| {
                    let row = self.of_text(text);
                    let key = (!text.0).to_string();
                    let bare = Sketch::bare(row.fingerprint, row.tokens);
                    let id = worker
                        .insert_sketched(&Article::new(&key, ""), &bare)
                        .unwrap();
                    texts.set(id, row.given.body.as_str());
                    id
                })
            };
            let pairs: Vec<_> = block.iter().map(|&(a, b)| (id_of(a), id_of(b))).collect();
            let found = worker.verify(&pairs, &texts).unwrap();
            assert!(found.unread.is_empty());
            self.candidates.compared += found.compared;
            links.extend(found.links.into_iter().map(|link| {
                let [a, b] = [link.a, link.b].map(|id| worker.fingerprint(id).unwrap());
                assert!(a < b);
                let relation = link.summary.map(|summary| {
                    let coverage = [summary.a_coverage, summary.b_coverage];
                    let derived = summary.derived.map(Side::id);
                    (summary.relation.id(), derived, coverage, summary.facts)
                });
                let overlap = link.overlap;
                (a, b, [overlap.a, overlap.b, overlap.shared], relation)
            }));
        }
        shuffle(&mut self.random, &mut links);
        links
    }

    /// Links read back, with the place of a text in `self.texts` as its id.
    fn read_links(&self, rows: &[LinkRow]) -> Vec<Pair> {
        let places: HashMap<Fingerprint, ArticleId> = (0..)
            .zip(self.texts.keys())
            .map(|(place, &text)| (text, ArticleId::new(place).unwrap()))
            .collect();
        let link = |&(a, b, [in_a, in_b, shared], relation): &LinkRow| {
            let overlap = reprint::verify::Overlap {
                a: in_a,
                b: in_b,
                shared,
            };
            let link = Pair::new(places[&a], places[&b], overlap);
            match relation {
                None => link,
                Some((id, derived, coverage, facts)) => {
                    let relation = Relation::from_id(id).unwrap();
                    let derived = derived.and_then(Side::from_id);
                    link.with_summary(RelationSummary::from_parts(
                        relation, derived, coverage, facts,
                    ))
                }
            }
        };
        rows.iter().map(link).collect()
    }

    /// Groups by components, each on a worker; links between workers on another.
    fn group(&mut self, links: &[Pair]) -> Outcome {
        // 1. Label components of joining links, by the least text.
        let mut labels: Vec<usize> = (0..self.texts.len()).collect();
        loop {
            let mut has_changed = false;
            for link in links.iter().filter(|link| link.joins()) {
                let [a, b] = [link.a, link.b].map(ArticleId::index);
                let least = labels[a].min(labels[b]);
                has_changed |= labels[a] != least || labels[b] != least;
                labels[a] = least;
                labels[b] = least;
            }
            if !has_changed {
                break;
            }
        }
        // 2. Give each component to a worker.
        let worker_of: Vec<usize> = {
            let of_label: Vec<usize> = labels
                .iter()
                .map(|_| self.random.below(self.workers))
                .collect();
            labels.iter().map(|&label| of_label[label]).collect()
        };
        let mut outcome = Outcome {
            groups: Vec::new(),
            between: Vec::new(),
            links: 0,
            candidates: self.candidates,
        };
        let texts: Vec<Fingerprint> = self.texts.keys().copied().collect();
        for worker in 0..self.workers {
            let rows = self.rows.iter().filter(|row| {
                let place = texts.binary_search(&row.fingerprint);
                place.is_ok_and(|place| worker_of[place] == worker)
            });
            let here = |id: ArticleId| worker_of[id.index()] == worker;
            let mine = links.iter().filter(|link| here(link.a) && here(link.b));
            self.group_rows(rows, mine, &texts, &mut outcome);
        }
        // 3. Links between workers join nothing.
        let is_between = |link: &&Pair| worker_of[link.a.index()] != worker_of[link.b.index()];
        let between: Vec<Pair> = links.iter().filter(is_between).copied().collect();
        let ends: BTreeSet<ArticleId> = between.iter().flat_map(|link| [link.a, link.b]).collect();
        let rows = ends.iter().map(|id| self.of_text(texts[id.index()]));
        self.group_rows(rows, between.iter(), &texts, &mut outcome);
        // 4. Put the outcomes together in the order of keys.
        outcome.groups.sort_by(|a, b| a.members.cmp(&b.members));
        outcome
            .between
            .sort_by(|a, b| (&a.a, &a.b).cmp(&(&b.a, &b.b)));
        outcome
    }

    fn group_rows<'a>(
        &self,
        rows: impl Iterator<Item = &'a Row>,
        links: impl Iterator<Item = &'a Pair>,
        of_place: &[Fingerprint],
        into: &mut Outcome,
    ) {
        let mut worker = detector(self.mode);
        let mut texts = MemoryTexts::new();
        let mut ids: HashMap<Fingerprint, ArticleId> = HashMap::new();
        for row in rows {
            let bare = Sketch::bare(row.fingerprint, row.tokens);
            let id = worker.insert_sketched(&row.given.article(), &bare).unwrap();
            texts.set(id, row.given.body.as_str());
            ids.insert(row.fingerprint, id);
        }
        let id = |place: ArticleId| ids[&of_place[place.index()]];
        let links: Vec<Pair> = links
            .map(|link| {
                let mut here = *link;
                (here.a, here.b) = (id(link.a), id(link.b));
                here
            })
            .collect();
        let groups = worker.groups_of_parted(&links, &texts).unwrap();
        records(&worker, &groups, into);
    }
}

fn shuffle<T>(random: &mut Random, items: &mut [T]) {
    for at in (1..items.len()).rev() {
        items.swap(at, random.below(at + 1));
    }
}

/// Siblings by joins of links with template links, one link at a time.
fn part_one_by_one(links: &[Pair]) -> Vec<Pair> {
    let mut of_text: BTreeMap<ArticleId, Vec<(ArticleId, f64)>> = BTreeMap::new();
    for link in links.iter().filter(|link| link.is_template()) {
        of_text
            .entry(link.a)
            .or_default()
            .push((link.b, link.score()));
        of_text
            .entry(link.b)
            .or_default()
            .push((link.a, link.score()));
    }
    for list in of_text.values_mut() {
        list.sort_by_key(|(other, _)| *other);
    }
    let of = |id| of_text.get(&id).map_or(&[][..], Vec::as_slice);
    let part = |link: &Pair| {
        let is_parted = may_be_sibling(link) && are_siblings(link.score(), of(link.a), of(link.b));
        if is_parted { parted(*link) } else { *link }
    };
    links.iter().map(part).collect()
}

fn by_many(mode: Mode, corpus: &[Given], workers: usize, seed: u64) -> Outcome {
    let mut fleet = Fleet::sketch(mode, corpus, workers, seed);
    let mut pairs = fleet.pairs_by_bands();
    if mode != Mode::jaccard() {
        fleet.count_words();
        let sampled = fleet.pairs_by_samples();
        fleet.candidates.sampled_pairs = sampled.len();
        pairs.extend(sampled);
    }
    fleet.candidates.articles = fleet.texts.len();
    fleet.candidates.pairs = pairs.len();
    let rows = fleet.verify(&pairs);
    let mut links = fleet.read_links(&rows);
    let one_by_one = part_one_by_one(&links);
    part_siblings(&mut links);
    assert_eq!(links, one_by_one);
    fleet.group(&links)
}

/// A corpus of stories, each with copies, edits, excerpts and updates; notices of one form; and a
/// crowd of near-copies.
fn corpus(seed: u64, stories: usize, notices: usize, crowd: usize) -> Vec<Given> {
    let mut random = Random(seed);
    let mut bodies: Vec<String> = Vec::new();
    for _ in 0..stories {
        let len = 40 + random.below(160);
        let text = prose(&mut random, len);
        bodies.push(text.join(" "));
        for _ in 0..random.below(4) {
            let mut copy = text.clone();
            match random.below(5) {
                0 => copy[0] = copy[0].to_uppercase(),
                1 => copy.truncate(len / 2),
                2 => drop(copy.drain(len / 4..len / 2)),
                3 => copy.extend(prose(&mut random, len / 3)),
                _ => {
                    for _ in 0..=random.below(5) {
                        let at = random.below(len);
                        copy[at] = words(&mut random, 1).remove(0);
                    }
                }
            }
            bodies.push(copy.join(" "));
        }
    }
    // Notices with the facts of the same week differ in what follows the form; those of other weeks
    // are as near to either.
    let form = prose(&mut random, 90);
    let weeks: Vec<Vec<String>> = (0..4)
        .map(|_| {
            let mut of_week = form.clone();
            for at in (4..90).step_by(9) {
                of_week[at] = match at % 2 {
                    0 => (1000 + random.below(900_000)).to_string(),
                    _ => {
                        capitalised(&words(&mut random, 1)[0]) + ["stad", "ville"][random.below(2)]
                    }
                };
            }
            of_week
        })
        .collect();
    for _ in 0..notices {
        let mut notice = weeks[random.below(4)].clone();
        let len = random.below(3) * random.below(40);
        notice.extend(prose(&mut random, len));
        bodies.push(notice.join(" "));
    }
    let common = prose(&mut random, 120);
    for number in 0..crowd {
        let mut copy = common.clone();
        for _ in 0..random.below(3) {
            let at = random.below(120);
            copy[at] = format!("w{}", random.below(4 * crowd));
        }
        copy.push(format!("n{number}"));
        bodies.push(copy.join(" "));
    }
    bodies.push(String::new());
    bodies.push("...".to_owned());
    shuffle(&mut random, &mut bodies);
    let sources = [None, Some("tribune"), Some("post")];
    let given = |(number, body): (usize, String)| Given {
        key: format!("k{:05}", number * 7919 % 100_003),
        body,
        date: (random.below(3) > 0).then(|| 86_400 * i64::from(random.below(40) as u8)),
        source: sources[random.below(3)],
    };
    bodies.into_iter().enumerate().map(given).collect()
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Words with names and numbers among them.
fn prose(random: &mut Random, count: usize) -> Vec<String> {
    let mut prose = words(random, count);
    for word in &mut prose {
        match random.below(24) {
            0 => *word = (1 + random.below(9000)).to_string(),
            1 | 2 => *word = capitalised(word),
            3 => word.push('.'),
            _ => {}
        }
    }
    prose
}

fn holds(
    mode: Mode,
    corpus: &[Given],
    workers: usize,
    seed: u64,
) -> Result<Outcome, TestCaseError> {
    let expected = by_one(mode, corpus);
    let found = by_many(mode, corpus, workers, seed);
    prop_assert_eq!(&found, &expected);
    Ok(found)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn many_workers_find_what_one_finds(
        seed in any::<u64>(),
        stories in 1usize..24,
        notices in 0usize..30,
        crowd in 0usize..40,
        workers in 1usize..6,
    ) {
        let corpus = corpus(seed, stories, notices, crowd);
        holds(Mode::jaccard(), &corpus, workers, seed)?;
        holds(Mode::recycled(), &corpus, workers, seed)?;
    }
}

#[test]
fn a_crowd_is_cut_as_one_process_cuts_it() {
    let small = corpus(7, 12, 20, 260);
    let found = holds(Mode::recycled(), &small, 3, 1).unwrap();
    assert!(found.candidates.bucket_cap.is_some() && found.candidates.suspended_buckets > 0);
    let large = corpus(8, 4, 4, 1700);
    let found = holds(Mode::jaccard(), &large, 3, 2).unwrap();
    assert!(found.candidates.bucket_cap.is_some() && found.candidates.suspended_buckets > 0);
}

#[test]
fn groups_of_all_links_are_the_groups() {
    for mode in [Mode::jaccard(), Mode::recycled()] {
        let corpus = corpus(11, 60, 24, 10);
        let mut one = detector(mode);
        let mut bare = detector(mode);
        let mut texts = MemoryTexts::new();
        for given in &corpus {
            let sketch = one.sketcher().sketch(&given.body).unwrap();
            let id = one.insert_sketched(&given.article(), &sketch).unwrap();
            let of_text = Sketch::bare(sketch.fingerprint, sketch.tokens);
            assert_eq!(
                bare.insert_sketched(&given.article(), &of_text).unwrap(),
                id
            );
            texts.set(id, given.body.as_str());
        }
        one.learn(&texts);
        bare.set_statistics(one.statistics().cloned());
        let groups = one.groups(&texts).unwrap();
        assert!(groups.groups.len() > 5 && groups.candidates.pairs > 20);
        let candidates = one.candidates();
        let found = bare.verify(&candidates, &texts).unwrap();
        assert_eq!(found.compared, groups.candidates.compared);
        if mode != Mode::jaccard() {
            let mut links = found.links.clone();
            part_siblings(&mut links);
            let changed = links.iter().zip(&found.links).filter(|(a, b)| a != b);
            let mut relations: BTreeMap<&str, usize> = BTreeMap::new();
            for link in &found.links {
                *relations
                    .entry(link.summary.unwrap().relation.id())
                    .or_default() += 1;
            }
            assert!(changed.count() > 5, "{relations:?}");
            assert!(links.iter().filter(|link| link.joins()).count() > 20);
        }
        let mut again = bare.groups_of(&found.links, &texts).unwrap();
        again.candidates = groups.candidates;
        assert_eq!(format!("{again:?}"), format!("{groups:?}"));
        // A bare article is in no search of its own.
        assert!(bare.candidates().is_empty());
    }
}

#[test]
fn a_bare_article_is_found_once_a_copy_comes_with_its_signature() {
    let corpus = corpus(5, 6, 0, 0);
    let mut detector = detector(Mode::recycled());
    let mut texts = MemoryTexts::new();
    let mut bare = Vec::new();
    for given in &corpus {
        let sketch = detector.sketcher().sketch(&given.body).unwrap();
        let of_text = Sketch::bare(sketch.fingerprint, sketch.tokens);
        let id = detector
            .insert_sketched(&given.article(), &of_text)
            .unwrap();
        texts.set(id, given.body.as_str());
        bare.push(id);
    }
    for given in &corpus {
        let copy = Given {
            key: format!("z{}", given.key),
            ..given.clone()
        };
        let sketch = detector.sketcher().sketch(&given.body).unwrap();
        let id = detector.insert_sketched(&copy.article(), &sketch).unwrap();
        texts.set(id, given.body.as_str());
    }
    // What was bare is let go; the copies are what is left.
    let doubled = detector.candidates().len();
    for id in bare {
        assert!(detector.remove(id));
    }
    assert_eq!(detector.candidates().len(), doubled);
    let mut anew = self::detector(Mode::recycled());
    for given in &corpus {
        let sketch = anew.sketcher().sketch(&given.body).unwrap();
        anew.insert_sketched(&given.article(), &sketch).unwrap();
    }
    assert_eq!(anew.candidates().len(), doubled);
}

#[test]
fn an_unknown_article_is_named() {
    let detector = Detector::new();
    let ghost = ArticleId::new(7).unwrap();
    let error = detector
        .verify(&[(ghost, ghost)], &MemoryTexts::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownArticle);
    assert!(error.to_string().contains("id 7"));
}

#[test]
fn names_of_relations_are_those_of_records() {
    for relation in Relation::ALL {
        assert_eq!(Relation::from_id(relation.id()), Some(relation));
        let name = serde_json::to_value(relation).unwrap();
        assert_eq!(name, relation.id());
    }
    assert_eq!(Relation::from_id("copy"), None);
    assert_eq!(
        [Side::A, Side::B].map(|side| Side::from_id(side.id())),
        [Some(Side::A), Some(Side::B)]
    );
}
