//! Asking plugins about notifications: each call in a store of its own, on the guests' threads.

use std::{ops::Range, sync::Arc};

use limits::SandboxLimits;
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::{
    TrapRecord,
    batch::{self, Questions},
    merge::Additions,
    record::{self, DecodedBy},
};
use crate::{
    CollectError, MessagePart, NotificationPdu, Runtime, TrapDecoder, TrapEnricher, run,
    run::{CpuBudget, RunState},
    text,
    ticker::Ticker,
};

/// Values of a tree, beside those for its octets. Beyond, the tree is refused.
const TREE_PARTS: usize = 1_024;

/// Values of a tree for each octet that was taken apart. The bundled decoder writes at most nine.
const TREE_PARTS_PER_OCTET: usize = 16;

/// What an enricher did wrong with some records. Each of them has the flag `enricher_failed:NAME`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the enricher `{enricher}` failed with {}: {error}", snmp::counted(*.records, "record"))]
pub struct EnricherFailure {
    /// The enricher's name.
    pub enricher: String,
    /// How many records lack what it may have known.
    pub records: usize,
    /// What it did with the first of them. It is part of the failure's text.
    pub error: CollectError,
}

impl Runtime {
    /// Decodes PDUs: one answer for each, in their order. Any number of them; they are cut into batches here.
    ///
    /// An error is about one PDU alone: the plugin trapped over it, took too long or answered nonsense, also when it
    /// was asked again with nothing else. It ends within `trap_time`. Dropping the future stops the guest.
    pub async fn decode(
        &self,
        decoder: &TrapDecoder,
        notifications: Vec<NotificationPdu>,
    ) -> Vec<Result<TrapRecord, CollectError>> {
        let asked = notifications.len();
        if asked == 0 {
            return Vec::new();
        }
        let deadline = self.trap_deadline();
        let questions = Decode {
            ticker: self.ticker().clone(),
            signature: signature(&decoder.manifest().name, decoder.digest()),
            decoder: decoder.clone(),
            notifications,
        };
        let answers = self.run_for_traps(deadline, async move {
            batch::ask_all(&questions, deadline, &questions.decoder.loaded().limits).await
        });
        answers.await.unwrap_or_else(|error| vec![Err(error); asked])
    }

    /// Takes the octets of a message, or of a part of it, apart for people. The answer has the members that the plugin
    /// contract describes. It ends within `trap_time`; `output_bytes` bounds the answer.
    pub async fn tree(
        &self,
        decoder: &TrapDecoder,
        part: MessagePart,
        octets: Vec<u8>,
    ) -> Result<Map<String, Value>, CollectError> {
        let (ticker, decoder, deadline) = (self.ticker().clone(), decoder.clone(), self.trap_deadline());
        let answer = self.run_for_traps(deadline, async move {
            let loaded = decoder.loaded();
            let call = async |store: &mut _| loaded.prepared.tree(store, part, &octets).await;
            let state = RunState::new(Arc::clone(&loaded.limits), None);
            let ended = run::run(&ticker, state, CpuBudget::for_traps(&loaded.limits), deadline, call).await;
            let json = ended.answer??;
            if json.len() > loaded.limits.output_bytes {
                return Err(CollectError::OutputTooLarge { limit: loaded.limits.output_bytes });
            }
            let max = TREE_PARTS + octets.len().saturating_mul(TREE_PARTS_PER_OCTET);
            if schema::count_values(&json) > max {
                let reason = format!("it has more than {max} values for {} octets", octets.len());
                return Err(CollectError::InvalidOutput { reason });
            }
            serde_json::from_str(&json).map_err(|error| CollectError::InvalidOutput {
                reason: text::clean(&error.to_string(), loaded.limits.message_bytes),
            })
        });
        answer.await?
    }

    /// Lets enrichers add to the records that they are for, one enricher after the other.
    ///
    /// Nothing that was received is changed. A record that an enricher fails with stays as it is, but for a flag. Each
    /// enricher ends within `trap_time`; one that uses up its time again and again is not asked for a while. Dropping the future stops the guest and leaves proper records, of which some
    /// may be enriched.
    pub async fn enrich(
        &self,
        enrichers: &[TrapEnricher],
        records: impl IntoIterator<Item = &mut TrapRecord>,
    ) -> Vec<EnricherFailure> {
        let mut failures = Vec::new();
        let wanted = |record: &&mut TrapRecord| enrichers.iter().any(|enricher| enricher.manifest().is_for(record));
        let mut records: Vec<_> = records.into_iter().filter(wanted).map(|record| (record, false)).collect();
        for enricher in enrichers {
            let is_meant = |(record, _): &&mut (&mut TrapRecord, bool)| enricher.manifest().is_for(record);
            let mut meant: Vec<_> = records.iter_mut().filter(is_meant).collect();
            if meant.is_empty() {
                continue;
            }
            let name = &enricher.manifest().name;
            if !self.breakers().lets(name, Instant::now()) {
                let flag = format!("enricher_out_of_service:{name}");
                meant.iter_mut().for_each(|(record, _)| record.add_flag(&flag));
                continue;
            }
            let answers = self.additions(enricher, meant.iter().map(|(record, _)| &**record)).await;
            let mut failed: Option<EnricherFailure> = None;
            for ((record, is_enriched), answer) in meant.iter_mut().zip(answers) {
                match answer.and_then(|additions| additions.map_or(Ok(false), |additions| additions.merge(record))) {
                    Ok(true) if !*is_enriched => {
                        record.decoded_by = signature(&enricher.manifest().name, enricher.digest());
                        *is_enriched = true;
                    }
                    Ok(_) => {}
                    Err(error) => {
                        record.add_flag(&format!("enricher_failed:{name}"));
                        let first = || EnricherFailure { enricher: name.clone(), records: 0, error };
                        failed.get_or_insert_with(first).records += 1;
                    }
                }
            }
            failures.extend(failed);
        }
        failures
    }

    /// Asks an enricher what it adds to records.
    async fn additions(
        &self,
        enricher: &TrapEnricher,
        records: impl Iterator<Item = &TrapRecord>,
    ) -> Vec<Result<Option<Additions>, CollectError>> {
        // A record has nothing that JSON cannot express.
        let records: Vec<_> = records.map(|record| serde_json::to_string(record).unwrap_or_default()).collect();
        let (asked, deadline) = (records.len(), self.trap_deadline());
        let questions = Enrich { ticker: self.ticker().clone(), enricher: enricher.clone(), records };
        let answers = self.run_for_traps(deadline, async move {
            batch::ask_all(&questions, deadline, &questions.enricher.loaded().limits).await
        });
        match answers.await {
            Ok(answers) => {
                self.breakers().ended(&enricher.manifest().name, &answers, Instant::now(), self.limits());
                answers
            }
            Err(error) => vec![Err(error); asked],
        }
    }

    fn trap_deadline(&self) -> Instant {
        Instant::now() + self.limits().trap_time
    }
}

/// PDUs for a decoder.
struct Decode {
    ticker: Ticker,
    decoder: TrapDecoder,
    signature: DecodedBy,
    notifications: Vec<NotificationPdu>,
}

impl Questions for Decode {
    type Answer = TrapRecord;

    fn count(&self) -> usize {
        self.notifications.len()
    }

    fn octets(&self, place: usize) -> usize {
        self.notifications.get(place).map_or(0, |notification| notification.pdu.len())
    }

    async fn ask(
        &self,
        which: Range<usize>,
        deadline: Instant,
    ) -> Result<Vec<Result<TrapRecord, CollectError>>, CollectError> {
        let loaded = self.decoder.loaded();
        let asked = self.notifications.get(which).unwrap_or_default();
        let call = async |store: &mut _| loaded.prepared.decode(store, asked).await;
        let answers = call_for_traps(&self.ticker, &loaded.limits, deadline, call).await?;
        let read = |answer: Result<String, _>| TrapRecord::parse(&answer?, &self.signature, &loaded.limits);
        Ok(answers.into_iter().map(read).collect())
    }

    /// The others of the batch are notifications that somebody waits for.
    fn is_worth_repeating(_error: &CollectError) -> bool {
        true
    }
}

/// Records for an enricher.
struct Enrich {
    ticker: Ticker,
    enricher: TrapEnricher,
    records: Vec<String>,
}

impl Questions for Enrich {
    type Answer = Option<Additions>;

    fn count(&self) -> usize {
        self.records.len()
    }

    fn octets(&self, place: usize) -> usize {
        self.records.get(place).map_or(0, String::len)
    }

    async fn ask(
        &self,
        which: Range<usize>,
        deadline: Instant,
    ) -> Result<Vec<Result<Option<Additions>, CollectError>>, CollectError> {
        let loaded = self.enricher.loaded();
        let asked = self.records.get(which).unwrap_or_default();
        let call = async |store: &mut _| loaded.prepared.enrich(store, asked).await;
        let answers = call_for_traps(&self.ticker, &loaded.limits, deadline, call).await?;
        let read = |answer: Result<Option<String>, _>| {
            answer?.map(|json| record::parse::<Additions>(&json, &loaded.limits)).transpose()
        };
        Ok(answers.into_iter().map(read).collect())
    }

    /// A slow enricher would hold up the notifications of all other vendors; what it may have known is not worth that.
    fn is_worth_repeating(error: &CollectError) -> bool {
        !matches!(error, CollectError::CpuBudget { .. } | CollectError::Deadline)
    }
}

/// Runs one call of a plugin for notifications, within its limits.
async fn call_for_traps<T>(
    ticker: &Ticker,
    limits: &Arc<SandboxLimits>,
    deadline: Instant,
    call: impl AsyncFnOnce(&mut wasmtime::Store<RunState>) -> wasmtime::Result<T>,
) -> Result<T, CollectError> {
    let state = RunState::new(Arc::clone(limits), None);
    run::run(ticker, state, CpuBudget::for_traps(limits), deadline, call).await.answer
}

/// How records name the plugin that made them.
fn signature(plugin: &str, digest: &str) -> DecodedBy {
    DecodedBy { plugin: plugin.to_owned(), digest: digest.to_owned() }
}
