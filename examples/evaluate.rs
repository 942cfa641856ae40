//! How well recycled articles are found, judged by labels.
//!
//! In: JSON Lines files of articles with the fields `id`, `text` and if they have any
//! `cluster`, `kind`, `date`; beside each `NAME.docs.jsonl` there may be a `NAME.pairs.jsonl` with
//! the fields `a`, `b`, `label` and perhaps `recycled` (1 or 0). Out: for clusters the adjusted Rand
//! index, precision and recall of the pairs in one group, candidates and their recall; for pairs
//! the relations found by label.
//!
//! ```text
//! cargo run --release --example evaluate -- articles.docs.jsonl other.docs.jsonl
//! ```
//!
//! An article without a cluster is left out of the figures. Of candidates, each article counts its
//! partners.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use reprint::relation::Relation;
use reprint::{Article, ArticleId, Detector, Groups, MemoryTexts, Mode};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    if paths.is_empty() {
        return Err("usage: evaluate FILE.jsonl...".into());
    }
    for path in paths {
        println!("== {path}");
        let corpus = Corpus::read(&path)?;
        let groups = corpus.groups()?;
        corpus.judge_clusters(&groups);
        let pairs = path.replace(".docs.", ".pairs.");
        if pairs != path && File::open(&pairs).is_ok() {
            corpus.judge_pairs(&lines(&pairs)?, &groups)?;
        }
    }
    Ok(())
}

fn lines(path: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let file = File::open(path).map_err(|error| format!("{path}: {error}"))?;
    let parse = |line: std::io::Result<String>| Ok(serde_json::from_str(&line?)?);
    BufReader::new(file).lines().map(parse).collect()
}

struct Corpus {
    articles: Vec<Value>,
    ids: Vec<ArticleId>,
    numbers: HashMap<String, usize>,
    texts: MemoryTexts,
    detector: Detector,
}

impl Corpus {
    fn read(path: &str) -> Result<Self, Box<dyn Error>> {
        let articles = lines(path)?;
        let mut detector = Detector::builder().mode(Mode::recycled()).build()?;
        let mut texts = MemoryTexts::new();
        let (mut ids, mut numbers) = (Vec::new(), HashMap::new());
        for (number, article) in articles.iter().enumerate() {
            let (key, text) = (field(article, "id"), field(article, "text"));
            let id = detector.insert(&Article::new(key, text))?;
            texts.set(id, text);
            ids.push(id);
            numbers.insert(key.to_owned(), number);
        }
        detector.learn(&texts);
        Ok(Self {
            articles,
            ids,
            numbers,
            texts,
            detector,
        })
    }

    fn groups(&self) -> Result<Groups, Box<dyn Error>> {
        let start = Instant::now();
        let groups = self.detector.groups(&self.texts)?;
        let articles = self.articles.len();
        let relations = groups.groups.iter().flat_map(|group| &group.links);
        let mut counts: BTreeMap<Relation, usize> = BTreeMap::new();
        for pair in relations.chain(&groups.between) {
            if let Some(summary) = pair.summary {
                *counts.entry(summary.relation).or_default() += 1;
            }
        }
        println!(
            "{articles} articles, {} groups in {:.1} s; {:.1} candidates an article",
            groups.groups.len(),
            start.elapsed().as_secs_f64(),
            2.0 * groups.candidates.pairs as f64 / articles.max(1) as f64,
        );
        let counts: Vec<_> = counts
            .iter()
            .map(|(relation, count)| format!("{} {count}", relation.name()))
            .collect();
        println!("links: {}", counts.join(", "));
        Ok(groups)
    }

    /// The labelled articles with their cluster numbers.
    fn labelled(&self) -> Vec<(usize, usize)> {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut labelled = Vec::new();
        for (at, article) in self.articles.iter().enumerate() {
            let name = field(article, "cluster");
            if !name.is_empty() {
                let next = numbers.len();
                labelled.push((at, *numbers.entry(name).or_insert(next)));
            }
        }
        labelled
    }

    fn judge_clusters(&self, groups: &Groups) {
        let labelled = self.labelled();
        if labelled.is_empty() {
            return;
        }
        let group = |&(at, _): &(usize, usize)| match groups.group_of(self.ids[at]) {
            Some(group) => group,
            None => groups.groups.len() + at,
        };
        let clusters: Vec<usize> = labelled.iter().map(|&(_, cluster)| cluster).collect();
        let found: Vec<usize> = labelled.iter().map(group).collect();
        let both = pairs_within(clusters.iter().zip(&found));
        let (gold, grouped) = (pairs_within(&clusters), pairs_within(&found));
        let all = clusters.len() as f64 * (clusters.len() as f64 - 1.0) / 2.0;
        let by_chance = gold * grouped / all;
        let rand = (both - by_chance) / (f64::midpoint(gold, grouped) - by_chance);
        let (precision, recall) = (both / grouped, both / gold);
        println!(
            "clusters: ARI {rand:.4}, pairs P {precision:.4} R {recall:.4} F1 {:.4}",
            f1(precision, recall)
        );
        println!(
            "candidate recall {:.4} (exact copies count as one)",
            self.candidate_recall(&labelled)
        );
        self.judge_kinds(&labelled, &found);
    }

    /// The share of pairs within clusters that are compared, counting exact copies once.
    fn candidate_recall(&self, labelled: &[(usize, usize)]) -> f64 {
        let mut texts: Vec<(usize, reprint::sketch::Fingerprint)> = Vec::new();
        for &(at, cluster) in labelled {
            let sketch = self
                .detector
                .sketcher()
                .sketch(field(&self.articles[at], "text"));
            texts.extend(sketch.map(|sketch| (cluster, sketch.fingerprint)));
        }
        texts.sort_unstable();
        texts.dedup();
        let gold = pairs_within(texts.iter().map(|(cluster, _)| cluster));
        let clusters: HashMap<usize, usize> = labelled.iter().copied().collect();
        let cluster = |id: ArticleId| {
            let at = self.numbers[self.detector.key(id)?];
            clusters.get(&at)
        };
        let candidates = self.detector.candidates();
        let is_right =
            |&&(a, b): &&(ArticleId, ArticleId)| cluster(a).is_some() && cluster(a) == cluster(b);
        candidates.iter().filter(is_right).count() as f64 / gold
    }

    /// By kind, articles grouped with another cluster, and articles apart from their whole cluster.
    fn judge_kinds(&self, labelled: &[(usize, usize)], found: &[usize]) {
        let mut clusters_of: HashMap<usize, BTreeMap<usize, usize>> = HashMap::new();
        let mut sizes: HashMap<usize, usize> = HashMap::new();
        for (&(_, cluster), &group) in labelled.iter().zip(found) {
            let clusters = clusters_of.entry(group).or_default();
            *clusters.entry(cluster).or_default() += 1;
            *sizes.entry(cluster).or_default() += 1;
        }
        let mut kinds: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        for ((at, cluster), group) in labelled.iter().zip(found) {
            let with = &clusters_of[group];
            let kind = field(&self.articles[*at], "kind");
            let [all, mixed, lost] = kinds.entry(kind).or_default();
            *all += 1;
            *mixed += usize::from(with.len() > 1);
            *lost += usize::from(sizes[cluster] > 1 && with[cluster] == 1);
        }
        for (kind, [all, mixed, lost]) in kinds {
            let kind = if kind.is_empty() { "all" } else { kind };
            println!("  {kind}: {all} articles, {mixed} grouped with others, {lost} lost");
        }
    }

    fn judge_pairs(&self, pairs: &[Value], groups: &Groups) -> Result<(), Box<dyn Error>> {
        let mut table: BTreeMap<(String, &str), usize> = BTreeMap::new();
        let mut judged: Vec<(f64, bool, bool)> = Vec::new();
        for pair in pairs {
            let [a, b] = ["a", "b"].map(|side| self.numbers[field(pair, side)]);
            let text = |number: usize| field(&self.articles[number], "text");
            let found = self.detector.compare(text(a), text(b))?;
            let label = [&pair["label"], &pair["variant"]]
                .iter()
                .filter(|label| !label.is_null())
                .map(|label| label.to_string().replace('"', ""))
                .collect::<Vec<_>>()
                .join(" ");
            let relation = found.summary.relation;
            *table.entry((label, relation.name())).or_default() += 1;
            if let Some(recycled) = pair["recycled"].as_u64() {
                let group = groups.group_of(self.ids[a]);
                let together = group.is_some() && group == groups.group_of(self.ids[b]);
                let penalty = if relation.is_recycled() { 0.0 } else { 1.0 };
                let score = found.summary.coverage() - penalty;
                judged.push((score, together, recycled == 1));
            }
        }
        for ((label, relation), count) in table {
            println!("  {label}: {relation} {count}");
        }
        if !judged.is_empty() {
            let gold = judged.iter().filter(|judged| judged.2).count() as f64;
            let grouped = judged.iter().filter(|judged| judged.1).count() as f64;
            let right = judged.iter().filter(|judged| judged.1 && judged.2).count() as f64;
            let (precision, recall) = (right / grouped.max(1.0), right / gold.max(1.0));
            judged.sort_by(|a, b| b.0.total_cmp(&a.0));
            let needed = (0.9 * gold).ceil() as usize;
            let at = judged
                .iter()
                .scan(0, |right, judged| {
                    *right += usize::from(judged.2);
                    Some(*right)
                })
                .position(|right| right >= needed);
            println!(
                "pairs in one group: P {precision:.4} R {recall:.4} F1 {:.4}; precision at recall .9 \
                 by score {:.4}",
                f1(precision, recall),
                at.map_or(0.0, |at| needed as f64 / (at + 1) as f64),
            );
        }
        Ok(())
    }
}

fn field<'a>(article: &'a Value, name: &str) -> &'a str {
    article[name].as_str().unwrap_or_default()
}

/// How many pairs have equal items.
fn pairs_within<T: std::hash::Hash + Eq>(items: impl IntoIterator<Item = T>) -> f64 {
    let mut counts: HashMap<T, u64> = HashMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts.values().map(|&n| (n * (n - 1) / 2) as f64).sum()
}

fn f1(precision: f64, recall: f64) -> f64 {
    2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE)
}
