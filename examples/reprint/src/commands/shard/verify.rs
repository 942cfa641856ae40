//! `reprint shard verify`: pairs to links.
//!
//! In: the pairs whose lower position is in the part's block. Out: those with enough in common, after a
//! comparison of both texts.

use std::collections::HashMap;
use std::sync::Arc;

use parquet::data_type::{ByteArray, FloatType, Int32Type};
use reprint::corpus::Statistics;
use reprint::group::Pair;
use reprint::relation::{Relation, RelationSummary, Side};
use reprint::sketch::Sketch;
use reprint::verify::Overlap;
use reprint::{Article, ArticleId, Detector};

use super::catalogue::{Catalogue, PartTexts};
use super::pairs;
use super::table::{Column, ROWS, TableReader, TableWriter, damaged};
use super::work::{Table, Work};
use crate::commands::failed;
use crate::failure::Failure;
use crate::output::atomic;

const COLUMNS: &str = "required int32 a; required int32 b; required int32 in_a; \
    required int32 in_b; required int32 shared; optional binary relation (UTF8); \
    optional binary derived (UTF8); optional float a_coverage; optional float b_coverage; \
    optional int32 facts;";

/// Notes of a part: different pairs, those by samples among them, and pairs compared in full.
pub(super) const PAIRS: &str = "pairs";
pub(super) const SAMPLED: &str = "sampled_pairs";
pub(super) const COMPARED: &str = "compared";

/// Writes the table of a part.
pub(super) fn part(work: &Work, catalogue: &Catalogue, part: usize) -> Result<(), Failure> {
    // 1. Put the pairs of the block together.
    let block = pairs::block(catalogue.texts(), part, work.recipe.parts);
    let mut wanted = Vec::new();
    for other in 0..work.recipe.parts {
        pairs::read(&work.table(Table::Candidates, other)?, &block, &mut wanted)?;
    }
    wanted.sort_unstable();
    wanted.dedup();
    let sampled = wanted.len();
    let bands = TableReader::open(&work.bands(), &work.id)?;
    let bands = bands.ok_or_else(|| work.missing(&work.bands(), Table::Candidates, 0))?;
    pairs::read(&bands, &block, &mut wanted)?;
    wanted.sort_unstable();
    wanted.dedup();
    // 2. Give their texts to a detector, in the order of storage.
    let mut detector = work.detector()?;
    set_statistics(work, &mut detector)?;
    let ends = wanted.iter().flat_map(|&pair| {
        let (a, b) = pairs::unpacked(pair);
        [a, b].map(|position| (catalogue.first_rows[position as usize], position))
    });
    let mut texts: Vec<(u32, u32)> = ends.collect();
    texts.sort_unstable();
    texts.dedup();
    let rows: Vec<u32> = texts.iter().map(|&(row, _)| row).collect();
    let needed = catalogue.needed(&rows)?;
    let mut ids = HashMap::with_capacity(texts.len());
    for (&(_, position), text) in texts.iter().zip(&needed) {
        let sketch = Sketch::bare(text.fingerprint, text.tokens);
        let key = position.to_string();
        let id = detector.insert_sketched(&Article::new(&key, ""), &sketch);
        ids.insert(position, id.map_err(failed)?);
    }
    let places = needed.into_iter().map(|text| text.place).collect();
    let store = PartTexts::open(work, places)?;
    // 3. Compare, and write the links.
    let pairs: Vec<(ArticleId, ArticleId)> = wanted
        .iter()
        .map(|&pair| {
            let (a, b) = pairs::unpacked(pair);
            (ids[&a], ids[&b])
        })
        .collect();
    let found = detector.verify(&pairs, &store).map_err(failed)?;
    if let Some((_, error)) = found.unread.first() {
        return Err(Failure::Failed(error.to_string()));
    }
    let mut table = TableWriter::create(&work.path(Table::Verify, part), COLUMNS, &work.id)?;
    let position = |id: ArticleId| texts[id.index()].1;
    for links in found.links.chunks(ROWS) {
        table.write(columns(links, position))?;
    }
    let notes = [
        (PAIRS, pairs.len().to_string()),
        (SAMPLED, sampled.to_string()),
        (COMPARED, found.compared.to_string()),
    ];
    atomic::put_in_place(vec![table.finish(&notes)?])
}

/// Gives a detector the statistics that `candidates` has counted.
pub(super) fn set_statistics(work: &Work, detector: &mut Detector) -> Result<(), Failure> {
    if !work.is_recycled() {
        return Ok(());
    }
    let path = work.statistics();
    let bytes = std::fs::read(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => work.missing(&path, Table::Candidates, 0),
        _ => damaged(&path, &error),
    })?;
    if !bytes.is_empty() {
        let statistics = Statistics::from_bytes(&bytes);
        let statistics = statistics.map_err(|error| damaged(&path, &error))?;
        detector.set_statistics(Some(Arc::new(statistics)));
    }
    Ok(())
}

fn columns(links: &[Pair], position: impl Fn(ArticleId) -> u32) -> Vec<Column> {
    let int = |value: fn(&Pair) -> u32| {
        Column::Int(links.iter().map(|link| value(link).cast_signed()).collect())
    };
    let end = |id: fn(&Pair) -> ArticleId| {
        Column::Int(
            links
                .iter()
                .map(|link| position(id(link)).cast_signed())
                .collect(),
        )
    };
    let name = |value: fn(&RelationSummary) -> Option<&'static str>| {
        let name = |link: &Pair| Some(ByteArray::from(value(link.summary.as_ref()?)?));
        Column::MaybeBytes(links.iter().map(name).collect())
    };
    let coverage = |value: fn(&RelationSummary) -> f32| {
        let coverage = |link: &Pair| link.summary.as_ref().map(value);
        Column::MaybeFloat(links.iter().map(coverage).collect())
    };
    let facts = |link: &Pair| link.summary.map(|summary| summary.facts.cast_signed());
    vec![
        end(|link| link.a),
        end(|link| link.b),
        int(|link| link.overlap.a),
        int(|link| link.overlap.b),
        int(|link| link.overlap.shared),
        name(|summary| Some(summary.relation.id())),
        name(|summary| summary.derived.map(Side::id)),
        coverage(|summary| summary.a_coverage),
        coverage(|summary| summary.b_coverage),
        Column::MaybeInt(links.iter().map(facts).collect()),
    ]
}

/// Reads the links of a part. Positions serve as ids.
pub(super) fn read(table: &TableReader, into: &mut Vec<Pair>) -> Result<(), Failure> {
    for group in 0..table.groups() {
        let ints = |column| table.ints(group, column);
        let [a, b, in_a, in_b, shared] = [ints(0)?, ints(1)?, ints(2)?, ints(3)?, ints(4)?];
        let (relations, derived) = (table.maybe_texts(group, 5)?, table.maybe_texts(group, 6)?);
        let a_coverage = table.optional::<FloatType>(group, 7)?;
        let b_coverage = table.optional::<FloatType>(group, 8)?;
        let facts = table.optional::<Int32Type>(group, 9)?;
        for at in 0..a.len() {
            let overlap = Overlap {
                a: in_a[at].cast_unsigned(),
                b: in_b[at].cast_unsigned(),
                shared: shared[at].cast_unsigned(),
            };
            let ends = [a[at], b[at]].map(|end| ArticleId::new(end.cast_unsigned() as usize));
            let [Some(a), Some(b)] = ends else {
                return Err(table.damaged("a link leads nowhere"));
            };
            let mut link = Pair::new(a, b, overlap);
            if let Some(relation) = &relations[at] {
                let relation = Relation::from_id(relation);
                let relation = relation.ok_or_else(|| table.damaged("a relation is unknown"))?;
                let derived = derived[at].as_deref().and_then(Side::from_id);
                let coverage = [a_coverage[at], b_coverage[at]].map(Option::unwrap_or_default);
                let facts = facts[at].unwrap_or_default().cast_unsigned();
                let summary = RelationSummary::from_parts(relation, derived, coverage, facts);
                link = link.with_summary(summary);
            }
            into.push(link);
        }
    }
    Ok(())
}
