//! The modules of a crate, read from its files: what each declares, defines, imports and names.
//!
//! A reader of what this workspace writes, not of all of Rust: macros are not expanded, and a module within a file counts
//! as a part of the file.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::tokens::{Token, tokens};

/// The names from the root of the crate to a module, or to an item in one.
pub(super) type Names = Vec<String>;

/// The modules of a crate by their paths.
#[derive(Debug, Default)]
pub(super) struct Modules(BTreeMap<Names, Module>);

#[derive(Debug, Default)]
struct Module {
    defines: BTreeSet<String>,
    /// What a name that was imported stands for.
    imports: BTreeMap<String, Names>,
    /// Modules of which everything was imported.
    globs: Vec<Names>,
    /// Every path that is written in it, imports among them.
    paths: Vec<Names>,
}

/// The words before the name of an item.
const ITEMS: [&str; 8] = ["fn", "struct", "enum", "union", "trait", "type", "const", "static"];

impl Modules {
    /// Reads the crate that begins with this file.
    pub(super) fn read(root: &Path) -> Self {
        let mut modules = Self::default();
        let folder = root.parent().expect("a file lies in a folder");
        modules.read_file(root, folder, &Names::new());
        modules
    }

    /// Reads a module and those below it. `folder` is where theirs lie.
    fn read_file(&mut self, file: &Path, folder: &Path, path: &Names) {
        let source = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let (module, children) = Module::parse(&tokens(&source), path);
        self.0.insert(path.clone(), module);
        for child in children {
            let below = folder.join(&child);
            let found: Vec<PathBuf> =
                [below.with_extension("rs"), below.join("mod.rs")].into_iter().filter(|file| file.is_file()).collect();
            // A module that a macro or an attribute puts elsewhere is not read.
            if let [file] = &found[..] {
                self.read_file(file, &below, &[&path[..], &[child]].concat());
            }
        }
    }

    /// Which module uses what of which other one, by their paths.
    pub(super) fn uses(&self) -> impl Iterator<Item = (&Names, &Names)> {
        self.0.iter().flat_map(move |(from, module)| {
            module
                .paths
                .iter()
                .filter_map(move |path| Some((from, self.owner(path, 0)?)))
                .filter(|(from, to)| from != to)
        })
    }

    /// The module in which the item of this path is defined, through all that passes it on.
    fn owner(&self, path: &[String], depth: usize) -> Option<&Names> {
        let (mut at, _) = self.0.get_key_value(&Names::new())?;
        for (place, name) in path.iter().enumerate() {
            let child = [&at[..], std::slice::from_ref(name)].concat();
            if let Some((child, _)) = self.0.get_key_value(&child) {
                at = child;
                continue;
            }
            let module = self.0.get(at)?;
            if module.defines.contains(name) || depth > 16 {
                break;
            }
            let rest = path.get(place + 1..).unwrap_or_default();
            if let Some(import) = module.imports.get(name) {
                return self.owner(&[import, rest].concat(), depth + 1);
            }
            let through = |glob: &Names| {
                let owner = self.owner(&[&glob[..], &path[place..]].concat(), depth + 1)?;
                self.0.get(owner)?.defines.contains(name).then_some(owner)
            };
            return module.globs.iter().find_map(through).or(Some(at));
        }
        Some(at)
    }
}

impl Module {
    /// Reads a module, and the names of those that lie in files of their own.
    fn parse(tokens: &[Token], path: &Names) -> (Self, Vec<String>) {
        let mut reader =
            Reader { tokens, at: 0, path, module: Self::default(), children: Vec::new(), blocks: Vec::new() };
        while reader.at < tokens.len() {
            reader.step();
        }
        (reader.module, reader.children)
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    path: &'a Names,
    module: Module,
    children: Vec<String>,
    /// Open brackets, and whether each is that of a module within the file.
    blocks: Vec<bool>,
}

impl Reader<'_> {
    fn step(&mut self) {
        match self.tokens[self.at].clone() {
            Token::Sign('{') => self.open(false),
            Token::Sign('}') => {
                self.blocks.pop();
                self.at += 1;
            }
            Token::Sign(_) => self.at += 1,
            Token::Word(word) => match (word.as_str(), self.word(1)) {
                ("mod", Some(name)) if self.sign(2, ';') => {
                    self.children.push(name);
                    self.at += 3;
                }
                ("mod", Some(_)) if self.sign(2, '{') => {
                    self.at += 2;
                    self.open(true);
                }
                ("use", _) => {
                    self.at += 1;
                    self.import(&Names::new());
                }
                ("crate" | "self" | "super", _) if self.sign(1, ':') && self.sign(2, ':') => {
                    let names = self.names();
                    self.module.paths.extend(self.absolute(&names));
                }
                (item, Some(name)) if ITEMS.contains(&item) => {
                    self.module.defines.insert(name);
                    self.at += 2;
                }
                _ => self.at += 1,
            },
        }
    }

    fn open(&mut self, is_module: bool) {
        self.blocks.push(is_module);
        self.at += 1;
    }

    fn word(&self, ahead: usize) -> Option<String> {
        self.tokens.get(self.at + ahead)?.word().map(str::to_owned)
    }

    fn sign(&self, ahead: usize, sign: char) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|token| token.is(sign))
    }

    /// The names of a path, as far as it goes on with `::` and a word.
    fn names(&mut self) -> Names {
        let mut names = Names::new();
        while let Some(name) = self.word(0) {
            names.push(name);
            self.at += 1;
            if !(self.sign(0, ':') && self.sign(1, ':') && self.word(2).is_some()) {
                break;
            }
            self.at += 2;
        }
        names
    }

    /// One branch of an import, up to the sign behind it.
    fn import(&mut self, before: &Names) {
        let mut path = before.clone();
        loop {
            match self.tokens.get(self.at).cloned() {
                Some(Token::Word(_)) if self.word(0).as_deref() == Some("as") => {
                    let name = self.word(1).unwrap_or_default();
                    self.at += 2;
                    return self.imported(&path, &name);
                }
                Some(Token::Word(_)) => path.extend(self.names()),
                Some(Token::Sign(':')) => self.at += 1,
                Some(Token::Sign('*')) => {
                    self.at += 1;
                    let absolute = self.absolute(&path);
                    self.module.globs.extend(absolute.clone());
                    self.module.paths.extend(absolute);
                    return;
                }
                Some(Token::Sign('{')) => {
                    self.at += 1;
                    while self.at < self.tokens.len() && !self.sign(0, '}') {
                        self.import(&path);
                        if self.sign(0, ',') {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                _ => {
                    let name = match &path[..] {
                        [.., parent, last] if last == "self" => parent.clone(),
                        [.., last] => last.clone(),
                        [] => return,
                    };
                    return self.imported(&path, &name);
                }
            }
        }
    }

    fn imported(&mut self, path: &[String], name: &str) {
        let path = if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            &path[..path.len() - 1]
        } else {
            path
        };
        if let Some(path) = self.absolute(path) {
            self.module.paths.push(path.clone());
            self.module.imports.insert(name.to_owned(), path);
        }
    }

    /// The path from the root of the crate; none where it leads into another crate.
    fn absolute(&self, names: &[String]) -> Option<Names> {
        let (first, rest) = names.split_first()?;
        // The modules within this file are no steps on the way out of it.
        let within = self.blocks.iter().filter(|is_module| **is_module).count();
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([self.path, rest].concat()),
            "super" => {
                let supers = names.iter().take_while(|name| *name == "super").count();
                let depth = self.path.len().checked_sub(supers.saturating_sub(within))?;
                Some([&self.path[..depth], &names[supers..]].concat())
            }
            // Modules are declared before they are imported from.
            child if self.children.iter().any(|known| known == child) => Some([self.path, names].concat()),
            alias => Some([self.module.imports.get(alias)?, rest].concat()),
        }
    }
}
