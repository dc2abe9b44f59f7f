//! Where the states and the words of each diagram stand, by hand, in pixels.

use super::machine::{Ends, Machine};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) x: i32,
    pub(super) y: i32,
}

/// On which side of its place a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// Where the words at an arrow begin, and how many characters a condition's line has.
type Label = (Ends, Place, Anchor, usize);

#[derive(Debug)]
pub(super) struct Layout {
    pub(super) size: Place,
    /// The dot from which everything begins.
    pub(super) begin: Option<Place>,
    pub(super) states: &'static [(&'static str, Place)],
    labels: &'static [Label],
}

impl Layout {
    /// Makes sure that the layout knows every state and every arrow, and no others.
    pub(super) fn check(&self, machine: &Machine) {
        let mut states: Vec<_> = self.states.iter().map(|(state, _)| *state).collect();
        let mut known = machine.states.clone();
        states.sort_unstable();
        known.sort_unstable();
        assert_eq!(states, known, "the states of a {} in layouts.rs", machine.name);
        let mut labels: Vec<_> = self.labels.iter().map(|(ends, ..)| *ends).collect();
        let mut known = machine.ends();
        labels.sort_unstable();
        known.sort_unstable();
        assert_eq!(labels, known, "the arrows of a {} in layouts.rs", machine.name);
    }

    pub(super) fn place(&self, state: Option<&str>) -> Place {
        match state {
            None => self.begin.unwrap(),
            Some(state) => self.states.iter().find(|(known, _)| *known == state).unwrap().1,
        }
    }

    pub(super) fn label(&self, ends: Ends) -> (Place, Anchor, usize) {
        let (_, place, anchor, width) = *self.labels.iter().find(|label| label.0 == ends).unwrap();
        (place, anchor, width)
    }
}

const fn at(x: i32, y: i32) -> Place {
    Place { x, y }
}

pub(super) const BOOKING: Layout = Layout {
    size: at(700, 430),
    begin: Some(at(305, 20)),
    states: &[
        ("pending", at(140, 130)),
        ("accepted", at(470, 130)),
        ("cancelled", at(230, 400)),
        ("completed", at(500, 400)),
    ],
    labels: &[
        ((None, "pending"), at(226, 46), Anchor::End, 30),
        ((None, "accepted"), at(384, 46), Anchor::Start, 30),
        ((Some("pending"), "accepted"), at(305, 88), Anchor::Middle, 28),
        ((Some("pending"), "cancelled"), at(158, 216), Anchor::End, 18),
        ((Some("accepted"), "cancelled"), at(350, 196), Anchor::End, 18),
        ((Some("accepted"), "completed"), at(498, 262), Anchor::Start, 24),
    ],
};

pub(super) const PROPOSAL: Layout = Layout {
    size: at(700, 290),
    begin: Some(at(90, 40)),
    states: &[
        ("open", at(90, 140)),
        ("accepted", at(620, 40)),
        ("declined", at(620, 110)),
        ("withdrawn", at(620, 180)),
        ("expired", at(620, 250)),
    ],
    labels: &[
        ((None, "open"), at(104, 84), Anchor::Start, 30),
        ((Some("open"), "accepted"), at(552, 36), Anchor::End, 30),
        ((Some("open"), "declined"), at(552, 103), Anchor::End, 30),
        ((Some("open"), "withdrawn"), at(552, 153), Anchor::End, 30),
        ((Some("open"), "expired"), at(300, 230), Anchor::Start, 30),
    ],
};

pub(super) const PAYMENT: Layout = Layout {
    size: at(700, 230),
    begin: Some(at(20, 60)),
    states: &[
        ("pending", at(180, 60)),
        ("failed", at(180, 200)),
        ("paid", at(400, 60)),
        ("refunded", at(620, 60)),
    ],
    labels: &[
        ((None, "pending"), at(74, 50), Anchor::Middle, 20),
        ((Some("pending"), "failed"), at(168, 134), Anchor::End, 20),
        ((Some("pending"), "paid"), at(290, 50), Anchor::Middle, 20),
        ((Some("failed"), "paid"), at(304, 146), Anchor::Start, 20),
        ((Some("paid"), "refunded"), at(510, 88), Anchor::Middle, 20),
        ((Some("refunded"), "paid"), at(510, 42), Anchor::Middle, 20),
    ],
};

pub(super) const DISPUTE: Layout = Layout {
    size: at(700, 260),
    begin: Some(at(350, 16)),
    states: &[("open", at(350, 120)), ("won", at(90, 230)), ("lost", at(610, 230))],
    labels: &[
        ((None, "open"), at(358, 94), Anchor::Start, 20),
        ((None, "won"), at(206, 112), Anchor::End, 20),
        ((None, "lost"), at(494, 112), Anchor::Start, 20),
        ((Some("open"), "won"), at(250, 190), Anchor::Start, 20),
        ((Some("open"), "lost"), at(450, 190), Anchor::End, 20),
        ((Some("won"), "lost"), at(350, 250), Anchor::Middle, 20),
    ],
};

pub(super) const PAYOUT: Layout = Layout {
    size: at(700, 330),
    begin: Some(at(350, 16)),
    states: &[
        ("created", at(350, 80)),
        ("in_flight", at(350, 190)),
        ("unknown", at(350, 300)),
        ("processed", at(620, 190)),
        ("failed", at(80, 190)),
    ],
    labels: &[
        ((None, "created"), at(360, 44), Anchor::Start, 24),
        ((Some("created"), "in_flight"), at(360, 132), Anchor::Start, 24),
        ((Some("created"), "failed"), at(200, 126), Anchor::End, 24),
        ((Some("in_flight"), "processed"), at(484, 166), Anchor::Middle, 28),
        ((Some("in_flight"), "failed"), at(216, 166), Anchor::Middle, 28),
        ((Some("in_flight"), "unknown"), at(360, 250), Anchor::Start, 24),
        ((Some("unknown"), "processed"), at(500, 262), Anchor::Start, 24),
        ((Some("unknown"), "failed"), at(200, 262), Anchor::End, 24),
    ],
};
