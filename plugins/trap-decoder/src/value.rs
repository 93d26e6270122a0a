//! A varbind's value: its type's word, its JSON, and its flags.

use snmp_proxy_sdk::traps::Version;

use crate::ber::{Element, tag};
use crate::display;
use crate::flags::Flags;
use crate::json::Json;
use crate::{integer, oid};

/// The word for a type, as the plugin contract's `value` names its cases.
pub(crate) fn type_word(tag: u8) -> &'static str {
    match tag {
        tag::INTEGER => "integer",
        tag::OCTET_STRING => "octet-string",
        tag::NULL => "null",
        tag::OID => "object-identifier",
        tag::IP_ADDRESS => "ip-address",
        tag::COUNTER32 => "counter32",
        tag::GAUGE32 => "gauge32",
        tag::TIME_TICKS => "time-ticks",
        tag::OPAQUE => "opaque",
        tag::NSAP_ADDRESS => "nsap-address",
        tag::COUNTER64 => "counter64",
        tag::UINTEGER32 => "uinteger32",
        tag::NO_SUCH_OBJECT => "no-such-object",
        tag::NO_SUCH_INSTANCE => "no-such-instance",
        tag::END_OF_MIB_VIEW => "end-of-mib-view",
        _ => "unknown",
    }
}

/// Writes the members `type`, `value`, `text`, `hex` and `enum`.
#[inline]
pub(crate) fn write(element: &Element<'_>, version: Version, flags: &mut Flags, json: &mut Json) {
    json.word("type", Some(type_word(element.tag)));
    let content = element.content;
    match element.tag {
        tag::INTEGER => match integer::signed(content, flags) {
            Some(number) => signed(number, json),
            None => unread(content, json),
        },
        tag::COUNTER32 | tag::GAUGE32 | tag::TIME_TICKS | tag::UINTEGER32 => {
            unsigned(content, 32, element.tag, flags, json);
        }
        tag::COUNTER64 => {
            if version == Version::V1 {
                flags.set(Flags::COUNTER64_IN_V1);
            }
            unsigned(content, 64, element.tag, flags, json);
        }
        tag::OID => match oid::checked(content, flags) {
            Some(content) => {
                for key in ["value", "text"] {
                    json.key(key);
                    json.quoted(|json| oid::write_dotted(content, json));
                }
                no_octets(json);
            }
            None => unread(content, json),
        },
        tag::IP_ADDRESS => match <[u8; 4]>::try_from(content) {
            Ok(address) => {
                for key in ["value", "text"] {
                    json.key(key);
                    json.quoted(|json| display::write_address(address, json));
                }
                no_octets(json);
            }
            Err(_) => {
                flags.set(Flags::BAD_VALUE);
                unread(content, json);
            }
        },
        tag::OCTET_STRING | tag::OPAQUE | tag::NSAP_ADDRESS => octets(element, json),
        tag::NULL | tag::NO_SUCH_OBJECT | tag::NO_SUCH_INSTANCE | tag::END_OF_MIB_VIEW if content.is_empty() => {
            json.raw(r#","value":null,"text":null,"hex":null,"enum":null"#);
        }
        tag::NULL | tag::NO_SUCH_OBJECT | tag::NO_SUCH_INSTANCE | tag::END_OF_MIB_VIEW => {
            flags.set(Flags::BAD_VALUE);
            unread(content, json);
        }
        _ => {
            flags.set(Flags::UNKNOWN_TYPE);
            json.number_or_null("tag", Some(i64::from(element.tag)));
            unread_behind(identifier_beyond_one(element), content, json);
        }
    }
}

/// The members of a varbind without a value.
pub(crate) fn write_missing(json: &mut Json) {
    json.raw(r#","type":null,"value":null,"text":null,"hex":null,"enum":null"#);
}

fn signed(number: i64, json: &mut Json) {
    json.key("value");
    json.signed(number);
    json.key("text");
    json.quoted(|json| json.signed(number));
    no_octets(json);
}

fn unsigned(content: &[u8], bits: usize, tag: u8, flags: &mut Flags, json: &mut Json) {
    let Some(number) = integer::unsigned(content, bits, flags) else {
        return unread(content, json);
    };
    json.key("value");
    json.number(number);
    json.key("text");
    json.quoted(|json| if tag == tag::TIME_TICKS { display::write_ticks(number, json) } else { json.number(number) });
    no_octets(json);
}

fn octets(element: &Element<'_>, json: &mut Json) {
    let content = element.content;
    let readable = if element.tag == tag::OCTET_STRING { display::readable(content) } else { None };
    json.key("value");
    match readable {
        Some(text) => json.string(text),
        None => write_hex(content, json),
    }
    json.key("text");
    let opaque = if element.tag == tag::OPAQUE { display::opaque(content) } else { None };
    match opaque {
        Some(text) => json.string(&text),
        None => match readable {
            Some(text) => json.string(text),
            None => write_hex(content, json),
        },
    }
    json.key("hex");
    json.quoted(|json| json.hex(content));
    json.raw(r#","enum":null"#);
}

/// Contents that are no value of their type: the octets are all there is to say.
fn unread(content: &[u8], json: &mut Json) {
    unread_behind(&[], content, json);
}

fn unread_behind(identifier: &[u8], content: &[u8], json: &mut Json) {
    json.raw(r#","value":null,"text":null"#);
    json.key("hex");
    json.quoted(|json| {
        json.hex(identifier);
        json.hex(content);
    });
    json.raw(r#","enum":null"#);
}

/// The identifier octets, where there are several (X.690 section 8.1.2.4): one alone is the tag.
fn identifier_beyond_one<'a>(element: &Element<'a>) -> &'a [u8] {
    if element.tag & 0x1f != 0x1f {
        return &[];
    }
    let more = element.header.iter().skip(1).take_while(|&&octet| octet & 0x80 != 0).count();
    element.header.get(..more + 2).unwrap_or(element.header)
}

fn no_octets(json: &mut Json) {
    json.raw(r#","hex":null,"enum":null"#);
}

fn write_hex(content: &[u8], json: &mut Json) {
    json.quoted(|json| {
        json.raw("0x");
        json.hex(content);
    });
}
