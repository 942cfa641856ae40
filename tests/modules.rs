//! The tests within the modules of the example binary.
//!
//! Cargo builds an example that is tested as its tests only, and `tests/tool` needs the program. So
//! the modules that stand in its `main.rs` stand here once more.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "the program that uses all of it is not here"
)]

#[path = "../examples/reprint/commands/mod.rs"]
mod commands;
#[path = "../examples/reprint/corpus.rs"]
mod corpus;
#[path = "../examples/reprint/date.rs"]
mod date;
#[path = "../examples/reprint/failure.rs"]
mod failure;
#[path = "../examples/reprint/fields.rs"]
mod fields;
#[path = "../examples/reprint/input/mod.rs"]
mod input;
#[path = "../examples/reprint/ledger.rs"]
mod ledger;
#[path = "../examples/reprint/options/mod.rs"]
mod options;
#[path = "../examples/reprint/output/mod.rs"]
mod output;
#[path = "../examples/reprint/previous.rs"]
mod previous;
#[path = "../examples/reprint/problems.rs"]
mod problems;
#[path = "../examples/reprint/progress.rs"]
mod progress;
#[path = "../examples/reprint/record/mod.rs"]
mod record;
#[path = "../examples/reprint/settings/mod.rs"]
mod settings;
#[path = "../examples/reprint/store.rs"]
mod store;
