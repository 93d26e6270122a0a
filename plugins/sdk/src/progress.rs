//! Progress of a walk in the words of the API: a line with the number of entries, and two counters.

use crate::Device;

/// Entries between two lines. More would be noise, and each line wakes those who wait for one.
const EVERY: usize = 100;

/// Tells how many entries were walked: with the first, then every hundred, and at the end.
#[derive(Clone, Debug)]
pub struct Progress {
    what: &'static str,
    walked: &'static str,
    total: &'static str,
    next: usize,
}

impl Progress {
    /// `what` is the line's beginning, e.g. `Walking interfaces...`; `walked` and `total` name the counters.
    #[must_use]
    pub fn new(what: &'static str, walked: &'static str, total: &'static str) -> Progress {
        Progress { what, walked, total, next: 1 }
    }

    /// So many entries by now. May be called for each.
    pub fn entries(&mut self, device: &mut dyn Device, entries: usize) {
        if entries >= self.next {
            self.next = (entries / EVERY + 1) * EVERY;
            device.progress(&self.line(entries), &[(self.walked, count(entries))]);
        }
    }

    /// So many entries walked, and no more will come; `total` of them are in the result.
    pub fn finish(&self, device: &mut dyn Device, entries: usize, total: usize) {
        device.progress(&self.line(entries), &[(self.walked, count(entries)), (self.total, count(total))]);
    }

    fn line(&self, entries: usize) -> String {
        format!("{} ({entries} entries)", self.what)
    }
}

fn count(entries: usize) -> u32 {
    entries.try_into().unwrap_or(u32::MAX)
}
