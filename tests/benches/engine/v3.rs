//! GETs of version 3 with SHA and AES, the pair that most networks use.
//!
//! net-snmp's `snmpd` answers, for a fast agent would need keys and clocks of its own. It is slow, so only the CPU of
//! the clients is told: that does not depend on who answers.

use harness::{Snmpd, V3User};
use prerequisites::program_exists;
use snmp::{Credentials, usm::AuthProtocol, usm::PrivProtocol};

use crate::{
    contest::{Contest, Task},
    cores::{Core, keep_to},
};

/// What is asked for: sysUpTime.0.
pub(crate) const NAME: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];

/// Who asks. Its name and passwords are in `peer/gets.c`, too.
fn user() -> V3User {
    V3User::new(Some(AuthProtocol::Sha1), Some(PrivProtocol::Aes128))
}

/// Lets both clients ask.
pub(crate) fn measure(contest: &Contest) {
    if !program_exists("snmpd") {
        println!("(without version 3: snmpd is not installed, which would answer)");
        return;
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    // What is started now inherits the core.
    keep_to(Core::Last);
    let agent = runtime.block_on(Snmpd::start_with_users(&[user()]));
    keep_to(Core::First);
    for sessions in [1, 16] {
        let task = Task { kind: "gets-v3", port: agent.port, number: sessions, units: 8_000, turns: 3 };
        contest.cpu(&format!("GET of version 3 with SHA and AES, {sessions} sessions"), &task);
    }
    // Its process belongs to the runtime.
    runtime.block_on(async { drop(agent) });
}

/// Who our client is.
pub(crate) fn credentials() -> Credentials {
    user().credentials("")
}
