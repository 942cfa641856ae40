//! The kind of a word: number, name, date and the like.
//!
//! In: a word's form and its place. Out: a [`WordKind`], by which differences are typed.

/// The kind of a word, told by its form and its place. A word may have several kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct WordKind {
    /// The word has a digit of any script.
    pub(super) number: bool,
    /// A number with a unit of money or share.
    pub(super) amount: bool,
    /// Written as a name: with a capital where a common word would have none.
    pub(super) name: bool,
    /// A month or a day of the week, or a number beside it.
    pub(super) date: bool,
    /// The word starts with a capital, for whatever reason.
    pub(super) capital: bool,
    /// A letter of a script without spaces.
    pub(super) spaceless: bool,
}

impl WordKind {
    /// Whether the word is of a kind that fills the slots of a template.
    pub(super) fn is_slot(self) -> bool {
        self.number || self.name || self.date
    }
}
