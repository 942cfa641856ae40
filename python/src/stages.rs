//! The stages of a search that many machines share, one call a block of work.
//!
//! In: columns as buffers, and *blobs*: entries packed by another call. Out: columns and blobs.
//!
//! A text is known by its *place*: a number of 64 bits in the order of fingerprints, whose lowest
//! [`LEN_BITS`] bits tell how many hashes its sample has. An engine joins places. It moves blobs as
//! they are, a few large rows in place of millions.
//!
//! | entry | bytes | made by | read by |
//! |---|---|---|---|
//! | a text in a bucket | 16: key and band (u32), place | `scatter_bands` | `buckets` |
//! | a text that holds a hash | 12: hash (u32), place | `scatter_samples` | `shared` |
//! | what a text shares with another | 24: both places, count and weight (u32) | `shared` | `choices` |

use std::collections::{HashMap, HashSet};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use reprint::corpus::Statistics;
use reprint::stages::{
    self, BucketSizes, CrowdedBucket, SampleRules, are_siblings, cut_buckets, pairs_of_bucket,
};

use crate::buffers::{Column, Strings};
use crate::errors::{bad_column, raised};
use crate::settings::{builder, to_json};

/// Bits of a place that count the hashes of the text's sample. A sample has up to 4,096.
const LEN_BITS: u32 = 13;

/// A text's place.
type Place = u64;

/// The hashes in the sample of the text at a place.
fn sample_len(place: Place) -> usize {
    (place & ((1 << LEN_BITS) - 1)) as usize
}

/// The part of a hash, of so many. A part has the hashes of one range.
fn part_of(hash: u32, parts: u32) -> usize {
    ((u64::from(hash) * u64::from(parts)) >> 32) as usize
}

/// The part of a place, of so many.
fn part_of_place(place: Place, parts: u32) -> usize {
    // Consecutive places are those of similar fingerprints only: spread them by a product.
    part_of(
        (place >> LEN_BITS).wrapping_mul(0x9E37_79B9_7F4A_7C15) as u32,
        parts,
    )
}

type Bytes<'py> = Bound<'py, PyBytes>;

fn to_bytes<'py>(py: Python<'py>, parts: &[Vec<u8>]) -> Vec<Bytes<'py>> {
    parts.iter().map(|part| PyBytes::new(py, part)).collect()
}

fn columns(of: &[Bound<'_, PyAny>]) -> PyResult<Vec<Column>> {
    of.iter().map(Column::of).collect()
}

/// The entries of blobs, of `N` bytes each.
fn entries<const N: usize>(blobs: &[Column]) -> PyResult<Vec<&[u8; N]>> {
    let mut all = Vec::with_capacity(blobs.iter().map(|blob| blob.bytes().len() / N).sum());
    for blob in blobs {
        let (entries, rest) = blob.bytes().as_chunks::<N>();
        if !rest.is_empty() {
            return Err(bad_column(&format!(
                "a blob must have entries of {N} bytes"
            )));
        }
        all.extend(entries);
    }
    Ok(all)
}

fn u32_at(entry: &[u8], at: usize) -> u32 {
    let bytes = entry[at..at + 4].as_chunks().0;
    u32::from_le_bytes(bytes[0])
}

fn place_at(entry: &[u8], at: usize) -> Place {
    let bytes = entry[at..at + 8].as_chunks().0;
    Place::from_le_bytes(bytes[0])
}

/// A column of 8 bytes a row.
fn places(column: &Column) -> PyResult<Vec<Place>> {
    let (rows, rest) = column.bytes().as_chunks::<8>();
    if !rest.is_empty() {
        return Err(bad_column("a column of places must have eight bytes a row"));
    }
    Ok(rows.iter().map(|&row| Place::from_le_bytes(row)).collect())
}

/// A column of 4 bytes a row.
fn u32s(column: &Column) -> PyResult<Vec<u32>> {
    let (rows, rest) = column.bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return Err(bad_column("a column of 32 bits must have four bytes a row"));
    }
    Ok(rows.iter().map(|&row| u32::from_le_bytes(row)).collect())
}

/// Offsets of a list column, which must ascend up to `end`.
fn offsets(column: &Column, end: usize) -> PyResult<Vec<usize>> {
    let offsets: Vec<usize> = u32s(column)?.into_iter().map(|at| at as usize).collect();
    if offsets.is_empty() || !offsets.is_sorted() || offsets.last().is_some_and(|&at| at > end) {
        return Err(bad_column(
            "the offsets of a list column must ascend within its values",
        ));
    }
    Ok(offsets)
}

fn pair_columns<'py>(py: Python<'py>, pairs: &[(Place, Place)]) -> (Bytes<'py>, Bytes<'py>) {
    let side = |of: fn(&(Place, Place)) -> Place| -> Vec<u8> {
        pairs
            .iter()
            .flat_map(|pair| of(pair).to_le_bytes())
            .collect()
    };
    (
        PyBytes::new(py, &side(|pair| pair.0)),
        PyBytes::new(py, &side(|pair| pair.1)),
    )
}

/// Packs the texts of bands. `bands` has `of_text` keys a text; one process keeps their upper 32 bits.
#[pyfunction]
pub(crate) fn scatter_bands<'py>(
    py: Python<'py>,
    places_of: &Bound<'py, PyAny>,
    bands: &Bound<'py, PyAny>,
    of_text: usize,
    parts: u32,
) -> PyResult<Vec<Bytes<'py>>> {
    let (texts, keys) = (Column::of(places_of)?, Column::of(bands)?);
    let (texts, keys) = (places(&texts)?, places(&keys)?);
    if keys.len() != texts.len() * of_text {
        return Err(bad_column("every text must have a key in each band"));
    }
    let packed = py.detach(|| {
        let mut packed = vec![Vec::new(); parts as usize];
        for (&place, keys) in texts.iter().zip(keys.chunks(of_text.max(1))) {
            for (band, key) in (0u32..).zip(keys) {
                let key = (key >> 32) as u32;
                let part: &mut Vec<u8> = &mut packed[part_of(key, parts)];
                part.extend(key.to_le_bytes());
                part.extend(band.to_le_bytes());
                part.extend(place.to_le_bytes());
            }
        }
        packed
    });
    Ok(to_bytes(py, &packed))
}

/// The buckets of a part with two texts or more: bands (u32), offsets (u32) and members (places).
#[pyfunction]
pub(crate) fn buckets<'py>(
    py: Python<'py>,
    blobs: Vec<Bound<'py, PyAny>>,
) -> PyResult<Vec<Bytes<'py>>> {
    let blobs = columns(&blobs)?;
    let entries = entries::<16>(&blobs)?;
    let found = py.detach(|| {
        let entry = |entry: &&[u8; 16]| (u32_at(*entry, 4), u32_at(*entry, 0), place_at(*entry, 8));
        let mut entries: Vec<(u32, u32, Place)> = entries.iter().map(entry).collect();
        entries.sort_unstable();
        entries.dedup();
        let mut found = [Vec::new(), 0u32.to_le_bytes().to_vec(), Vec::new()];
        for bucket in entries.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            if bucket.len() > 1 {
                found[0].extend(bucket[0].0.to_le_bytes());
                found[2].extend(bucket.iter().flat_map(|(.., place)| place.to_le_bytes()));
                let end = (found[2].len() / 8) as u32;
                found[1].extend(end.to_le_bytes());
            }
        }
        found
    });
    Ok(to_bytes(py, &found))
}

/// Every pair of buckets, as two columns. A pair of several buckets comes once.
#[pyfunction]
pub(crate) fn bucket_pairs<'py>(
    py: Python<'py>,
    ends: &Bound<'py, PyAny>,
    members: &Bound<'py, PyAny>,
) -> PyResult<(Bytes<'py>, Bytes<'py>)> {
    let (ends, members) = (Column::of(ends)?, Column::of(members)?);
    let members = places(&members)?;
    let ends = offsets(&ends, members.len())?;
    let pairs = py.detach(|| {
        let buckets = ends.windows(2).map(|ends| &members[ends[0]..ends[1]]);
        let mut pairs: Vec<(Place, Place)> = buckets.flat_map(pairs_of_bucket).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    });
    Ok(pair_columns(py, &pairs))
}

/// The pairs kept of crowded buckets that begin with the same text. `keys` has the band keys, `bands`
/// a member, of `of_keys`, the members of all buckets in ascending order.
#[pyfunction]
pub(crate) fn cut<'py>(
    py: Python<'py>,
    bands_of: &Bound<'py, PyAny>,
    ends: &Bound<'py, PyAny>,
    members: &Bound<'py, PyAny>,
    of_keys: &Bound<'py, PyAny>,
    keys: &Bound<'py, PyAny>,
    bands: usize,
) -> PyResult<(Bytes<'py>, Bytes<'py>)> {
    let [bands_of, ends, members, of_keys, keys] =
        [bands_of, ends, members, of_keys, keys].map(Column::of);
    let (bands_of, members) = (u32s(&bands_of?)?, places(&members?)?);
    let (of_keys, keys) = (places(&of_keys?)?, places(&keys?)?);
    let ends = offsets(&ends?, members.len())?;
    let is_known = |member: &Place| of_keys.binary_search(member).is_ok();
    if ends.len() != bands_of.len() + 1
        || keys.len() != of_keys.len() * bands
        || !of_keys.is_sorted()
        || !members.iter().all(is_known)
        || bands_of.iter().any(|&band| band as usize >= bands)
    {
        return Err(bad_column(
            "every member of a crowded bucket must have its band keys",
        ));
    }
    let pairs = py.detach(|| {
        let members = ends
            .windows(2)
            .map(|ends| members[ends[0]..ends[1]].to_vec());
        let bucket = |(&band, members)| CrowdedBucket {
            band: band as usize,
            members,
        };
        let buckets: Vec<CrowdedBucket<Place>> = bands_of.iter().zip(members).map(bucket).collect();
        cut_buckets(&buckets, bands, |member, band| {
            // Every member was found above.
            let row = of_keys.binary_search(&member).unwrap_or_default();
            keys[row * bands + band] >> 32
        })
    });
    Ok(pair_columns(py, &pairs))
}

/// Packs the texts that hold sampled hashes. `ends` are the offsets of the samples.
#[pyfunction]
pub(crate) fn scatter_samples<'py>(
    py: Python<'py>,
    places_of: &Bound<'py, PyAny>,
    ends: &Bound<'py, PyAny>,
    samples: &Bound<'py, PyAny>,
    parts: u32,
) -> PyResult<Vec<Bytes<'py>>> {
    let [texts, ends, samples] = [places_of, ends, samples].map(Column::of);
    let (texts, samples) = (places(&texts?)?, u32s(&samples?)?);
    let ends = offsets(&ends?, samples.len())?;
    if ends.len() != texts.len() + 1 {
        return Err(bad_column("every text must have a sample"));
    }
    let packed = py.detach(|| {
        let mut packed = vec![Vec::new(); parts as usize];
        for (place, ends) in texts.iter().zip(ends.windows(2)) {
            for &hash in &samples[ends[0]..ends[1]] {
                let part: &mut Vec<u8> = &mut packed[part_of(hash, parts)];
                part.extend(hash.to_le_bytes());
                part.extend(place.to_le_bytes());
            }
        }
        packed
    });
    Ok(to_bytes(py, &packed))
}

/// Entries of which rows are made at a time. Chosen by hand: 12 MB; a common hash may take it beyond.
const ENTRIES_AT_A_TIME: usize = 1 << 20;

/// What texts share, from all entries of a part of the hashes. `texts` is the number of all texts. Packed
/// by the text that may choose, in `parts` parts.
#[pyfunction]
pub(crate) fn shared<'py>(
    py: Python<'py>,
    blobs: Vec<Bound<'py, PyAny>>,
    texts: usize,
    parts: u32,
) -> PyResult<Vec<Bytes<'py>>> {
    let blobs = columns(&blobs)?;
    let entries = entries::<12>(&blobs)?;
    let packed = py.detach(|| {
        let entry = |entry: &&[u8; 12]| (u32_at(*entry, 0), place_at(*entry, 4));
        let mut entries: Vec<(u32, Place)> = entries.iter().map(entry).collect();
        entries.sort_unstable();
        entries.dedup();
        let weights = SampleRules::RULES.weights(texts);
        let mut packed = vec![Vec::new(); parts as usize];
        let mut rest = &*entries;
        while !rest.is_empty() {
            // All holders of a hash stay together.
            let last = rest[rest.len().min(ENTRIES_AT_A_TIME) - 1].0;
            let (now, later) = rest.split_at(rest.partition_point(|&(hash, _)| hash <= last));
            for row in stages::shared_hashes(now, &weights) {
                let part: &mut Vec<u8> = &mut packed[part_of_place(row.from, parts)];
                part.extend(row.from.to_le_bytes());
                part.extend(row.to.to_le_bytes());
                part.extend(row.count.to_le_bytes());
                part.extend(row.weight.to_le_bytes());
            }
            rest = later;
        }
        packed
    });
    Ok(to_bytes(py, &packed))
}

/// The pairs chosen by the texts of a part, from all rows of what they share.
#[pyfunction]
pub(crate) fn choices<'py>(
    py: Python<'py>,
    blobs: Vec<Bound<'py, PyAny>>,
) -> PyResult<(Bytes<'py>, Bytes<'py>)> {
    let blobs = columns(&blobs)?;
    let entries = entries::<24>(&blobs)?;
    let pairs = py.detach(|| {
        let row = |entry: &&[u8; 24]| {
            let (from, to) = (place_at(*entry, 0), place_at(*entry, 8));
            (from, to, u32_at(*entry, 16), u32_at(*entry, 20))
        };
        let mut rows: Vec<(Place, Place, u32, u32)> = entries.iter().map(row).collect();
        rows.sort_unstable();
        let mut pairs = Vec::new();
        for of_text in rows.chunk_by(|a, b| a.0 == b.0) {
            let from = of_text[0].0;
            let rows = of_text
                .iter()
                .map(|&(_, to, count, weight)| (to, count, weight));
            let chosen = stages::choices(rows, sample_len(from), sample_len);
            pairs.extend(chosen.into_iter().map(|to| (from.min(to), from.max(to))));
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    });
    Ok(pair_columns(py, &pairs))
}

/// The block of each pair, from 0 on. A block ends before its different texts have more than
/// `most_tokens` tokens together. Pairs that share texts should follow each other.
#[pyfunction]
pub(crate) fn blocks<'py>(
    py: Python<'py>,
    a: &Bound<'py, PyAny>,
    b: &Bound<'py, PyAny>,
    a_tokens: &Bound<'py, PyAny>,
    b_tokens: &Bound<'py, PyAny>,
    most_tokens: u64,
) -> PyResult<Bytes<'py>> {
    let [a, b, a_tokens, b_tokens] = [a, b, a_tokens, b_tokens].map(Column::of);
    let (a, b, a_tokens, b_tokens) = (
        places(&a?)?,
        places(&b?)?,
        u32s(&a_tokens?)?,
        u32s(&b_tokens?)?,
    );
    if [b.len(), a_tokens.len(), b_tokens.len()] != [a.len(); 3] {
        return Err(bad_column(
            "the columns of pairs must have the same number of rows",
        ));
    }
    let numbers: Vec<u8> = py.detach(|| {
        let (mut block, mut tokens) = (0u32, 0u64);
        let mut held = HashSet::new();
        let mut numbers = Vec::with_capacity(4 * a.len());
        for row in 0..a.len() {
            let ends = [(a[row], a_tokens[row]), (b[row], b_tokens[row])];
            let new = ends.iter().filter(|(place, _)| !held.contains(place));
            let added: u64 = new.map(|&(_, tokens)| u64::from(tokens)).sum();
            if tokens + added > most_tokens && tokens > 0 {
                block += 1;
                tokens = 0;
                held.clear();
            }
            for (place, of_text) in ends {
                if held.insert(place) {
                    tokens += u64::from(of_text);
                }
            }
            numbers.extend(block.to_le_bytes());
        }
        numbers
    });
    Ok(PyBytes::new(py, &numbers))
}

/// Whether each link is one of siblings. `near` (f64) are the scores of the links; of either end, the
/// template links: offsets, other ends in ascending order, and scores (f64).
#[pyfunction]
pub(crate) fn siblings<'py>(
    py: Python<'py>,
    near: &Bound<'py, PyAny>,
    of_a: [Bound<'py, PyAny>; 3],
    of_b: [Bound<'py, PyAny>; 3],
) -> PyResult<Vec<bool>> {
    let scores = |column: Column| -> PyResult<Vec<f64>> {
        Ok(places(&column)?.into_iter().map(f64::from_bits).collect())
    };
    let near = scores(Column::of(near)?)?;
    let neighbours = |of: &[Bound<'py, PyAny>; 3]| {
        let [ends, others, of_others] = of;
        let others = places(&Column::of(others)?)?;
        let of_others = scores(Column::of(of_others)?)?;
        let ends = offsets(&Column::of(ends)?, others.len())?;
        if ends.len() != near.len() + 1 || others.len() != of_others.len() {
            return Err(bad_column(
                "every link must have the template links of both ends",
            ));
        }
        let all: Vec<(Place, f64)> = others.into_iter().zip(of_others).collect();
        Ok((ends, all))
    };
    let (a, b) = (neighbours(&of_a)?, neighbours(&of_b)?);
    Ok(py.detach(|| {
        let list = |(ends, all): &(Vec<usize>, Vec<(Place, f64)>), row: usize| {
            let mut list = all[ends[row]..ends[row + 1]].to_vec();
            list.sort_unstable_by_key(|&(other, _)| other);
            list
        };
        let is_parted = |(row, &near)| are_siblings(near, &list(&a, row), &list(&b, row));
        near.iter().enumerate().map(is_parted).collect()
    }))
}

/// The least number that is joined to `at`.
fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

/// The component of each text in a link: texts, and for each the least text of its component.
#[pyfunction]
pub(crate) fn components<'py>(
    py: Python<'py>,
    a: &Bound<'py, PyAny>,
    b: &Bound<'py, PyAny>,
) -> PyResult<(Bytes<'py>, Bytes<'py>)> {
    let (a, b) = (places(&Column::of(a)?)?, places(&Column::of(b)?)?);
    let labelled = py.detach(|| {
        let mut texts: Vec<Place> = a.iter().chain(&b).copied().collect();
        texts.sort_unstable();
        texts.dedup();
        let number: HashMap<Place, usize> = texts.iter().copied().zip(0..).collect();
        let mut parents: Vec<usize> = (0..texts.len()).collect();
        for (a, b) in a.iter().zip(&b) {
            let ends = [a, b].map(|end| root(&mut parents, number[end]));
            // The least text is the root.
            parents[ends[0].max(ends[1])] = ends[0].min(ends[1]);
        }
        let label = |at| (texts[at], texts[root(&mut parents, at)]);
        (0..texts.len()).map(label).collect::<Vec<_>>()
    });
    Ok(pair_columns(py, &labelled))
}

/// The settings that stages share, and the statistics of the corpus.
#[pyclass(frozen, module = "reprint._reprint")]
pub(crate) struct Stages {
    pub(crate) detector: reprint::Detector,
}

#[pymethods]
impl Stages {
    #[new]
    fn new(settings: &str, statistics: Option<&[u8]>) -> PyResult<Self> {
        let detector = builder(settings, statistics)?.build().map_err(raised)?;
        Ok(Self { detector })
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (String, Option<Vec<u8>>)) {
        let detector = &slf.get().detector;
        let statistics = detector.statistics().map(|known| known.to_bytes());
        (
            slf.get_type().into_any(),
            (to_json(detector.settings()), statistics),
        )
    }

    /// The number of band keys of a text.
    #[getter]
    fn bands(&self) -> usize {
        self.detector.banding().bands()
    }

    /// The most texts in a bucket that gives every pair, from how many buckets there are of each size.
    /// Out: `(True, cap)`; or `(False, up_to)` where the different pairs of the buckets with up to so
    /// many texts must be counted first, and given in `counted`.
    fn cap(
        &self,
        sizes: Vec<(u64, u64)>,
        texts: usize,
        counted: HashMap<u64, u64>,
    ) -> (bool, Option<u64>) {
        let mut of_all = BucketSizes::new();
        for (members, buckets) in sizes {
            of_all.add_many(members, buckets);
        }
        let distinct = |up_to| counted.get(&up_to).copied().ok_or(up_to);
        match of_all.cap(self.detector.band_rules(texts), distinct) {
            Ok(cap) => (true, cap),
            Err(up_to) => (false, Some(up_to)),
        }
    }
}

/// The statistics of texts, as bytes.
#[pyfunction]
pub(crate) fn count<'py>(
    py: Python<'py>,
    offsets: &Bound<'py, PyAny>,
    width: usize,
    bytes: &Bound<'py, PyAny>,
) -> PyResult<Bytes<'py>> {
    let texts = Strings::of(offsets, width, bytes)?;
    let counted = py.detach(|| {
        let mut statistics = Statistics::new();
        for row in 0..texts.len() {
            statistics.add(texts.get(row))?;
        }
        statistics.forget_rare();
        Ok(statistics.to_bytes())
    });
    Ok(PyBytes::new(py, &counted.map_err(raised)?))
}
