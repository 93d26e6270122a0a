//! How many files and sockets the process may have open.
//!
//! Systems give a process a low limit by default, mostly 1,024, and let it raise that itself: the low one is for programs
//! that use select(2), and this is none. Each connection of a client takes one.

/// Descriptors for everything but connections of clients: sockets to devices and receivers, plugins, the state.
const OTHERS: usize = 512;

/// Raises the limit as far as the system allows. Returns how many there may be; `None`: the system does not say.
#[cfg(unix)]
pub(super) fn raise() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // Where a system takes no infinity (macOS), a number that it takes.
    let raised = [maximum, Some(10_240)].into_iter().find(|wanted| {
        let is_more = wanted.is_none_or(|wanted| current.is_some_and(|current| wanted > current));
        is_more && setrlimit(Resource::Nofile, Rlimit { current: *wanted, maximum }).is_ok()
    });
    raised.unwrap_or(current).map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// There is no such limit here.
#[cfg(not(unix))]
pub(super) fn raise() -> Option<usize> {
    None
}

/// How many of the `wanted` connections there may be with so many descriptors: the others keep theirs.
pub(super) fn connections(wanted: usize, descriptors: Option<usize>) -> usize {
    let others = |descriptors: usize| OTHERS.min(descriptors / 2);
    descriptors.map_or(wanted, |descriptors| wanted.min(descriptors.saturating_sub(others(descriptors)).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_rest() {
        assert_eq!(connections(4_096, None), 4_096);
        assert_eq!(connections(4_096, Some(1_048_576)), 4_096);
        assert_eq!(connections(4_096, Some(4_096)), 3_584);
        assert_eq!(connections(4_096, Some(256)), 128);
        assert_eq!(connections(100, Some(1_024)), 100);
    }
}
