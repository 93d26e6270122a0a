//! Makes the table of the standard modules: `cargo run -p mib-compiler -- FETCHED`.
//!
//! FETCHED is a folder with the files of `sources.txt`, which people fetch by hand. The table goes where `mibs` includes
//! it. The same files give the same octets.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for people prints")]

use std::{error::Error, path::Path, process::ExitCode};

use mib_compiler::{MibFile, compile, sources};

fn main() -> ExitCode {
    let Some(fetched) = std::env::args_os().nth(1) else {
        eprintln!("usage: cargo run -p mib-compiler -- FETCHED (a folder with the files of sources.txt)");
        return ExitCode::from(2);
    };
    match make(Path::new(&fetched)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn make(fetched: &Path) -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = sources::parse(&std::fs::read_to_string(here.join("sources.txt"))?)?;
    let mut files = Vec::new();
    for source in &sources {
        let path = source.place(fetched, here);
        source.check(&path)?;
        files.push(MibFile { path, is_imported: source.is_imported });
    }
    let compiled = compile(&files)?;
    compiled.problems.iter().for_each(|problem| eprintln!("{problem}"));
    let output = here.join("../mibs/standard.mibs");
    std::fs::write(&output, &compiled.table)?;
    let (problems, octets) = (compiled.problems.len(), compiled.table.len());
    println!("{} files, {problems} problems, {octets} octets: {}", files.len(), output.display());
    Ok(())
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
