//! Small data structures, independent of text.
//!
//! In: positions, counts, hashes. Out: order, buckets, sets. There is a single structure for every
//! purpose, used by the modules above.
//!
//! | module | what |
//! |---|---|
//! | `ids` | number types, one for each space, and lists that they index |
//! | `parallel` | maps and sorts over threads, the same results with and without |
//! | `hashed_map` | maps whose keys are hashes already |
//! | `radix` | sorting by well mixed hashes |
//! | `scatter` | counting sort: items to buckets, order by small numbers |
//! | `neighbours` | adjacency lists |
//! | `counts` | a queue by growing counts |
//! | `probe` | linear probing in open tables |
//! | `numbering` | dense numbers for hashes, in order of first sight |
//! | `union_find` | disjoint sets |
//! | `increasing` | longest increasing subsequences |

pub(crate) mod counts;
pub(crate) mod hashed_map;
pub(crate) mod ids;
pub(crate) mod increasing;
pub(crate) mod neighbours;
pub(crate) mod numbering;
pub(crate) mod parallel;
pub(crate) mod probe;
pub(crate) mod radix;
pub(crate) mod scatter;
pub(crate) mod union_find;
