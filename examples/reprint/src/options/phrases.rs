//! What is asked of phrases and templates.
//!
//! In: arguments. Out: [`PhraseOptions`].

use clap::Args;

#[derive(Debug, Args)]
#[command(next_help_heading = "Phrasing")]
pub(crate) struct PhraseOptions {
    /// Show instead one article with its repeated phrases marked
    #[arg(long, value_name = "KEY", alias = "explain", conflicts_with_all = ["no_phrases", "templates", "measures", "report"])]
    pub(crate) phrases_of: Option<String>,
    /// In text and JSON Lines, find the templates and boilerplate that articles share
    #[arg(long)]
    pub(crate) templates: bool,
    /// In JSON Lines, add the published measures of repetition to each article: value, limit and
    /// whether it passes, by the rules of MassiveText (Gopher) and FineWeb
    #[arg(long)]
    pub(crate) measures: bool,
}
