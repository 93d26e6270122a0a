//! Which line of progress a client sees while several recipes run side by side.
//!
//! The reference ran one recipe after the other, so its clients expect the lines of one to end before those of the next
//! begin. The line shown is that of the first recipe, in the order of the request, which is not done; the others' lines
//! are remembered until it is their turn. Counters need no such care and are passed on by the caller at once.

use std::sync::Arc;

/// The latest line of each recipe.
#[derive(Debug, Default)]
pub(super) struct Lines {
    recipes: Vec<Latest>,
    shown: usize,
}

#[derive(Debug)]
struct Latest {
    starting: Arc<str>,
    line: Option<Arc<str>>,
    done: bool,
}

impl Lines {
    /// Adds the recipes that start now. Returns the lines to show, the last of which stays.
    pub(super) fn start(&mut self, starting: impl IntoIterator<Item = Arc<str>>) -> Vec<Arc<str>> {
        self.recipes.extend(starting.into_iter().map(|starting| Latest { starting, line: None, done: false }));
        self.show(self.shown)
    }

    /// A recipe says how far it is. Returns the line if it is to be shown.
    pub(super) fn say(&mut self, recipe: usize, line: &str) -> Option<Arc<str>> {
        let shown = recipe == self.shown;
        let latest = self.recipes.get_mut(recipe)?;
        let line: Arc<str> = line.into();
        latest.line = Some(Arc::clone(&line));
        shown.then_some(line)
    }

    /// A recipe is done. Returns the lines to show.
    pub(super) fn done(&mut self, recipe: usize) -> Vec<Arc<str>> {
        if let Some(latest) = self.recipes.get_mut(recipe) {
            latest.done = true;
        }
        let before = self.shown;
        while self.recipes.get(self.shown).is_some_and(|latest| latest.done) {
            self.shown += 1;
        }
        if self.shown == before { Vec::new() } else { self.show(before + 1) }
    }

    /// The lines of the recipes from `first` to the one that is shown now.
    fn show(&self, first: usize) -> Vec<Arc<str>> {
        let recipes = self.recipes.iter().take(self.shown + 1).skip(first);
        recipes.flat_map(|latest| [Some(&latest.starting), latest.line.as_ref()]).flatten().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_the_order_of_the_request_whatever_runs_first() {
        let mut lines = Lines::default();
        let mut seen = lines.start(["system".into()]);
        seen.extend(lines.done(0));
        seen.extend(lines.start(["interfaces".into(), "arp".into(), "vlans".into()]));
        seen.extend(lines.say(2, "arp 5"));
        seen.extend(lines.say(1, "interfaces 10"));
        seen.extend(lines.done(2));
        seen.extend(lines.say(1, "interfaces 20"));
        seen.extend(lines.done(1));
        seen.extend(lines.say(3, "vlans 3"));
        seen.extend(lines.done(3));
        let expected = ["system", "interfaces", "interfaces 10", "interfaces 20", "arp", "arp 5", "vlans", "vlans 3"];
        assert_eq!(seen.iter().map(|line| &**line).collect::<Vec<_>>(), expected);
    }
}
