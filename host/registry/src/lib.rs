//! Plugins in OCI registries: the artefacts of the Wasm working group, as `wkg` writes and reads them.
//!
//! [`Registry::publish`] puts a component there, [`Registry::pull`] gets one, with the digests that pin it. What comes is
//! bounded, and within deadlines. HTTPS only, but for registries of this machine and where the operator says otherwise.
//! This crate runs nothing and knows no folder: whether a component is a plugin is for others to find out.

mod client;

mod artefact;
mod component;
mod credentials;
mod reference;

mod error;

pub use artefact::Artefact;
pub use client::{Published, Pulled, Registry, RegistryOptions};
pub use credentials::{Credentials, CredentialsError};
pub use error::RegistryError;
pub use reference::{InvalidReference, Reference};
