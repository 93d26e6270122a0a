//! What values of an object are: their type, the names of their numbers, and how they are displayed.

use std::fmt;

use crate::{
    Base, Object,
    layout::{CONSECUTIVE, NO_MODULE, Section},
    module::Module,
    table::{Table, u16_at, u24, u32_at},
};

/// The syntax of an object, or a textual convention.
#[derive(Clone, Copy)]
pub struct Syntax<'a> {
    table: &'a Table,
    number: u32,
}

impl<'a> Syntax<'a> {
    pub(crate) fn new(table: &'a Table, number: u32) -> Self {
        Self { table, number }
    }

    fn record(self) -> &'a [u8] {
        self.table.record(Section::Syntaxes, self.number).unwrap_or_default()
    }

    fn text(self, at: usize) -> Option<&'a str> {
        Some(self.table.text(u24(self.record(), at))).filter(|text| !text.is_empty())
    }

    /// The textual convention or type that it is written with, e.g. `MacAddress`; none where that is the base type.
    #[must_use]
    pub fn convention(self) -> Option<&'a str> {
        self.text(0)
    }

    /// The module that defines the convention.
    #[must_use]
    pub fn module(self) -> Option<Module<'a>> {
        let number = u16_at(self.record(), 3);
        if number == NO_MODULE { None } else { Module::new(self.table, number) }
    }

    /// The type of the values.
    #[must_use]
    pub fn base(self) -> Base {
        Base::of(self.record().get(5).copied().unwrap_or_default())
    }

    /// DISPLAY-HINT.
    #[must_use]
    pub fn hint(self) -> Option<&'a str> {
        self.text(6)
    }

    /// The names of an enumeration's numbers, or of the bits by their positions, in the order of the numbers.
    pub fn names(self) -> impl Iterator<Item = (i32, &'a str)> {
        let table = self.table;
        let (consecutive, pairs) = match self.numbers() {
            Numbers::Consecutive(first, names) => (Some((first, names)), &[][..]),
            Numbers::Pairs(pairs) => (None, pairs),
        };
        let consecutive = consecutive.into_iter().flat_map(|(first, names)| (first..=i32::MAX).zip(names));
        let consecutive = consecutive.map(move |(number, name)| (number, table.text(u24(name, 0))));
        consecutive.chain(pairs.iter().map(move |pair| (number(pair), table.text(u24(pair, 4)))))
    }

    /// Whether numbers or bits have names.
    #[must_use]
    pub fn has_names(self) -> bool {
        match self.numbers() {
            Numbers::Consecutive(_, names) => !names.is_empty(),
            Numbers::Pairs(pairs) => !pairs.is_empty(),
        }
    }

    /// The name of a number, or of the bit at a position.
    #[must_use]
    pub fn name_of(self, value: i64) -> Option<&'a str> {
        let value = i32::try_from(value).ok()?;
        let name = match self.numbers() {
            Numbers::Consecutive(first, names) => u24(names.get(usize::try_from(value.checked_sub(first)?).ok()?)?, 0),
            Numbers::Pairs(pairs) => {
                let place = pairs.partition_point(|pair| number(pair) < value);
                u24(pairs.get(place).filter(|pair| number(*pair) == value)?, 4)
            }
        };
        Some(self.table.text(name))
    }

    /// The number of a name, or the position of the bit with this name.
    #[must_use]
    pub fn number_of(self, name: &str) -> Option<i32> {
        self.names().find(|(_, known)| *known == name).map(|(number, _)| number)
    }

    /// The numbers, or lengths in octets, that values may have: from and to. None where there is no bound.
    pub fn ranges(self) -> impl Iterator<Item = (i64, i64)> {
        let pool = self.table.pool(Section::Ranges, u24(self.record(), 12));
        let (count, rest) = pool.split_first().unwrap_or((&0, &[]));
        let (ranges, _) = rest.as_chunks::<16>();
        ranges.iter().take(usize::from(*count)).filter_map(|range| {
            let (from, to) = range.split_first_chunk()?;
            Some((i64::from_le_bytes(*from), i64::from_le_bytes(*to.first_chunk()?)))
        })
    }

    /// The number of octets, where values have always the same.
    #[must_use]
    pub fn fixed_length(self) -> Option<usize> {
        let mut ranges = self.ranges();
        match (ranges.next(), ranges.next()) {
            (Some((from, to)), None) if from == to => usize::try_from(from).ok(),
            _ => None,
        }
    }

    fn numbers(self) -> Numbers<'a> {
        let pool = self.table.pool(Section::Names, u24(self.record(), 9));
        let (count, rest) = (u16_at(pool, 0), pool.get(2..).unwrap_or_default());
        if count & CONSECUTIVE == 0 {
            return Numbers::Pairs(rest.as_chunks().0.get(..usize::from(count)).unwrap_or_default());
        }
        let names = rest.get(4..).unwrap_or_default().as_chunks().0;
        Numbers::Consecutive(number(rest), names.get(..usize::from(count & !CONSECUTIVE)).unwrap_or_default())
    }
}

/// Numbers that have names, as they lie in their pool.
enum Numbers<'a> {
    /// The first number, and the names of it and of those behind it.
    Consecutive(i32, &'a [[u8; 3]]),
    /// Number (4) and name (3) of each.
    Pairs(&'a [[u8; 7]]),
}

impl<'a> Object<'a> {
    /// What its values are; none of what has no values.
    #[must_use]
    pub fn syntax(self) -> Option<Syntax<'a>> {
        self.kind().has_instances().then(|| Syntax::new(self.table(), u24(self.record(), 13)))
    }
}

impl Table {
    /// The textual conventions of this name: one for each module that defines one.
    pub(crate) fn conventions<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = Syntax<'a>> + use<'a, 'n> {
        let of = move |record: &[u8]| Syntax::new(self, u24(record, 0));
        let begin = self.first(Section::Conventions, |record| of(record).convention().unwrap_or_default() < name);
        (begin..)
            .map_while(move |place| self.record(Section::Conventions, place).map(of))
            .take_while(move |syntax| syntax.convention() == Some(name))
    }
}

fn number(record: &[u8]) -> i32 {
    u32_at(record, 0).cast_signed()
}

impl fmt::Debug for Syntax<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.convention().unwrap_or(self.base().as_str()))
    }
}
