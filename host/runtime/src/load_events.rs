//! Who hears of plugins while they are loaded.

/// Who hears which plugins are being compiled. A large one takes many seconds, and one whose machine code is kept none.
///
/// Called in between, so it must return soon.
pub trait LoadEvents: Send + Sync + 'static {
    /// The plugin of this name is compiled from now on: there is no machine code of it.
    fn compiling(&self, name: &str);

    /// A plugin of this name is loaded, or cannot be; whether or not it was compiled.
    fn ended(&self, name: &str);
}

/// Nobody hears it.
impl LoadEvents for () {
    fn compiling(&self, _: &str) {}
    fn ended(&self, _: &str) {}
}
