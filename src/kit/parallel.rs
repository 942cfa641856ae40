//! Work on lists, over rayon's threads where the feature is on.
//!
//! In: a list and a function. Out: the results in the list's order, the same with and without
//! threads.

/// Maps a list by `f`, in order.
#[cfg(feature = "rayon")]
pub(crate) fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    use rayon::prelude::*;
    items.par_iter().map(f).collect()
}

/// Maps a list by `f`, in order.
#[cfg(not(feature = "rayon"))]
pub(crate) fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    items.iter().map(f).collect()
}

/// Sorts items. Equal items must be interchangeable, since the sort is unstable.
#[cfg(feature = "rayon")]
pub(crate) fn sort<T: Ord + Send>(items: &mut [T]) {
    use rayon::prelude::*;
    items.par_sort_unstable();
}

/// Sorts items. Equal items must be interchangeable, since the sort is unstable.
#[cfg(not(feature = "rayon"))]
pub(crate) fn sort<T: Ord + Send>(items: &mut [T]) {
    items.sort_unstable();
}

/// Calls `f` for each item.
#[cfg(feature = "rayon")]
pub(crate) fn for_each<T: Send>(items: &mut [T], f: impl Fn(&mut T) + Send + Sync) {
    use rayon::prelude::*;
    items.par_iter_mut().for_each(f);
}

/// Calls `f` for each item.
#[cfg(not(feature = "rayon"))]
pub(crate) fn for_each<T: Send>(items: &mut [T], f: impl Fn(&mut T) + Send + Sync) {
    items.iter_mut().for_each(f);
}

/// Maps a list by `f`, in order. Threads keep scratch space from item to item.
#[cfg(feature = "rayon")]
pub(crate) fn map_with<T: Sync, R: Send, S: Default>(
    items: &[T],
    f: impl Fn(&T, &mut S) -> R + Send + Sync,
) -> Vec<R> {
    use rayon::prelude::*;
    let map = |scratch: &mut S, item| f(item, scratch);
    items.par_iter().map_init(S::default, map).collect()
}

/// Maps a list by `f`, in order. Scratch space is kept from item to item.
#[cfg(not(feature = "rayon"))]
pub(crate) fn map_with<T: Sync, R: Send, S: Default>(
    items: &[T],
    f: impl Fn(&T, &mut S) -> R + Send + Sync,
) -> Vec<R> {
    let mut scratch = S::default();
    items.iter().map(|item| f(item, &mut scratch)).collect()
}

/// Runs both functions, at the same time if a thread is free.
#[cfg(feature = "rayon")]
pub(crate) fn join<A: Send, B: Send>(
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(a, b)
}

/// Runs both functions in turn.
#[cfg(not(feature = "rayon"))]
pub(crate) fn join<A: Send, B: Send>(
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    (a(), b())
}
