//! Writes a few small inputs of each target into seeds/, made by the engine's own writer.

use std::{fs, io, path::Path};

use snmp::{
    Oid, Value, Varbind,
    ber::{Writer, tag},
    fuzzing,
};

fn main() -> io::Result<()> {
    let oid = |arcs: &[u32]| Oid::new(arcs).expect("few arcs");
    let values = [
        Value::Integer(-129),
        Value::OctetString(b"eth0".to_vec()),
        Value::Null,
        Value::ObjectIdentifier(oid(&[2, 999, 4_294_967_295])),
        Value::IpAddress([192, 0, 2, 1]),
        Value::Counter32(u32::MAX),
        Value::TimeTicks(300),
        Value::Counter64(1 << 63),
        Value::NoSuchInstance,
        Value::EndOfMibView,
        Value::Unknown { tag: 0x48, octets: vec![1, 2] },
        Value::Unknown { tag: 0x9f, octets: vec![0x9f, 0x78, 0x40, 0x20, 0, 0] },
        Value::Unknown { tag: tag::INTEGER, octets: Vec::new() },
        Value::Unknown { tag: tag::NO_ELEMENT, octets: vec![tag::OCTET_STRING, 0x7f, 0x61] },
    ];
    let varbinds: Vec<Varbind> = (1..)
        .zip(values)
        .map(|(row, value)| Varbind { name: oid(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 2, row]), value })
        .collect();
    for (place, varbind) in varbinds.iter().enumerate() {
        let mut writer = Writer::default();
        writer.varbind(varbind);
        write("ber", &format!("value-{place}"), &writer.finish())?;
    }
    for (name, status, index, count) in [("table", 0, 0, 9), ("all", 0, 0, varbinds.len()), ("empty", 0, 0, 0), ("error", 5, 2, 0)]
    {
        let content = |writer: &mut Writer| {
            writer.constructed(tag::SEQUENCE, |writer| {
                varbinds.iter().take(count).rev().for_each(|varbind| writer.varbind(varbind));
            });
            writer.integer(tag::INTEGER, index);
            writer.integer(tag::INTEGER, status);
            writer.integer(tag::INTEGER, 7);
        };
        let mut writer = Writer::default();
        content(&mut writer);
        write("pdu", name, &writer.finish())?;
        for version in [0, 1] {
            let mut writer = Writer::default();
            writer.constructed(tag::SEQUENCE, |writer| {
                writer.constructed(tag::RESPONSE, content);
                writer.octets(tag::OCTET_STRING, b"public");
                writer.integer(tag::INTEGER, version);
            });
            write("message", &format!("{name}-version-{version}"), &writer.finish())?;
        }
    }
    for (name, octets) in fuzzing::version_3_messages() {
        write("message", &format!("{name}-version-3"), &octets)?;
    }
    // Options, and then for each request which lane is answered, how, and the varbinds as steps and values.
    let step = |count: u8| [vec![0, 5 + count], [1, 9].repeat(count.into())].concat();
    let walks = [
        ("one-column", [vec![0, 0, 0, 30, 9, 50], step(10), step(10)].concat()),
        ("lanes", [vec![4, 3, 0, 30, 9, 50], step(20), step(10), step(10), vec![0, 1], step(5)].concat()),
        (
            "any-order",
            [vec![1, 1, 1, 30, 9, 50], step(8), vec![0, 8, 203, 5, 9, 203, 2, 9, 203, 8, 9], step(1)].concat(),
        ),
        (
            "errors",
            [vec![2, 0, 0, 30, 9, 50], vec![0, 3, 1, 0], vec![0, 3, 5, 2], step(3), vec![0, 2], step(1)].concat(),
        ),
        ("next-only", [vec![1, 0, 2, 30, 9, 50], step(2), step(2), vec![0, 1]].concat()),
    ];
    for (name, octets) in walks {
        write("walk", name, &octets)?;
    }
    Ok(())
}

fn write(target: &str, name: &str, octets: &[u8]) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), octets)
}
