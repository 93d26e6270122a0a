//! No two modules of the same parent need each other, neither directly nor through others.
//!
//! What lies below a module counts as a part of it. A module and its parent are not looked at: in Rust the one is a piece
//! of the other, and either may hold what both are about.

use std::collections::{BTreeMap, BTreeSet};

use super::{check_list, modules::Modules, roots};

#[test]
fn no_circle_of_imports_is_left_within_a_crate() {
    let found: Vec<String> = roots().iter().flat_map(|(name, root)| circles(name, &Modules::read(root))).collect();
    check_list(&found, &[], "modules that need each other");
}

/// The modules below each parent, and which of them each uses.
type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The circles of a crate, one a line: `crate: parent/{a, b}`.
fn circles(name: &str, modules: &Modules) -> Vec<String> {
    let mut graphs: BTreeMap<&[String], Graph<'_>> = BTreeMap::new();
    for (from, to) in modules.uses() {
        let shared = from.iter().zip(to).take_while(|(from, to)| from == to).count();
        if let (Some(first), Some(second)) = (from.get(shared), to.get(shared)) {
            graphs.entry(&from[..shared]).or_default().entry(first).or_default().insert(second);
        }
    }
    let mut lines = Vec::new();
    for (parent, graph) in graphs {
        for circle in circles_of(&graph) {
            let place: String = parent.iter().map(|name| format!("{name}/")).collect();
            lines.push(format!("{name}: {place}{{{}}}", circle.join(", ")));
        }
    }
    lines
}

/// The groups of modules that reach each other.
fn circles_of<'a>(graph: &Graph<'a>) -> Vec<Vec<&'a str>> {
    let reached: Graph<'a> = graph.keys().map(|from| (*from, reached_from(from, graph))).collect();
    let is_reached = |from: &str, to: &str| reached.get(from).is_some_and(|reached| reached.contains(to));
    let circle = |first: &&'a str| -> Vec<&'a str> {
        reached[first].iter().copied().filter(|second| is_reached(second, first)).collect()
    };
    let all: BTreeSet<Vec<&str>> = reached.keys().map(circle).filter(|circle| circle.len() > 1).collect();
    all.into_iter().collect()
}

fn reached_from<'a>(from: &'a str, graph: &Graph<'a>) -> BTreeSet<&'a str> {
    let (mut reached, mut next): (BTreeSet<&str>, Vec<&str>) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        next.extend(graph.get(module).into_iter().flatten().copied().filter(|module| reached.insert(module)));
    }
    reached
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, source) in files {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, source).expect("a file");
    }
    assert_eq!(circles("it", &Modules::read(&folder.path().join("lib.rs"))), expected);
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let root = "mod a; mod b; pub use b::{B, c::C};";
    check(
        &[("lib.rs", root), ("a.rs", "use crate::b::B;"), ("b.rs", "struct B; mod c;"), ("b/c.rs", "struct C;")],
        &[],
    );
    for from_a in
        ["use crate::B;", "use super::b::*;", "fn f(_: crate::C) {}", "use crate::{b::{self}};", "use super::b as d;"]
    {
        for (b, c) in [
            ("use super::a::A;", ""),
            ("", "fn g() { super::super::a::f() }"),
            ("", "mod d { use super::super::super::a::A; }"),
        ] {
            let (a, b) = (format!("{from_a} struct A;"), format!("{b} struct B; mod c;"));
            let c = format!("{c} struct C;");
            check(&[("lib.rs", root), ("a.rs", &a), ("b/mod.rs", &b), ("b/c.rs", &c)], &["it: {a, b}"]);
        }
    }
}

#[test]
fn a_circle_through_a_third_module_is_found_and_one_of_tests_is_none() {
    let root = "mod a; mod b; mod c;";
    check(
        &[("lib.rs", root), ("a.rs", "use crate::b;"), ("b.rs", "use crate::c;"), ("c.rs", "use crate::a;")],
        &["it: {a, b, c}"],
    );
    let tests = "#[cfg(test)] mod tests { use crate::a; }";
    check(&[("lib.rs", root), ("a.rs", "use crate::b;"), ("b.rs", tests), ("c.rs", "// use crate::a;")], &[]);
}

#[test]
fn a_module_and_its_parent_may_need_each_other_and_so_may_not_those_below_two() {
    check(&[("lib.rs", "mod a; use a::A;"), ("a.rs", "use crate::R; struct A;")], &[]);
    let files = [
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b; mod c; use b::B; struct A;"),
        ("a/b.rs", "use super::{A, c::C}; struct B;"),
        ("a/c.rs", "use super::b::B; struct C;"),
    ];
    check(&files, &["it: a/{b, c}"]);
}
