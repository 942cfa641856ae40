//! The help.
//!
//! In: the command line and its options. Out: the command line with a `--help` that fits on a
//! screen and names every option, and a `--help-all` that explains them.

use clap::{Arg, ArgAction, Command, CommandFactory};

use super::Options;

/// Explained in the short help; the others are named.
const COMMON: [&str; 14] = [
    "text-field",
    "mode",
    "threshold",
    "reference",
    "keep",
    "dropped",
    "format",
    "report",
    "output",
    "previous",
    "fail-on",
    "config",
    "dry-run",
    "quiet",
];

const EXAMPLES: &str = "\
Examples:
  reprint articles/                                 a folder, read by people
  reprint --threshold 0.8 news.jsonl.zst            near-duplicates only, by Jaccard similarity
  zcat news.jsonl.gz | reprint --format jsonl -     one JSON object a line

Exit code: 0 fine, 1 failed, 2 wrong usage, 3 what --fail-on names was found.";

/// Columns of the help.
const COLUMNS: usize = 100;

/// The command line.
pub(crate) fn command() -> Command {
    with_help(Options::command())
}

fn with_help(command: Command) -> Command {
    let has_examples = command.get_name() == "reprint";
    let help = |name: &'static str, action, said: &'static str| {
        Arg::new(name)
            .long(name)
            .action(action)
            .help(said)
            .help_heading("Run")
    };
    let short = help("help", ArgAction::HelpShort, "This help").short('h');
    let long = help("help-all", ArgAction::HelpLong, "All options explained");
    // Commands have none of their own.
    let version = command
        .get_version()
        .is_some()
        .then(|| help("version", ArgAction::Version, "The version").short('V'));
    let command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .max_term_width(COLUMNS)
        .mut_args(|option| {
            let name = option.get_long().unwrap_or_default();
            // A command's own options stand under no heading.
            let is_own = option.get_help_heading().is_none();
            let is_common = option.is_positional() || is_own || COMMON.contains(&name);
            let has_values = option.get_action().takes_values();
            let option = option.hide_short_help(!is_common);
            // What is common says its values itself.
            option.hide_possible_values(is_common && has_values)
        })
        .args([short, long])
        .args(version)
        .mut_subcommands(with_help);
    let rest = rest(&command);
    let own = command.get_after_help().map(ToString::to_string);
    let examples = own.unwrap_or_default();
    let examples = if has_examples {
        EXAMPLES
    } else {
        examples.trim()
    };
    let sections = [rest.as_str(), examples].map(str::trim);
    let sections: Vec<&str> = sections
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let short = sections.join("\n\n");
    let examples = examples.to_owned();
    command.after_help(short).after_long_help(examples)
}

/// The options that the short help does not explain.
fn rest(command: &Command) -> String {
    let hidden = command
        .get_arguments()
        .filter(|option| option.is_hide_short_help_set() && !option.is_hide_set());
    let names = hidden
        .filter_map(Arg::get_long)
        .map(|name| format!("--{name}"));
    let (mut lines, mut line) = (Vec::new(), "More options, see --help-all:".to_owned());
    for name in names {
        if line.len() + 1 + name.len() > COLUMNS {
            lines.push(std::mem::replace(&mut line, " ".to_owned()));
        }
        line = format!("{line} {name}");
    }
    lines.push(line);
    lines.join("\n")
}
