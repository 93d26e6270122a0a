//! How a whole file was printed, which single lines do not tell.

/// What was found out about a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// How entries begin.
    pub(super) grammar: Grammar,
    /// Whether lines end in CR LF.
    pub(super) carriage_returns: bool,
    /// Whether values stand there without types that only `-OQ` and `-Oq` leave out.
    pub(super) is_quick: bool,
    /// Whether TimeTicks stand there with their type.
    pub(super) has_timeticks: bool,
    /// Whether dots stand for octets that are no text (`-Oa`).
    pub(super) has_dots: bool,
}

/// How the first lines of entries look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Grammar {
    /// What stands between names and values.
    pub(super) separator: Separator,
    /// Whether names begin with the last word that is known (`-Os`, `-Ou`). Then a number in front is no root, and a
    /// word that nobody knows begins an entry all the same.
    pub(super) has_suffixes: bool,
}

/// What stands between names and values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Separator {
    /// ` = `.
    #[default]
    Equals,
    /// A blank, as `-Oq` prints it.
    Blank,
}
