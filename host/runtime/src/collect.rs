//! A run of a plugin that collects, from its job to its report.

use std::sync::Arc;

use crate::{
    CollectJob, CollectReport, LogLevel, Plugin, output,
    run::{self, CollectContext, CpuBudget, RunState},
    ticker::Ticker,
};

/// Runs `collect` of `plugin`, and reports.
pub(crate) async fn collect(ticker: &Ticker, plugin: &Plugin, job: CollectJob) -> CollectReport {
    let deadline = job.deadline;
    let loaded = plugin.loaded();
    let limits = Arc::clone(&loaded.limits);
    let state =
        RunState::new(Arc::clone(&limits), Some(CollectContext::new(Arc::clone(&loaded.manifest), &limits, job)));
    let ended =
        run::run(ticker, state, CpuBudget::of(&limits), deadline, async |store| loaded.prepared.collect(store).await)
            .await;

    let mut state = ended.state;
    state.log_printed(LogLevel::Debug);
    let parts = state.take_parts();
    let (result, kept) = match ended.answer {
        Ok(Ok(json)) => output::parse(&json, parts, &loaded.manifest, &limits),
        Ok(Err(error)) | Err(error) => (Err(error), parts.into_sections()),
    };
    let misfits = output::misfits(result.as_ref().unwrap_or(&kept), &loaded.manifest);
    let (log_dropped, host_calls) = (state.log_dropped(), state.host_calls());
    state.readers.finish();
    let (withheld, withheld_dropped) = state.withheld.into_names();
    CollectReport {
        result,
        kept,
        withheld,
        withheld_dropped,
        misfits,
        cpu: state.meter.used(),
        peak_memory: state.memory.peak(),
        host_calls,
        log_dropped,
    }
}
