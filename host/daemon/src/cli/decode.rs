//! `snmp-proxy decode`: takes packets of a file or of standard input apart, as POST /snmp/decode does.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use snmp_engine::Credentials;

use super::{CommandError, Exit, ink::Ink, loading, output, packet_text, user::UserFlags};
use crate::{
    config::Settings,
    decode::{Format, Request},
};

/// Arguments of `snmp-proxy decode`.
#[derive(Debug, Args)]
pub(super) struct DecodeArgs {
    /// File with packets: hex, a dump of tcpdump, xxd, hexdump -C or Wireshark, base64, pcap, pcapng or the octets
    /// themselves; - or nothing for standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// How the packets are written
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = FormatFlag::Auto)]
    format: FormatFlag,
    /// Print JSON as POST /snmp/decode answers it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    user: UserFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatFlag {
    /// It is found out
    Auto,
    /// Hexadecimal digits or a dump
    Hex,
    /// Base64
    Base64,
    /// A capture file, pcap or pcapng
    Pcap,
    /// The octets of one packet themselves
    Binary,
}

/// Decodes and prints. Fails where there is no message at all; is partial where anything is wrong.
pub(super) async fn decode(args: DecodeArgs, settings: Settings) -> Result<Exit, CommandError> {
    let users = match args.user.is_given() {
        false => Vec::new(),
        true if args.user.names_a_context() => {
            return Err(CommandError::Usage("a packet says itself which context it is about".to_owned()));
        }
        true => match args.user.credentials()? {
            Credentials::V3 { user, .. } => vec![user],
            _ => Vec::new(),
        },
    };
    let most = settings.limits.http.body_bytes;
    let path = args.file.filter(|path| path != Path::new("-"));
    // Standard input may keep silent for ever, and nobody else should wait for it.
    let reading = tokio::task::spawn_blocking(move || input(path, most));
    let input = reading.await.map_err(|error| CommandError::Output(io::Error::other(error)))??;
    let proxy = loading::start_for_decoding(settings).await?;
    let answer = proxy.decode(Request { input, format: args.format.into(), users }).await?;
    let exit = match (answer.messages.is_empty(), answer.problems.is_empty()) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Partial,
    };
    if args.json {
        // Laid out for people to the last node: the messages are one line each so far.
        let laid_out = serde_json::to_value(&answer).map_err(|error| CommandError::Output(error.into()))?;
        output::print_json(&laid_out)?;
    } else {
        output::print(&packet_text::text(&answer, Ink::of_stdout()))?;
    }
    Ok(exit)
}

/// Reads everything, but no more than `most` octets.
fn input(path: Option<PathBuf>, most: usize) -> Result<Vec<u8>, CommandError> {
    let name = path.clone().unwrap_or_else(|| "standard input".into());
    let cannot = |source| CommandError::Input { path: name.clone(), source };
    let from: Box<dyn Read> = match path {
        Some(path) => Box::new(File::open(path).map_err(cannot)?),
        None => Box::new(io::stdin()),
    };
    let mut octets = Vec::new();
    from.take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1)).read_to_end(&mut octets).map_err(cannot)?;
    if octets.len() > most {
        let text = format!("{} has more than {most} octets (limit `http.body_bytes`)", name.display());
        return Err(CommandError::Usage(text));
    }
    Ok(octets)
}

impl From<FormatFlag> for Format {
    fn from(flag: FormatFlag) -> Self {
        match flag {
            FormatFlag::Auto => Self::Auto,
            FormatFlag::Hex => Self::Hex,
            FormatFlag::Base64 => Self::Base64,
            FormatFlag::Pcap => Self::Pcap,
            FormatFlag::Binary => Self::Binary,
        }
    }
}
