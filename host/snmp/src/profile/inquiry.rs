//! What one walk is finding out about an agent for all walks of it.
//!
//! Several walks often begin at once with an agent that nobody knows. Each would ask the same; so the first one begins
//! an inquiry, and the others wait for what comes of it where that may answer their own question, or ask later.
//! An inquiry is over when it is dropped, whether it found something out or not: with a walk that is cancelled it ends
//! by itself, and the next one takes over. Whoever waits looks at what the agent's record says by then.

use std::{
    sync::{Arc, Weak},
    task::{Context, Poll, Waker},
};

use parking_lot::Mutex;

use crate::Oid;

/// The inquiries into an agent that are under way.
#[derive(Debug, Default)]
pub(crate) struct Inquiries {
    /// Some of them may be over.
    begun: Vec<(Subject, InProgress)>,
}

/// What an inquiry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Whether the agent names as the next what is the next.
    Order,
    /// Which object is the first of all.
    FirstObject,
    /// Whether it has something behind this name.
    End(Oid),
    /// Whether the first `reach` of so many repetitions leave nothing out.
    Repetitions { asked: usize, reach: usize },
}

/// The duty to find something out. Dropping it leaves that to the next.
#[derive(Debug)]
pub(crate) struct Inquiry(#[expect(dead_code, reason = "is held only to be dropped")] Arc<Waiting>);

/// The inquiry of another walk.
#[derive(Clone, Debug)]
pub struct InProgress(Weak<Waiting>);

/// Who is to be woken when an inquiry is over. Knows no runtime.
#[derive(Debug, Default)]
struct Waiting(Mutex<Vec<Waker>>);

impl Inquiries {
    /// Begins one.
    pub(crate) fn begin(&mut self, subject: Subject) -> Inquiry {
        self.begun.retain(|(_, in_progress)| !in_progress.is_over());
        let waiting = Arc::new(Waiting::default());
        self.begun.push((subject, InProgress(Arc::downgrade(&waiting))));
        Inquiry(waiting)
    }

    /// One under way that may answer this question, too.
    pub(crate) fn answering(&self, question: &Subject) -> Option<&InProgress> {
        let answers =
            |(subject, in_progress): &&(Subject, InProgress)| subject.answers(question) && !in_progress.is_over();
        self.begun.iter().find(answers).map(|(_, in_progress)| in_progress)
    }
}

impl Subject {
    /// Whether this, with the result that is to be expected, answers another question.
    fn answers(&self, question: &Self) -> bool {
        match (self, question) {
            (Self::Order, Self::Order) | (Self::FirstObject, Self::FirstObject) => true,
            (Self::End(behind), Self::End(other)) => behind <= other,
            (Self::Repetitions { asked, reach }, Self::Repetitions { asked: others, reach: far }) => {
                others <= asked && (reach >= asked || (far <= reach && far < others))
            }
            _ => false,
        }
    }
}

impl InProgress {
    fn is_over(&self) -> bool {
        self.0.strong_count() == 0
    }

    /// Is ready when it is over; until then the task is woken when that may have changed.
    pub fn poll_over(&self, context: &Context<'_>) -> Poll<()> {
        let Some(waiting) = self.0.upgrade() else { return Poll::Ready(()) };
        // Where it ends just now, this is the last to hold it, and wakes its own task below.
        let mut wakers = waiting.0.lock();
        if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
            wakers.push(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let wakers = self.0.get_mut();
        wakers.drain(..).for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inquiry_ends_with_whoever_has_it_and_the_next_takes_over() {
        let mut inquiries = Inquiries::default();
        assert!(inquiries.answering(&Subject::Order).is_none());
        let first = inquiries.begin(Subject::Order);
        assert!(inquiries.answering(&Subject::Order).is_some());
        assert!(inquiries.answering(&Subject::End(Oid::from([1, 3]))).is_none());
        drop(first);
        assert!(inquiries.answering(&Subject::Order).is_none());
        let _second = inquiries.begin(Subject::Order);
        assert_eq!(inquiries.begun.len(), 1, "what is over is forgotten");
    }

    #[test]
    fn a_question_is_left_to_an_inquiry_that_reaches_as_far() {
        let repetitions = |asked, reach| Subject::Repetitions { asked, reach };
        let end = |arc| Subject::End(Oid::from([1, 3, arc]));
        for (begun, question, is_answered) in [
            (repetitions(10, 10), repetitions(10, 10), true),
            (repetitions(10, 10), repetitions(4, 2), true),
            (repetitions(10, 10), repetitions(20, 5), false),
            (repetitions(10, 5), repetitions(10, 5), true),
            (repetitions(10, 5), repetitions(10, 6), false),
            (repetitions(10, 5), repetitions(4, 4), false),
            (end(4), end(4), true),
            (end(4), end(7), true),
            (end(4), end(3), false),
        ] {
            assert_eq!(begun.answers(&question), is_answered, "{begun:?} {question:?}");
        }
    }
}
