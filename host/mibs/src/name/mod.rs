//! Reads what people write for an object: `sysName.0`, `IF-MIB::ifDescr.3`, `ifDescr[3]`, `.1.3.6.1`, `system.sysName`,
//! `ipNetToMediaPhysAddress[3][192.0.2.1]`, `nsExtendOutputFull."disk"`.
//!
//! As net-snmp reads it: a name stands for itself wherever it is in the tree, each further one for what lies right below;
//! numbers are arcs. Behind a column stand the parts of its index, as arcs, as names of their enumeration, in quotes or
//! in brackets. Numbers are taken as they are; what is written otherwise has to fit the index, which also says whether a
//! text has its length before it, whichever quotes it stands in.

mod error;
mod tokens;

pub use error::NameError;
use tokens::{Token, split_module, tokens};

use crate::{
    Kind, MAX_ARCS, Mibs, Object, SHOWN_CHARACTERS,
    index::{Part, unquoted},
};

/// Octets of a text that is read as a name. A name of 128 arcs of ten digits each is shorter.
pub const MAX_NAME_OCTETS: usize = 4_096;

/// Names that an error offers.
const OFFERED: usize = 3;

/// What somebody wrote for an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// Its number.
    pub oid: Vec<u32>,
    /// The deepest object with a name that it is or lies below; none where not even the first arc is known.
    pub object: Option<Object<'a>>,
    /// How many of the arcs are the object's own.
    depth: usize,
}

impl Name<'_> {
    /// The arcs behind the object.
    #[must_use]
    pub fn rest(&self) -> &[u32] {
        self.oid.get(self.depth..).unwrap_or_default()
    }
}

impl Mibs {
    /// Reads what somebody wrote for an object, an instance, or a node of the tree.
    pub fn read(&self, text: &str) -> Result<Name<'_>, NameError> {
        let text = text.trim();
        if text.len() > MAX_NAME_OCTETS {
            return Err(NameError::TooLong);
        }
        let (module, names) = split_module(text);
        let from_root = module.is_none() && names.starts_with('.');
        let tokens = tokens(names.strip_prefix('.').filter(|_| from_root).unwrap_or(names))?;
        let (&first, rest) = tokens.split_first().ok_or(NameError::Empty)?;
        let mut path = Path { mibs: self, oid: Vec::new(), at: None };
        match first {
            Token::Word(name) if !from_root => path.begin(name, module)?,
            Token::Number(_) | Token::Word(_) if module.is_none() => path.step(first)?,
            Token::Number(text) | Token::Word(text) | Token::Quoted(text) | Token::Bracketed(text) => {
                return Err(NameError::Beginning { text: shown(text) });
            }
        }
        let mut rest = rest;
        while let Some((&token, behind)) = rest.split_first()
            && !path.has_instances()
        {
            path.step(token)?;
            rest = behind;
        }
        if !rest.is_empty() {
            path.instance(rest)?;
        }
        path.end()
    }
}

/// What has been read, and where in the tree it leads.
struct Path<'a> {
    mibs: &'a Mibs,
    oid: Vec<u32>,
    /// The object that was named last, and how many arcs are its own.
    at: Option<(Object<'a>, usize)>,
}

impl<'a> Path<'a> {
    fn begin(&mut self, name: &str, module: Option<&str>) -> Result<(), NameError> {
        if let Some(module) = module.filter(|module| self.mibs.module(module).is_none()) {
            let closest = self.mibs.closest_module(module).map(str::to_owned);
            return Err(NameError::UnknownModule { module: shown(module), closest: closest.into_iter().collect() });
        }
        match self.mibs.named(name, module)[..] {
            [] => Err(self.unknown(name, module)),
            [object] => {
                self.oid = object.oid();
                self.at = Some((object, self.oid.len()));
                Ok(())
            }
            ref several => Err(NameError::Ambiguous {
                name: shown(name),
                choices: several.iter().map(|object| object.full_name()).collect(),
            }),
        }
    }

    fn unknown(&self, name: &str, module: Option<&str>) -> NameError {
        let elsewhere = self.mibs.named(name, None);
        let offered = self.mibs.closest(name, module, OFFERED);
        let offered = offered.into_iter().map(str::to_owned);
        let closest = elsewhere.into_iter().map(Object::full_name).chain(offered).take(OFFERED).collect();
        NameError::UnknownName { name: shown(name), module: module.map(shown), closest }
    }

    /// The object that was named, if nothing unknown stands behind it.
    fn object(&self) -> Option<Object<'a>> {
        self.at.filter(|(_, depth)| *depth == self.oid.len()).map(|(object, _)| object)
    }

    fn has_instances(&self) -> bool {
        self.object().is_some_and(|object| object.kind().has_instances())
    }

    /// Goes one arc down.
    fn step(&mut self, token: Token<'_>) -> Result<(), NameError> {
        match token {
            Token::Number(digits) => {
                self.oid.push(arc(digits)?);
                let here = self.mibs.find(&self.oid).filter(|found| found.rest.is_empty());
                self.at = here.map(|found| (found.object, self.oid.len())).or(self.at);
                Ok(())
            }
            Token::Word(name) => {
                let mut below = self.below();
                match below.find(|child| child.name() == name) {
                    Some(child) => {
                        self.oid.push(child.arc());
                        self.at = Some((child, self.oid.len()));
                        Ok(())
                    }
                    None => Err(self.not_below(name)),
                }
            }
            Token::Quoted(text) | Token::Bracketed(text) => Err(match self.object() {
                Some(object) => NameError::NoInstances { object: object.full_name(), kind: object.kind().as_str() },
                None => NameError::Arc { text: shown(text) },
            }),
        }
    }

    /// What lies right below, of all tables.
    fn below(&self) -> impl Iterator<Item = Object<'a>> + use<'a> {
        let oid = self.oid.clone();
        self.mibs.tables().iter().flat_map(move |table| {
            let (object, depth) = table.nearest(&oid);
            (depth == oid.len()).then(|| object.children()).into_iter().flatten()
        })
    }

    fn not_below(&self, name: &str) -> NameError {
        let parent = match self.object() {
            Some(object) => object.full_name(),
            None if self.oid.is_empty() => "the root".to_owned(),
            None => crate::dotted(&self.oid),
        };
        let children: Vec<Object<'_>> = self.below().collect();
        let closest = children.iter().map(|child| child.name());
        let closest = closest.filter(|child| strsim::jaro_winkler(child, name) > 0.8).take(OFFERED).map(str::to_owned);
        NameError::NotBelow { name: shown(name), parent, closest: closest.collect() }
    }

    /// Reads what stands behind a column or a scalar.
    fn instance(&mut self, tokens: &[Token<'_>]) -> Result<(), NameError> {
        let Some(object) = self.object() else { return Ok(()) };
        // What is written as numbers is taken as it is: a device may have any instance.
        let numbers: Option<Vec<&str>> = tokens
            .iter()
            .map(|token| match token {
                Token::Number(digits) => Some(*digits),
                _ => None,
            })
            .collect();
        if let Some(numbers) = numbers {
            self.oid.extend(numbers.into_iter().map(arc).collect::<Result<Vec<_>, _>>()?);
            return Ok(());
        }
        if object.kind() == Kind::Scalar {
            let [Token::Bracketed("0")] = tokens else {
                return Err(NameError::Scalar { object: object.full_name() });
            };
            self.oid.push(0);
            return Ok(());
        }
        match object.index() {
            Some(index) => self.parts(object, &index.parts().collect::<Vec<_>>(), tokens),
            None => self.without_index(object, tokens),
        }
    }

    fn parts(&mut self, object: Object<'_>, parts: &[Part<'_>], tokens: &[Token<'_>]) -> Result<(), NameError> {
        let wrong = |error| NameError::Index { object: object.full_name(), error };
        let mut rest = tokens;
        for part in parts {
            let Some((token, behind)) = rest.split_first() else { return Ok(()) };
            match *token {
                Token::Number(_) => {
                    let numbers = rest.iter().map_while(|token| match token {
                        Token::Number(digits) => Some(arc(digits)),
                        _ => None,
                    });
                    let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
                    // The last part may be cut: a walk begins there.
                    let taken = match part.read(&numbers) {
                        Ok((_, left)) => numbers.len() - left.len(),
                        Err(_) if numbers.len() == rest.len() => numbers.len(),
                        Err(error) => return Err(wrong(error)),
                    };
                    self.oid.extend(numbers.iter().take(taken));
                    rest = rest.get(taken..).unwrap_or_default();
                }
                Token::Word(text) | Token::Quoted(text) | Token::Bracketed(text) => {
                    let text = text.trim();
                    // As net-snmp prints a text with `-OX`.
                    let text = text.strip_prefix("STRING: ").unwrap_or(text);
                    self.oid.extend(part.arcs(&part.parse(text).map_err(wrong)?));
                    rest = behind;
                }
            }
        }
        // Numbers are taken as they are here too.
        while let Some((&Token::Number(digits), behind)) = rest.split_first() {
            self.oid.push(arc(digits)?);
            rest = behind;
        }
        if rest.is_empty() {
            return Ok(());
        }
        let count = parts.len();
        Err(NameError::TooManyParts {
            object: object.full_name(),
            parts: format!("{count} {}", if count == 1 { "part" } else { "parts" }),
            names: parts.iter().map(|part| part.name().to_owned()).collect(),
        })
    }

    /// Behind a column whose module does not say what its index is.
    fn without_index(&mut self, object: Object<'_>, tokens: &[Token<'_>]) -> Result<(), NameError> {
        for token in tokens {
            match *token {
                Token::Number(digits) => self.oid.push(arc(digits)?),
                Token::Quoted(text) => {
                    let plain = unquoted(text).unwrap_or_default();
                    if text.starts_with('"') {
                        self.oid.push(u32::try_from(plain.len()).unwrap_or(u32::MAX));
                    }
                    self.oid.extend(plain.bytes().map(u32::from));
                }
                Token::Bracketed(text) if text.bytes().all(|octet| octet.is_ascii_digit()) => self.oid.push(arc(text)?),
                Token::Word(text) | Token::Bracketed(text) => {
                    let parent = object.full_name();
                    return Err(NameError::NotBelow { name: shown(text), parent, closest: Vec::new() });
                }
            }
        }
        Ok(())
    }

    fn end(self) -> Result<Name<'a>, NameError> {
        if self.oid.len() > MAX_ARCS {
            return Err(NameError::TooLong);
        }
        let (object, depth) = match self.at {
            Some((object, depth)) => (Some(object), depth),
            None => match self.mibs.find(&self.oid) {
                Some(found) => (Some(found.object), self.oid.len() - found.rest.len()),
                None => (None, 0),
            },
        };
        Ok(Name { oid: self.oid, object, depth })
    }
}

fn arc(digits: &str) -> Result<u32, NameError> {
    digits.parse().map_err(|_| NameError::Arc { text: shown(digits) })
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARACTERS).collect()
}
