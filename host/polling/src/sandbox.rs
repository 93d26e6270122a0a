//! The limits of the sandbox in the words of the plugin runtime.

use limits::SandboxLimits;
use runtime::PluginLimits;

/// Returns the bounds in the words of the plugin runtime.
#[must_use]
pub fn plugin_limits(sandbox: &SandboxLimits) -> PluginLimits {
    // Every field by name here too.
    PluginLimits {
        memory_bytes: sandbox.memory_bytes,
        cpu: sandbox.cpu,
        output_bytes: sandbox.output_bytes,
        hostcall_bytes: sandbox.hostcall_bytes,
        host_calls: sandbox.host_calls,
        handles: sandbox.handles,
        open_readers: sandbox.open_readers,
        readers: sandbox.readers,
        get_names: sandbox.get_names,
        columns: sandbox.columns,
        log_lines: sandbox.log_lines,
        log_line_bytes: sandbox.log_line_bytes,
        print_bytes: sandbox.print_bytes,
        progress_calls: sandbox.progress_calls,
        progress_line_bytes: sandbox.progress_line_bytes,
        progress_counters: sandbox.progress_counters,
        message_bytes: sandbox.message_bytes,
        instances: sandbox.instances,
        memories: sandbox.memories,
        describe: sandbox.describe,
        file_bytes: sandbox.file_bytes,
        files: sandbox.files,
        concurrent_guests: sandbox.concurrent_guests,
        batch_notifications: sandbox.batch_notifications,
        batch_octets: sandbox.batch_octets,
        trap_cpu: sandbox.trap_cpu,
        trap_time: sandbox.trap_time,
        trap_guests: sandbox.trap_guests,
        record_bytes: sandbox.record_bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_has_the_same_defaults_as_the_table() {
        assert_eq!(plugin_limits(&SandboxLimits::default()), PluginLimits::default());
    }
}
