//! `docs/plugins/reference.md` is made of `wit/plugin.wit`: every interface, type and function with what is written of it.
//! After a change of the WIT, `UPDATE_EXPECT=1 cargo test -p snmp-proxy-sdk --test reference` writes it anew.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test; clippy knows only functions marked as such"
)]

use std::{fmt::Write as _, path::Path};

use expect_test::expect_file;
use wit_bindgen_core::wit_parser::{
    Docs, Function, FunctionKind, Handle, Interface, PackageId, Resolve, Type, TypeDef, TypeDefKind, TypeOwner, World,
    WorldItem, WorldKey,
};

#[test]
fn the_reference_is_what_the_contract_says() {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(&wit).unwrap();
    expect_file!["../../../docs/plugins/reference.md"].assert_eq(&Page { resolve: &resolve }.of(package));
}

struct Page<'a> {
    resolve: &'a Resolve,
}

impl Page<'_> {
    fn of(&self, package: PackageId) -> String {
        let package = &self.resolve.packages[package];
        let mut page = format!(
            "# The plugin contract\n\n<!-- Made of wit/plugin.wit by plugins/sdk/tests/reference.rs: edit that, and \
             write this anew with UPDATE_EXPECT=1. -->\n\n`{}`, as [`wit/plugin.wit`](../../wit/plugin.wit) has it; \
             [`DECISIONS.md`](../../wit/DECISIONS.md) says why it is so.\nThe SDKs have other words for some of it: what \
             is here is what crosses between a plugin and the host, in every language.\n\n",
            package.name
        );
        page.push_str(&text(&package.docs));
        page.push_str("## Worlds\n\nA plugin is a component of one of these.\n\n");
        page.push_str("| World | What it is for | It may import | It exports |\n|---|---|---|---|\n");
        for &world in package.worlds.values() {
            page.push_str(&self.world(&self.resolve.worlds[world]));
        }
        page.push('\n');
        for &interface in package.interfaces.values() {
            self.interface(&mut page, &self.resolve.interfaces[interface]);
        }
        page.truncate(page.trim_end().len());
        page + "\n"
    }

    fn world(&self, world: &World) -> String {
        let names = |items: Vec<(&WorldKey, &WorldItem)>| {
            let names: Vec<String> = items
                .into_iter()
                .filter_map(|(_, item)| match item {
                    WorldItem::Interface { id, .. } => self.resolve.interfaces[*id].name.clone(),
                    _ => None,
                })
                .map(|name| format!("[`{name}`](#{name})"))
                .collect();
            if names.is_empty() { "–".to_owned() } else { names.join(", ") }
        };
        let (imports, exports) = (names(world.imports.iter().collect()), names(world.exports.iter().collect()));
        format!("| `{}` | {} | {imports} | {exports} |\n", world.name, cell(&world.docs))
    }

    fn interface(&self, page: &mut String, interface: &Interface) {
        let name = interface.name.as_deref().unwrap();
        write!(page, "## {name}\n\n{}", text(&interface.docs)).unwrap();
        for (name, &id) in &interface.types {
            let definition = &self.resolve.types[id];
            if !self.is_of_another(definition) {
                self.definition(page, name, definition);
                let of_this = |function: &&Function| match function.kind {
                    FunctionKind::Method(owner) | FunctionKind::Static(owner) | FunctionKind::Constructor(owner) => {
                        owner == id
                    }
                    _ => false,
                };
                interface.functions.values().filter(of_this).for_each(|function| self.function(page, name, function));
            }
        }
        let is_free = |function: &&Function| matches!(function.kind, FunctionKind::Freestanding);
        interface.functions.values().filter(is_free).for_each(|function| self.function(page, name, function));
    }

    /// Whether it only stands for a type that another interface defines.
    fn is_of_another(&self, definition: &TypeDef) -> bool {
        let TypeDefKind::Type(Type::Id(original)) = definition.kind else { return false };
        let owner = |owner: &TypeOwner| match owner {
            TypeOwner::Interface(id) => Some(*id),
            _ => None,
        };
        owner(&self.resolve.types[original].owner) != owner(&definition.owner)
    }

    fn definition(&self, page: &mut String, name: &str, definition: &TypeDef) {
        write!(page, "### `{name}`\n\n").unwrap();
        let kind = match &definition.kind {
            TypeDefKind::Record(_) => "A record.".to_owned(),
            TypeDefKind::Variant(_) => "A variant: one of these cases.".to_owned(),
            TypeDefKind::Enum(_) => "An enum: one of these words.".to_owned(),
            TypeDefKind::Resource => "A resource: what the host keeps, and the plugin has a handle of.".to_owned(),
            TypeDefKind::Type(other) => format!("The same as `{}`.", self.type_name(other)),
            other => format!("`{}`.", self.kind_name(other)),
        };
        write!(page, "{kind}\n\n{}", text(&definition.docs)).unwrap();
        match &definition.kind {
            TypeDefKind::Record(record) => {
                page.push_str("| Field | Type | |\n|---|---|---|\n");
                for field in &record.fields {
                    let (name, kind) = (&field.name, self.type_name(&field.ty));
                    writeln!(page, "| `{name}` | `{kind}` | {} |", cell(&field.docs)).unwrap();
                }
                page.push('\n');
            }
            TypeDefKind::Variant(variant) => {
                page.push_str("| Case | Holds | |\n|---|---|---|\n");
                for case in &variant.cases {
                    let holds = case.ty.as_ref().map_or("–".to_owned(), |kind| format!("`{}`", self.type_name(kind)));
                    writeln!(page, "| `{}` | {holds} | {} |", case.name, cell(&case.docs)).unwrap();
                }
                page.push('\n');
            }
            TypeDefKind::Enum(cases) => {
                page.push_str("| Word | |\n|---|---|\n");
                for case in &cases.cases {
                    writeln!(page, "| `{}` | {} |", case.name, cell(&case.docs)).unwrap();
                }
                page.push('\n');
            }
            _ => {}
        }
    }

    fn function(&self, page: &mut String, owner: &str, function: &Function) {
        let name = match function.kind {
            FunctionKind::Constructor(_) => "constructor",
            _ => function.item_name(),
        };
        let is_method = matches!(function.kind, FunctionKind::Method(_));
        let parameters = function.params.iter().skip(usize::from(is_method));
        let parameters: Vec<String> =
            parameters.map(|parameter| format!("{}: {}", parameter.name, self.type_name(&parameter.ty))).collect();
        let result = match &function.result {
            Some(kind) if name != "constructor" => format!(" -> {}", self.type_name(kind)),
            _ => String::new(),
        };
        let signature = format!("{name}: func({}){result}", parameters.join(", "));
        write!(page, "### `{owner}.{name}`\n\n```wit\n{signature}\n```\n\n{}", text(&function.docs)).unwrap();
    }

    fn type_name(&self, kind: &Type) -> String {
        match kind {
            Type::Bool => "bool".to_owned(),
            Type::U8 => "u8".to_owned(),
            Type::U16 => "u16".to_owned(),
            Type::U32 => "u32".to_owned(),
            Type::U64 => "u64".to_owned(),
            Type::S8 => "s8".to_owned(),
            Type::S16 => "s16".to_owned(),
            Type::S32 => "s32".to_owned(),
            Type::S64 => "s64".to_owned(),
            Type::F32 => "f32".to_owned(),
            Type::F64 => "f64".to_owned(),
            Type::Char => "char".to_owned(),
            Type::String => "string".to_owned(),
            Type::ErrorContext => "error-context".to_owned(),
            Type::Id(id) => {
                let definition = &self.resolve.types[*id];
                definition.name.clone().unwrap_or_else(|| self.kind_name(&definition.kind))
            }
        }
    }

    fn kind_name(&self, kind: &TypeDefKind) -> String {
        let or_none = |kind: &Option<Type>| kind.as_ref().map_or("_".to_owned(), |kind| self.type_name(kind));
        match kind {
            TypeDefKind::List(of) => format!("list<{}>", self.type_name(of)),
            TypeDefKind::Option(of) => format!("option<{}>", self.type_name(of)),
            TypeDefKind::Result(result) => format!("result<{}, {}>", or_none(&result.ok), or_none(&result.err)),
            TypeDefKind::Tuple(tuple) => {
                let kinds: Vec<String> = tuple.types.iter().map(|kind| self.type_name(kind)).collect();
                format!("tuple<{}>", kinds.join(", "))
            }
            TypeDefKind::Handle(Handle::Own(id)) => self.type_name(&Type::Id(*id)),
            TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", self.type_name(&Type::Id(*id))),
            other => panic!("the contract has a {}, and this page does not know how it is written", other.as_str()),
        }
    }
}

/// A comment as it stands, with a line of its own behind it.
fn text(docs: &Docs) -> String {
    docs.contents.as_ref().map_or_else(String::new, |docs| format!("{}\n\n", docs.trim()))
}

/// A comment in a cell of a table.
fn cell(docs: &Docs) -> String {
    let docs = docs.contents.as_deref().unwrap_or_default();
    docs.trim().replace('\n', " ").replace('|', "\\|")
}
