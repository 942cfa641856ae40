//! Estimates from the verdicts.
//!
//! In: a sample with verdicts. Out: the share of right pairs by stratum and by setting, with
//! intervals; and the loosest setting that is precise enough.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{HEAD, Head, PAIR, Stratum};
use crate::commands::share::Share;
use crate::commands::{count, print};
use crate::failure::Failure;
use crate::options::CommandFormat;
use crate::output::{json, table};

pub(super) fn run(path: &Path, precision: f64, format: CommandFormat) -> Result<(), Failure> {
    let name = path.to_string_lossy();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Failed(format!("{name}: can't be read: {error}")))?;
    let (head, judged) =
        read(&text).map_err(|message| Failure::Failed(format!("{name}{message}")))?;
    let result = Audit::new(&head, &judged, precision);
    print(|out| match format {
        CommandFormat::Text => result.text(out),
        CommandFormat::Jsonl => json::line(out, &result.record(&head)),
    })
}

/// The judged pairs of a stratum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Judged {
    pairs: usize,
    right: usize,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    stratum: String,
    #[serde(default)]
    verdict: Value,
}

/// The head of a sample, and the verdicts of each stratum.
fn read(text: &str) -> Result<(Head, Vec<Judged>), String> {
    let mut head: Option<Head> = None;
    let mut verdicts: HashMap<String, Judged> = HashMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let wrong =
            |error: &serde_json::Error| format!(":{number}: not a line of an audit: {error}");
        let found: Line = serde_json::from_str(line).map_err(|error| wrong(&error))?;
        if found.kind == HEAD {
            head = Some(serde_json::from_str(line).map_err(|error| wrong(&error))?);
        } else if found.kind == PAIR {
            let verdict = verdict(&found.verdict).map_err(|said| {
                format!(":{number}: the verdict {said} is none; say true, false or null")
            })?;
            if let Some(is_right) = verdict {
                let judged = verdicts.entry(found.stratum).or_default();
                judged.pairs += 1;
                judged.right += usize::from(is_right);
            }
        }
    }
    let head = head.ok_or_else(|| {
        format!(": no line of type {HEAD}; keep the first line of the sample in its file")
    })?;
    let judged: Vec<Judged> = head
        .strata
        .iter()
        .map(|stratum| verdicts.remove(&stratum.name).unwrap_or_default())
        .collect();
    if let Some(strange) = verdicts.keys().min() {
        return Err(format!(": the stratum {strange} is not in its first line"));
    }
    if let Some((stratum, _)) = head
        .strata
        .iter()
        .zip(&judged)
        .find(|(stratum, judged)| judged.pairs > stratum.pairs)
    {
        return Err(format!(
            ": the stratum {} has more verdicts than pairs; is a line there twice?",
            stratum.name
        ));
    }
    if judged.iter().all(|judged| judged.pairs == 0) {
        return Err(": no verdict yet; set \"verdict\" to true or false in its lines".to_owned());
    }
    Ok((head, judged))
}

fn verdict(value: &Value) -> Result<Option<bool>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(is_right) => Ok(Some(*is_right)),
        other => Err(other.to_string()),
    }
}

/// The share of right pairs in strata, each weighted by its number of pairs. Strata without a
/// verdict are left out.
fn right(strata: impl Iterator<Item = (usize, Judged)> + Clone) -> Option<Share> {
    let judged = strata.filter(|(_, judged)| judged.pairs > 0);
    let all: usize = judged.clone().map(|(pairs, _)| pairs).sum();
    let mut share = 0.0;
    let mut inverse = 0.0;
    for (pairs, judged) in judged {
        let (weight, verdicts) = (pairs as f64 / all as f64, judged.pairs as f64);
        share += weight * judged.right as f64 / verdicts;
        inverse += weight * weight * (1.0 - verdicts / pairs as f64) / verdicts;
    }
    // If every pair is judged, nothing is left to chance.
    (all > 0).then(|| Share::new(share, 1.0 / inverse.max(0.0)))
}

/// The pairs found at one setting.
#[derive(Serialize)]
struct Setting<'a> {
    name: &'a str,
    /// Whether the sample was drawn at this setting.
    in_force: bool,
    /// Pairs in the setting's stratum.
    stratum_pairs: usize,
    judged: usize,
    right: usize,
    stratum: Option<Share>,
    /// Pairs that match at the setting.
    pairs: usize,
    precision: Option<Share>,
    /// The share of right pairs found, among the right pairs of all strata.
    right_found: Option<f64>,
}

struct Audit<'a> {
    by: &'static str,
    settings: Vec<Setting<'a>>,
    wanted: f64,
    suggested: Option<&'a str>,
}

impl<'a> Audit<'a> {
    fn new(head: &'a Head, judged: &[Judged], wanted: f64) -> Self {
        let strata = || head.strata.iter().zip(judged.iter().copied());
        let right_from = |at: usize| -> f64 {
            let right = |(stratum, judged): (&Stratum, Judged)| {
                stratum.pairs as f64 * judged.right as f64 / judged.pairs.max(1) as f64
            };
            strata().skip(at).map(right).sum()
        };
        let all_right = right_from(0);
        let first_in_force = head.strata.iter().position(|stratum| stratum.matches);
        let setting = |(at, (stratum, judged)): (usize, (&'a Stratum, Judged))| {
            let from_here = strata()
                .skip(at)
                .map(|(stratum, judged)| (stratum.pairs, judged));
            Setting {
                name: &stratum.name,
                in_force: first_in_force == Some(at),
                stratum_pairs: stratum.pairs,
                judged: judged.pairs,
                right: judged.right,
                stratum: right(std::iter::once((stratum.pairs, judged))),
                pairs: from_here.clone().map(|(pairs, _)| pairs).sum(),
                precision: right(from_here),
                right_found: (all_right > 0.0).then(|| right_from(at) / all_right),
            }
        };
        let settings: Vec<Setting<'_>> = strata().enumerate().map(setting).collect();
        let is_enough =
            |setting: &&Setting<'_>| setting.precision.is_some_and(|share| share.low >= wanted);
        let suggested = settings.iter().find(is_enough).map(|setting| setting.name);
        Self {
            by: match head.mode {
                reprint::Mode::Jaccard { .. } => "threshold",
                _ => "strictness",
            },
            settings,
            wanted,
            suggested,
        }
    }

    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let judged = self.settings.iter().map(|setting| setting.judged).sum();
        let right: usize = self.settings.iter().map(|setting| setting.right).sum();
        let judged = count(judged, "pair is judged", "pairs are judged");
        writeln!(out, "{judged}, {right} of them right\n")?;
        // A line of the table for each setting.
        let row = |setting: &Setting<'_>| {
            let [share, within] = Share::cells(setting.stratum);
            let [precision, of_all] = Share::cells(setting.precision);
            [
                setting.name.to_owned(),
                table::thousands(setting.stratum_pairs),
                table::thousands(setting.judged),
                share,
                within,
                table::thousands(setting.pairs),
                precision,
                of_all,
                setting
                    .right_found
                    .map_or_else(|| "-".to_owned(), |share| format!("{:.0}%", 100.0 * share)),
                if setting.in_force { "in force" } else { "" }.to_owned(),
            ]
        };
        let rows: Vec<_> = self.settings.iter().map(row).collect();
        let heading = [
            self.by,
            "pairs",
            "judged",
            "right",
            "95%",
            "matches",
            "precision",
            "95%",
            "found",
            "",
        ];
        table::write(out, heading, &rows)?;
        // How to read the table, and the suggested setting.
        writeln!(
            out,
            "\nEach line: the pairs that match at that {by} and at no stricter one; then all that \
             match at it, and\nhow many of the right pairs of the sample's range they are.\n",
            by = self.by
        )?;
        if self
            .settings
            .iter()
            .any(|s| s.judged == 0 && s.stratum_pairs > 0)
        {
            writeln!(
                out,
                "Lines without a verdict count for nothing in those above them.\n"
            )?;
        }
        match self.suggested {
            Some(name) => writeln!(
                out,
                "Suggested: --{} {name}, the loosest at which the precision is {} or more, with 95% \
                 certainty.",
                self.by, self.wanted
            ),
            None => writeln!(
                out,
                "No {} here is known to have a precision of {} or more: judge more pairs, or ask \
                 for less (--precision).",
                self.by, self.wanted
            ),
        }
    }

    fn record<'b>(&'b self, head: &'b Head) -> Record<'b> {
        Record {
            schema: reprint::report::SCHEMA,
            kind: "audit_result",
            mode: head.mode,
            by: self.by,
            settings: &self.settings,
            wanted: self.wanted,
            suggested: self.suggested,
        }
    }
}

#[derive(Serialize)]
struct Record<'a> {
    schema: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    mode: reprint::Mode,
    by: &'static str,
    settings: &'a [Setting<'a>],
    wanted: f64,
    suggested: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(pairs: usize, right: usize) -> Judged {
        Judged { pairs, right }
    }

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 5e-4
    }

    #[test]
    fn strata_count_by_their_size() {
        let strata = [(900, judged(10, 10)), (100, judged(10, 0))];
        let found = right(strata.into_iter()).expect("a share");
        assert!(near(found.value, 0.9));
        // Ten verdicts stand for many pairs, ten for few: together they are worth about twelve.
        assert!(found.low > 0.5 && found.low < 0.7, "{found:?}");
        let all = right([(10, judged(10, 7))].into_iter()).expect("a share");
        assert_eq!((all.low, all.high), (0.7, 0.7));
        assert_eq!(right([(10, judged(0, 0))].into_iter()), None);
    }
}
