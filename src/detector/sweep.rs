//! A sweep: groups at several thresholds, from one verification.
//!
//! In: the candidate pairs of a detector, and the modes to try, called steps. Out: a [`Sweep`]: each
//! pair with the steps in which it matches, and the groups of each step, counted.

use super::route::{Graded, Route, Verifier};
use super::search::Search;
use super::{AnyRoute, Detector, Mode};
use crate::article::{ArticleId, TextStore};
use crate::error::{Error, Result};
use crate::group::{Link, Pair, clusters, part_siblings};
use crate::index::CandidateReport;
use crate::kit::ids::{IndexVec, Position};
use crate::kit::parallel;
use crate::verify::{Plan, Verified, Verify};

/// The most steps of a sweep: the bits of a [`u64`].
const MOST_STEPS: usize = 64;

/// Pairs verified once, and the modes in which they match. Made by [`Detector::sweep`].
#[derive(Clone, Debug)]
pub struct Sweep<'a> {
    detector: &'a Detector,
    steps: Vec<Mode>,
    /// By position: the first copy by key.
    first_copies: IndexVec<Position, ArticleId>,
    links: Vec<Verified<Graded>>,
    report: CandidateReport,
    unread: Vec<(ArticleId, Error)>,
}

/// Applies [`part_siblings`] to the links of each step.
fn part_by_step(positions: usize, steps: usize, links: &mut [Verified<Graded>]) {
    if links.iter().all(|link| link.found.templates == 0) {
        return;
    }
    for step in 0..steps {
        let in_step = |link: &Verified<Graded>| {
            let found = link.found.in_step(step)?;
            let (a, b) = (link.a, link.b);
            Some(Link { a, b, found })
        };
        let (places, mut found): (Vec<usize>, Vec<Link>) = links
            .iter()
            .enumerate()
            .filter_map(|(place, link)| Some((place, in_step(link)?)))
            .unzip();
        part_siblings(positions, &mut found);
        for (place, link) in places.into_iter().zip(found) {
            if !link.found.joins() {
                links[place].found.steps &= !(1 << step);
                links[place].found.templates |= 1 << step;
            }
        }
    }
}

/// The result of a step, counted.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SweepStep {
    /// The mode tried.
    pub mode: Mode,
    /// Verified matching pairs of different texts.
    pub links: usize,
    /// Groups with two or more articles.
    pub groups: usize,
    /// Articles in groups.
    pub grouped: usize,
    /// Articles in the largest group; 1 without a group.
    pub largest: usize,
}

impl SweepStep {
    /// Articles dropped if every group keeps one article.
    pub fn dropped(&self) -> usize {
        self.grouped - self.groups
    }
}

impl Detector {
    /// Tries several modes with one search and one verification, to choose a threshold.
    ///
    /// The detector's candidates are searched, so build the detector with the lowest threshold. In
    /// [`Mode::Recycled`], any criteria may be tried. Cost: a call of [`groups`](Self::groups), and a
    /// judgement a pair and step.
    ///
    /// ```
    /// use reprint::{Article, Detector, MemoryTexts, Mode};
    ///
    /// let at = |threshold| Mode::Jaccard { threshold, recall: 0.95 };
    /// let mut detector = Detector::builder().mode(at(0.5)).build()?;
    /// let mut texts = MemoryTexts::new();
    /// let said = "The old bridge over the Lune will open again on Friday, the council said.";
    /// for (key, body) in [("a", said), ("b", &said.replace("said", "says"))] {
    ///     let id = detector.insert(&Article::new(key, body))?;
    ///     texts.set(id, body);
    /// }
    /// let sweep = detector.sweep(&texts, &[at(0.5), at(0.9)])?;
    /// let groups: Vec<usize> = sweep.counts()?.iter().map(|step| step.groups).collect();
    /// assert_eq!(groups, [1, 0]);
    /// # Ok::<(), reprint::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`](crate::ErrorKind::InvalidSetting) for more than 64 steps, a step of another
    /// mode than the detector's, a threshold below the detector's, or criteria out of range.
    pub fn sweep<S: TextStore + ?Sized>(&self, texts: &S, steps: &[Mode]) -> Result<Sweep<'_>> {
        if steps.len() > MOST_STEPS {
            return Err(Error::invalid(
                "steps",
                format!(
                    "a sweep of {} steps is too long; {MOST_STEPS} are the most",
                    steps.len()
                ),
            ));
        }
        match &self.route {
            AnyRoute::Jaccard(route) => self.sweep_on(route, texts, steps),
            AnyRoute::Recycled(route) => self.sweep_on(&**route, texts, steps),
        }
    }

    fn sweep_on<S: TextStore + ?Sized, R: Route>(
        &self,
        route: &R,
        texts: &S,
        modes: &[Mode],
    ) -> Result<Sweep<'_>> {
        // 1. Check the steps before any work.
        let steps = modes.iter().map(|&mode| route.step(mode));
        let steps: Vec<R::Step> = steps.collect::<Result<_>>()?;
        // 2. Find the candidates once, and verify every pair by all steps.
        let Search {
            first_copies,
            tokens,
            pairs,
            mut report,
            ..
        } = self.search();
        let plan = Plan::new::<Grader<'_, S, R>>(&pairs, &tokens);
        drop(pairs);
        let grader = Grader {
            inner: Verifier::new(self, route, texts, &first_copies),
            route,
            steps: &steps,
        };
        let mut unread = Vec::new();
        let mut links = plan.verify_all(&grader, &mut unread);
        report.compared = grader.inner.compared();
        // 3. Remove pairs that only share a template, step by step.
        part_by_step(first_copies.len(), steps.len(), &mut links);
        let unread = unread.into_iter();
        Ok(Sweep {
            detector: self,
            steps: modes.to_vec(),
            unread: unread
                .map(|(at, error)| (first_copies[at], error))
                .collect(),
            first_copies,
            links,
            report,
        })
    }
}

impl Sweep<'_> {
    /// The counts of each step, in the order of the steps. Groups follow the detector's linkage, and
    /// include exact copies.
    ///
    /// # Errors
    ///
    /// [`TooCostly`](crate::ErrorKind::TooCostly) under
    /// [`Linkage::Complete`](crate::Linkage::Complete) if more than 1,024 articles are connected.
    pub fn counts(&self) -> Result<Vec<SweepStep>> {
        let catalog = &self.detector.catalog;
        let copies = parallel::map(&self.first_copies, |&id| catalog.copies(id).count()).into();
        let steps: Vec<usize> = (0..self.steps.len()).collect();
        parallel::map(&steps, |&step| self.count(step, &copies))
            .into_iter()
            .collect()
    }

    fn count(&self, step: usize, copies: &IndexVec<Position, usize>) -> Result<SweepStep> {
        let in_step = |link: &Verified<Graded>| {
            let found = link.found.in_step(step)?;
            let (a, b) = (link.a, link.b);
            Some(Link { a, b, found })
        };
        let links: Vec<Link> = self.links.iter().filter_map(in_step).collect();
        let key = |at: Position| {
            let id = self.first_copies[at];
            &self.detector.catalog.record(id).key
        };
        let by_key = |a: Position, b: Position| key(a).cmp(key(b));
        let linkage = self.detector.settings.linkage;
        let found = clusters(copies.len(), &links, linkage, &by_key)?;
        let mut is_grouped = IndexVec::filled(false, copies.len());
        let mut sizes = Vec::with_capacity(found.len());
        for cluster in &found {
            let members = cluster.members.iter();
            members.clone().for_each(|&at| is_grouped[at] = true);
            sizes.push(members.map(|&at| copies[at]).sum::<usize>());
        }
        let alone = copies.numbered().filter(|&(at, _)| !is_grouped[at]);
        sizes.extend(
            alone
                .map(|(_, &copies)| copies)
                .filter(|&copies| copies > 1),
        );
        Ok(SweepStep {
            mode: self.steps[step],
            links: links.iter().filter(|link| link.found.joins()).count(),
            groups: sizes.len(),
            grouped: sizes.iter().sum(),
            largest: sizes.iter().copied().max().unwrap_or(1),
        })
    }

    /// The pairs that match in any step, each with a set of bits: bit `s` is set if the pair matches
    /// in step `s`. Exact copies are represented by the first by key. The order depends on the texts
    /// alone.
    pub fn pairs(&self) -> impl Iterator<Item = (Pair, u64)> {
        let id = |at: Position| self.first_copies[at];
        let matching = self.links.iter().filter(|link| link.found.steps != 0);
        matching.map(move |link| {
            let Graded { found, steps, .. } = link.found;
            (self.detector.pair(id(link.a), id(link.b), found), steps)
        })
    }

    /// The cost of the candidate search, and where its recall is suspended.
    pub fn candidates(&self) -> CandidateReport {
        self.report
    }

    /// Unreadable articles with their errors. Matches of these articles are missing.
    pub fn unread(&self) -> &[(ArticleId, Error)] {
        &self.unread
    }
}

/// Verifies pairs for all steps at once.
struct Grader<'a, S: ?Sized, R: Route> {
    inner: Verifier<'a, S, R>,
    route: &'a R,
    steps: &'a [R::Step],
}

impl<S: TextStore + ?Sized, R: Route> Verify for Grader<'_, S, R> {
    type Article = R::Article;
    type Probe<'a> = R::Probe<'a>;
    type Found = Graded;
    type Scratch = R::Scratch;

    const BLOCK: u64 = R::BLOCK;

    fn is_symmetric(&self) -> bool {
        self.inner.is_symmetric()
    }

    fn stored(&self, position: Position) -> u32 {
        self.inner.stored(position)
    }

    fn read(&self, position: Position) -> Result<R::Article> {
        self.inner.read(position)
    }

    fn probe<'a>(&self, article: &'a R::Article, others: usize) -> R::Probe<'a> {
        self.inner.probe(article, others)
    }

    fn compare(
        &self,
        probe: &R::Probe<'_>,
        other: &R::Article,
        scratch: &mut R::Scratch,
    ) -> Option<Graded> {
        let graded = self.route.grade(probe, other, self.steps, scratch);
        self.inner.counted(graded)
    }

    fn exchanged(&self, graded: Graded) -> Graded {
        Graded {
            found: graded.found.reversed(),
            ..graded
        }
    }
}
