//! What a guest asks of its job, and what of its result it hands over in parts.

use std::{sync::Arc, time::Duration};

use super::{
    bindings::snmp_proxy::plugin::{job, output, types},
    offers, values,
};
use crate::run::RunState;

impl job::Host for RunState {
    fn log(&mut self, level: job::Level, line: String) -> wasmtime::Result<()> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        self.called("job.log")?.log.write(values::level_from(level), &line);
        Ok(())
    }

    fn progress(&mut self, line: String, counters: Vec<(String, u32)>) -> wasmtime::Result<()> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let counters = counters.into_iter().map(|(name, count)| (name, count.into())).collect();
        self.called("job.progress")?.log.progress(&line, counters);
        Ok(())
    }

    fn params(&mut self) -> wasmtime::Result<String> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let params = &self.called("job.params")?.job.params;
        Ok(serde_json::to_string(params)?)
    }

    async fn wait(&mut self, milliseconds: u32) -> wasmtime::Result<()> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        self.called("job.wait")?;
        tokio::time::sleep(Duration::from_millis(milliseconds.into())).await;
        Ok(())
    }

    fn elapsed(&mut self) -> wasmtime::Result<f64> {
        let begun = self.called("job.elapsed")?.begun;
        // Whole microseconds, which 53 bits hold for 285 years.
        Ok((begun.elapsed().as_secs_f64() * 1e6).floor())
    }

    fn offers(&mut self, function: String) -> wasmtime::Result<bool> {
        self.called("job.offers")?;
        Ok(offers::offers(&function))
    }

    fn section(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let collecting = self.called("job.section")?;
        if !collecting.manifest.uses.contains(&name) {
            return Ok(None);
        }
        Ok(collecting.job.sections.section(&name))
    }
}

impl output::Host for RunState {
    fn rows(&mut self, section: String, rows: String) -> wasmtime::Result<Result<(), types::Error>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let limits = Arc::clone(&self.limits);
        let collecting = self.called("output.rows")?;
        let taken = collecting.parts.take(&section, &rows, &collecting.manifest, &limits);
        Ok(taken.map_err(values::error))
    }
}
