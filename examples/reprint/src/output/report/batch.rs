//! Batches: records of a few entries, packed into two blocks.
//!
//! In: entries. Out: a [`Batch`] with a block for the index, and a block for texts, comparisons and
//! phrases. Each text is read once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io;

use reprint::ArticleId;
use reprint::group::{Member, Tie};
use reprint::phrase::Phrasing;
use reprint::relation::{Comparison, RelationSummary, Side};
use reprint::report::{ArticleRecord, Line, LinkRecord, Record};
use reprint::text::Span;

use super::contents::{Contents, Entry};
use super::records::{
    FamilyRecord, LeftOut, Made, MatchEntry, PageRecord, PhrasingRecord, ReferenceEntry,
    ShownArticle, TemplateEntry, TextRecord, TopPhrase, UseEntry, uid,
};
use super::text::Shown;
use super::{Report, block, comparison};
use crate::corpus::{Corpus, is_flagged};
use crate::output::json;

/// Copies compared with the kept article of a group. By hand: larger groups are rare, and the page's
/// script aligns further copies when a reader asks.
const COMPARED: usize = 200;

/// Pairs listed for a group, and uses listed for a template. By hand: longer lists are not read.
const LINKS: usize = 2000;
/// Most uses listed of a template. Chosen by hand.
const USES: usize = 1000;

/// Characters of a lead: about two lines of a list.
const LEAD: usize = 140;

/// A batch's blocks, packed.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) index: String,
    pub(super) texts: String,
    pub(super) left_out: LeftOut,
}

impl Batch {
    /// Makes the records of `entries`. `with_texts` is false when the page is full.
    pub(super) fn new(
        contents: &Contents<'_>,
        entries: &[Entry],
        with_texts: bool,
    ) -> io::Result<Self> {
        let mut writer = BatchWriter {
            contents,
            with_texts,
            index: Vec::new(),
            texts: Vec::new(),
            left_out: LeftOut::default(),
        };
        for entry in entries {
            writer.entry(entry)?;
        }
        Ok(Self {
            index: block::packed(&writer.index),
            texts: block::packed(&writer.texts),
            left_out: writer.left_out,
        })
    }
}

/// An article, read again.
struct Read<'a> {
    id: ArticleId,
    is_reference: bool,
    uid: String,
    title: Option<String>,
    lang: Option<String>,
    body: Option<Cow<'a, str>>,
}

impl Read<'_> {
    /// The body, or an empty text if the article could not be read.
    fn body(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }
}

/// The lines of a batch in the making.
struct BatchWriter<'a> {
    contents: &'a Contents<'a>,
    with_texts: bool,
    index: Vec<u8>,
    texts: Vec<u8>,
    left_out: LeftOut,
}

impl<'a> BatchWriter<'a> {
    fn report(&self) -> &'a Report<'a> {
        self.contents.report
    }

    fn entry(&mut self, entry: &'a Entry) -> io::Result<()> {
        match entry {
            Entry::Group(number) => self.group(*number),
            Entry::Reference(of, articles) => self.reference(*of, articles),
            Entry::Flagged(id) => {
                let corpus = self.report().found.corpus;
                let record = ArticleRecord::alone(corpus.key(*id));
                let read = vec![Self::read(corpus, *id, false)];
                self.article(&read[0], record, Made::default())?;
                self.texts(&read, &[])
            }
            Entry::Pair(ids) => self.pair(*ids),
            Entry::Template(number) => self.template(*number),
        }
    }

    fn group(&mut self, number: usize) -> io::Result<()> {
        let found = self.report().found;
        let corpus = found.corpus;
        let group = &found.groups.groups[number];
        let keys = |id| corpus.key(id);
        let mut record = found.group(number);
        let id = found.lineage.id(number);
        // Lists don't show links; the kept article's comparisons stand beside the texts.
        record.links.clear();
        json::line(&mut self.index, &Line::new(&Record::Group(record)))?;
        let others = group
            .members
            .iter()
            .filter(|member| member.id != group.kept);
        // The kept article comes first: copies are compared with the kept article.
        let ids: Vec<ArticleId> = std::iter::once(group.kept)
            .chain(others.map(|member| member.id))
            .collect();
        let read: Vec<Read<'_>> = ids
            .iter()
            .map(|&id| Self::read(corpus, id, false))
            .collect();
        let members: HashMap<ArticleId, &Member> = group
            .members
            .iter()
            .map(|member| (member.id, member))
            .collect();
        for read in &read {
            let member = members[&read.id];
            let made = match member.tie {
                Tie::Direct(pair) => made(pair.summary),
                _ => Made::default(),
            };
            let record = ArticleRecord::member(id, group, member, &keys);
            self.article(read, record, made)?;
        }
        let compared: Vec<(usize, usize)> = (1..read.len().min(1 + COMPARED))
            .map(|other| (0, other))
            .collect();
        self.texts(&read, &compared)?;
        let within: HashSet<ArticleId> = ids.iter().copied().collect();
        let mut links: Vec<usize> = ids
            .iter()
            .filter_map(|id| self.contents.between.get(id))
            .flatten()
            .copied()
            .collect();
        links.sort_unstable();
        links.dedup();
        for number in links.into_iter().take(LINKS) {
            let pair = &found.groups.between[number];
            if within.contains(&pair.a) != within.contains(&pair.b) {
                let record = Record::Link(LinkRecord::new(pair, &keys));
                json::line(&mut self.texts, &Line::new(&record))?;
            }
        }
        Ok(())
    }

    fn reference(&mut self, of: ArticleId, articles: &[ArticleId]) -> io::Result<()> {
        let report = self.report();
        let corpus = report.found.corpus;
        let Some(reference) = report.found.reference else {
            return Ok(());
        };
        let kept = Self::read(reference, of, true);
        let id = uid(reference.key(of), true).into_owned();
        PageRecord::Reference(ReferenceEntry {
            id: &id,
            kept: reference.key(of),
            members: articles.iter().map(|&id| corpus.key(id)).collect(),
        })
        .line(&mut self.index)?;
        let record = ArticleRecord::alone(reference.key(of));
        self.article(&kept, record, Made::default())?;
        let mut read = vec![kept];
        for &article in articles {
            let known = corpus.known[article.index()].as_ref();
            let alone = ArticleRecord::alone(corpus.key(article));
            let record = match known {
                Some(known) => alone.matched(&known.key, &known.found),
                None => alone,
            };
            let made = known.map_or(Made::default(), |known| made(known.found.summary));
            PageRecord::Match(MatchEntry {
                of: &id,
                key: corpus.key(article),
                score: record.score,
                relation: record.relation,
                reason: record.reason,
                made,
            })
            .line(&mut self.index)?;
            let of_article = Self::read(corpus, article, false);
            // A member of a group has a row already.
            if report.found.groups.group_of(article).is_none() {
                self.article(&of_article, record, made)?;
            }
            read.push(of_article);
        }
        let compared: Vec<(usize, usize)> = (1..read.len().min(1 + COMPARED))
            .map(|other| (0, other))
            .collect();
        self.texts(&read, &compared)
    }

    fn pair(&mut self, ids: [ArticleId; 2]) -> io::Result<()> {
        let found = self.report().found;
        let read = ids.map(|id| Self::read(found.corpus, id, false));
        for read in &read {
            if found.groups.group_of(read.id).is_none() || self.contents.entries.len() == 1 {
                let record = ArticleRecord::alone(found.corpus.key(read.id));
                self.article(read, record, Made::default())?;
            }
        }
        self.texts(&read, &[(0, 1)])
    }

    fn template(&mut self, number: usize) -> io::Result<()> {
        let Some(found) = self.report().found.templates else {
            return Ok(());
        };
        let template = &found.templates.templates[number];
        PageRecord::Template(TemplateEntry {
            id: number,
            kind: template.kind,
            pieces: &template.pieces,
            articles: template.articles,
            sources: template.sources,
            scaffold: self.contents.scaffolds.get(&number).copied(),
            uses: template.uses.len(),
        })
        .line(&mut self.index)?;
        let corpus = self.report().found.corpus;
        for use_ in template.uses.iter().take(USES) {
            let id = ArticleId::new(use_.article);
            PageRecord::Use(UseEntry {
                template: number,
                key: id.map_or("", |id| corpus.key(id)),
                filled: &use_.filled,
            })
            .line(&mut self.texts)?;
        }
        Ok(())
    }

    /// Reads an article again.
    fn read(corpus: &'a Corpus, id: ArticleId, is_reference: bool) -> Read<'a> {
        let key = corpus.key(id);
        let (title, lang, body) = match corpus.texts.article(id) {
            Some(read) => (read.title, read.lang, Some(read.body)),
            None => (None, None, None),
        };
        Read {
            id,
            is_reference,
            uid: uid(key, is_reference).into_owned(),
            title,
            lang,
            body,
        }
    }

    /// Writes an article's row in the index.
    fn article(
        &mut self,
        read: &Read<'_>,
        record: ArticleRecord<'_>,
        made: Made,
    ) -> io::Result<()> {
        let report = self.report();
        let corpus = if read.is_reference {
            report.found.reference.unwrap_or(report.found.corpus)
        } else {
            report.found.corpus
        };
        let mut record = record;
        let mut top = None;
        if !read.is_reference {
            record.phrasing = corpus.phrasing.get(read.id.index()).copied();
            let phrases = &corpus.phrases;
            if let Ok(at) = phrases.binary_search_by_key(&read.id, |&(id, _)| id) {
                top = phrases[at].1.first().map(|family| TopPhrase {
                    canonical: &family.canonical,
                    count: family.occurrences.len(),
                    paragraphs: family.paragraphs,
                });
            }
        }
        let lead = match (&read.title, &read.body) {
            (None, Some(body)) => lead(body),
            _ => None,
        };
        let shown = ShownArticle {
            record,
            title: read.title.clone(),
            lead,
            source: corpus.detector.source(read.id),
            date: corpus.detector.date(read.id),
            lang: read.lang.clone(),
            words: corpus.detector.tokens(read.id).unwrap_or_default(),
            made,
            top,
        };
        let record = if read.is_reference {
            PageRecord::ReferenceArticle(shown)
        } else {
            PageRecord::Article(shown)
        };
        record.line(&mut self.index)
    }

    /// Writes texts, comparisons of `pairs` (positions in `read`), and phrasing.
    fn texts(&mut self, read: &[Read<'_>], pairs: &[(usize, usize)]) -> io::Result<()> {
        if !self.with_texts {
            self.left_out.texts += read.len();
            return Ok(());
        }
        let compared = self.compare(read, pairs);
        let phrasings = self.phrasings(read);
        // A long text is cut around its marks.
        let mut marks: Vec<Vec<Span>> = vec![Vec::new(); read.len()];
        for (a, b, found) in &compared {
            for passage in &found.passages {
                marks[*a].push(passage.a);
                marks[*b].push(passage.b);
            }
            for difference in &found.differences {
                marks[*a].push(difference.a);
                marks[*b].push(difference.b);
            }
        }
        for (marks, phrasing) in marks.iter_mut().zip(&phrasings) {
            let families = phrasing.iter().flat_map(|phrasing| &phrasing.families);
            marks.extend(families.flat_map(|family| &family.occurrences));
        }
        let shown: Vec<Shown<'_>> = read
            .iter()
            .zip(&marks)
            .map(|(read, marks)| {
                let marks = marks.iter().copied();
                Shown::new(read.body(), marks, self.contents.longest)
            })
            .collect();
        self.bodies(read, &shown, &marks)?;
        for (a, b, found) in &compared {
            let names = [&*read[*a].uid, &*read[*b].uid];
            let record = comparison::record(found, names, [&shown[*a], &shown[*b]]);
            PageRecord::Comparison(record).line(&mut self.texts)?;
        }
        for ((read, shown), phrasing) in read.iter().zip(&shown).zip(&phrasings) {
            if !read.is_reference {
                self.phrasing(read, shown, phrasing.as_ref())?;
            }
        }
        Ok(())
    }

    /// Compares pairs of different texts. Equal texts need no alignment.
    fn compare(
        &self,
        read: &[Read<'_>],
        pairs: &[(usize, usize)],
    ) -> Vec<(usize, usize, Comparison)> {
        let detector = &self.report().found.corpus.detector;
        let differing = pairs
            .iter()
            .filter(|&&(a, b)| read[a].body() != read[b].body());
        let compared = differing.filter_map(|&(a, b)| {
            let found = detector.compare(read[a].body(), read[b].body()).ok()?;
            Some((a, b, found))
        });
        compared.collect()
    }

    /// The phrase reports of flagged articles, by position in `read`.
    fn phrasings(&self, read: &[Read<'_>]) -> Vec<Option<Phrasing>> {
        let report = self.report();
        let phrasing = |read: &Read<'_>| {
            let detector = report.phrases.filter(|_| !read.is_reference)?;
            let summary = report.found.corpus.phrasing.get(read.id.index())?;
            if !is_flagged(summary) {
                return None;
            }
            detector.analyze(read.body(), read.title.as_deref()).ok()
        };
        read.iter().map(phrasing).collect()
    }

    /// Writes the texts, equal texts once.
    fn bodies(
        &mut self,
        read: &[Read<'_>],
        shown: &[Shown<'_>],
        marks: &[Vec<Span>],
    ) -> io::Result<()> {
        let mut first: HashMap<(&str, &[Span]), usize> = HashMap::new();
        for (at, (of, shown)) in read.iter().zip(shown).enumerate() {
            if of.body.is_none() {
                self.left_out.unread += 1;
                continue;
            }
            let mut cut_by: &[Span] = &[];
            if shown.left_out() > 0 {
                // Equal texts with different cuts are two texts.
                cut_by = &marks[at];
                self.left_out.cut += 1;
                self.left_out.cut_bytes += shown.left_out();
            }
            let same = *first.entry((of.body(), cut_by)).or_insert(at);
            let is_first = same == at;
            PageRecord::Text(TextRecord {
                uid: &of.uid,
                same: (!is_first).then_some(&*read[same].uid),
                text: is_first.then(|| shown.text()),
                cuts: if is_first { shown.cuts() } else { Vec::new() },
            })
            .line(&mut self.texts)?;
        }
        Ok(())
    }

    /// Writes an article's phrases and published measures.
    fn phrasing(
        &mut self,
        read: &Read<'_>,
        shown: &Shown<'_>,
        phrasing: Option<&Phrasing>,
    ) -> io::Result<()> {
        let found = self.report().found;
        let key = found.corpus.key(read.id);
        if let Some(phrasing) = phrasing {
            let families = phrasing.families.iter().map(|family| FamilyRecord {
                canonical: &family.canonical,
                spans: family
                    .occurrences
                    .iter()
                    .map(|&span| shown.place(span))
                    .collect(),
                variants: &family.variants,
                sentences: family.sentences,
                paragraphs: family.paragraphs,
                paragraph_share: family.paragraph_share,
                word_share: family.word_share,
                is_headline: family.is_headline,
                score: family.score,
                signals: &family.signals,
            });
            PageRecord::Phrasing(PhrasingRecord {
                key,
                signals: &phrasing.signals,
                families: families.collect(),
            })
            .line(&mut self.texts)?;
        }
        if let Some(measures) = found.measures.get(read.id.index()) {
            PageRecord::Measures { key, measures }.line(&mut self.texts)?;
        }
        Ok(())
    }
}

/// Direction and facts of a relation. Side A is the article, side B the kept article.
fn made(summary: Option<RelationSummary>) -> Made {
    let Some(summary) = summary else {
        return Made::default();
    };
    Made {
        derived: summary.derived.map(|side| match side {
            Side::A => "this",
            Side::B => "kept",
        }),
        facts: summary.facts,
    }
}

/// The first line with text, shortened.
fn lead(body: &str) -> Option<String> {
    let line = body.lines().map(str::trim).find(|line| !line.is_empty())?;
    let end = line
        .char_indices()
        .nth(LEAD)
        .map_or(line.len(), |(at, _)| at);
    let ellipsis = if end < line.len() { "…" } else { "" };
    Some(format!("{}{ellipsis}", &line[..end]))
}
