//! The world `trap-decoding`: plugins that take notifications apart.

use wasmtime::{Store, component::InstancePre};

use self::bindings::exports::snmp_proxy::plugin::trap_decoder as contract;
use super::plugin_error;
use crate::{CollectError, MessagePart, MessageVersion, manifest::DecoderClaims, run::RunState};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "snmp-proxy:plugin/trap-decoding",
        exports: { default: async },
        with: { "snmp-proxy:plugin/types": crate::v0_1::bindings::snmp_proxy::plugin::types },
    });
}

/// A decoder that is ready to be instantiated.
pub(crate) type PreparedDecoder = bindings::TrapDecodingPre<RunState>;

/// A PDU in the contract's words.
pub(crate) type Notification = contract::Notification;

/// Finds the exports that the contract asks for.
pub(crate) fn prepare_decoder(instance: InstancePre<RunState>) -> wasmtime::Result<PreparedDecoder> {
    bindings::TrapDecodingPre::new(instance)
}

/// Translates a PDU.
pub(crate) fn notification(from: crate::Notification) -> Notification {
    let version = match from.version {
        MessageVersion::V1 => contract::Version::V1,
        MessageVersion::V2c => contract::Version::V2c,
        MessageVersion::V3 => contract::Version::V3,
    };
    Notification { version, pdu: from.pdu, hints: Vec::new() }
}

/// Asks the plugin what it is.
pub(crate) async fn describe_decoder(
    prepared: &PreparedDecoder,
    store: &mut Store<RunState>,
) -> wasmtime::Result<DecoderClaims> {
    let plugin = prepared.instantiate_async(&mut *store).await?;
    let manifest = plugin.snmp_proxy_plugin_trap_decoder().call_describe(store).await?;
    Ok(DecoderClaims { name: manifest.name, version: manifest.version, summary: manifest.summary })
}

/// Decodes PDUs. How many answers there are is the plugin's doing.
pub(crate) async fn decode(
    prepared: &PreparedDecoder,
    store: &mut Store<RunState>,
    notifications: &[Notification],
) -> wasmtime::Result<Vec<Result<String, CollectError>>> {
    let plugin = prepared.instantiate_async(&mut *store).await?;
    let answers = plugin.snmp_proxy_plugin_trap_decoder().call_decode(&mut *store, notifications).await?;
    let limits = &store.data().limits;
    Ok(answers.into_iter().map(|answer| answer.map_err(|error| plugin_error(error, limits))).collect())
}

/// Takes octets apart for people.
pub(crate) async fn tree(
    prepared: &PreparedDecoder,
    store: &mut Store<RunState>,
    part: MessagePart,
    octets: &[u8],
) -> wasmtime::Result<Result<String, CollectError>> {
    let part = match part {
        MessagePart::Message => contract::Part::Message,
        MessagePart::ScopedPdu => contract::Part::ScopedPdu,
        MessagePart::Pdu => contract::Part::Pdu,
    };
    let plugin = prepared.instantiate_async(&mut *store).await?;
    let answer = plugin.snmp_proxy_plugin_trap_decoder().call_tree(&mut *store, part, octets).await?;
    Ok(answer.map_err(|error| plugin_error(error, &store.data().limits)))
}
