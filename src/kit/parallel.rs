//! Work on batches, over rayon's threads where the feature is on: the same results either way.

/// `f` of each item, in the order of the items.
#[cfg(feature = "rayon")]
pub(crate) fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    use rayon::prelude::*;
    items.par_iter().map(f).collect()
}

/// `f` of each item, in the order of the items.
#[cfg(not(feature = "rayon"))]
pub(crate) fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    items.iter().map(f).collect()
}

/// Sorts items of which no two that are equal can be told apart.
#[cfg(feature = "rayon")]
pub(crate) fn sort<T: Ord + Send>(items: &mut [T]) {
    use rayon::prelude::*;
    items.par_sort_unstable();
}

/// Sorts items of which no two that are equal can be told apart.
#[cfg(not(feature = "rayon"))]
pub(crate) fn sort<T: Ord + Send>(items: &mut [T]) {
    items.sort_unstable();
}

/// `f` on each item.
#[cfg(feature = "rayon")]
pub(crate) fn for_each<T: Send>(items: &mut [T], f: impl Fn(&mut T) + Send + Sync) {
    use rayon::prelude::*;
    items.par_iter_mut().for_each(f);
}

/// `f` on each item.
#[cfg(not(feature = "rayon"))]
pub(crate) fn for_each<T: Send>(items: &mut [T], f: impl Fn(&mut T) + Send + Sync) {
    items.iter_mut().for_each(f);
}

/// `f` of each item with space that one thread keeps from item to item, in the order of the items.
#[cfg(feature = "rayon")]
pub(crate) fn map_with<T: Sync, R: Send, S: Default>(
    items: &[T],
    f: impl Fn(&T, &mut S) -> R + Send + Sync,
) -> Vec<R> {
    use rayon::prelude::*;
    let map = |scratch: &mut S, item| f(item, scratch);
    items.par_iter().map_init(S::default, map).collect()
}

/// `f` of each item with space that is kept from item to item, in the order of the items.
#[cfg(not(feature = "rayon"))]
pub(crate) fn map_with<T: Sync, R: Send, S: Default>(
    items: &[T],
    f: impl Fn(&T, &mut S) -> R + Send + Sync,
) -> Vec<R> {
    let mut scratch = S::default();
    items.iter().map(|item| f(item, &mut scratch)).collect()
}

/// Both, at the same time if there is a thread to spare.
#[cfg(feature = "rayon")]
pub(crate) fn join<A: Send, B: Send>(
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(a, b)
}

/// One after the other.
#[cfg(not(feature = "rayon"))]
pub(crate) fn join<A: Send, B: Send>(
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    (a(), b())
}
