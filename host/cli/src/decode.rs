//! `snmp-proxy decode`: takes packets of a file or of standard input apart, as POST /snmp/decode does, but any number of
//! them: they are printed while they are read.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use config::Settings;
use decoding::{Decoded, Format, InputError, Request, StreamError};
use snmp::Credentials;

use super::{
    CommandError, Exit, colours::Colours, loading, output, packet_json::PacketJson, packet_text::PacketText,
    user::UserFlags,
};

/// Arguments of `snmp-proxy decode`.
#[derive(Debug, Args)]
pub(super) struct DecodeArgs {
    /// File with packets: hex, a dump of tcpdump, net-snmp -d, xxd, hexdump, od or Wireshark, base64, pcap, pcapng or the
    /// octets themselves, also packed by gzip; - or nothing for standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Digits that were typed with blanks between them
    #[arg(hide = true)]
    more: Vec<PathBuf>,
    /// How the packets are written
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = FormatFlag::Auto)]
    format: FormatFlag,
    /// Print JSON as POST /snmp/decode answers it: one object, in which each message and each problem is a line
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
            return Err(CommandError::Usage("a context cannot be given here: each packet names its own".to_owned()));
        }
        true => match args.user.credentials()? {
            Credentials::V3 { user, .. } => vec![user],
            _ => Vec::new(),
        },
    };
    let path = args.file.filter(|path| path != Path::new("-"));
    if let Some(next) = args.more.first() {
        let typed: Vec<_> = path.iter().chain(&args.more).map(|part| part.to_string_lossy()).collect();
        return Err(CommandError::Usage(match packets_as_argument(&typed.join(" ")) {
            Some(hint) => hint,
            None => format!("one file at a time: unexpected argument `{}`", next.display()),
        }));
    }
    let input = open(path.as_deref())?;
    let decoding = loading::load_for_decoding(&settings).await?.decoding(&settings)?;
    // Standard input may keep silent for ever: it is read where nobody else waits for it.
    let request = Request { input: Vec::new(), format: args.format.into(), users };
    let mut stream = decoding.stream(input, request);
    let mut printer = if args.json {
        Printer::Json(PacketJson::default())
    } else {
        Printer::Text(PacketText::new(Colours::of_stdout()))
    };
    let (mut has_message, mut has_problem) = (false, false);
    loop {
        let decoded = stream.next().await.map_err(|error| failed(error, path.as_deref()))?;
        if decoded.is_empty() {
            break;
        }
        let mut text = String::new();
        for decoded in decoded {
            match &decoded {
                Decoded::Message(_, problems) => {
                    has_message = true;
                    has_problem |= !problems.is_empty();
                }
                Decoded::Problem(_) => has_problem = true,
                Decoded::End(..) => {}
            }
            printer.print(decoded, &mut text)?;
        }
        output::print(&text)?;
    }
    Ok(match (has_message, has_problem) {
        (false, _) => Exit::Failed,
        (true, false) => Exit::Done,
        (true, true) => Exit::Partial,
    })
}

/// How packets are printed.
enum Printer {
    Text(PacketText),
    Json(PacketJson),
}

impl Printer {
    fn print(&mut self, decoded: Decoded, to: &mut String) -> Result<(), CommandError> {
        match self {
            Self::Text(text) => to.push_str(&text.text(&decoded)),
            Self::Json(json) => json.write(decoded, to).map_err(|error| CommandError::Output(error.into()))?,
        }
        Ok(())
    }
}

fn open(path: Option<&Path>) -> Result<Box<dyn Read + Send>, CommandError> {
    Ok(match path {
        Some(path) => {
            let cannot = |source| match packets_as_argument(&path.to_string_lossy()) {
                // A long packet is too long for a name.
                Some(hint) if !path.exists() => CommandError::Usage(hint),
                _ => CommandError::Input { path: path.to_owned(), source },
            };
            Box::new(File::open(path).map_err(cannot)?)
        }
        None => Box::new(io::stdin()),
    })
}

/// What to do where an argument is no file, but looks like the packet itself.
fn packets_as_argument(argument: &str) -> Option<String> {
    let digits = argument.chars().filter(|sign| sign.is_ascii_hexdigit()).count();
    let is_hex = digits >= 4 && argument.chars().all(|sign| sign.is_ascii_hexdigit() || " :-,\\xX".contains(sign));
    // What begins a message of SNMP, 0x30, is M in base64.
    let is_base64 = argument.len() >= 16
        && argument.starts_with('M')
        && argument.chars().all(|sign| sign.is_ascii_alphanumeric() || "+/=_-".contains(sign));
    let kind = match (is_hex, is_base64) {
        (true, _) => "hexadecimal digits",
        (false, true) => "base64",
        (false, false) => return None,
    };
    let beginning: String = argument.chars().take(16).collect();
    let beginning = if beginning.len() < argument.len() { beginning + "..." } else { beginning };
    Some(format!(
        "there is no file `{beginning}`; this looks like {kind}: packets are read from standard input, as in \
         echo '{beginning}' | snmp-proxy decode"
    ))
}

fn failed(error: StreamError, path: Option<&Path>) -> CommandError {
    match error {
        StreamError::Input(InputError::Read(source)) => {
            CommandError::Input { path: path.map_or_else(|| "standard input".into(), Path::to_owned), source }
        }
        StreamError::Input(error) => CommandError::Usage(error.to_string()),
        StreamError::Decode(error) => error.into(),
        error @ StreamError::BrokeOff => CommandError::Output(io::Error::other(error)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_that_is_a_packet_is_told_to_be_piped() {
        for argument in
            ["3029020100", "30:29:02:01", "0x30 0x29 0x02", "\\x30\\x29\\x02", "30 29 02 01", "MCkCAQEEBnB1YmxpYw=="]
        {
            let hint = packets_as_argument(argument).unwrap();
            assert!(hint.contains("| snmp-proxy decode") && hint.contains("no file"), "{hint}");
        }
        let long = packets_as_argument(&"30".repeat(300)).unwrap();
        assert!(long.len() < 250 && long.contains("`3030303030303030...`"), "{long}");
        for argument in ["packets.pcap", "dump.txt", "a/b", "30", "./3029020100", "capture", "My-capture_of-today.pcap"]
        {
            assert_eq!(packets_as_argument(argument), None, "{argument}");
        }
    }
}
