//! Finds the address of a target: an IPv4 or IPv6 literal, with or without brackets and zone, or a name.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

/// Why a target has no address. The text is what a client reads.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The system's resolver says no.
    #[error("Cannot resolve target '{target}': {source}")]
    Resolver {
        /// The target as asked.
        target: String,
        /// What it says.
        source: io::Error,
    },
    /// The name has no address.
    #[error("Cannot resolve target '{target}': the name has no address")]
    NoAddress {
        /// The target as asked.
        target: String,
    },
    /// The resolver did not answer in time.
    #[error("Cannot resolve target '{target}': no answer from the resolver within {limit:?}")]
    TimedOut {
        /// The target as asked.
        target: String,
        /// The bound `snmp.resolve_deadline`.
        limit: Duration,
    },
}

/// The address of a target. Literals are read here; a name is looked up, for at most `limit`.
///
/// The system's resolver cannot be stopped: where it answers late, its thread ends late, too.
pub(super) async fn resolve(target: &str, port: u16, limit: Duration) -> Result<SocketAddr, ResolveError> {
    let bare = target.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(target);
    if let Ok(addr) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(addr, port));
    }
    // A literal with a zone goes this way, too: only the system knows the number of `eth0`.
    let lookup = tokio::net::lookup_host((bare, port));
    let Ok(found) = tokio::time::timeout(limit, lookup).await else {
        return Err(ResolveError::TimedOut { target: target.to_owned(), limit });
    };
    let mut addrs = found.map_err(|source| ResolveError::Resolver { target: target.to_owned(), source })?;
    addrs.next().ok_or_else(|| ResolveError::NoAddress { target: target.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(target: &str, expected: &str) {
        let limit = Duration::from_secs(5);
        let found = match resolve(target, 161, limit).await {
            Ok(addr) => addr.to_string(),
            // What follows is the system's own words.
            Err(error) => error.to_string().split(": ").next().unwrap_or_default().to_owned(),
        };
        assert_eq!(found, expected);
    }

    #[tokio::test]
    async fn literals_need_no_look_up() {
        check("192.0.2.1", "192.0.2.1:161").await;
        check("2001:db8::1", "[2001:db8::1]:161").await;
        check("[2001:db8::1]", "[2001:db8::1]:161").await;
        check("fe80::1%1", "[fe80::1%1]:161").await;
    }

    #[tokio::test]
    async fn a_target_that_has_no_address_is_named_in_the_error() {
        check("no such host", "Cannot resolve target 'no such host'").await;
        check("[192.0.2.1", "Cannot resolve target '[192.0.2.1'").await;
    }
}
