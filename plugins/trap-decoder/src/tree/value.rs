//! Values of elements for the tree: the same readings as in records.

use snmp_proxy_sdk::serde_json::Value;
use snmp_proxy_sdk::text::hex;

use crate::ber::{Element, tag};
use crate::flags::Flags;
use crate::json::Json;
use crate::{display, integer, oid};

/// The value for programs and the one for people.
pub(crate) fn value_and_text(element: &Element<'_>, flags: &mut Flags) -> (Value, Option<String>) {
    let content = element.content;
    match element.tag {
        tag::INTEGER => plain(integer::signed(content, flags).map(Value::from)),
        tag::COUNTER32 | tag::GAUGE32 | tag::UINTEGER32 => {
            plain(integer::unsigned(content, 32, flags).map(Value::from))
        }
        tag::COUNTER64 => plain(integer::unsigned(content, 64, flags).map(Value::from)),
        tag::TIME_TICKS => match integer::unsigned(content, 32, flags) {
            Some(ticks) => (ticks.into(), Some(written(|json| display::write_ticks(ticks, json)))),
            None => (Value::Null, None),
        },
        tag::OID => match oid::checked(content, flags) {
            Some(content) => plain(Some(oid::dotted(content).into())),
            None => (Value::Null, None),
        },
        tag::IP_ADDRESS => match <[u8; 4]>::try_from(content) {
            Ok(address) => plain(Some(written(|json| display::write_address(address, json)).into())),
            Err(_) => {
                flags.set(Flags::BAD_VALUE);
                (Value::Null, None)
            }
        },
        tag::NULL | tag::NO_SUCH_OBJECT | tag::NO_SUCH_INSTANCE | tag::END_OF_MIB_VIEW => {
            if !content.is_empty() {
                flags.set(Flags::BAD_VALUE);
            }
            (Value::Null, None)
        }
        tag::OCTET_STRING | tag::OPAQUE | tag::NSAP_ADDRESS => {
            let digits = format!("0x{}", hex(content));
            let readable = if element.tag == tag::OCTET_STRING { display::readable(content) } else { None };
            let value = readable.map_or_else(|| digits.clone(), str::to_owned);
            let text = if element.tag == tag::OPAQUE { display::opaque(content) } else { None };
            (value.clone().into(), Some(text.unwrap_or(value)))
        }
        _ => (Value::Null, None),
    }
}

/// What flags about contents mean, for people.
pub(crate) fn oddities(flags: Flags) -> impl Iterator<Item = &'static str> {
    [
        (Flags::NON_MINIMAL_INTEGER, "a number in more octets than it needs"),
        (Flags::INTEGER_RANGE, "a number that its type cannot hold"),
        (Flags::NEGATIVE_UNSIGNED, "an unsigned number without the zero octet before it; read as what was meant"),
        (Flags::BAD_OID, "not an object identifier in its shortest form, or one with too large or too many arcs"),
        (Flags::BAD_VALUE, "not the number of octets that a value of this type has"),
    ]
    .into_iter()
    .filter(move |(flag, _)| flags.has(*flag))
    .map(|(_, text)| text)
}

fn plain(value: Option<Value>) -> (Value, Option<String>) {
    match value {
        Some(Value::String(text)) => (text.clone().into(), Some(text)),
        Some(value) => {
            let text = value.to_string();
            (value, Some(text))
        }
        None => (Value::Null, None),
    }
}

fn written(write: impl FnOnce(&mut Json)) -> String {
    let mut json = Json::default();
    write(&mut json);
    json.into_text()
}
