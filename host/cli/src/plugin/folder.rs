//! The plugin folder of the configuration, and work in it.

use config::Settings;
use plugin_folder::{Bounds, Folder, FolderError};
use tokio::task::spawn_blocking;

use crate::CommandError;

/// The folder that the configuration names.
pub(super) fn open(settings: &Settings) -> Result<Folder, CommandError> {
    let none = || CommandError::Usage("there is no plugin folder: give --plugins-dir, or set plugins.dir".to_owned());
    let path = settings.plugins.dir.clone().ok_or_else(none)?;
    Ok(Folder::new(path, bounds(settings)))
}

/// The bounds on what is in such a folder.
pub(super) fn bounds(settings: &Settings) -> Bounds {
    let sandbox = &settings.limits.sandbox;
    Bounds { file_bytes: sandbox.file_bytes, files: sandbox.files }
}

/// Does what blocks where it holds nobody up.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FolderError> + Send + 'static,
) -> Result<T, CommandError> {
    let done = spawn_blocking(work).await.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()));
    Ok(done?)
}
