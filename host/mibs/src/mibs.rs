//! All that is known: the standard modules, and what was compiled from other MIB files.

use std::{borrow::Cow, sync::OnceLock};

use crate::{Kind, Module, Object, Syntax, Table};

/// What `mib-compiler` made of the files that its list of sources names.
pub(crate) static STANDARD: &[u8] = include_bytes!("../standard.mibs");

/// How like a name another one has to be to be offered for it.
const LIKENESS: f64 = 0.85;

/// Tables, the standard modules first. Where several define a name or a number, the first one counts.
#[derive(Debug)]
pub struct Mibs {
    tables: Vec<Table>,
}

/// What a number is, or an instance of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a, 'b> {
    /// The deepest object with a name that the number is or lies below.
    pub object: Object<'a>,
    /// The arcs behind it.
    pub rest: &'b [u32],
}

impl Mibs {
    /// The standard modules alone.
    #[must_use]
    pub fn standard() -> &'static Self {
        static MIBS: OnceLock<Mibs> = OnceLock::new();
        MIBS.get_or_init(|| Self::with([]))
    }

    /// The standard modules, and behind them these tables in their order.
    #[must_use]
    pub fn with(tables: impl IntoIterator<Item = Table>) -> Self {
        // A test opens it with all checks.
        let standard = Table::open_unchecked(Cow::Borrowed(STANDARD)).ok();
        Self::of(standard.into_iter().chain(tables))
    }

    /// These tables alone.
    #[must_use]
    pub fn of(tables: impl IntoIterator<Item = Table>) -> Self {
        Self { tables: tables.into_iter().collect() }
    }

    /// The tables, that of the standard modules first.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// What an object identifier is, or an instance of. None only where not even its first arc is known.
    #[must_use]
    pub fn find<'b>(&self, oid: &'b [u32]) -> Option<Found<'_, 'b>> {
        let mut deepest: Option<(Object<'_>, usize)> = None;
        for table in &self.tables {
            let (mut object, mut depth) = table.nearest(oid);
            while depth > 0 && object.name().is_empty() {
                let Some(parent) = object.parent() else { break };
                (object, depth) = (parent, depth - 1);
            }
            if depth > deepest.map_or(0, |(_, depth)| depth) {
                deepest = Some((object, depth));
            }
        }
        let (object, depth) = deepest?;
        Some(Found { object, rest: oid.get(depth..)? })
    }

    /// The object of exactly this number.
    #[must_use]
    pub fn object(&self, oid: &[u32]) -> Option<Object<'_>> {
        self.find(oid).filter(|found| found.rest.is_empty()).map(|found| found.object)
    }

    /// The notification of this number, which may have a needless `.0` at its end.
    ///
    /// A notification has two numbers where its module has no zero before the last arc: its own, and the one that RFC 3584
    /// section 3.1 makes of its form in version 1. Proxies write either of them, so either finds it.
    #[must_use]
    pub fn notification<'b>(&self, oid: &'b [u32]) -> Option<Found<'_, 'b>> {
        let found = self.find(oid).filter(|found| found.object.kind() == Kind::Notification);
        if let Some(found) = found.filter(|found| matches!(found.rest, [] | [0])) {
            return Some(found);
        }
        let (last, head) = oid.split_last()?;
        let without = head.strip_suffix(&[0]).map(|head| [head, &[*last]].concat());
        let with = [head, &[0, *last]].concat();
        let notification = |oid: Vec<u32>| self.object(&oid).filter(|object| object.kind() == Kind::Notification);
        let other = without.into_iter().chain([with]).find_map(notification);
        other.map(|object| Found { object, rest: &[] })
    }

    /// The objects of this name, in a module of that name only where one is given. Several are different objects: the
    /// name alone does not tell which of them is meant.
    #[must_use]
    pub fn named(&self, name: &str, module: Option<&str>) -> Vec<Object<'_>> {
        for table in &self.tables {
            let mut objects: Vec<Object<'_>> = Vec::new();
            for object in table.named(name, module) {
                if !objects.contains(&object) {
                    objects.push(object);
                }
            }
            if !objects.is_empty() {
                return objects;
            }
        }
        Vec::new()
    }

    /// The textual convention of this name, in a module of that name only where one is given; else the first of them.
    #[must_use]
    pub fn convention(&self, name: &str, module: Option<&str>) -> Option<Syntax<'_>> {
        let mut conventions = self.tables.iter().flat_map(|table| table.conventions(name));
        conventions.find(|syntax| module.is_none_or(|module| syntax.module().is_some_and(|own| own.name() == module)))
    }

    /// The module of this name.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<Module<'_>> {
        self.tables.iter().find_map(|table| table.module(name))
    }

    /// Writes what a number is called: `IF-MIB::ifIndex.3`. None where it is neither an object nor an instance of one.
    #[must_use]
    pub fn name(&self, oid: &[u32]) -> Option<String> {
        self.find(oid).and_then(|found| found.name())
    }

    /// The same with the parts of the index in brackets, `IP-MIB::ipNetToMediaPhysAddress[3][192.0.2.1]`, where the arcs
    /// are such an index.
    #[must_use]
    pub fn bracketed_name(&self, oid: &[u32]) -> Option<String> {
        let found = self.find(oid)?;
        let index = found.object.index().filter(|_| found.object.kind() == Kind::Column && !found.rest.is_empty());
        match index.and_then(|index| index.bracketed(found.rest).ok()) {
            Some(brackets) => Some(format!("{}{brackets}", found.object.full_name())),
            None => found.name(),
        }
    }

    /// The names that are most like what was written, if any are, the likest first.
    #[must_use]
    pub fn closest(&self, written: &str, module: Option<&str>, at_most: usize) -> Vec<&str> {
        let written = written.to_lowercase();
        let names: Vec<&str> = match module.and_then(|module| self.module(module)) {
            Some(module) => self.names_in(module),
            None => self.tables.iter().flat_map(Table::all_names).collect(),
        };
        let likeness = |name: &str| {
            let name = name.to_lowercase();
            // Whoever writes a part of a long name knows how it begins.
            let begins = written.len() >= SHORTEST_BEGINNING && name.starts_with(&written);
            if begins { 1.0 } else { strsim::jaro_winkler(&written, &name) }
        };
        let mut alike: Vec<(f64, &str)> = names
            .into_iter()
            .filter(|name| !name.is_empty())
            .map(|name| (likeness(name), name))
            .filter(|(likeness, _)| *likeness > LIKENESS)
            .collect();
        alike.sort_by(|(one, first), (other, second)| {
            other.total_cmp(one).then(first.len().cmp(&second.len())).then(first.cmp(second))
        });
        alike.dedup();
        alike.into_iter().map(|(_, name)| name).take(at_most).collect()
    }

    /// The names of the modules that are most like what was written.
    #[must_use]
    pub fn closest_module(&self, written: &str) -> Option<&str> {
        let written = written.to_lowercase();
        let names = self.tables.iter().flat_map(Table::modules).map(Module::name);
        names
            .map(|name| (strsim::jaro_winkler(&written, &name.to_lowercase()), name))
            .filter(|(likeness, _)| *likeness > LIKENESS)
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, name)| name)
    }

    fn names_in<'a>(&'a self, module: Module<'a>) -> Vec<&'a str> {
        let objects = self.tables.iter().flat_map(Table::objects);
        objects.filter(|object| object.module() == Some(module)).map(Object::name).collect()
    }
}

/// Characters from which on the beginning of a name is enough to offer it.
const SHORTEST_BEGINNING: usize = 4;

impl Found<'_, '_> {
    /// Whether the number is an object or an instance of one, and does not only lie below something that has a name.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.rest.is_empty() || self.object.kind().has_instances()
    }

    /// `IF-MIB::ifIndex.3`; none where the number only lies below something that has a name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        if !self.is_known() {
            return None;
        }
        let mut name = self.object.full_name();
        if !self.rest.is_empty() {
            name.push('.');
            name.push_str(&crate::dotted(self.rest));
        }
        Some(name)
    }
}
