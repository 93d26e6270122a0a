//! What the program and whoever supervises it say to each other, in the place of systemd or of a container's engine.

use std::{process::Stdio, time::Duration};

use harness::{Ended, Proxy, snmp_proxy_binary};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{net::UnixDatagram, process::Command};

/// What systemd hears: the states of the next message.
async fn heard(socket: &UnixDatagram) -> Vec<String> {
    let mut message = [0; 4096];
    let received = tokio::time::timeout(Duration::from_secs(300), socket.recv(&mut message));
    let octets = received.await.expect("the program says something").unwrap();
    String::from_utf8(message[..octets].to_vec()).unwrap().lines().map(str::to_owned).collect()
}

/// The next message that is no sign of life.
async fn told(socket: &UnixDatagram) -> Vec<String> {
    loop {
        let states = heard(socket).await;
        if states != ["WATCHDOG=1"] {
            return states;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn systemd_hears_when_it_serves_reloads_lives_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    let mut process = Command::new(snmp_proxy_binary())
        .args(["--host", "127.0.0.1", "--port", "0", "--api-key", Proxy::API_KEY])
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "200000")
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let pid = Pid::from_raw(process.id().unwrap().cast_signed()).unwrap();
    let signal = |signal| kill_process(pid, signal).unwrap();

    let states = told(&socket).await;
    assert_eq!(states[0], "READY=1");
    assert!(states[1].starts_with("STATUS=serving on 127.0.0.1:"), "{states:?}");
    assert_eq!([heard(&socket).await, heard(&socket).await], [["WATCHDOG=1"], ["WATCHDOG=1"]]);

    signal(Signal::HUP);
    let states = told(&socket).await;
    assert_eq!(states[0], "RELOADING=1");
    assert!(states[1].starts_with("MONOTONIC_USEC="), "{states:?}");
    assert_eq!(told(&socket).await[0], "READY=1");

    signal(Signal::TERM);
    assert_eq!(told(&socket).await[0], "STOPPING=1");
    assert!(process.wait().await.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthcheck_says_by_its_exit_code_whether_the_server_serves() {
    let proxy = Proxy::start(&[]).await;
    let port: u16 = proxy.client().server().rsplit(':').next().unwrap().parse().unwrap();
    let check = |port: u16| {
        let mut command = std::process::Command::new(snmp_proxy_binary());
        command.args(["healthcheck"]).env("SNMP_PROXY__SERVER__PORT", port.to_string());
        Ended::run(command)
    };
    let ended = check(port).await;
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, "", ""));

    proxy.crash().await;
    let ended = check(port).await;
    assert_eq!(ended.code, 1);
    let expected = format!("error: http://127.0.0.1:{port}/ is not healthy: Connection refused");
    assert!(ended.err.starts_with(&expected), "{}", ended.err);
}
