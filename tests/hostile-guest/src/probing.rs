//! Looks for what a plugin must not see. The result lists what it found under `saw`, which must be empty, and how it
//! was refused under `refused`.

use std::{
    fmt::Display,
    net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket},
};

use snmp_proxy_sdk::{Error, Sections, bindings::snmp_proxy::plugin::snmp, oid, serde::Serialize};

#[derive(Default, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
struct Findings {
    saw: Vec<String>,
    refused: Vec<String>,
}

impl Findings {
    fn add<T>(&mut self, what: &str, result: Result<T, impl Display>) {
        match result {
            Ok(_) => self.saw.push(what.to_owned()),
            Err(refusal) => self.refused.push(format!("{what}: {refusal}")),
        }
    }

    fn result(&self) -> Result<String, Error> {
        Ok(Sections::new().with("hostile", self)?.into_json())
    }
}

pub(crate) fn files() -> Result<String, Error> {
    let mut findings = Findings::default();
    for path in ["/etc/passwd", "/proc/self/environ", "Cargo.toml", "../Cargo.toml"] {
        findings.add(&format!("read {path}"), std::fs::read(path));
    }
    for path in ["/", ".", "/tmp"] {
        findings.add(&format!("list {path}"), std::fs::read_dir(path));
    }
    findings.add("write /tmp/hostile-guest", std::fs::write("/tmp/hostile-guest", "was here"));
    findings.add("working directory", std::env::current_dir().and_then(std::fs::read_dir));
    findings.result()
}

pub(crate) fn network() -> Result<String, Error> {
    let mut findings = Findings::default();
    findings.add("connect to a TCP port", TcpStream::connect("127.0.0.1:8899"));
    findings.add("listen on a TCP port", TcpListener::bind("127.0.0.1:0"));
    findings
        .add("send a datagram", UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.send_to(b"x", "127.0.0.1:161")));
    findings.add("resolve a name", "localhost:161".to_socket_addrs());
    findings.result()
}

pub(crate) fn environment() -> Result<String, Error> {
    let mut findings = Findings::default();
    findings.saw.extend(std::env::vars_os().map(|(name, _)| format!("variable {}", name.display())));
    findings.saw.extend(std::env::args_os().map(|argument| format!("argument {}", argument.display())));
    let mut line = String::new();
    match std::io::stdin().read_line(&mut line) {
        Ok(0) => findings.refused.push("standard input: at its end".to_owned()),
        other => findings.add("standard input", other),
    }
    findings.result()
}

pub(crate) fn undeclared_oid() -> Result<String, Error> {
    let community_table = oid!("1.3.6.1.6.3.18.1.1.1");
    let mut findings = Findings::default();
    let words = |error: Error| format!("{}: {}", error.kind, error.message);
    findings.add("get below another subtree", snmp::device().get(&[oid!("1.3.6.1.2.1.4.1.0").to_vec()]).map_err(words));
    findings.add("get beside a declared one", snmp::device().get(&[oid!("1.3.6.1.2.1.10").to_vec()]).map_err(words));
    findings.add("get above a declared one", snmp::device().get(&[oid!("1.3.6.1.2.1").to_vec()]).map_err(words));
    let mixed = [oid!("1.3.6.1.2.1.1.5.0").to_vec(), oid!("1.3.6.1.2.1.4.1.0").to_vec()];
    findings.add("get among declared ones", snmp::device().get(&mixed).map_err(words));
    findings.add("open a table", snmp::device().open_table(&[[community_table, &[2]].concat()]).map_err(words));
    findings.add("open a walk", snmp::device().open_walk(community_table).map_err(words));
    findings.add("open a walk above", snmp::device().open_walk(oid!("1.3.6.1")).map_err(words));
    findings.result()
}
