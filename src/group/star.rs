//! Star groups, without articles that are only further uses of a template.
//!
//! In: joining links, links between articles that only share a template, and an order for ties.
//! Out: stars: a centre with free articles linked to it, without articles that share a template
//! with too many members.
//!
//! A notice on a form is often near enough to a single other notice to be taken for an update, but
//! next to the remaining notices it is plainly a use of the template. The pairs within a star are
//! therefore judged together.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Cluster;
use crate::kit::ids::{self, IndexVec, Position, StarPlace};
use crate::kit::neighbours::Neighbours;

/// An article leaves a star if its template links, this many times over, outnumber the links that
/// join it to the star: with 2, if more than one link in three is a template link. Without the rule
/// 34.3% of the links within the groups of `reuters21578` are template links, with 1 8.1%, with 2
/// 1.5%, with 3 .5%. Two copies with errors of recognition are now and then taken for uses of a
/// template: with 2, the adjusted Rand index on `noisy_reprints` is .9954.
const TEMPLATE_WEIGHT: u32 = 2;

/// Stars that may turn an article away before it joins none. Chosen by hand: bounds the time by the
/// number of links, and hardly any article is turned away twice.
const MOST_TURNS: u8 = 16;

/// The state of the search for stars.
pub(super) struct Stars<'a> {
    neighbours: &'a Neighbours<f64>,
    siblings: &'a Neighbours<()>,
    before: &'a dyn Fn(Position, Position) -> Ordering,
    /// By position: whether the article belongs to a star.
    taken: IndexVec<Position, bool>,
    /// By position: the number of stars that turned the article away.
    turned_away: IndexVec<Position, u8>,
    /// By position: the article's place in the current star.
    places: IndexVec<Position, Option<StarPlace>>,
}

/// A free article that is linked to the centre.
struct StarCandidate {
    position: Position,
    is_member: bool,
    /// Links to other members that join.
    joining: u32,
    /// Links to other members that only share a template.
    template: u32,
}

impl StarCandidate {
    fn has_to_leave(&self) -> bool {
        TEMPLATE_WEIGHT * self.template > self.joining
    }
}

/// A member that must leave. The greatest leaves first.
#[derive(PartialEq, Eq)]
struct Leaving {
    template: u32,
    joining: u32,
    place: StarPlace,
}

impl Ord for Leaving {
    /// By the share of template links, then by lower similarity to the centre.
    fn cmp(&self, other: &Self) -> Ordering {
        let cross = |a: &Self, b: &Self| u64::from(a.template) * u64::from(b.joining);
        cross(self, other)
            .cmp(&cross(other, self))
            .then(self.place.cmp(&other.place))
    }
}

impl PartialOrd for Leaving {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'a> Stars<'a> {
    pub(super) fn new(
        neighbours: &'a Neighbours<f64>,
        siblings: &'a Neighbours<()>,
        before: &'a dyn Fn(Position, Position) -> Ordering,
    ) -> Self {
        let positions = neighbours.positions();
        Self {
            neighbours,
            siblings,
            before,
            taken: IndexVec::filled(false, positions),
            turned_away: IndexVec::filled(0, positions),
            places: IndexVec::filled(None, positions),
        }
    }

    /// Stars with two members or more, in the order of discovery.
    ///
    /// The time is linear in the links of both kinds, times the logarithm of the members of a star.
    pub(super) fn all(mut self) -> Vec<Cluster<Position>> {
        let links = |at: Position| self.neighbours.of_position(at).len();
        let positions = ids::below(self.neighbours.positions());
        let mut order: Vec<Position> = positions.filter(|&at| links(at) > 0).collect();
        order.sort_unstable_by(|&a, &b| links(b).cmp(&links(a)).then_with(|| (self.before)(a, b)));
        let mut stars = Vec::new();
        for centre in order {
            if self.taken[centre] {
                continue;
            }
            let mut members = self.members(centre);
            if members.is_empty() {
                // Every neighbour is in another star. The article stands alone, and its links are
                // reported as links between groups.
                continue;
            }
            members.push(centre);
            members.sort_unstable();
            for &member in &members {
                self.taken[member] = true;
            }
            stars.push(Cluster { centre, members });
        }
        stars
    }

    /// The members of the star around a centre, without the centre.
    fn members(&mut self, centre: Position) -> Vec<Position> {
        let free: Vec<(Position, f64)> = self
            .neighbours
            .of_position(centre)
            .iter()
            .copied()
            .filter(|&(other, _)| !self.taken[other] && self.turned_away[other] < MOST_TURNS)
            .collect();
        let has_siblings = |&(at, _): &(Position, f64)| !self.siblings.of_position(at).is_empty();
        if !free.iter().any(has_siblings) {
            return free.into_iter().map(|(at, _)| at).collect();
        }
        self.without_siblings(centre, free)
    }

    /// Removes members, largest share of template links first, until no member must leave.
    fn without_siblings(
        &mut self,
        centre: Position,
        mut free: Vec<(Position, f64)>,
    ) -> Vec<Position> {
        free.sort_unstable_by(|(a, score_a), (b, score_b)| {
            let by_score = score_b.total_cmp(score_a);
            by_score.then_with(|| (self.before)(*a, *b))
        });
        let mut star: IndexVec<StarPlace, StarCandidate> = free
            .into_iter()
            .map(|(position, _)| StarCandidate {
                position,
                is_member: true,
                // The link to the centre.
                joining: 1,
                template: 0,
            })
            .collect();
        for (place, candidate) in star.numbered() {
            self.places[candidate.position] = Some(place);
        }
        self.places[centre] = None;

        // Count the links between members.
        for candidate in star.iter_mut() {
            let is_inside = |at: Position| self.places[at].is_some();
            let joining = self.neighbours.of_position(candidate.position).iter();
            let template = self.siblings.of_position(candidate.position).iter();
            candidate.joining += joining.filter(|&&(at, _)| is_inside(at)).count() as u32;
            candidate.template += template.filter(|&&(at, ())| is_inside(at)).count() as u32;
        }
        let leaving = |star: &IndexVec<StarPlace, StarCandidate>, place| {
            let candidate = &star[place];
            (candidate.is_member && candidate.has_to_leave()).then_some(Leaving {
                template: candidate.template,
                joining: candidate.joining,
                place,
            })
        };
        let mut heap: BinaryHeap<Leaving> = ids::below(star.len())
            .filter_map(|place| leaving(&star, place))
            .collect();

        // An entry that differs from its member's present state is outdated: the member has a later
        // entry, or need no longer leave.
        while let Some(next) = heap.pop() {
            if leaving(&star, next.place).as_ref() != Some(&next) {
                continue;
            }
            let left = star[next.place].position;
            star[next.place].is_member = false;
            self.turned_away[left] += 1;
            for &(other, _) in self.neighbours.of_position(left) {
                if let Some(place) = self.places[other] {
                    star[place].joining -= 1;
                    heap.extend(leaving(&star, place));
                }
            }
            for &(other, ()) in self.siblings.of_position(left) {
                if let Some(place) = self.places[other] {
                    star[place].template -= 1;
                    heap.extend(leaving(&star, place));
                }
            }
        }
        for candidate in star.iter() {
            self.places[candidate.position] = None;
        }
        let members = star.iter().filter(|candidate| candidate.is_member);
        members.map(|candidate| candidate.position).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    type Edges = BTreeSet<(u32, u32)>;

    /// By looking at all members anew each time.
    fn plain(joining: &Edges, template: &Edges, score: &dyn Fn(u32, u32) -> f64) -> Vec<Vec<u32>> {
        let has = |edges: &Edges, a: u32, b: u32| edges.contains(&(a.min(b), a.max(b)));
        let degree = |at: u32| (0..12).filter(|&other| has(joining, at, other)).count();
        let mut order: Vec<u32> = (0..12).filter(|&at| degree(at) > 0).collect();
        order.sort_by_key(|&at| (Reverse(degree(at)), at));
        let mut taken = [false; 12];
        let mut stars = Vec::new();
        for centre in order {
            if taken[centre as usize] {
                continue;
            }
            let is_free = |at: &u32| !taken[*at as usize] && has(joining, centre, *at);
            let mut members: Vec<u32> = (0..12).filter(is_free).collect();
            loop {
                let counts = |at: u32| {
                    let of = |edges| members.iter().filter(|&&m| has(edges, at, m)).count() as u32;
                    (of(template), of(joining) + 1)
                };
                let worst = members
                    .iter()
                    .copied()
                    .filter(|&at| TEMPLATE_WEIGHT * counts(at).0 > counts(at).1)
                    .max_by(|&a, &b| {
                        let share = |(t, j): (u32, u32)| f64::from(t) / f64::from(j);
                        share(counts(a))
                            .total_cmp(&share(counts(b)))
                            .then(score(centre, b).total_cmp(&score(centre, a)))
                            .then(a.cmp(&b))
                    });
                match worst {
                    Some(worst) => members.retain(|&at| at != worst),
                    None => break,
                }
            }
            if !members.is_empty() {
                members.push(centre);
                members.sort_unstable();
                for &at in &members {
                    taken[at as usize] = true;
                }
                stars.push(members);
            }
        }
        stars
    }

    proptest! {
        #[test]
        fn members_leave_as_if_all_were_counted_anew(
            edges in prop::collection::btree_map((0u32..12, 0u32..12), (0u8..3, 0u8..4), 0..60),
        ) {
            let edges: Vec<_> = edges.into_iter().filter(|((a, b), _)| a < b).collect();
            let of = |is_template: bool| -> Edges {
                let kind = edges.iter().filter(|(_, (kind, _))| (*kind == 0) == is_template);
                kind.map(|&(edge, _)| edge).collect()
            };
            let (joining, template) = (of(false), of(true));
            let score = |a: u32, b: u32| {
                let edge = edges.iter().find(|(edge, _)| *edge == (a.min(b), a.max(b)));
                edge.map_or(0.0, |&(_, (_, score))| f64::from(score))
            };
            let scored = joining.iter().map(|&(a, b)| (Position(a), Position(b), score(a, b)));
            let neighbours = Neighbours::of(12, scored);
            let siblings = Neighbours::of(12, template.iter().map(|&(a, b)| (Position(a), Position(b), ())));
            let stars = Stars::new(&neighbours, &siblings, &|a, b| a.cmp(&b)).all();
            let numbers = |star: Cluster<Position>| star.members.iter().map(|at| at.0).collect();
            let found: Vec<Vec<u32>> = stars.into_iter().map(numbers).collect();
            prop_assert_eq!(found, plain(&joining, &template, &score));
        }
    }

    #[test]
    fn a_use_of_the_template_of_most_stays_out() {
        // 1, 2 and 3 are copies of 0; 4 looks like an update of 0, and like a form beside the rest.
        let joining = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (2, 3)];
        let neighbours = Neighbours::of(
            5,
            joining
                .map(|(a, b)| (Position(a), Position(b), 0.9))
                .into_iter(),
        );
        let siblings = Neighbours::of(
            5,
            [1, 2, 3]
                .map(|at| (Position(at), Position(4), ()))
                .into_iter(),
        );
        let stars = Stars::new(&neighbours, &siblings, &|a, b| a.cmp(&b)).all();
        assert_eq!(stars.len(), 1);
        assert_eq!(stars[0].members, [0, 1, 2, 3].map(Position));
    }
}
