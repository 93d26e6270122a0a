//! The one line that makes a component of a crate.

/// Exports a [`Collector`](crate::Collector) as the component's `collector`. Natively it does nothing.
///
/// ```
/// use snmp_proxy_sdk::prelude::*;
///
/// struct Name;
///
/// impl Collector for Name {
///     type Params = NoParams;
///
///     fn describe() -> Manifest {
///         Manifest::new("name", "1.0.0", "The name of a device.")
///             .section("name", r#"{"type": ["string", "null"]}"#)
///             .reads(&[oid!("1.3.6.1.2.1.1.5")])
///     }
///
///     fn collect(device: &mut dyn Device, NoParams {}: NoParams) -> Result<Sections, Error> {
///         let mut warnings = Warnings::default();
///         let varbinds = device.get(&[oid!("1.3.6.1.2.1.1.5.0").to_vec()])?;
///         let name = Field::text("sysName", varbinds.first().map(|varbind| &varbind.value), &mut warnings);
///         Sections::new().with("name", &name)
///     }
/// }
///
/// export_collector!(Name);
/// ```
#[macro_export]
macro_rules! export_collector {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::Exported<$plugin>;
    $crate::bindings::export!(Component with_types_in $crate::bindings);
        };
    };
}
