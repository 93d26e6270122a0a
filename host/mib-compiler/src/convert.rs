//! From the parser's tree to the definitions that the writer takes.

use mib_rs::{
    BaseType, Mib, Module, Object, Type,
    mib::{NamedValue, Range, RangeBound},
    raw::Symbol,
    types,
};
use mibs::{
    Access, Base, Kind,
    write::{Definitions, IndexDefinition, ObjectDefinition, PartDefinition, PartOf, SyntaxDefinition},
};

/// What these modules define, in their order.
pub(super) fn definitions(tree: &Mib, modules: &[Module<'_>]) -> Definitions {
    let mut definitions = Definitions::default();
    for module in modules {
        definitions.modules.push(module.name().to_owned());
        let mut symbols: Vec<Symbol> = tree.raw().module(module.id()).definitions().collect();
        // The parser keeps them by name in no order of its own.
        symbols.sort_by(|one, other| one.name(tree).cmp(other.name(tree)));
        for symbol in symbols {
            match symbol {
                Symbol::Type(id) => {
                    let convention = tree.type_by_id(id);
                    if !is_base(convention) {
                        definitions.conventions.push(of_type(convention));
                    }
                }
                symbol => definitions.objects.extend(object(tree, module, symbol)),
            }
        }
    }
    definitions
}

fn object(tree: &Mib, module: &Module<'_>, symbol: Symbol) -> Option<ObjectDefinition> {
    let node = tree.node_by_id(symbol.node(tree)?);
    let mut definition = ObjectDefinition {
        oid: node.oid().to_vec(),
        name: symbol.name(tree).to_owned(),
        module: Some(module.name().to_owned()),
        kind: Kind::Node,
        access: Access::NotAccessible,
        syntax: None,
        units: String::new(),
        index: None,
        notified: Vec::new(),
    };
    match symbol {
        Symbol::Object(id) => {
            let object = tree.object_by_id(id);
            definition.kind = kind(object.kind());
            definition.access = access(object.access());
            let own = || in_words(module.name(), object.name()).unwrap_or_else(|| of_object(object));
            definition.syntax = definition.kind.has_instances().then(own);
            object.units().clone_into(&mut definition.units);
            definition.index = (definition.kind == Kind::Row).then(|| index(object)).flatten();
        }
        Symbol::Notification(id) => {
            definition.kind = Kind::Notification;
            let objects = tree.notification_by_id(id).objects();
            definition.notified = objects.filter_map(|object| Some(object.node()?.oid().to_vec())).collect();
        }
        Symbol::Group(_) => definition.kind = Kind::Group,
        Symbol::Compliance(_) => definition.kind = Kind::Compliance,
        Symbol::Capability(_) => definition.kind = Kind::Capabilities,
        Symbol::Node(_) => definition.kind = kind(node.kind()),
        Symbol::Type(_) => return None,
    }
    Some(definition)
}

fn kind(kind: types::Kind) -> Kind {
    match kind {
        types::Kind::Unknown | types::Kind::Internal | types::Kind::Node => Kind::Node,
        types::Kind::Scalar => Kind::Scalar,
        types::Kind::Table => Kind::Table,
        types::Kind::Row => Kind::Row,
        types::Kind::Column => Kind::Column,
        types::Kind::Notification => Kind::Notification,
        types::Kind::Group => Kind::Group,
        types::Kind::Compliance => Kind::Compliance,
        types::Kind::Capability => Kind::Capabilities,
        types::Kind::ModuleIdentity => Kind::Module,
        types::Kind::ObjectIdentity => Kind::Identity,
    }
}

fn access(access: types::Access) -> Access {
    match access {
        types::Access::NotAccessible | types::Access::NotImplemented => Access::NotAccessible,
        types::Access::AccessibleForNotify => Access::AccessibleForNotify,
        types::Access::ReadOnly => Access::ReadOnly,
        types::Access::ReadWrite => Access::ReadWrite,
        types::Access::ReadCreate => Access::ReadCreate,
        types::Access::WriteOnly => Access::WriteOnly,
    }
}

fn base(base: BaseType) -> Base {
    match base {
        BaseType::Integer32 | BaseType::Integer64 => Base::Integer,
        BaseType::Unsigned32 | BaseType::Unsigned64 => Base::Unsigned,
        BaseType::Counter32 => Base::Counter32,
        BaseType::Counter64 => Base::Counter64,
        BaseType::Gauge32 => Base::Gauge,
        BaseType::TimeTicks => Base::TimeTicks,
        BaseType::IpAddress => Base::IpAddress,
        BaseType::OctetString => Base::Octets,
        BaseType::ObjectIdentifier => Base::Oid,
        BaseType::Bits => Base::Bits,
        BaseType::Opaque => Base::Opaque,
        BaseType::Unknown | BaseType::Sequence => Base::Unknown,
    }
}

/// What SMI itself defines: the base says it all.
fn is_base(of: Type<'_>) -> bool {
    !of.is_textual_convention() && of.module().is_none_or(Module::is_base)
}

fn of_object(object: Object<'_>) -> SyntaxDefinition {
    let Some(of) = object.ty() else { return SyntaxDefinition::default() };
    let ranges =
        if object.effective_ranges().is_empty() { object.effective_sizes() } else { object.effective_ranges() };
    let names = [object.effective_enums(), object.effective_bits()].concat();
    syntax(of, object.effective_display_hint(), &names, ranges)
}

fn of_type(of: Type<'_>) -> SyntaxDefinition {
    let ranges = if of.effective_ranges().is_empty() { of.effective_sizes() } else { of.effective_ranges() };
    let names = [of.effective_enums(), of.effective_bits()].concat();
    syntax(of, of.effective_display_hint(), &names, ranges)
}

fn syntax(of: Type<'_>, hint: &str, names: &[NamedValue], ranges: &[Range]) -> SyntaxDefinition {
    // The nearest type that has a name of its own: a refined one may have none.
    let named = std::iter::successors(Some(of), |of| of.parent()).find(|of| !of.name().is_empty() && !is_base(*of));
    let convention = named.map(Type::name).unwrap_or_default();
    let base = base(of.effective_base());
    let hint = if hint.is_empty() { hint_of_version_1(convention, base) } else { hint };
    let bound = |bound: &RangeBound, otherwise| match bound {
        RangeBound::Unsigned(number) => i64::try_from(*number).unwrap_or(i64::MAX),
        bound => bound.as_i64().unwrap_or(otherwise),
    };
    SyntaxDefinition {
        convention: convention.to_owned(),
        module: named.and_then(Type::module).map(|module| module.name().to_owned()),
        base: base as u8,
        hint: hint.to_owned(),
        names: names.iter().filter_map(|name| Some((i32::try_from(name.value).ok()?, name.label.clone()))).collect(),
        ranges: ranges
            .iter()
            .map(|range| (bound(&range.min, i64::MIN), bound(&range.max, i64::MAX)))
            .filter(|range| *range != range_of(base))
            .collect(),
    }
}

/// What values of a base type are anyway.
fn range_of(base: Base) -> (i64, i64) {
    match base {
        Base::Integer => (i32::MIN.into(), i32::MAX.into()),
        Base::Unsigned | Base::Counter32 | Base::Gauge | Base::TimeTicks => (0, u32::MAX.into()),
        Base::Counter64 => (0, i64::MAX),
        Base::IpAddress => (4, 4),
        Base::Octets | Base::Opaque => (0, 65_535),
        Base::Unknown | Base::Oid | Base::Bits => (i64::MIN, i64::MAX),
    }
}

/// What a module says in the words of a description only.
fn in_words(module: &str, object: &str) -> Option<SyntaxDefinition> {
    // Octets of which each bit is a condition. BITS came with SMIv2, and RFC 2790 kept what RFC 1514 had.
    const PRINTER: [&str; 15] = [
        "lowPaper",
        "noPaper",
        "lowToner",
        "noToner",
        "doorOpen",
        "jammed",
        "offline",
        "serviceRequested",
        "inputTrayMissing",
        "outputTrayMissing",
        "markerSupplyMissing",
        "outputNearFull",
        "outputFull",
        "inputTrayEmpty",
        "overduePreventMaint",
    ];
    let is_printer = (module, object) == ("HOST-RESOURCES-MIB", "hrPrinterDetectedErrorState");
    is_printer.then(|| SyntaxDefinition {
        names: (0..).zip(PRINTER.map(str::to_owned)).collect(),
        ..SyntaxDefinition::of(Base::Bits)
    })
}

/// SMIv1 had two of SMIv2's conventions as plain types, without a hint; RFC 2579 took them over under their names.
fn hint_of_version_1(name: &str, base: Base) -> &'static str {
    match (name, base) {
        ("DisplayString", Base::Octets) => "255a",
        ("PhysAddress", Base::Octets) => "1x:",
        _ => "",
    }
}

fn index(row: Object<'_>) -> Option<IndexDefinition> {
    if let Some(augmented) = row.augments() {
        return Some(IndexDefinition::Augments(augmented.node()?.oid().to_vec()));
    }
    let part = |part: mib_rs::Index<'_>| {
        let of = match part.object() {
            Some(object) => PartOf::Object(object.node()?.oid().to_vec()),
            None => PartOf::Syntax(of_type(part.ty()?)),
        };
        Some(PartDefinition { of, is_implied: part.implied() })
    };
    let parts: Vec<PartDefinition> = row.index().map(part).collect::<Option<_>>()?;
    (!parts.is_empty()).then_some(IndexDefinition::Parts(parts))
}
