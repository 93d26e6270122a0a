//! Commands that run to their end.

use std::process::{Command, Output};

use serde_json::Value;

/// What one command came to.
pub struct Ended {
    /// Its exit code.
    pub code: i32,
    /// What it wrote on standard output.
    pub out: String,
    /// What it wrote on standard error.
    pub err: String,
}

impl Ended {
    /// Runs a command to its end, away from the threads that serve.
    pub async fn run(mut command: Command) -> Self {
        let running = tokio::task::spawn_blocking(move || command.output().expect("the program runs"));
        Self::from(running.await.expect("it ends"))
    }

    /// Standard output, which is JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }
}

impl From<Output> for Ended {
    fn from(Output { status, stdout, stderr }: Output) -> Self {
        let text = |octets| String::from_utf8(octets).expect("it writes text");
        Self { code: status.code().expect("no signal ended it"), out: text(stdout), err: text(stderr) }
    }
}
