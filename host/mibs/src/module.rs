//! A module of a table.

use std::fmt;

use crate::{
    Object,
    layout::{NAME, NO_MODULE, Section},
    table::{Table, u16_at, u24},
};

/// A MIB module.
#[derive(Clone, Copy)]
pub struct Module<'a> {
    table: &'a Table,
    number: u16,
}

impl<'a> Module<'a> {
    pub(crate) fn new(table: &'a Table, number: u16) -> Option<Self> {
        (u32::from(number) < table.count(Section::Modules)).then_some(Self { table, number })
    }

    /// Its name, e.g. `IF-MIB`.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.table.record(Section::Modules, self.number.into()).map_or("", |record| self.table.text(u24(record, 0)))
    }

    /// What identifies it (MODULE-IDENTITY); none in SMIv1.
    #[must_use]
    pub fn identity(self) -> Option<Object<'a>> {
        let record = self.table.record(Section::Modules, self.number.into())?;
        Some(u24(record, 3)).filter(|node| *node != 0).map(|node| Object::new(self.table, node))
    }
}

impl<'a> Object<'a> {
    /// The module that defines it; none for `iso` and what has no name.
    #[must_use]
    pub fn module(self) -> Option<Module<'a>> {
        let number = u16_at(self.record(), 10);
        if number == NO_MODULE { None } else { Module::new(self.table(), number) }
    }

    /// Module and name, `IF-MIB::ifDescr`; the name alone where no module defines it.
    #[must_use]
    pub fn full_name(self) -> String {
        match self.module() {
            Some(module) => format!("{}::{}", module.name(), self.name()),
            None => self.name().to_owned(),
        }
    }
}

impl Table {
    /// The modules, in the order of their names.
    pub fn modules(&self) -> impl Iterator<Item = Module<'_>> {
        (0..self.count(Section::Modules)).filter_map(|number| Module::new(self, u16::try_from(number).ok()?))
    }

    /// The module of this name.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<Module<'_>> {
        let place = self.first(Section::Modules, |record| self.octets(u24(record, 0)) < name.as_bytes());
        Module::new(self, u16::try_from(place).ok()?).filter(|module| module.name() == name)
    }

    /// What has this name in its module, in one of that name only where one is given. Not every one of them is another
    /// object: several modules may name one number.
    pub(crate) fn named<'a, 'n>(
        &'a self,
        name: &'n str,
        module: Option<&'n str>,
    ) -> impl Iterator<Item = Object<'a>> + use<'a, 'n> {
        let of_node = move |record: &[u8]| Object::new(self, u24(record, 0));
        let begin = self.first(Section::ByName, |record| {
            let node = self.record(Section::Nodes, u24(record, 0)).unwrap_or_default();
            self.octets(u24(node, NAME)) < name.as_bytes()
        });
        let own = (begin..)
            .map_while(move |place| self.record(Section::ByName, place).map(of_node))
            .take_while(move |object| object.name() == name)
            .filter(move |object| module.is_none_or(|module| object.module().is_some_and(|own| own.name() == module)));
        let begin = self.first(Section::Aliases, |record| self.octets(u24(record, 0)) < name.as_bytes());
        let others = (begin..)
            .map_while(move |place| self.record(Section::Aliases, place))
            .take_while(move |record| self.text(u24(record, 0)) == name)
            .filter(move |record| {
                let of = Module::new(self, u16_at(record, 3));
                module.is_none_or(|module| of.is_some_and(|of| of.name() == module))
            })
            .map(|record| Object::new(self, u24(record, 5)));
        own.chain(others)
    }
}

impl PartialEq for Module<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.table, other.table) && self.number == other.number
    }
}

impl Eq for Module<'_> {}

impl fmt::Debug for Module<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
