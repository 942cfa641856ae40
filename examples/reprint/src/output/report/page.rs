//! The frame of the page: head, policy, style, script.
//!
//! In: the overview's words and figures. Out: HTML. The template escapes every value but style,
//! script and plots, which are the program's own.

use std::io::{self, Write};

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::matrix::Matrix;
use super::plots::Plot;

const STYLE: &str = include_str!("page/style.css");

/// The script: a file per view, in one function scope.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("page/script/dom.js"),
    include_str!("page/script/data.js"),
    include_str!("page/script/words.js"),
    include_str!("page/script/align.js"),
    include_str!("page/script/text.js"),
    include_str!("page/script/list.js"),
    include_str!("page/script/groups.js"),
    include_str!("page/script/group.js"),
    include_str!("page/script/pair.js"),
    include_str!("page/script/phrasing.js"),
    include_str!("page/script/templates.js"),
    include_str!("page/script/main.js"),
    "})();\n",
);

/// A count with its name.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) note: String,
}

/// A small table of names and values.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) title: &'static str,
    pub(super) rows: Vec<(String, String)>,
}

/// The page before the records.
#[derive(Template)]
#[template(path = "head.html")]
pub(super) struct Head {
    pub(super) version: String,
    pub(super) policy: String,
    pub(super) style: &'static str,
    pub(super) title: &'static str,
    /// The address fragment to open; empty for the overview.
    pub(super) start: String,
    pub(super) lede: String,
    pub(super) notices: Vec<String>,
    pub(super) groups: String,
    pub(super) flagged: Option<String>,
    pub(super) templates: Option<String>,
    pub(super) figures: Vec<Figure>,
    pub(super) plots: Vec<Plot>,
    pub(super) matrix: Option<Matrix>,
    pub(super) tables: Vec<Table>,
}

impl Head {
    pub(super) fn style() -> &'static str {
        STYLE
    }

    /// The Content-Security-Policy: the page's own script and style, and nothing else. Trusted Types
    /// without a policy keep the script from turning text into markup.
    pub(super) fn policy() -> String {
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
        format!(
            "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'",
            hash(SCRIPT),
            hash(STYLE)
        )
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.render().map_err(io::Error::other)?.as_bytes())
    }
}

/// The page after the records.
#[derive(Template)]
#[template(path = "foot.html")]
pub(super) struct Foot {
    script: &'static str,
}

impl Foot {
    pub(super) fn new() -> Self {
        Self { script: SCRIPT }
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.render().map_err(io::Error::other)?.as_bytes())
    }
}
