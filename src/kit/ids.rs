//! Numbers of different things, as different types.
//!
//! In: indices of lists. Out: a number type for each space that crosses files, and [`IndexVec`], a
//! list that only numbers of its own space index. Both cost nothing: a number is four bytes.
//!
//! [`ArticleId`](crate::ArticleId), the public number of an article, is a [`Number`] too.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Index, IndexMut};

/// A number of one space, dense from 0.
pub(crate) trait Number: Copy + Ord {
    /// The number of the entry at `index`, which must be below 2^32.
    fn new(index: usize) -> Self;

    /// The index of the number's entry.
    fn index(self) -> usize;
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub(crate) struct $name(pub(crate) u32);

        impl Number for $name {
            #[inline]
            fn new(index: usize) -> Self {
                debug_assert!(u32::try_from(index).is_ok());
                Self(index as u32)
            }

            #[inline]
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

numbers! {
    /// A leader's place in the order of fingerprints. Lives for one search.
    Position;
    /// A linked text's place in the order of its first copy's key. Lives for one call of `groups`.
    Rank;
    /// A cluster's number, in the order of discovery. Lives for one call of `groups`.
    ClusterNumber;
    /// A text's place among the texts that may join a star. Lives while the star is formed.
    StarPlace;
    /// A text's place among the members of its cluster. Lives for one call of `groups`.
    ClusterPlace;
    /// An article's place among the members of its group, in the order of keys.
    GroupPlace;
    /// A group's number, in the order of first keys. Lives as long as its
    /// [`Groups`](crate::Groups).
    GroupNumber;
    /// A verified pair's number, in ascending order of positions. Lives for one call of `groups`.
    LinkNumber;
    /// The number of a block of texts that are in memory together. Lives for one plan.
    BlockNumber;
    /// A text's place among the texts of the current block.
    BlockPlace;
    /// A sentence's number, in the order of the text. Lives as long as the cut of an article.
    SentenceNumber;
    /// A paragraph's number, in the order of the text. Lives as long as the cut of an article.
    ParagraphNumber;
    /// A stem's number in an article. Lives for one search for phrases.
    StemNumber;
    /// A seed's number in an article, in the order of appearance. Lives for one search for phrases.
    SeedNumber;
    /// The number of a sentence or line in an article. Lives as long as the judgement of the article.
    UnitNumber;
    /// A shared gram's number, in the order of appearance. Lives for one call of `finish`.
    GramNumber;
    /// A template's number, in the order of [`Templates`](crate::template::Templates).
    TemplateNumber;
    /// A repeated phrase's number in an article. Lives for one search for phrases.
    FamilyNumber;
}

/// Numbers of a space that does not leave its file.
impl Number for u32 {
    #[inline]
    fn new(index: usize) -> Self {
        debug_assert!(u32::try_from(index).is_ok());
        index as u32
    }

    #[inline]
    fn index(self) -> usize {
        self as usize
    }
}

/// All numbers below `len`, ascending.
pub(crate) fn below<N: Number>(len: usize) -> impl ExactSizeIterator<Item = N> + Clone {
    (0..len).map(N::new)
}

/// A list with an entry for each number of a space.
#[derive(Clone, Debug)]
pub(crate) struct IndexVec<N, T> {
    entries: Vec<T>,
    space: PhantomData<fn(N)>,
}

impl<N: Number, T> IndexVec<N, T> {
    /// A list of `len` equal entries.
    pub(crate) fn filled(entry: T, len: usize) -> Self
    where
        T: Clone,
    {
        Self::from(vec![entry; len])
    }

    /// The entries without their numbers.
    pub(crate) fn into_inner(self) -> Vec<T> {
        self.entries
    }

    /// The entries with their numbers.
    pub(crate) fn numbered(&self) -> impl ExactSizeIterator<Item = (N, &T)> {
        below(self.entries.len()).zip(&self.entries)
    }
}

impl<N, T> Default for IndexVec<N, T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<N, T> From<Vec<T>> for IndexVec<N, T> {
    fn from(entries: Vec<T>) -> Self {
        Self {
            entries,
            space: PhantomData,
        }
    }
}

impl<N, T> FromIterator<T> for IndexVec<N, T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        Self::from(Vec::from_iter(entries))
    }
}

impl<N: Number, T> Index<N> for IndexVec<N, T> {
    type Output = T;

    #[inline]
    fn index(&self, number: N) -> &T {
        &self.entries[number.index()]
    }
}

impl<N: Number, T> IndexMut<N> for IndexVec<N, T> {
    #[inline]
    fn index_mut(&mut self, number: N) -> &mut T {
        &mut self.entries[number.index()]
    }
}

impl<N, T> Deref for IndexVec<N, T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.entries
    }
}

impl<N, T> DerefMut for IndexVec<N, T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_indexed_by_its_numbers() {
        let mut list: IndexVec<Position, char> = IndexVec::filled('a', 3);
        list[Position(1)] = 'b';
        let numbered: Vec<(Position, char)> = list.numbered().map(|(at, &of)| (at, of)).collect();
        let expected = [(Position(0), 'a'), (Position(1), 'b'), (Position(2), 'a')];
        assert_eq!(numbered, expected);
        assert_eq!(size_of::<Position>(), size_of::<u32>());
    }
}
