//! Checks the table against a plain table filled cell by cell.
//!
//! In: words similar in every way the table knows. Out: equal matches, or the test fails.

use proptest::prelude::*;

use super::*;
use crate::CpuLevel;

/// A score, and the step that gave it.
type Cell = (i32, Step);

/// Fills a plain table cell by cell.
fn cells(a: &AnalyzedArticle, b: &AnalyzedArticle, from: usize, free: Free) -> Vec<Vec<Cell>> {
    let [rows, columns] = [a, b].map(|draft| draft.words.len() - from + 1);
    let skip = if free == Free::Start {
        0
    } else {
        i32::from(SKIP)
    };
    let mut forms = close::CloseScratch::default();
    let mut cells = vec![vec![(0, Step::SkipB); columns]; rows];
    for column in 1..columns {
        cells[0][column].0 = cells[0][column - 1].0 + skip;
    }
    for row in 1..rows {
        cells[row][0] = (cells[row - 1][0].0 + skip, Step::SkipA);
        for column in 1..columns {
            let (x, y) = (&a.words[from + row - 1], &b.words[from + column - 1]);
            let score = |up: usize, left: usize, more: Score| {
                cells[row - up][column - left].0 + i32::from(more)
            };
            let form = |draft: &AnalyzedArticle, at: usize| draft.folded(at).to_owned();
            let shapes = (a.shape(from + row - 1), b.shape(from + column - 1));
            let is_close = shapes.0.may_be_close(shapes.1)
                && close::words(
                    a.folded(from + row - 1),
                    b.folded(from + column - 1),
                    x.kind,
                    y.kind,
                    &mut forms,
                );
            let mut ways = vec![if x.hash == y.hash {
                (score(1, 1, EQUAL), Step::Equal)
            } else if is_close {
                (score(1, 1, CLOSE), Step::Close)
            } else if x.kind.is_slot() && y.kind.is_slot() {
                (score(1, 1, SLOTS), Step::Unequal)
            } else {
                (score(1, 1, UNEQUAL), Step::Unequal)
            }];
            ways.push((score(1, 0, SKIP), Step::SkipA));
            ways.push((score(0, 1, SKIP), Step::SkipB));
            if x.hash != y.hash && column > 1 {
                let two = [form(b, from + column - 2), form(b, from + column - 1)];
                if b.shape(from + column - 2)
                    .joined(shapes.1)
                    .may_be_close(shapes.0)
                    && close::joined(a.folded(from + row - 1), [&two[0], &two[1]], &mut forms)
                {
                    ways.push((score(1, 2, CLOSE), Step::Split));
                }
            }
            if x.hash != y.hash && row > 1 {
                let two = [form(a, from + row - 2), form(a, from + row - 1)];
                if a.shape(from + row - 2)
                    .joined(shapes.0)
                    .may_be_close(shapes.1)
                    && close::joined(b.folded(from + column - 1), [&two[0], &two[1]], &mut forms)
                {
                    ways.push((score(2, 1, CLOSE), Step::Joined));
                }
            }
            let most = ways.iter().map(|way| way.0).max().unwrap_or_default();
            let way = ways.into_iter().find(|way| way.0 == most);
            cells[row][column] = way.expect("there are ways");
        }
    }
    cells
}

/// Matches by the plain table.
fn plain(a: &AnalyzedArticle, b: &AnalyzedArticle, from: usize, free: Free) -> Vec<WordPair> {
    let cells = cells(a, b, from, free);
    let mut best = (0, 0, 0);
    for (row, cells) in cells.iter().enumerate() {
        for (column, &(score, _)) in cells.iter().enumerate() {
            if row > 0 && column > 0 && score > best.0 {
                best = (score, row, column);
            }
        }
    }
    let (mut row, mut column) = match free {
        Free::End => (best.1, best.2),
        _ => (cells.len() - 1, cells[0].len() - 1),
    };
    let mut found = Vec::new();
    while row > 0 && column > 0 {
        let step = cells[row][column].1;
        let is_match = |row: usize, column: usize, close: bool| WordPair {
            a: (from + row) as u32 - 1,
            b: (from + column) as u32 - 1,
            close,
        };
        let (up, left) = match step {
            Step::Equal | Step::Close => {
                found.push(is_match(row, column, step == Step::Close));
                (1, 1)
            }
            Step::Split => {
                found.extend([is_match(row, column, true), is_match(row, column - 1, true)]);
                (1, 2)
            }
            Step::Joined => {
                found.extend([is_match(row, column, true), is_match(row - 1, column, true)]);
                (2, 1)
            }
            Step::Unequal => (1, 1),
            Step::SkipA => (1, 0),
            Step::SkipB => (0, 1),
        };
        (row, column) = (row - up, column - left);
    }
    found.reverse();
    found
}

fn words() -> impl Strategy<Value = Vec<&'static str>> {
    let word = prop::sample::select(vec![
        "harbour",
        "harb0ur",
        "har",
        "bour",
        "harbours",
        "the",
        "tbe",
        "council",
        "councll",
        "coun",
        "cil",
        "a",
        "rose",
        "1200",
        "1300",
        "12OO",
        "Ada",
        "Novak",
        "Adas",
        "мост",
        "моет",
        "правительство",
        "прабнтельство",
        "港",
        "桥",
    ]);
    prop::collection::vec(word, 1..46)
}

proptest! {
    #[test]
    fn aligns_as_cell_by_cell(a in words(), b in words(), from in 0usize..3) {
        let [a, b] = [a, b].map(|words| AnalyzedArticle::of_text(&words.join(" ")));
        let from = from.min(a.words.len()).min(b.words.len());
        for free in [Free::Nothing, Free::Start, Free::End] {
            let expected = plain(&a, &b, from, free);
            for cpu in CpuLevel::ALL.into_iter().filter_map(Cpu::at) {
                let mut found = Vec::new();
                let (of_a, of_b) = (from..a.words.len(), from..b.words.len());
                AlignmentTable::on(cpu).align((&a, of_a), (&b, of_b), free, &mut found);
                prop_assert_eq!(&found, &expected, "{:?} at {:?}", free, cpu);
            }
        }
    }
}
