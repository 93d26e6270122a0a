//! What has a number: objects, tables, notifications, and the nodes above them.

use std::fmt;

use crate::{
    Access, Kind, MAX_ARCS,
    layout::{NAME, Section},
    table::{Table, u24, u32_at},
};

/// What a module defines at a number.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    table: &'a Table,
    number: u32,
}

impl<'a> Object<'a> {
    pub(crate) fn new(table: &'a Table, number: u32) -> Self {
        Self { table, number }
    }

    pub(crate) fn record(self) -> &'a [u8] {
        self.table.record(Section::Nodes, self.number).unwrap_or_default()
    }

    /// Its name, e.g. `ifDescr`. Empty where a number has none.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.table.text(u24(self.record(), NAME))
    }

    /// What kind of definition it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        Kind::of(self.record().get(12).copied().unwrap_or_default() & 0x0f)
    }

    /// What may be done with it at most.
    #[must_use]
    pub fn access(self) -> Access {
        Access::of(self.record().get(12).copied().unwrap_or_default() >> 4)
    }

    /// The unit of its values, as its module writes it.
    #[must_use]
    pub fn units(self) -> Option<&'a str> {
        self.table.of_node(Section::Units, self.number).map(|at| self.table.text(at))
    }

    /// Its last arc.
    #[must_use]
    pub fn arc(self) -> u32 {
        u32_at(self.record(), 0)
    }

    /// Its number.
    #[must_use]
    pub fn oid(self) -> Vec<u32> {
        let mut arcs: Vec<u32> = self.and_above().map(Self::arc).take(MAX_ARCS).collect();
        arcs.reverse();
        arcs
    }

    /// The object above it; none above the first arc.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        // Breadth first, where children begin rises with their parents: the last one that begins here or before has this
        // child, for those behind it that have none begin behind it.
        let behind = self.table.first(Section::Nodes, |record| u24(record, 4) <= self.number);
        // In a sound table, a parent comes before its children.
        let parent = behind.checked_sub(1).filter(|parent| (1..self.number).contains(parent))?;
        Some(Self::new(self.table, parent))
    }

    /// This object and those above it, up to the first arc.
    pub(crate) fn and_above(self) -> impl Iterator<Item = Self> {
        std::iter::successors((self.number != 0).then_some(self), |object| object.parent())
    }

    /// What lies right below it, in the order of the arcs.
    pub fn children(self) -> impl Iterator<Item = Self> {
        self.child_numbers().map(move |number| Self::new(self.table, number))
    }

    /// The object right below it with this arc.
    #[must_use]
    pub fn child(self, arc: u32) -> Option<Self> {
        let numbers = self.child_numbers();
        let place = self.table.first_within(Section::Nodes, numbers.clone(), |record| u32_at(record, 0) < arc);
        numbers.contains(&place).then(|| Self::new(self.table, place)).filter(|child| child.arc() == arc)
    }

    fn child_numbers(self) -> std::ops::Range<u32> {
        let count = self.table.count(Section::Nodes);
        let end = self.table.record(Section::Nodes, self.number.saturating_add(1)).map_or(count, |next| u24(next, 4));
        u24(self.record(), 4).max(self.number.saturating_add(1))..end.min(count)
    }

    /// Of a row or a column, the row; of a table, the row below it.
    #[must_use]
    pub fn row(self) -> Option<Self> {
        match self.kind() {
            Kind::Row => Some(self),
            Kind::Column => self.parent().filter(|row| row.kind() == Kind::Row),
            Kind::Table => self.children().find(|row| row.kind() == Kind::Row),
            _ => None,
        }
    }

    /// The columns of a table, of a row, or of the row of a column.
    pub fn columns(self) -> impl Iterator<Item = Self> {
        self.row().into_iter().flat_map(Self::children).filter(|column| column.kind() == Kind::Column)
    }

    /// The objects that a notification carries, in their order.
    pub fn notified(self) -> impl Iterator<Item = Self> {
        let at = self.table.of_node(Section::Notifications, self.number);
        let (count, rest) = at.and_then(|at| self.table.pool(Section::Objects, at).split_first()).unwrap_or((&0, &[]));
        let table = self.table;
        rest.chunks_exact(3).take(usize::from(*count)).map(move |object| Self::new(table, u24(object, 0)))
    }

    pub(crate) fn table(self) -> &'a Table {
        self.table
    }

    pub(crate) fn number(self) -> u32 {
        self.number
    }
}

impl Table {
    /// The root of the tree, which has no name.
    #[must_use]
    pub fn root(&self) -> Object<'_> {
        Object::new(self, 0)
    }

    /// Everything that has a number, breadth first.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        (1..self.count(Section::Nodes)).map(|number| Object::new(self, number))
    }

    /// The deepest object that `oid` is or lies below, and how many arcs lead to it. What lies below a scalar or a column
    /// are its instances, even where a module has a name for one (DISMAN-EVENT-MIB's `sysUpTimeInstance`).
    pub(crate) fn nearest(&self, oid: &[u32]) -> (Object<'_>, usize) {
        let (mut object, mut depth) = (self.root(), 0);
        while !object.kind().has_instances()
            && let Some(child) = oid.get(depth).and_then(|arc| object.child(*arc))
        {
            (object, depth) = (child, depth + 1);
        }
        (object, depth)
    }

    /// All names that there are, some of them several times.
    pub(crate) fn all_names(&self) -> impl Iterator<Item = &str> {
        let aliases = (0..self.count(Section::Aliases)).filter_map(|place| self.record(Section::Aliases, place));
        self.objects().map(|object| object.name()).chain(aliases.map(|record| self.text(u24(record, 0))))
    }
}

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.table, other.table) && self.number == other.number
    }
}

impl Eq for Object<'_> {}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full_name())
    }
}
