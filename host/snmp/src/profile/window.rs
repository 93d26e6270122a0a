//! How many requests to one agent may be in flight.
//!
//! Starts with one, for an agent may be a switch with a slow processor; grows by one after every few clean answers,
//! and is halved by a lost packet. Pure.

/// How large a window is.
#[derive(Clone, Copy, Debug)]
pub struct WindowSize {
    now: usize,
    clean: u32,
}

impl Default for WindowSize {
    /// A window of one.
    fn default() -> Self {
        Self { now: 1, clean: 0 }
    }
}

impl WindowSize {
    /// How many requests may be in flight now.
    pub fn now(self) -> usize {
        self.now
    }

    /// Learns that a request was answered at its first attempt, in a session that allows the window to grow to `max`.
    pub fn answered(&mut self, max: usize) {
        self.clean = self.clean.saturating_add(1);
        if self.clean >= CLEAN_ANSWERS && self.now < max {
            self.now += 1;
            self.clean = 0;
        }
    }

    /// Learns that a packet had no answer in time.
    pub fn lost(&mut self) {
        self.now = (self.now / 2).max(1);
        self.clean = 0;
    }
}

/// After how many clean answers the window grows by one.
const CLEAN_ANSWERS: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays clean answers (`+`) and losses (`-`), and shows the size after each.
    #[track_caller]
    fn check(events: &str, expected: &str) {
        let mut window = WindowSize::default();
        let mut sizes = String::new();
        for event in events.chars() {
            if event == '+' {
                window.answered(4);
            } else {
                window.lost();
            }
            sizes += &window.now().to_string();
        }
        assert_eq!(sizes, expected);
    }

    #[test]
    fn a_window_grows_with_clean_answers_and_is_halved_by_a_loss() {
        check("++++++++++", "1223344444");
        check("++++++-+++-", "12233422331");
    }
}
