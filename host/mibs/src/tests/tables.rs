//! Tables beside that of the standard modules, written and read back.

use crate::{
    Access, Base, Kind, Mibs, OpenTableError, Table,
    write::{
        Definitions, IndexDefinition, MAX_TEXT_OCTETS, ObjectDefinition, PartDefinition, PartOf, SyntaxDefinition,
        write,
    },
};

pub(super) fn object(oid: &str, name: &str, kind: Kind) -> ObjectDefinition {
    ObjectDefinition {
        oid: crate::arcs_of(oid).unwrap(),
        name: name.to_owned(),
        module: Some("ACME-MIB".to_owned()),
        kind,
        access: Access::ReadOnly,
        syntax: kind.has_instances().then(|| SyntaxDefinition::of(Base::Integer)),
        units: String::new(),
        index: None,
        notified: Vec::new(),
    }
}

/// A vendor's module, which also gives a number of its own to a standard name.
pub(super) fn acme() -> Definitions {
    let mut row = object("1.3.6.1.4.1.99999.1.1", "acmeEntry", Kind::Row);
    let mode = SyntaxDefinition {
        names: vec![(-1, "none".to_owned()), (5, "slow".to_owned()), (9, "fast".to_owned())],
        ..SyntaxDefinition::of(Base::Integer)
    };
    let part = PartOf::Object(crate::arcs_of("1.3.6.1.4.1.99999.1.1.1").unwrap());
    row.index = Some(IndexDefinition::Parts(vec![
        PartDefinition { of: part, is_implied: false },
        PartDefinition { of: PartOf::Syntax(SyntaxDefinition::of(Base::Octets)), is_implied: true },
    ]));
    let mut augmenting = object("1.3.6.1.4.1.99999.2.1", "acmeMoreEntry", Kind::Row);
    augmenting.index = Some(IndexDefinition::Augments(row.oid.clone()));
    let mut mode_column = object("1.3.6.1.4.1.99999.1.1.2", "acmeMode", Kind::Column);
    mode_column.syntax = Some(mode);
    mode_column.units = "gears".to_owned();
    let mut trap = object("1.3.6.1.4.1.99999.0.1", "acmeShifted", Kind::Notification);
    trap.notified = vec![mode_column.oid.clone()];
    let mut old = object("1.3.6.1.4.1.99999.1.1.2", "oldMode", Kind::Column);
    old.module = Some("OLD-MIB".to_owned());
    Definitions {
        modules: vec!["OLD-MIB".to_owned(), "ACME-MIB".to_owned()],
        objects: vec![
            object("1.3.6.1.4.1.99999", "acme", Kind::Module),
            object("1.3.6.1.4.1.99999.1", "acmeTable", Kind::Table),
            row,
            object("1.3.6.1.4.1.99999.1.1.1", "acmeIndex", Kind::Column),
            mode_column,
            object("1.3.6.1.4.1.99999.2", "acmeMoreTable", Kind::Table),
            augmenting,
            object("1.3.6.1.4.1.99999.2.1.1", "acmeMore", Kind::Column),
            trap,
            object("1.3.6.1.4.1.99999.3", "sysName", Kind::Scalar),
            object("1.3.6.1.4.1.99999.4.1", "acmeTwice", Kind::Scalar),
            ObjectDefinition {
                module: Some("OLD-MIB".to_owned()),
                ..object("1.3.6.1.4.1.99999.4.2", "acmeTwice", Kind::Scalar)
            },
            old,
        ],
        conventions: vec![SyntaxDefinition {
            convention: "AcmeMode".to_owned(),
            module: Some("ACME-MIB".to_owned()),
            hint: "d-1".to_owned(),
            ranges: vec![(0, 7), (9, i64::MAX)],
            ..SyntaxDefinition::of(Base::Unsigned)
        }],
    }
}

fn with_acme() -> Mibs {
    Mibs::with([Table::open(write(&acme()).unwrap()).unwrap()])
}

#[test]
fn what_is_written_reads_back() {
    let mibs = with_acme();
    let mode = mibs.read("acmeMode").unwrap().object.unwrap();
    assert_eq!((mode.units(), mode.row().unwrap().name()), (Some("gears"), "acmeEntry"));
    let names: Vec<_> = mode.syntax().unwrap().names().collect();
    assert_eq!(names, [(-1, "none"), (5, "slow"), (9, "fast")]);
    assert_eq!(mode.syntax().unwrap().name_of(5), Some("slow"));
    assert_eq!(mode.syntax().unwrap().name_of(6), None);
    let convention = mibs.convention("AcmeMode", None).unwrap();
    assert_eq!((convention.hint(), convention.base()), (Some("d-1"), Base::Unsigned));
    assert_eq!(convention.ranges().collect::<Vec<_>>(), [(0, 7), (9, i64::MAX)]);
    let trap = mibs.read("acmeShifted").unwrap().object.unwrap();
    assert_eq!(trap.notified().collect::<Vec<_>>(), [mode]);
    assert_eq!(mibs.module("ACME-MIB").unwrap().identity().unwrap().name(), "acme");
    assert_eq!(mibs.name(&super::oid("1.3.6.1.2.1.1.5.0")).unwrap(), "SNMPv2-MIB::sysName.0");
}

#[test]
fn rows_of_smi_version_1_have_types_as_parts_and_augmenting_ones_the_same_index() {
    let mibs = with_acme();
    assert_eq!(
        mibs.bracketed_name(&mibs.read("acmeMore.3.97.98").unwrap().oid).unwrap(),
        "ACME-MIB::acmeMore[3][\"ab\"]"
    );
    assert_eq!(mibs.read("acmeMode[3][ab]").unwrap().oid, mibs.read("acmeMode.3.97.98").unwrap().oid);
}

#[test]
fn standard_names_win_and_modules_tell_others_apart() {
    let mibs = with_acme();
    assert_eq!(crate::dotted(&mibs.read("sysName").unwrap().oid), "1.3.6.1.2.1.1.5");
    assert_eq!(crate::dotted(&mibs.read("ACME-MIB::sysName").unwrap().oid), "1.3.6.1.4.1.99999.3");
    assert_eq!(mibs.read("OLD-MIB::oldMode").unwrap().oid, mibs.read("acmeMode").unwrap().oid);
    assert_eq!(
        mibs.read("acmeTwice").unwrap_err().to_string(),
        "ambiguous name `acmeTwice`: write ACME-MIB::acmeTwice or OLD-MIB::acmeTwice"
    );
    assert_eq!(crate::dotted(&mibs.read("OLD-MIB::acmeTwice").unwrap().oid), "1.3.6.1.4.1.99999.4.2");
    // Below what only the standard table knows, and what only the other one does.
    assert_eq!(crate::dotted(&mibs.read("enterprises.acme.acmeTable").unwrap().oid), "1.3.6.1.4.1.99999.1");
    assert_eq!(mibs.closest("acmeMod", None, 3)[0], "acmeMode");
}

#[test]
fn the_same_definitions_give_the_same_octets() {
    assert_eq!(write(&acme()).unwrap(), write(&acme()).unwrap());
}

#[test]
fn a_text_that_is_too_long_is_cut_and_a_hint_left_out() {
    let mut definitions = acme();
    definitions.objects[0].units = "ü".repeat(200);
    definitions.conventions[0].hint = "1x:".repeat(100);
    let mibs = Mibs::with([Table::open(write(&definitions).unwrap()).unwrap()]);
    let units = mibs.read("acme").unwrap().object.unwrap().units().unwrap();
    assert_eq!(units, "ü".repeat(MAX_TEXT_OCTETS / 2));
    assert_eq!(mibs.convention("AcmeMode", None).unwrap().hint(), None);
}

#[test]
fn what_is_no_table_is_refused() {
    let table = write(&acme()).unwrap();
    let open = |octets: Vec<u8>| Table::open(octets).map(drop);
    assert_eq!(open(Vec::new()), Err(OpenTableError::Other));
    assert_eq!(open(b"PK\x03\x04".to_vec()), Err(OpenTableError::Other));
    let mut other = table.clone();
    other[8] = 9;
    assert_eq!(open(other), Err(OpenTableError::Version { found: 9 }));
    assert_eq!(open(table[..table.len() - 1].to_vec()), Err(OpenTableError::Damaged));
    assert_eq!(open(table[..30].to_vec()), Err(OpenTableError::Damaged));
    let mut more = table.clone();
    more.push(0);
    assert_eq!(open(more), Err(OpenTableError::Damaged));
    assert_eq!(open(table), Ok(()));
}
