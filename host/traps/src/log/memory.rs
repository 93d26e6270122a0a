//! Blocks in memory, for a log that ends with the process.

use std::{collections::VecDeque, io, sync::Arc};

use parking_lot::{Mutex, MutexGuard};

use super::{
    LogOptions, LogStats, NewEntry,
    packed::{Block, Packer},
    reading::Blocks,
    stats,
};

/// The blocks, and what packs them.
#[derive(Default)]
pub(super) struct Memory {
    /// Made for the first records.
    packer: Mutex<Option<Packer>>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    blocks: VecDeque<(u64, Arc<[u8]>)>,
    last: u64,
    bytes: usize,
}

impl Memory {
    pub(super) fn append(&self, new: &[NewEntry], options: LogOptions) -> io::Result<LogStats> {
        let blocks = self.pack(new)?;
        let mut kept = self.lock();
        for block in blocks {
            let number = kept.last + 1;
            kept.last += block.records;
            kept.bytes += block.octets.len();
            kept.blocks.push_back((number, block.octets.into()));
        }
        let first = kept.last.saturating_sub(options.records as u64) + 1;
        // The block behind one says where that one ends.
        while let Some((_, octets)) = kept.blocks.front()
            && (kept.bytes > options.bytes || kept.blocks.get(1).map_or(kept.last + 1, |(next, _)| *next) <= first)
        {
            kept.bytes -= octets.len();
            kept.blocks.pop_front();
        }
        let begin = kept.blocks.front().map(|(number, _)| *number);
        Ok(stats(begin, kept.last, kept.bytes as u64, options))
    }

    fn pack(&self, new: &[NewEntry]) -> io::Result<Vec<Block>> {
        let mut packer = self.packer.lock();
        match &mut *packer {
            Some(packer) => packer.pack(new),
            none => none.insert(Packer::new()?).pack(new),
        }
    }

    /// The blocks as they are now.
    pub(super) fn snapshot(&self, options: LogOptions) -> Snapshot<'_> {
        Snapshot { memory: self, options }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock()
    }
}

/// The blocks as they are. What is forgotten meanwhile counts as missed.
pub(super) struct Snapshot<'a> {
    memory: &'a Memory,
    options: LogOptions,
}

impl Blocks for Snapshot<'_> {
    fn first(&self) -> u64 {
        let kept = self.memory.lock();
        stats(kept.blocks.front().map(|(number, _)| *number), kept.last, 0, self.options).first
    }

    fn last(&self) -> u64 {
        self.memory.lock().last
    }

    fn at_or_before(&self, number: u64) -> io::Result<Option<(u64, Arc<[u8]>)>> {
        let kept = self.memory.lock();
        let behind = kept.blocks.partition_point(|(begin, _)| *begin <= number);
        Ok(behind.checked_sub(1).and_then(|place| kept.blocks.get(place)).cloned())
    }

    fn begin_after(&self, number: u64) -> io::Result<Option<u64>> {
        let kept = self.memory.lock();
        let behind = kept.blocks.partition_point(|(begin, _)| *begin <= number);
        Ok(kept.blocks.get(behind).map(|(begin, _)| *begin))
    }
}
