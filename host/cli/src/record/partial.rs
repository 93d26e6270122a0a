//! A recording that is not finished: a file beside the one that it becomes, to which every answer of the device is added as
//! it comes.
//!
//! It holds the values as the device has sent them, so nobody else may read it. A line that was cut by the end of the
//! process counts as not written, and the walk goes on behind the last whole one.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use simulator::Recording;
use snmp::{Oid, Varbind};

use super::{recorded::Batch, withheld::Withheld};

/// Behind the name of the file that it becomes.
const ENDING: &str = "part";

/// The first line of each.
const FIRST: &str = "# Not finished: `snmp-proxy record --resume` goes on with it.";

/// What begins the lines that say what is no value.
const DONE: &str = "# done ";
const WITHHELD: &str = "# withheld ";

/// A recording that is being written.
#[derive(Debug)]
pub(super) struct PartialFile {
    path: PathBuf,
    file: File,
}

/// What an earlier run has left.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) varbinds: Vec<Varbind>,
    /// The subtrees that were read to their end.
    pub(super) done: Vec<Oid>,
    /// The last name that was read.
    pub(super) last: Option<Oid>,
    /// The names of values that have no form in a recording.
    pub(super) without_form: Vec<Oid>,
    /// Octets of the lines that are whole.
    whole: u64,
}

/// Why a partial recording cannot be gone on with.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResumeError {
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is another one.
    #[error("it is {found}, and not {wanted}")]
    Another { found: String, wanted: String },
}

impl PartialFile {
    /// The path of the partial recording of a file.
    pub(super) fn path_of(file: &Path) -> PathBuf {
        let mut path = file.as_os_str().to_owned();
        path.push(".");
        path.push(ENDING);
        path.into()
    }

    /// Begins a recording of `what`, in the place of one that is there.
    pub(super) fn begin(path: PathBuf, what: &str) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        file.write_all(format!("{FIRST}\n# {what}\n").as_bytes())?;
        Ok(Self { path, file })
    }

    /// Goes on with a recording of `what`, and tells what is in it.
    pub(super) fn resume(path: PathBuf, what: &str, withheld: &mut Withheld) -> Result<(Self, Contents), ResumeError> {
        let text = std::fs::read(&path)?;
        let contents = Contents::read(&text, what, withheld)?;
        let mut file = OpenOptions::new().write(true).open(&path)?;
        file.set_len(contents.whole)?;
        file.seek(io::SeekFrom::End(0))?;
        Ok((Self { path, file }, contents))
    }

    /// Adds what came in one answer. How many were left out of what, and where, stands behind the values: what is cut
    /// from the end is read again.
    pub(super) fn add(&mut self, Batch { lines, withheld }: &Batch) -> io::Result<()> {
        let withheld = withheld.iter().map(|(name, count, last)| format!("{WITHHELD}{name} {count} {last}\n"));
        let text: String = std::iter::once(lines.clone()).chain(withheld).collect();
        self.file.write_all(text.as_bytes())
    }

    /// Says that a subtree was read to its end.
    pub(super) fn done(&mut self, subtree: &Oid) -> io::Result<()> {
        self.file.write_all(format!("{DONE}{subtree}\n").as_bytes())
    }

    /// Removes it.
    pub(super) fn remove(self) -> io::Result<()> {
        drop(self.file);
        std::fs::remove_file(&self.path)
    }
}

impl Contents {
    fn read(text: &[u8], what: &str, withheld: &mut Withheld) -> Result<Self, ResumeError> {
        let end = text.iter().rposition(|octet| *octet == b'\n').map_or(0, |last| last + 1);
        let whole = text.get(..end).unwrap_or_default();
        let mut contents = Self { whole: end as u64, ..Self::default() };
        let mut lines = whole.split(|octet| *octet == b'\n').map(String::from_utf8_lossy);
        let is_one = lines.next().is_some_and(|line| line == FIRST);
        let found = lines.next().and_then(|line| line.strip_prefix("# ").map(str::to_owned)).filter(|_| is_one);
        let found = found.unwrap_or_else(|| "not an unfinished recording".to_owned());
        if found != what {
            return Err(ResumeError::Another { found, wanted: what.to_owned() });
        }
        for line in lines {
            if let Some(subtree) = line.strip_prefix(DONE) {
                contents.done.extend(subtree.parse::<Oid>());
            } else if let Some(rest) = line.strip_prefix(WITHHELD) {
                let mut words = rest.split(' ');
                let (name, count, last) = (words.next(), words.next(), words.next());
                withheld.count(name.unwrap_or_default(), count.and_then(|count| count.parse().ok()).unwrap_or(0));
                contents.last = contents.last.max(last.and_then(|last| last.parse().ok()));
            } else if let Some((name, _)) = line.strip_prefix("# ").and_then(|rest| rest.split_once(':')) {
                contents.without_form.extend(name.parse::<Oid>());
            } else if let Some((name, _)) = line.split_once('|') {
                contents.last = contents.last.max(name.parse().ok());
            }
        }
        contents.varbinds = Recording::parse(whole).recording.varbinds().to_vec();
        Ok(contents)
    }
}

/// Writes a whole file in the place of one that is there: it is the one or the other, also after a crash.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn withheld() -> Withheld {
        Withheld::but(&[], &[]).unwrap()
    }

    #[test]
    fn a_line_that_was_cut_is_read_again_and_all_else_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = PartialFile::path_of(&folder.path().join("device.snmprec"));
        assert!(path.ends_with("device.snmprec.part"));
        let mut partial = PartialFile::begin(path.clone(), "a device").unwrap();
        let add = |partial: &mut PartialFile, lines: &str, withheld: Option<(u64, &str)>| {
            let withheld = withheld.map(|(count, last)| ("usmUserTable", count, last.parse().unwrap()));
            partial.add(&Batch { lines: lines.to_owned(), withheld: withheld.into_iter().collect() }).unwrap();
        };
        add(&mut partial, "1.3.6.1.1|2|1\n1.3.6.1.2|4| \n", Some((3, "1.3.6.1.3")));
        partial.done(&"1.3.6.1".parse().unwrap()).unwrap();
        add(&mut partial, "# 1.3.7.0: content that does not fit tag 2\n1.3.7.1|2|7\n", Some((1, "1.3.7.2")));
        add(&mut partial, "1.3.7.3|2|1", None);
        drop(partial);

        let mut counted = withheld();
        let (mut partial, contents) = PartialFile::resume(path.clone(), "a device", &mut counted).unwrap();
        assert_eq!(contents.varbinds.len(), 3);
        assert_eq!(contents.last, Some("1.3.7.2".parse().unwrap()), "what was left out is not asked for again");
        assert_eq!((contents.done.len(), contents.without_form.len()), (1, 1));
        assert_eq!(counted.counts.get("usmUserTable"), Some(&4));
        add(&mut partial, "1.3.7.3|2|12\n", None);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.ends_with("1.3.7.1|2|7\n# withheld usmUserTable 1 1.3.7.2\n1.3.7.3|2|12\n"), "{text}");
        partial.remove().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn another_recording_is_not_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.part");
        PartialFile::begin(path.clone(), "a device").unwrap();
        let resume = |what: &str| PartialFile::resume(path.clone(), what, &mut withheld()).map(drop);
        assert_eq!(resume("another").unwrap_err().to_string(), "it is a device, and not another");
        std::fs::write(&path, "1.3.6.1|2|1\n").unwrap();
        let error = resume("a device").unwrap_err().to_string();
        assert_eq!(error, "it is not an unfinished recording, and not a device");
        std::fs::write(&path, "").unwrap();
        assert!(resume("a device").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_what_is_not_finished() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.part");
        PartialFile::begin(path.clone(), "a device").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.snmprec");
        replace(&path, "one").unwrap();
        replace(&path, "two").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
