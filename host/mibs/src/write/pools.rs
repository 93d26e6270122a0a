//! The sections of a table while they are filled: each text, each list of names and each syntax once.

use std::collections::HashMap;

use super::{
    IndexDefinition, MAX_TEXT_OCTETS, ObjectDefinition, PartOf, SyntaxDefinition, WriteError, cut, fits, nodes::Nodes,
};
use crate::{
    Access, Kind,
    layout::{
        AUGMENTS, BEFORE_LENGTHS, CONSECUTIVE, MAGIC, MAX_REFERENCE, NO_MODULE, PART_IS_IMPLIED, PART_IS_SYNTAX,
        SECTIONS, Section, VERSION, checksum,
    },
};

#[derive(Default)]
pub(super) struct Writer {
    sections: [Vec<u8>; SECTIONS],
    strings: HashMap<String, usize>,
    names: HashMap<Vec<(i32, String)>, usize>,
    ranges: HashMap<Vec<(i64, i64)>, usize>,
    syntaxes: HashMap<SyntaxDefinition, usize>,
    modules: HashMap<String, u16>,
}

impl Writer {
    fn section(&mut self, section: Section) -> &mut Vec<u8> {
        // There is one for each.
        let place = section as usize;
        #[expect(clippy::indexing_slicing, reason = "the sections are numbered from 0 and there are as many vectors")]
        &mut self.sections[place]
    }

    fn put(&mut self, section: Section, octets: &[u8]) {
        self.section(section).extend_from_slice(octets);
    }

    fn put_u24(&mut self, section: Section, number: u32) {
        let [a, b, c, _] = number.to_le_bytes();
        self.put(section, &[a, b, c]);
    }

    /// What references of 0 mean: no text, no names, no ranges.
    pub(super) fn pools(&mut self) {
        self.put(Section::Strings, &[0]);
        self.strings.insert(String::new(), 0);
        self.put(Section::Names, &[0, 0]);
        self.names.insert(Vec::new(), 0);
        self.put(Section::Ranges, &[0]);
        self.ranges.insert(Vec::new(), 0);
    }

    fn text(&mut self, text: &str) -> Result<u32, WriteError> {
        let text = cut(text);
        let known = self.strings.get(text).copied();
        let at = match known {
            Some(at) => at,
            None => {
                let at = self.section(Section::Strings).len();
                let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
                self.put(Section::Strings, &[length]);
                self.put(Section::Strings, text.as_bytes());
                self.strings.insert(text.to_owned(), at);
                at
            }
        };
        reference("octets of texts", at)
    }

    pub(super) fn modules(&mut self, modules: &[String]) -> Result<(), WriteError> {
        let mut modules: Vec<&str> = modules.iter().map(|module| cut(module)).collect();
        modules.sort_unstable();
        modules.dedup();
        fits("modules", modules.len(), usize::from(NO_MODULE))?;
        self.modules = modules.iter().map(|module| (*module).to_owned()).zip(0..).collect();
        // The nodes that identify them are not numbered yet.
        for module in modules {
            let name = self.text(module)?;
            self.put_u24(Section::Modules, name);
            self.put_u24(Section::Modules, 0);
        }
        Ok(())
    }

    fn module(&self, name: Option<&str>) -> u16 {
        name.and_then(|name| self.modules.get(cut(name)).copied()).unwrap_or(NO_MODULE)
    }

    pub(super) fn nodes(&mut self, tree: &Nodes<'_>) -> Result<(), WriteError> {
        for (number, node) in (0..).zip(&tree.nodes) {
            let definition = node.definition;
            let name = self.text(definition.map_or("", |definition| &definition.name))?;
            let module = self.module(definition.and_then(|definition| definition.module.as_deref()));
            let kind = definition.map_or(Kind::Node, |definition| definition.kind);
            let access = definition.map_or(Access::NotAccessible, |definition| definition.access);
            let syntax = match definition.and_then(|definition| definition.syntax.as_ref()) {
                Some(syntax) => self.syntax(syntax)?,
                None => 0,
            };
            self.put(Section::Nodes, &node.oid.last().copied().unwrap_or_default().to_le_bytes());
            self.put_u24(Section::Nodes, node.first_child);
            self.put_u24(Section::Nodes, name);
            self.put(Section::Nodes, &module.to_le_bytes());
            self.put(Section::Nodes, &[kind as u8 | (access as u8) << 4]);
            self.put_u24(Section::Nodes, syntax);
            if let Some(definition) = definition {
                self.details(definition, number, tree)?;
            }
        }
        let mut by_name: Vec<(&str, u32)> =
            (0..).zip(&tree.nodes).filter_map(|(number, node)| Some((cut(&node.definition?.name), number))).collect();
        by_name.sort_unstable();
        for (_, number) in by_name {
            self.put_u24(Section::ByName, number);
        }
        for (definition, number) in &tree.others {
            let own = tree.nodes.get(usize::try_from(*number).unwrap_or(usize::MAX)).and_then(|node| node.definition);
            if own.is_some_and(|own| own.name == definition.name && own.module == definition.module) {
                continue;
            }
            let name = self.text(&definition.name)?;
            let module = self.module(definition.module.as_deref());
            self.put_u24(Section::Aliases, name);
            self.put(Section::Aliases, &module.to_le_bytes());
            self.put_u24(Section::Aliases, *number);
        }
        Ok(())
    }

    /// What only some nodes have.
    fn details(&mut self, definition: &ObjectDefinition, number: u32, tree: &Nodes<'_>) -> Result<(), WriteError> {
        if definition.kind == Kind::Module {
            let module = usize::from(self.module(definition.module.as_deref()));
            let begin = module * Section::Modules.width() + 3;
            if let Some(node) = self.section(Section::Modules).get_mut(begin..begin + 3) {
                node.copy_from_slice(&number.to_le_bytes()[..3]);
            }
        }
        if !definition.units.is_empty() {
            let units = self.text(&definition.units)?;
            self.put_u24(Section::Units, number);
            self.put_u24(Section::Units, units);
        }
        if let Some(index) = &definition.index
            && let Some(octets) = self.index(index, tree)?
        {
            self.put_u24(Section::Indexes, number);
            let at = reference("octets of indexes", self.section(Section::Parts).len())?;
            self.put_u24(Section::Indexes, at);
            self.put(Section::Parts, &octets);
        }
        let notified: Vec<u32> =
            definition.notified.iter().filter_map(|oid| tree.numbers.get(&oid[..]).copied()).collect();
        if !notified.is_empty() {
            self.put_u24(Section::Notifications, number);
            let at = reference("octets of notifications", self.section(Section::Objects).len())?;
            self.put_u24(Section::Notifications, at);
            let count = u8::try_from(notified.len()).unwrap_or(u8::MAX);
            self.put(Section::Objects, &[count]);
            for object in notified.into_iter().take(count.into()) {
                self.put_u24(Section::Objects, object);
            }
        }
        Ok(())
    }

    /// An index as its pool holds it. None where a part of it is not defined: the rest would be read wrong.
    fn index(&mut self, index: &IndexDefinition, tree: &Nodes<'_>) -> Result<Option<Vec<u8>>, WriteError> {
        let mut octets = Vec::new();
        match index {
            IndexDefinition::Augments(row) => {
                let Some(row) = tree.numbers.get(&row[..]) else { return Ok(None) };
                octets.push(AUGMENTS);
                octets.extend_from_slice(&row.to_le_bytes()[..3]);
            }
            IndexDefinition::Parts(parts) => {
                let Some(count) = u8::try_from(parts.len()).ok().filter(|count| *count < AUGMENTS) else {
                    return Ok(None);
                };
                octets.push(count);
                for part in parts {
                    let implied = if part.is_implied { PART_IS_IMPLIED } else { 0 };
                    let (flags, reference) = match &part.of {
                        PartOf::Object(oid) => match tree.numbers.get(&oid[..]) {
                            Some(node) => (implied, *node),
                            None => return Ok(None),
                        },
                        PartOf::Syntax(syntax) => (implied | PART_IS_SYNTAX, self.syntax(syntax)?),
                    };
                    octets.push(flags);
                    octets.extend_from_slice(&reference.to_le_bytes()[..3]);
                }
            }
        }
        Ok(Some(octets))
    }

    pub(super) fn syntax(&mut self, syntax: &SyntaxDefinition) -> Result<u32, WriteError> {
        if let Some(number) = self.syntaxes.get(syntax) {
            return reference("syntaxes", *number);
        }
        let convention = self.text(&syntax.convention)?;
        let module = self.module(syntax.module.as_deref());
        // A hint that is cut says something else.
        let hint = self.text(if syntax.hint.len() > MAX_TEXT_OCTETS { "" } else { &syntax.hint })?;
        let names = self.names(&syntax.names)?;
        let ranges = self.ranges(&syntax.ranges)?;
        let number = self.syntaxes.len();
        self.put_u24(Section::Syntaxes, convention);
        self.put(Section::Syntaxes, &module.to_le_bytes());
        self.put(Section::Syntaxes, &[syntax.base]);
        self.put_u24(Section::Syntaxes, hint);
        self.put_u24(Section::Syntaxes, names);
        self.put_u24(Section::Syntaxes, ranges);
        self.syntaxes.insert(syntax.clone(), number);
        reference("syntaxes", number)
    }

    fn names(&mut self, names: &[(i32, String)]) -> Result<u32, WriteError> {
        let mut names = names.to_vec();
        // The first name of a number counts.
        names.sort_by_key(|(number, _)| *number);
        names.dedup_by_key(|(number, _)| *number);
        if let Some(at) = self.names.get(&names) {
            return reference("octets of names of numbers", *at);
        }
        let count = u16::try_from(names.len()).unwrap_or(u16::MAX).min(CONSECUTIVE - 1);
        let is_consecutive = names.windows(2).all(|pair| matches!(pair, [(one, _), (next, _)] if one + 1 == *next));
        let mut octets = (if is_consecutive { count | CONSECUTIVE } else { count }).to_le_bytes().to_vec();
        for (place, (number, name)) in names.iter().take(count.into()).enumerate() {
            if place == 0 || !is_consecutive {
                octets.extend_from_slice(&number.to_le_bytes());
            }
            octets.extend_from_slice(&self.text(name)?.to_le_bytes()[..3]);
        }
        let at = self.section(Section::Names).len();
        self.put(Section::Names, &octets);
        self.names.insert(names, at);
        reference("octets of names of numbers", at)
    }

    fn ranges(&mut self, ranges: &[(i64, i64)]) -> Result<u32, WriteError> {
        if let Some(at) = self.ranges.get(ranges) {
            return reference("octets of ranges", *at);
        }
        let at = self.section(Section::Ranges).len();
        let count = u8::try_from(ranges.len()).unwrap_or(u8::MAX);
        self.put(Section::Ranges, &[count]);
        for (from, to) in ranges.iter().take(count.into()) {
            self.put(Section::Ranges, &from.to_le_bytes());
            self.put(Section::Ranges, &to.to_le_bytes());
        }
        self.ranges.insert(ranges.to_vec(), at);
        reference("octets of ranges", at)
    }

    pub(super) fn conventions(&mut self, conventions: &[SyntaxDefinition]) -> Result<(), WriteError> {
        let mut conventions: Vec<&SyntaxDefinition> = conventions.iter().collect();
        conventions.sort_by_key(|syntax| (cut(&syntax.convention), &syntax.module));
        conventions.dedup_by_key(|syntax| (cut(&syntax.convention), &syntax.module));
        for syntax in conventions {
            let number = self.syntax(syntax)?;
            self.put_u24(Section::Conventions, number);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, WriteError> {
        let mut checked = Vec::new();
        for section in &self.sections {
            let length = u32::try_from(section.len());
            let length = length.map_err(|_| WriteError::TooMuch { what: "octets", limit: u32::MAX as usize })?;
            checked.extend_from_slice(&length.to_le_bytes());
        }
        self.sections.iter().for_each(|section| checked.extend_from_slice(section));
        let mut table = Vec::with_capacity(BEFORE_LENGTHS + checked.len());
        table.extend_from_slice(&MAGIC);
        table.extend_from_slice(&VERSION.to_le_bytes());
        table.extend_from_slice(&checksum(&checked).to_le_bytes());
        table.extend_from_slice(&checked);
        Ok(table)
    }
}

fn reference(what: &'static str, number: usize) -> Result<u32, WriteError> {
    fits(what, number, MAX_REFERENCE)?;
    u32::try_from(number).map_err(|_| WriteError::TooMuch { what, limit: MAX_REFERENCE })
}
