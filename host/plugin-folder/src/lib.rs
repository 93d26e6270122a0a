//! The plugin folder: which plugins are in it, which of them may be loaded, and how they get in and out.
//!
//! `plugins.lock` in the folder says what was installed and what the operator wants of it: pinned digests, plugins that
//! are disabled, narrower subtrees. [`Folder::contents`] reads it and the files; [`PluginFile::admit`] decides about the
//! octets of one file. A change is made aside, checked, and put in place by rename; a plugin gets in only as [`Staged`],
//! with what whoever can run plugins found out about it ([`Description`]).
//! This crate compiles and runs nothing: it knows no WebAssembly, no network and no configuration. Its calls block.

mod contents;
mod folder;
mod installed;
mod staging;

mod lock;
mod narrowing;
mod rules;
mod signature;

mod bounds;
mod digest;
mod name;
mod refusal;

mod error;
mod file;
mod guard;

pub use bounds::Bounds;
pub use contents::{Admitted, Contents, PluginFile};
pub use digest::{Digest, InvalidDigest};
pub use error::FolderError;
pub use folder::{Folder, Removed};
pub use guard::Guard;
pub use installed::{Changes, Installed};
pub use lock::{Entry, Lock, LockError, LockProblem};
pub use name::{InvalidName, PluginName, is_kebab_case, signature_of};
pub use narrowing::{Narrowed, narrow};
pub use refusal::Refusal;
pub use rules::Rules;
pub use signature::{InvalidKey, KeyId, SignatureError, Signed, TrustedKey};
pub use staging::{Candidate, Description, Staged};

#[cfg(test)]
mod tests;
