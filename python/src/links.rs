//! Pairs to links, and links to groups, by workers.
//!
//! In: texts of one block as columns, and pairs or links of their places. Out: links as columns;
//! groups as lines of JSON, the records of the schema.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use reprint::group::Pair;
use reprint::relation::{Relation, RelationSummary, Side};
use reprint::report::{ArticleRecord, GroupRecord, Line, Lineage, LinkRecord, Record, StoryRecord};
use reprint::sketch::{Fingerprint, Sketch};
use reprint::verify::Overlap;
use reprint::{Article, ArticleId, BoxError, TextStore};

use crate::buffers::{Column, Strings};
use crate::errors::{bad_column, raised};
use crate::stages::Stages;
use crate::threads;

/// Columns of links: both ends (u32, a row of the articles), shingles of the first, the second and
/// both (u32), relation (u32, `NO_RELATION` where it is not told), derived end (u32: 0 none, 1 the
/// first, 2 the second), coverages (f32), facts (u32).
const COLUMNS: usize = 10;

const NO_RELATION: u32 = u32::MAX;

/// The relations by their numbers in columns, and whether each joins its texts and is no exact copy.
#[pyfunction]
pub(crate) fn relations() -> Vec<(&'static str, bool)> {
    let may_part = |relation: Relation| relation.is_recycled() && relation != Relation::Exact;
    Relation::ALL
        .map(|relation| (relation.id(), may_part(relation)))
        .to_vec()
}

fn row_of(link: &Pair) -> [u32; COLUMNS] {
    let (a, b) = (link.a.index() as u32, link.b.index() as u32);
    let Overlap {
        a: in_a,
        b: in_b,
        shared,
    } = link.overlap;
    let told = link.summary.map_or([NO_RELATION, 0, 0, 0, 0], |summary| {
        let number = Relation::ALL.iter().position(|&of| of == summary.relation);
        let derived = match summary.derived {
            None => 0,
            Some(Side::A) => 1,
            Some(Side::B) => 2,
        };
        let coverages = [summary.a_coverage, summary.b_coverage].map(f32::to_bits);
        let number = number.map_or(NO_RELATION, |number| number as u32);
        [number, derived, coverages[0], coverages[1], summary.facts]
    });
    let [relation, derived, a_coverage, b_coverage, facts] = told;
    [
        a, b, in_a, in_b, shared, relation, derived, a_coverage, b_coverage, facts,
    ]
}

fn link_of(row: [u32; COLUMNS], articles: usize) -> PyResult<Pair> {
    let [
        a,
        b,
        in_a,
        in_b,
        shared,
        relation,
        derived,
        a_coverage,
        b_coverage,
        facts,
    ] = row;
    let id = |end: u32| ArticleId::new(end as usize).filter(|id| id.index() < articles);
    let (Some(a), Some(b)) = (id(a), id(b)) else {
        return Err(bad_column(
            "a link names a row that is not among the articles",
        ));
    };
    let overlap = Overlap {
        a: in_a,
        b: in_b,
        shared,
    };
    let link = Pair::new(a, b, overlap);
    if relation == NO_RELATION {
        return Ok(link);
    }
    let relation = Relation::ALL.get(relation as usize);
    let relation = *relation.ok_or_else(|| bad_column("a link has an unknown relation"))?;
    let derived = [None, Some(Side::A), Some(Side::B)]
        .get(derived as usize)
        .copied()
        .flatten();
    let coverage = [a_coverage, b_coverage].map(f32::from_bits);
    Ok(link.with_summary(RelationSummary::from_parts(
        relation, derived, coverage, facts,
    )))
}

fn fingerprint_at(bytes: &[u8], row: usize) -> Option<Fingerprint> {
    let (rows, rest) = bytes.as_chunks::<16>();
    let row = rows.get(row).filter(|_| rest.is_empty())?;
    Some(Fingerprint(u128::from_be_bytes(*row)))
}

fn u32_at(bytes: &[u8], row: usize) -> Option<u32> {
    bytes
        .as_chunks::<4>()
        .0
        .get(row)
        .map(|&row| u32::from_le_bytes(row))
}

/// Texts that came along for some articles only.
struct SomeTexts<'a>(&'a Strings, &'a [bool]);

impl TextStore for SomeTexts<'_> {
    fn text(&self, id: ArticleId, _: &str) -> Result<Cow<'_, str>, BoxError> {
        if self.1.get(id.index()).copied().unwrap_or_default() {
            Ok(Cow::Borrowed(self.0.get(id.index())))
        } else {
            Err("the text was not sent along".into())
        }
    }
}

/// Key, date, publisher of an article.
type Named = (String, Option<i64>, Option<String>);

#[pymethods]
impl Stages {
    /// Verifies pairs of the texts of a block. `a` and `b` are rows of the texts (u32).
    #[allow(clippy::too_many_arguments, reason = "a column each")]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        fingerprints: &Bound<'py, PyAny>,
        tokens: &Bound<'py, PyAny>,
        offsets: &Bound<'py, PyAny>,
        width: usize,
        bytes: &Bound<'py, PyAny>,
        a: &Bound<'py, PyAny>,
        b: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let texts = Strings::of(offsets, width, bytes)?;
        let [fingerprints, tokens, a, b] = [fingerprints, tokens, a, b].map(Column::of);
        let (fingerprints, tokens, a, b) = (fingerprints?, tokens?, a?, b?);
        let links = py.detach(|| {
            let named = |row: usize| (row.to_string(), None, None);
            let names: Vec<Named> = (0..texts.len()).map(named).collect();
            let detector = self.with_articles(&names, &fingerprints, &tokens)?;
            let pairs = a.bytes().len().min(b.bytes().len()) / 4;
            let id = |of: &Column, row| {
                let end = u32_at(of.bytes(), row).map(|end| end as usize);
                let id = end
                    .filter(|&end| end < names.len())
                    .and_then(ArticleId::new);
                id.ok_or_else(|| bad_column("a pair names a row that is not among the texts"))
            };
            let pairs = (0..pairs).map(|row| Ok((id(&a, row)?, id(&b, row)?)));
            let pairs = pairs.collect::<PyResult<Vec<_>>>()?;
            let found = threads::run(|| detector.verify(&pairs, &texts)).map_err(raised)?;
            match found.unread.into_iter().next() {
                Some((_, error)) => Err(raised(error)),
                None => Ok(found.links),
            }
        })?;
        let mut columns: [Vec<u8>; COLUMNS] = Default::default();
        for link in &links {
            for (column, value) in columns.iter_mut().zip(row_of(link)) {
                column.extend(value.to_le_bytes());
            }
        }
        Ok(columns
            .iter()
            .map(|column| PyBytes::new(py, column))
            .collect())
    }

    /// The records that links make of articles: lines of JSON of the articles in groups, of the groups,
    /// and of links that stand in none. Siblings must be parted already. `has_text` says whose text
    /// came along; a group whose lowest similarity needs a text that did not is a `ReprintError`.
    #[allow(clippy::too_many_arguments, reason = "a column each")]
    fn group<'py>(
        &self,
        py: Python<'py>,
        names: Vec<Named>,
        fingerprints: &Bound<'py, PyAny>,
        tokens: &Bound<'py, PyAny>,
        offsets: &Bound<'py, PyAny>,
        width: usize,
        bytes: &Bound<'py, PyAny>,
        has_text: Vec<bool>,
        links: Vec<Bound<'py, PyAny>>,
    ) -> PyResult<[Vec<String>; 3]> {
        let texts = Strings::of(offsets, width, bytes)?;
        let (fingerprints, tokens) = (Column::of(fingerprints)?, Column::of(tokens)?);
        let links = links.iter().map(Column::of).collect::<PyResult<Vec<_>>>()?;
        let links: [Column; COLUMNS] = links
            .try_into()
            .map_err(|_| bad_column("links must have ten columns"))?;
        py.detach(|| {
            let detector = self.with_articles(&names, &fingerprints, &tokens)?;
            let rows = links.iter().map(|column| column.bytes().len() / 4).min();
            let row = |row| {
                let values = links
                    .each_ref()
                    .map(|of| u32_at(of.bytes(), row).unwrap_or_default());
                link_of(values, names.len())
            };
            let links = (0..rows.unwrap_or_default())
                .map(row)
                .collect::<PyResult<Vec<_>>>()?;
            let texts = SomeTexts(&texts, &has_text);
            let found =
                threads::run(|| detector.groups_of_parted(&links, &texts)).map_err(raised)?;
            let key = |id: ArticleId| detector.key(id).unwrap_or_default();
            let lineage = Lineage::new(&found, &key);
            let stories = StoryRecord::all(&detector, &found);
            let mut lines: [Vec<String>; 3] = Default::default();
            for (number, (group, story)) in found.groups.iter().zip(stories).enumerate() {
                let id = lineage.id(number);
                for member in &group.members {
                    let record = ArticleRecord::member(id, group, member, &key);
                    lines[0].push(line(&Record::Article(record)));
                }
                let mut record = GroupRecord::new(id, group, &key);
                record.story = Some(story);
                lines[1].push(line(&Record::Group(record)));
            }
            let between = found.between.iter().map(|pair| LinkRecord::new(pair, &key));
            lines[2].extend(between.map(|record| line(&Record::Link(record))));
            Ok(lines)
        })
    }
}

/// A record as a line. It holds nothing that JSON lacks.
fn line(record: &Record<'_>) -> String {
    serde_json::to_string(&Line::new(record)).unwrap_or_default()
}

impl Stages {
    /// A detector whose articles are known by fingerprint and number of tokens; ids are rows.
    fn with_articles(
        &self,
        names: &[Named],
        fingerprints: &Column,
        tokens: &Column,
    ) -> PyResult<reprint::Detector> {
        let mut detector = self.detector.clone();
        for (row, (key, date, source)) in names.iter().enumerate() {
            let fingerprint = fingerprint_at(fingerprints.bytes(), row);
            let (Some(fingerprint), Some(tokens)) = (fingerprint, u32_at(tokens.bytes(), row))
            else {
                return Err(bad_column(
                    "every article must have a fingerprint and tokens",
                ));
            };
            let article = Article {
                key,
                body: "",
                date: *date,
                source: source.as_deref(),
            };
            let sketch = Sketch::bare(fingerprint, tokens);
            detector
                .insert_sketched(&article, &sketch)
                .map_err(raised)?;
        }
        Ok(detector)
    }
}
