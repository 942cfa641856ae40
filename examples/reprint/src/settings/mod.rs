//! Settings from all sources.
//!
//! In: arguments, environment variables and a file. Out: the [`Options`] in force, and the source
//! of each.
//!
//! An argument overrides a variable (`REPRINT_THRESHOLD` for `--threshold`). A variable overrides
//! the file (`threshold = 0.8` in `reprint.toml`, or in the file that `--config` names). The file
//! overrides the default. Variables and the file are turned into arguments, so that they are parsed
//! and refused alike. An error names the source at fault.

mod file;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};
use reprint::report::OptionRecord;

use crate::options::{self, Options};

/// Options that no variable or file sets.
const NOT_SETTINGS: [&str; 4] = ["config", "help", "help-all", "version"];

const PREFIX: &str = "REPRINT_";

/// Help headings of options that affect results. The other options only affect where and how
/// results are written.
const TELLING: [&str; 2] = ["Input", "Matching"];

/// An option that affects no result: the same articles come in by every way.
const WAY_IN: &str = "input";

/// The options in force, and their sources.
#[derive(Debug)]
pub(crate) struct Effective {
    pub(crate) options: Options,
    /// Options that affect results.
    pub(crate) told: BTreeMap<String, OptionRecord>,
    /// Messages for the user.
    pub(crate) notes: Vec<String>,
    pub(crate) origins: Origins,
}

/// Sources of options that were not set by an argument.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(BTreeMap<String, String>);

impl Origins {
    /// A message, followed by the sources of the options at fault.
    pub(crate) fn blame(&self, message: String, options: &[String]) -> String {
        let blamed = self.0.iter().filter(|(name, _)| options.contains(name));
        let blamed: Vec<String> = blamed
            .map(|(name, by)| format!("{name} is set by {by}"))
            .collect();
        if blamed.is_empty() {
            message
        } else {
            format!("{message} ({})", blamed.join(", "))
        }
    }
}

/// Why there are no settings.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The arguments are at fault: clap writes the error, or the help.
    Arguments(clap::Error),
    /// A variable or a file is at fault.
    Elsewhere(String),
}

/// The source of a setting, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    File,
    Environment,
    Argument,
}

/// An option set by a variable or a file.
#[derive(Debug)]
struct Entry {
    values: Vec<String>,
    is_list: bool,
    /// The variable, or file and line.
    by: String,
    rank: Rank,
}

/// The options in force for these arguments and variables. The first argument is the program.
pub(crate) fn effective(
    arguments: &[OsString],
    variables: impl Fn() -> Vec<(OsString, OsString)>,
) -> Result<Effective, Refused> {
    // 1. Parse the arguments alone, to find the command and the settings file.
    let mut command = options::command();
    command.build();
    let given = command
        .try_get_matches_from_mut(arguments)
        .map_err(Refused::Arguments)?;
    let (at, target, given) = match given.subcommand() {
        Some((name, within)) => {
            let target = command.find_subcommand(name);
            let is_name = |argument: &OsString| {
                let mut aliases = target.into_iter().flat_map(Command::get_all_aliases);
                argument == name || aliases.any(|alias| argument == alias)
            };
            let at = arguments.iter().position(is_name);
            (at.unwrap_or_default(), target.unwrap_or(&command), within)
        }
        None => (0, &command, &given),
    };

    // 2. Collect settings from the file and the variables, without those that an argument overrides
    // or contradicts.
    let mut notes = Vec::new();
    let mut entries = BTreeMap::new();
    let variables = of_this_program(variables())?;
    if let Some(path) = config_path(given, &variables) {
        let read = of_file(&path, &command).map_err(Refused::Elsewhere)?;
        notes.push(format!("settings from {}", path.display()));
        entries.extend(read);
    }
    entries.extend(of_environment(variables, &command, &mut notes));
    entries.retain(|name, _| {
        let option = option(target, name);
        // An option hidden by a command doesn't apply to it.
        option.is_some_and(|option| {
            let source = given.value_source(option.get_id().as_str());
            !option.is_hide_set() && source != Some(ValueSource::CommandLine)
        })
    });
    leave_out_contradicted(&mut entries, target, given, &mut notes);
    let by_variable = entries
        .values()
        .filter(|entry| entry.rank == Rank::Environment);
    notes.extend(by_variable.map(|entry| format!("settings from {}", entry.by)));

    // 3. Put these settings before the user's arguments, and parse the whole.
    let mut all = arguments[..=at].to_vec();
    for (name, entry) in &entries {
        let arguments = as_arguments(name, entry, target).map_err(Refused::Elsewhere)?;
        all.extend(arguments);
    }
    all.extend_from_slice(&arguments[at + 1..]);
    let origins = Origins(
        entries
            .into_iter()
            .map(|(name, entry)| (name, entry.by))
            .collect(),
    );
    // Each setting is valid alone, so an error here comes from several together.
    let whole = |error: clap::Error| {
        Refused::Elsewhere(origins.blame(in_short(&error), &options_of(&error)))
    };
    let matches = options::command()
        .try_get_matches_from(all)
        .map_err(whole)?;
    let options = Options::from_arg_matches(&matches).map_err(whole)?;
    let within = matches.subcommand().map_or(&matches, |(_, within)| within);
    Ok(Effective {
        told: told(target, within, &origins),
        options,
        notes,
        origins,
    })
}

/// The option with this name.
fn option<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    command
        .get_arguments()
        .find(|option| long_names(option).any(|of| of == name) && !NOT_SETTINGS.contains(&name))
}

/// An option's name and earlier names.
fn long_names(option: &Arg) -> impl Iterator<Item = &str> {
    let before = option.get_all_aliases().into_iter().flatten();
    option.get_long().into_iter().chain(before)
}

/// The names of the commands' options.
fn names(command: &Command) -> Vec<&str> {
    let commands = std::iter::once(command).chain(command.get_subcommands());
    let mut names: Vec<&str> = commands
        .flat_map(Command::get_arguments)
        .flat_map(long_names)
        .filter(|name| !NOT_SETTINGS.contains(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The file that is named, or the usual file if it exists.
fn config_path(given: &ArgMatches, variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    let named = given
        .try_get_one::<PathBuf>("config")
        .ok()
        .flatten()
        .cloned();
    let variable = || variables.get("config").filter(|path| !path.is_empty());
    let usual = || Path::new(file::USUAL).is_file().then(|| file::USUAL.into());
    named
        .or_else(|| variable().map(PathBuf::from))
        .or_else(usual)
}

/// This program's variables, by option.
fn of_this_program(
    variables: Vec<(OsString, OsString)>,
) -> Result<BTreeMap<String, String>, Refused> {
    let mut found = BTreeMap::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        let Ok(value) = value.into_string() else {
            return Err(Refused::Elsewhere(format!("{PREFIX}{name}: not UTF-8")));
        };
        found.insert(name.to_ascii_lowercase().replace('_', "-"), value);
    }
    Ok(found)
}

fn variable(option: &str) -> String {
    format!("{PREFIX}{}", option.to_ascii_uppercase().replace('-', "_"))
}

/// The settings from variables. An unknown variable is only noted, since another program may own
/// it.
fn of_environment(
    variables: BTreeMap<String, String>,
    command: &Command,
    notes: &mut Vec<String>,
) -> Vec<(String, Entry)> {
    let known = names(command);
    let mut entries = Vec::new();
    for (name, value) in variables {
        let by = variable(&name);
        if known.contains(&name.as_str()) {
            let entry = Entry {
                values: vec![value],
                is_list: false,
                by,
                rank: Rank::Environment,
            };
            entries.push((name, entry));
        } else if !NOT_SETTINGS.contains(&name.as_str()) {
            let meant = nearest(&name, &known).map(variable);
            let hint = meant.map_or_else(String::new, |meant| format!("; {meant} is one"));
            notes.push(format!("{by} is no setting, and not used{hint}"));
        }
    }
    entries
}

fn of_file(path: &Path, command: &Command) -> Result<Vec<(String, Entry)>, String> {
    let known = names(command);
    let mut entries = Vec::new();
    for (
        name,
        file::Setting {
            values,
            is_list,
            at,
        },
    ) in file::read(path)?
    {
        if !known.contains(&name.as_str()) {
            let hint = match nearest(&name, &known) {
                Some(meant) => format!("; a similar one is {meant}"),
                None => String::new(),
            };
            return Err(format!("{at}: there is no setting {name}{hint}"));
        }
        let entry = Entry {
            values,
            is_list,
            by: at,
            rank: Rank::File,
        };
        entries.push((name, entry));
    }
    Ok(entries)
}

fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    /// The limit that clap uses for options.
    const LEAST: f64 = 0.7;
    let likeness = |known: &&str| strsim::jaro(name, known);
    let best = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > LEAST).then_some(best)
}

/// Leaves out the weaker of two contradictory settings, and notes it. Equally strong ones both
/// stay, and are refused.
fn leave_out_contradicted(
    entries: &mut BTreeMap<String, Entry>,
    target: &Command,
    given: &ArgMatches,
    notes: &mut Vec<String>,
) {
    let rank = |name: &str, entries: &BTreeMap<String, Entry>| {
        if let Some(entry) = entries.get(name) {
            return Some(entry.rank);
        }
        let option = option(target, name)?;
        let source = given.value_source(option.get_id().as_str());
        (source == Some(ValueSource::CommandLine)).then_some(Rank::Argument)
    };
    let value = |name: &str, entries: &BTreeMap<String, Entry>| match entries.get(name) {
        Some(entry) => entry.values.first().cloned(),
        None => raw(given, option(target, name)?).pop(),
    };
    let mut pairs = Vec::new();
    if value("mode", entries).as_deref() == Some("recycled") {
        pairs.extend([("mode", "threshold"), ("mode", "recall")]);
    }
    for option in target.get_arguments() {
        let against = target.get_arg_conflicts_with(option);
        let names = against.into_iter().filter_map(Arg::get_long);
        pairs.extend(
            option
                .get_long()
                .into_iter()
                .flat_map(|name| names.clone().map(move |other| (name, other))),
        );
    }
    for (a, b) in pairs {
        let weaker = match (rank(a, entries), rank(b, entries)) {
            (Some(of_a), Some(of_b)) if of_a < of_b => a,
            (Some(of_a), Some(of_b)) if of_b < of_a => b,
            _ => continue,
        };
        if let Some(left_out) = entries.remove(weaker) {
            let stronger = if weaker == a { b } else { a };
            notes.push(format!(
                "{weaker} of {} gives way to {stronger}",
                left_out.by
            ));
        }
    }
}

/// A setting as arguments. The arguments are parsed alone first, so that an error can name the
/// source.
fn as_arguments(name: &str, entry: &Entry, target: &Command) -> Result<Vec<OsString>, String> {
    let Entry {
        values,
        is_list,
        by,
        ..
    } = entry;
    let Some(option) = option(target, name) else {
        return Ok(Vec::new());
    };
    if matches!(option.get_action(), ArgAction::SetTrue) {
        return match values.as_slice() {
            [value] if matches!(value.as_str(), "true" | "1" | "yes") => {
                Ok(vec![format!("--{name}").into()])
            }
            [value] if matches!(value.as_str(), "false" | "0" | "no" | "") => Ok(Vec::new()),
            _ => Err(format!("{by}: {name} is true or false")),
        };
    }
    let takes_list = matches!(option.get_action(), ArgAction::Append);
    if *is_list && !takes_list {
        return Err(format!("{by}: {name} is one value, not a list"));
    }
    let arguments: Vec<OsString> = values
        .iter()
        .map(|value| format!("--{name}={value}").into())
        .collect();
    let alone = std::iter::once(OsString::from("reprint")).chain(arguments.iter().cloned());
    match target.clone().try_get_matches_from(alone) {
        // A missing argument doesn't matter here.
        Err(error) if error.kind() != ErrorKind::MissingRequiredArgument => {
            Err(format!("{by}: {}", in_short(&error)))
        }
        _ => Ok(arguments),
    }
}

/// The names of the options that clap refuses, without hyphens in front.
fn options_of(error: &clap::Error) -> Vec<String> {
    let context = error
        .context()
        .filter(|(kind, _)| matches!(kind, ContextKind::InvalidArg | ContextKind::PriorArg));
    let shown = context.flat_map(|(_, value)| match value {
        ContextValue::String(shown) => vec![shown.as_str()],
        ContextValue::Strings(shown) => shown.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    });
    // Clap shows an option as `--name <VALUE>`.
    let name = |shown: &str| {
        let name = shown.strip_prefix("--")?;
        Some(name.split([' ', '=', '[']).next()?.to_owned())
    };
    shown.filter_map(name).collect()
}

/// A message of clap on one line, without its advice.
fn in_short(error: &clap::Error) -> String {
    let said = error.to_string();
    let said = said.strip_prefix("error: ").unwrap_or(&said);
    let lines = said.lines().map(str::trim);
    let lines =
        lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Options that affect results and were set by someone.
fn told(
    target: &Command,
    matches: &ArgMatches,
    origins: &Origins,
) -> BTreeMap<String, OptionRecord> {
    let mut told = BTreeMap::new();
    for option in target.get_arguments() {
        let is_telling = option
            .get_help_heading()
            .is_some_and(|heading| TELLING.contains(&heading));
        let Some(name) = option
            .get_long()
            .filter(|&name| is_telling && name != WAY_IN)
        else {
            continue;
        };
        let from = match matches.value_source(option.get_id().as_str()) {
            None => continue,
            Some(ValueSource::DefaultValue) => "default",
            Some(_) => origins.0.get(name).map_or("argument", String::as_str),
        };
        let value = match option.get_action() {
            ArgAction::SetTrue => matches.get_flag(option.get_id().as_str()).to_string(),
            _ => raw(matches, option).join(","),
        };
        told.insert(name.to_owned(), OptionRecord::new(value, from));
    }
    told
}

fn raw(matches: &ArgMatches, option: &Arg) -> Vec<String> {
    let raw = matches.get_raw(option.get_id().as_str());
    raw.into_iter()
        .flatten()
        .map(|value| value.to_string_lossy().into_owned())
        .collect()
}
