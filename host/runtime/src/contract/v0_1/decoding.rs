//! The world `trap-decoding`: plugins that take notifications apart.

use std::sync::Arc;

use wasmtime::{Store, component::InstancePre};

use self::bindings::exports::snmp_proxy::plugin::trap_decoder as contract;
use super::plugin_error;
use crate::{
    CollectError, MessagePart, MessageVersion, NotificationPdu,
    contract::{Answer, Decoding},
    manifest::DecoderClaims,
    run::RunState,
};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "snmp-proxy:plugin/trap-decoding",
        exports: { default: async },
        with: { "snmp-proxy:plugin/types": crate::contract::v0_1::bindings::snmp_proxy::plugin::types },
    });
}

/// Finds the exports that the contract asks for.
pub(super) fn prepare(instance: InstancePre<RunState>) -> wasmtime::Result<Arc<dyn Decoding>> {
    Ok(Arc::new(bindings::TrapDecodingPre::new(instance)?))
}

impl Decoding for bindings::TrapDecodingPre<RunState> {
    fn describe<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, DecoderClaims> {
        Box::pin(async move {
            let plugin = self.instantiate_async(&mut *store).await?;
            let manifest = plugin.snmp_proxy_plugin_trap_decoder().call_describe(store).await?;
            Ok(DecoderClaims { name: manifest.name, version: manifest.version, summary: manifest.summary })
        })
    }

    fn decode<'a>(
        &'a self,
        store: &'a mut Store<RunState>,
        notifications: &'a [NotificationPdu],
    ) -> Answer<'a, Vec<Result<String, CollectError>>> {
        Box::pin(async move {
            let notifications: Vec<_> = notifications.iter().map(translated).collect();
            let plugin = self.instantiate_async(&mut *store).await?;
            let answers = plugin.snmp_proxy_plugin_trap_decoder().call_decode(&mut *store, &notifications).await?;
            let limits = &store.data().limits;
            Ok(answers.into_iter().map(|answer| answer.map_err(|error| plugin_error(error, limits))).collect())
        })
    }

    fn tree<'a>(
        &'a self,
        store: &'a mut Store<RunState>,
        part: MessagePart,
        octets: &'a [u8],
    ) -> Answer<'a, Result<String, CollectError>> {
        let part = match part {
            MessagePart::Message => contract::Part::Message,
            MessagePart::ScopedPdu => contract::Part::ScopedPdu,
            MessagePart::Pdu => contract::Part::Pdu,
        };
        Box::pin(async move {
            let plugin = self.instantiate_async(&mut *store).await?;
            let answer = plugin.snmp_proxy_plugin_trap_decoder().call_tree(&mut *store, part, octets).await?;
            Ok(answer.map_err(|error| plugin_error(error, &store.data().limits)))
        })
    }
}

/// A PDU in the contract's words.
fn translated(from: &NotificationPdu) -> contract::Notification {
    let version = match from.version {
        MessageVersion::V1 => contract::Version::V1,
        MessageVersion::V2c => contract::Version::V2c,
        MessageVersion::V3 => contract::Version::V3,
    };
    contract::Notification { version, pdu: from.pdu.clone(), hints: Vec::new() }
}
