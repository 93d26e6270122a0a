//! JSON lines into a file or to standard output.
//!
//! The records of an attempt go out in one write, so that a reader finds whole lines; what was written of it when it
//! failed is taken away again, where a file allows that. A file that was moved away is opened anew under its name:
//! rotation is for others to do. Nothing is synced, since the log has what a crash may take. Writing happens on a thread
//! that may block: one at a time, and an attempt that was given up is waited for by the next one.

use std::{
    fmt, fs,
    fs::{File, OpenOptions},
    io,
    io::{Read as _, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use tokio::task::JoinHandle;

use super::attempt::{Attempt, Failure};
use crate::{Entry, RecordPosition};

/// Octets that are written at once. Beyond, the next attempt has the rest; a longer line goes alone.
const WRITE_OCTETS: usize = 1 << 20;

/// A file or standard output that gets a line for each record.
pub(super) struct Lines {
    output: Arc<Mutex<Output>>,
    writing: Option<JoinHandle<Written>>,
}

/// What came of a write: up to which record, or why not.
struct Written {
    last: Option<RecordPosition>,
    result: Result<(), Broken>,
}

enum Broken {
    /// Another time, perhaps.
    Later(io::Error),
    /// Nobody reads any more.
    Gone(io::Error),
}

enum Output {
    Named { path: PathBuf, open: Option<File> },
    Stream(Box<dyn Write + Send>),
}

impl Lines {
    /// Of a file, or `-` for standard output.
    pub(super) fn new(path: &Path) -> Self {
        if path == Path::new("-") {
            Self::stream(io::stdout())
        } else {
            Self::of(Output::Named { path: path.into(), open: None })
        }
    }

    /// Into something that cannot be opened again.
    pub(super) fn stream(stream: impl Write + Send + 'static) -> Self {
        Self::of(Output::Stream(Box::new(stream)))
    }

    fn of(output: Output) -> Self {
        Self { output: Arc::new(Mutex::new(output)), writing: None }
    }

    pub(super) async fn send(&mut self, entries: &[Entry]) -> Attempt {
        // Kept while it is waited for: this future may be dropped, and what it began goes on.
        let writing = self.writing.get_or_insert_with(|| write(&self.output, entries));
        let written = writing.await;
        self.writing = None;
        let Ok(Written { last, result }) = written else {
            return Attempt::default().failed("the thread that writes has ended");
        };
        match result {
            // What was written may be that of an attempt before, with other records.
            // Where those were passed over meanwhile, none of these was written yet.
            Ok(()) => Attempt::taken(
                entries.iter().position(|entry| Some(entry.position) == last).map_or(0, |written| written + 1),
            ),
            Err(Broken::Later(error)) => Attempt::default().failed(error.to_string()),
            Err(Broken::Gone(error)) => {
                Attempt { failure: Some(Failure::Never { error: error.to_string() }), ..Attempt::default() }
            }
        }
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

/// Begins to write records.
fn write(output: &Arc<Mutex<Output>>, entries: &[Entry]) -> JoinHandle<Written> {
    let (mut text, mut last) = (String::new(), None);
    for entry in entries {
        if !text.is_empty() && text.len() + entry.json.len() > WRITE_OCTETS {
            break;
        }
        text.push_str(&entry.json);
        text.push('\n');
        last = Some(entry.position);
    }
    let output = Arc::clone(output);
    tokio::task::spawn_blocking(move || {
        let mut output = output.lock();
        Written { last, result: output.write(text.as_bytes()) }
    })
}

impl Output {
    fn write(&mut self, text: &[u8]) -> Result<(), Broken> {
        match self {
            Self::Stream(stream) => stream.write_all(text).and_then(|()| stream.flush()).map_err(|error| {
                if error.kind() == io::ErrorKind::BrokenPipe { Broken::Gone(error) } else { Broken::Later(error) }
            }),
            Self::Named { path, open } => {
                let named = |error: io::Error| {
                    Broken::Later(io::Error::new(error.kind(), format!("cannot write to {}: {error}", path.display())))
                };
                let file = open.take().filter(|file| is_at(file, path));
                let mut file = file.map_or_else(|| create(path), Ok).map_err(named)?;
                append(&mut file, text).map_err(named)?;
                *open = Some(file);
                Ok(())
            }
        }
    }
}

/// Whether this is still the file of that name.
fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(open), Ok(named)) = (file.metadata(), fs::metadata(path)) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        open.dev() == named.dev() && open.ino() == named.ino()
    }
    #[cfg(not(unix))]
    {
        open.created().ok() == named.created().ok()
    }
}

/// Opens the file at its end. Where somebody was killed within a line, that line is ended.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    let mut file = options.open(path)?;
    if file.metadata()?.is_file() && ends_within_a_line(path) {
        append(&mut file, b"\n")?;
    }
    Ok(file)
}

/// False where it cannot be read, too.
fn ends_within_a_line(path: &Path) -> bool {
    let last = || {
        let mut file = File::open(path)?;
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        io::Result::Ok(last)
    };
    last().is_ok_and(|last| last != *b"\n")
}

/// Appends all or, where the file allows that, nothing.
fn append(file: &mut File, text: &[u8]) -> io::Result<()> {
    let before = file.metadata()?;
    file.write_all(text).inspect_err(|_| {
        if before.is_file() {
            // Where it fails, a part of a line stays, which the next one to open the file ends.
            let _ = file.set_len(before.len());
        }
    })
}
