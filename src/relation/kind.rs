//! What kind of word a word is.
//!
//! In: what its form and its place tell. Out: a [`WordKind`], by which differences are typed.

/// What a word is, as far as its form and place tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct WordKind {
    /// It holds a digit of any script.
    pub(super) number: bool,
    /// A number with a unit of money or share.
    pub(super) amount: bool,
    /// It is written as a name: with a capital where a common word would have none.
    pub(super) name: bool,
    /// A month or a day of the week, or a number beside it.
    pub(super) date: bool,
    /// It starts with a capital, for whatever reason.
    pub(super) capital: bool,
    /// A letter of a script written without spaces.
    pub(super) spaceless: bool,
}

impl WordKind {
    /// Whether it is what fills the slots of a template.
    pub(super) fn is_slot(self) -> bool {
        self.number || self.name || self.date
    }
}
