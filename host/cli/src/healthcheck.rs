//! `snmp-proxy healthcheck`: whether the server of this configuration serves, for containers and scripts.

use std::{net::IpAddr, time::Duration};

use address::Host;
use clap::Args;
use config::Settings;
use serde::Deserialize;

use super::{CommandError, Exit, device::time};

/// The most octets of an answer that are looked at. That of a server has some hundred.
const MAX_ANSWER: usize = 64 << 10;

#[derive(Debug, Args)]
pub(super) struct HealthcheckArgs {
    /// Server to ask, such as https://jump.example.net:8899 [default: the one of the configuration, on this machine]
    #[arg(long, value_name = "URL")]
    server: Option<reqwest::Url>,
    /// How long it may take to answer
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time)]
    timeout: Duration,
}

/// What `GET /health` says, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Health {
    status: String,
}

/// Asks once. The exit code says what came of it; why it failed is in the error.
pub(super) async fn healthcheck(args: HealthcheckArgs, settings: &Settings) -> Result<Exit, CommandError> {
    let server = match args.server {
        Some(server) => server,
        None => of_configuration(&settings.server.host, settings.server.port)?,
    };
    let failed = |reason: String| CommandError::Unhealthy { server: server.to_string(), reason };
    let url = server.join("/health").map_err(|error| failed(error.to_string()))?;
    let asked = tokio::time::timeout(args.timeout, ask(url));
    let health = asked.await.map_err(|_elapsed| failed(format!("no answer within {:?}", args.timeout)))?;
    match health.map_err(failed)? {
        Health { status } if status == "ok" => Ok(Exit::Done),
        Health { status } => Err(failed(format!("its status is `{status}`"))),
    }
}

/// The address at which this machine reaches the server of the configuration.
fn of_configuration(host: &Host, port: u16) -> Result<reqwest::Url, CommandError> {
    let host = match host.to_string().parse::<IpAddr>() {
        Ok(IpAddr::V4(any)) if any.is_unspecified() => "127.0.0.1".to_owned(),
        Ok(IpAddr::V6(any)) if any.is_unspecified() => "[::1]".to_owned(),
        Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
        _ => host.to_string(),
    };
    let url = format!("http://{host}:{port}");
    url.parse().map_err(|_invalid| CommandError::Usage(format!("{url} is no address of a server: use --server")))
}

async fn ask(url: reqwest::Url) -> Result<Health, String> {
    // Whoever was first in this process has set the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // What is asked is this machine, or what was named.
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let client = client.build().map_err(|error| causes(&error))?;
    let mut answer = client.get(url).send().await.map_err(|error| causes(&error))?;
    if !answer.status().is_success() {
        return Err(format!("it answers {}", answer.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| causes(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            break;
        }
    }
    serde_json::from_slice(&body).map_err(|_error| "it does not answer as snmp-proxy does".to_owned())
}

/// The last cause says what the system said; the address is told beside it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_all_addresses_is_asked_on_loopback() {
        let of = |host: &str| of_configuration(&host.parse().unwrap(), 8899).unwrap().to_string();
        assert_eq!(of("0.0.0.0"), "http://127.0.0.1:8899/");
        assert_eq!(of("::"), "http://[::1]:8899/");
        assert_eq!(of("192.0.2.7"), "http://192.0.2.7:8899/");
        assert_eq!(of("2001:db8::7"), "http://[2001:db8::7]:8899/");
        assert_eq!(of("jump.example.net"), "http://jump.example.net:8899/");
    }
}
