//! A poll, checked: everything that could be wrong with a request was found before one of these exists.

use std::time::Duration;

use job::DeviceSpec;

use crate::recipes::Recipes;

/// A poll: which device, which recipes, how long.
#[derive(Clone, Debug)]
pub struct PollSpec {
    /// The device.
    pub device: DeviceSpec,
    /// What to collect from it.
    pub recipes: Recipes,
    /// Whether the sections that clients of the reference expect are in the result also when no recipe filled them.
    pub usual_sections: bool,
    /// The deadline of each GET.
    pub get_timeout: Duration,
    /// The deadline of each walk.
    pub walk_timeout: Duration,
}
