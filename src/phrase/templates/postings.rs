//! Which articles hold a gram.
//!
//! In: the grams of articles. Out: for each gram that stands in two articles or more, up to
//! [`KEPT`] of them. The articles kept are those with the smallest numbers, the same ones for
//! each gram of a template, whatever the order in which they came; articles have their numbers
//! from a hash, so that these are a fair sample.
//!
//! Memory is bounded: when the grams take more than was allowed, only those with a hash that
//! divides by 2, then 4, 8... are kept. What they take is reckoned from how many there are, and how
//! many of them stand in two articles or more, at the worst that tables and lists of that size can
//! come to. So which are left depends on the grams alone, not on their order.

/// Articles kept for each gram. A template needs two others; the rest are there so that two grams,
/// one in many more articles than the other, keep some in common.
pub(super) const KEPT: usize = 16;

/// Tables, by the top bits of a gram: each is sorted out by one thread.
const SHARDS: usize = 64;

/// Bytes for a gram at most: a table is three eighths full at least, but for the smallest.
const GRAM_BYTES: usize = (size_of::<Slot>() * 8).div_ceil(3);
/// Bytes for a list at most: there is room for one in eight more than there are.
const LIST_BYTES: usize = (size_of::<List>() * 9).div_ceil(8);

/// All postings.
#[derive(Clone, Debug)]
pub(super) struct Postings {
    shards: Vec<Shard>,
    /// Grams are kept if so many of their low bits are zero.
    level: u32,
    /// How many bytes they may take.
    max_bytes: usize,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    slots: Vec<Slot>,
    len: usize,
    lists: Vec<List>,
}

/// Where one gram's articles are.
#[derive(Clone, Copy, Debug)]
struct Slot {
    gram: u64,
    /// The article, or the number of the list.
    value: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Free,
    One,
    Many,
}

/// The smallest article numbers, in order.
#[derive(Clone, Debug)]
struct List {
    len: u8,
    articles: [u32; KEPT],
}

impl List {
    fn add(&mut self, article: u32) {
        let len = usize::from(self.len);
        let Err(at) = self.articles[..len].binary_search(&article) else {
            return;
        };
        if at < KEPT {
            let end = (len + 1).min(KEPT);
            self.articles.copy_within(at..end - 1, at + 1);
            self.articles[at] = article;
            self.len = end as u8;
        }
    }
}

/// A gram and an article that holds it.
pub(super) type Posting = (u64, u32);

impl Postings {
    /// Postings that take so many bytes at most, and 130 KB for the smallest tables.
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            shards: vec![Shard::default(); SHARDS],
            level: 0,
            max_bytes,
        }
    }

    /// Adds postings, each list those of one article. The order does not matter.
    pub(super) fn add(&mut self, articles: &[Vec<Posting>]) {
        let mask = (1_u64 << self.level) - 1;
        let mut by_shard: Vec<(&mut Shard, Vec<Posting>)> = self
            .shards
            .iter_mut()
            .map(|shard| (shard, Vec::new()))
            .collect();
        for &(gram, article) in articles.iter().flatten() {
            if gram & mask == 0 {
                by_shard[shard_of(gram)].1.push((gram, article));
            }
        }
        crate::parallel::for_each(&mut by_shard, |(shard, postings)| {
            for &(gram, article) in postings.iter() {
                shard.add(gram, article);
            }
        });
        while self.bytes() > self.max_bytes {
            self.level += 1;
            let mask = (1_u64 << self.level) - 1;
            crate::parallel::for_each(&mut self.shards, |shard| shard.keep(mask));
        }
    }

    /// The articles that hold a gram, as far as they were kept; none unless there are two.
    pub(super) fn get(&self, gram: u64) -> &[u32] {
        self.shards[shard_of(gram)].get(gram)
    }

    /// Grams are kept if so many of their low bits are zero.
    pub(super) fn level(&self) -> u32 {
        self.level
    }

    /// Bytes that the grams take at most.
    pub(super) fn bytes(&self) -> usize {
        let of = |shard: &Shard| shard.len * GRAM_BYTES + shard.lists.len() * LIST_BYTES;
        self.shards.iter().map(of).sum()
    }

    /// Drops what stands in one article only, when no more will come.
    pub(super) fn finish(&mut self) {
        crate::parallel::for_each(&mut self.shards, |shard| {
            shard.rebuild(|slot| slot.state == State::Many);
        });
    }
}

fn shard_of(gram: u64) -> usize {
    (gram >> (64 - SHARDS.ilog2())) as usize
}

impl Shard {
    fn add(&mut self, gram: u64, article: u32) {
        // At most three quarters full.
        if (self.len + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let at = self.find(gram);
        let slot = &mut self.slots[at];
        match slot.state {
            State::Free => {
                *slot = Slot {
                    gram,
                    value: article,
                    state: State::One,
                };
                self.len += 1;
            }
            State::One if slot.value == article => {}
            State::One => {
                let mut list = List {
                    len: 0,
                    articles: [0; KEPT],
                };
                list.add(slot.value);
                list.add(article);
                slot.value = self.lists.len() as u32;
                slot.state = State::Many;
                if self.lists.len() == self.lists.capacity() {
                    self.lists.reserve_exact(self.lists.len() / 8 + 1);
                }
                self.lists.push(list);
            }
            State::Many => self.lists[slot.value as usize].add(article),
        }
    }

    fn get(&self, gram: u64) -> &[u32] {
        if self.slots.is_empty() {
            return &[];
        }
        let slot = &self.slots[self.find(gram)];
        if slot.state == State::Many {
            let list = &self.lists[slot.value as usize];
            &list.articles[..usize::from(list.len)]
        } else {
            &[]
        }
    }

    /// The slot of a gram, or the free one where it belongs.
    fn find(&self, gram: u64) -> usize {
        let mask = self.slots.len() - 1;
        // The low bits may all be zero, the top ones name the shard.
        let mut at = (gram >> 24) as usize & mask;
        while self.slots[at].state != State::Free && self.slots[at].gram != gram {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(64);
        self.move_to(slots, |_| true);
    }

    fn keep(&mut self, mask: u64) {
        self.rebuild(|slot| slot.gram & mask == 0);
    }

    /// Drops all but some grams, and the room they took.
    fn rebuild(&mut self, keeps: impl Fn(&Slot) -> bool) {
        let kept = |slot: &&Slot| slot.state != State::Free && keeps(slot);
        let left = self.slots.iter().filter(kept).count();
        self.move_to((left * 4 / 3 + 1).next_power_of_two().max(64), &keeps);
        let many = |slot: &&Slot| slot.state == State::Many;
        let left = self.slots.iter().filter(many).count();
        let lists = std::mem::replace(&mut self.lists, Vec::with_capacity(left));
        for slot in &mut self.slots {
            if slot.state == State::Many {
                self.lists.push(lists[slot.value as usize].clone());
                slot.value = self.lists.len() as u32 - 1;
            }
        }
    }

    fn move_to(&mut self, slots: usize, keeps: impl Fn(&Slot) -> bool) {
        let free = Slot {
            gram: 0,
            value: 0,
            state: State::Free,
        };
        let old = std::mem::replace(&mut self.slots, vec![free; slots]);
        self.len = 0;
        for slot in old {
            if slot.state != State::Free && keeps(&slot) {
                let at = self.find(slot.gram);
                self.slots[at] = slot;
                self.len += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_the_smallest() {
        let mut list = List {
            len: 0,
            articles: [0; KEPT],
        };
        for article in (0..40).rev().chain(0..40) {
            list.add(article);
        }
        let expected: Vec<u32> = (0..KEPT as u32).collect();
        assert_eq!(list.articles[..usize::from(list.len)], expected);
    }

    #[test]
    fn memory_is_what_was_reckoned() {
        let grams = |articles: u64| -> Vec<Vec<Posting>> {
            let of = |article: u64| {
                let all = article * 50..article * 50 + 200;
                all.map(move |gram| (crate::hash::finish(gram + 1), article as u32))
            };
            (0..articles).map(|article| of(article).collect()).collect()
        };
        let mut postings = Postings::new(usize::MAX);
        for articles in [10, 100, 300, 1000] {
            postings.add(&grams(articles));
            let of = |shard: &Shard| {
                shard.slots.len() * size_of::<Slot>() + shard.lists.capacity() * size_of::<List>()
            };
            let taken: usize = postings.shards.iter().map(of).sum();
            let smallest = SHARDS * (64 * size_of::<Slot>() + size_of::<List>());
            let most = postings.bytes() + smallest;
            assert!(taken <= most, "{taken} bytes, reckoned {most}");
            assert!(taken * 2 >= postings.bytes());
        }
    }

    #[test]
    fn what_is_left_depends_on_no_order() {
        let postings = |article: u64| -> Vec<Posting> {
            let grams = (article..article + 40).map(|gram| crate::hash::finish(gram + 1));
            grams.map(|gram| (gram, article as u32)).collect()
        };
        let articles: Vec<Vec<Posting>> = (0..500).map(postings).collect();
        let [mut forth, mut back] = [(); 2].map(|()| Postings::new(20_000));
        forth.add(&articles);
        for article in articles.iter().rev() {
            back.add(std::slice::from_ref(article));
        }
        assert!(forth.bytes() <= 20_000 && forth.level() > 0);
        assert_eq!(forth.level(), back.level());
        for &(gram, _) in articles.iter().flatten() {
            assert_eq!(forth.get(gram), back.get(gram));
        }
        let kept = |postings: &Postings| {
            let all = articles.iter().flatten();
            all.filter(|(gram, _)| !postings.get(*gram).is_empty())
                .count()
        };
        let before = kept(&forth);
        forth.finish();
        assert_eq!(kept(&forth), before);
    }
}
