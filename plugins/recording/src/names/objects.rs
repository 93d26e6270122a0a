//! The list of names, `objects.txt`, as what names and instances are looked up in.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{Syntax, Values};

/// The three arcs at the top (X.660), which net-snmp prints as words without MIBs, too.
pub(super) const ROOTS: [&str; 3] = ["ccitt", "iso", "joint-iso-ccitt"];

pub(super) static NAMES: LazyLock<Names> = LazyLock::new(|| Names::of(include_str!("objects.txt")));

/// All names.
pub(super) struct Names {
    /// The modules that define them. Others may use the same words for nodes of their own.
    modules: HashSet<&'static str>,
    /// Where a name lies; the systems that net-snmp runs on have theirs twice.
    by_name: HashMap<&'static str, Vec<Vec<u32>>>,
    by_oid: HashMap<Vec<u32>, Syntax>,
}

impl Names {
    fn of(list: &'static str) -> Self {
        let mut names = Self { modules: HashSet::new(), by_name: HashMap::new(), by_oid: HashMap::new() };
        let mut oid: Vec<u32> = Vec::new();
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            if let Some(modules) = line.strip_prefix("modules ") {
                names.modules.extend(modules.split(' '));
                continue;
            }
            let node = line.trim_start();
            let mut fields = node.split(' ');
            let (Some(arc), Some(name)) = (fields.next().and_then(|arc| arc.parse().ok()), fields.next()) else {
                continue;
            };
            oid.truncate(line.len() - node.len());
            oid.push(arc);
            names.by_name.entry(name).or_default().push(oid.clone());
            names.by_oid.insert(oid.clone(), syntax(fields.next(), fields.next()));
        }
        names
    }

    /// Whether it is the name of anything.
    pub(super) fn is_known(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The module of this name.
    pub(super) fn module(&self, name: &[u8]) -> Option<&'static str> {
        self.modules.get(std::str::from_utf8(name).ok()?).copied()
    }

    /// Where a name lies below a node, in a module if that is told; nothing where it lies in two places.
    pub(super) fn below(&self, node: &[u32], name: &str, module: Option<&str>) -> Option<&Vec<u32>> {
        /// The systems' other names, of the agent before net-snmp.
        const UCDAVIS: [u32; 7] = [1, 3, 6, 1, 4, 1, 2021];
        let is_meant = |oid: &&Vec<u32>| match module {
            Some("NET-SNMP-TC") => !oid.starts_with(&UCDAVIS),
            Some("UCD-SNMP-MIB") => oid.starts_with(&UCDAVIS),
            _ => true,
        };
        let mut found = self.by_name.get(name)?.iter().filter(|oid| oid.starts_with(node)).filter(is_meant);
        found.next().filter(|_| found.next().is_none())
    }

    /// What is known of the values of an object.
    pub(super) fn syntax(&self, object: &[u32]) -> Option<Syntax> {
        self.by_oid.get(object).copied()
    }
}

fn syntax(word: Option<&'static str>, values: Option<&'static str>) -> Syntax {
    match word.unwrap_or_default() {
        "Counter32" => Syntax::Counter32,
        "Counter64" => Syntax::Counter64,
        "DateAndTime" => Syntax::DateAndTime,
        "Enumeration" => Syntax::Enumeration(Values(values.unwrap_or_default())),
        "Gauge32" => Syntax::Gauge32,
        "Integer" => Syntax::Integer,
        "IpAddress" => Syntax::IpAddress,
        "ObjectIdentifier" => Syntax::ObjectIdentifier,
        "Octets" => Syntax::Octets,
        "PhysAddress" => Syntax::PhysAddress,
        "Text" => Syntax::Text,
        "TimeTicks" => Syntax::TimeTicks,
        _ => Syntax::Node,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_node_below_the_one_before_it_or_beside_one_above() {
        const SYNTAXES: [&str; 12] = [
            "Counter32",
            "Counter64",
            "DateAndTime",
            "Enumeration",
            "Gauge32",
            "Integer",
            "IpAddress",
            "ObjectIdentifier",
            "Octets",
            "PhysAddress",
            "Text",
            "TimeTicks",
        ];
        let mut depth = 0;
        for line in include_str!("objects.txt").lines().filter(|line| !line.starts_with(['#', 'm'])) {
            let node = line.trim_start_matches(' ');
            assert!(line.len() - node.len() <= depth, "{line}");
            depth = line.len() - node.len() + 1;
            let fields: Vec<&str> = node.split(' ').collect();
            assert!(fields[0].parse::<u32>().is_ok() && !fields[1].is_empty(), "{line}");
            match fields[2..] {
                [] => {}
                ["Enumeration", values] => {
                    let is_value = |value: &str| value.split_once('=').is_some_and(|(_, it)| it.parse::<i32>().is_ok());
                    assert!(values.split(',').all(is_value), "{line}");
                }
                [syntax] => assert!(SYNTAXES.contains(&syntax) && syntax != "Enumeration", "{line}"),
                _ => panic!("{line}"),
            }
        }
    }

    #[test]
    fn no_name_lies_in_two_places_but_those_of_the_systems_that_net_snmp_runs_on() {
        let systems = NAMES.by_name.values().filter(|places| places.len() > 1);
        for places in systems {
            let parents: Vec<&[u32]> = places.iter().map(|oid| &oid[..oid.len() - 1]).collect();
            assert_eq!(parents, [&[1, 3, 6, 1, 4, 1, 2021, 250][..], &[1, 3, 6, 1, 4, 1, 8072, 3, 2]]);
        }
    }
}
