use std::fmt::Write as _;

use super::{BookingStatus, CancelKind};
use crate::code::codes;

codes! {
    /// What can be done to a booking.
    pub enum Verb as "booking_verb" {
        /// Ask for it.
        Request = "request",
        /// Accept it.
        Accept = "accept",
        /// Turn it down.
        Decline = "decline",
        /// Take the request back.
        Withdraw = "withdraw",
        /// Let the hold lapse.
        Expire = "expire",
        /// Call it off.
        Cancel = "cancel",
        /// Complete it.
        Complete = "complete",
    }
}

codes! {
    /// Who takes an edge of a booking's state machine.
    pub enum Taker as "taker" {
        /// The owner who asked for the lesson.
        Owner = "owner",
        /// The trainer who gives it.
        Trainer = "trainer",
        /// An admin who is no party to it.
        Admin = "admin",
        /// The system.
        System = "system",
    }
}

codes! {
    /// What must hold for an edge to be taken.
    pub enum Condition as "condition" {
        /// Everything that is checked of a request; see [`Reason`](crate::availability::Reason).
        Bookable = "bookable",
        /// The trainer accepts requests for a service at once.
        AutoAccept = "auto_accept",
        /// The hold has not run out.
        HoldRuns = "hold_runs",
        /// The hold has run out.
        HoldLapsed = "hold_lapsed",
        /// The lesson has not begun.
        BeforeStart = "before_start",
        /// Neither party is suspended.
        PartiesActive = "parties_active",
        /// A reason is given.
        ReasonGiven = "reason_given",
        /// The lesson is over; for the system, long enough ago.
        Ended = "ended",
    }
}

/// One edge of the state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// What is done.
    pub verb: Verb,
    /// From which status; `None`: the booking is new.
    pub from: Option<BookingStatus>,
    /// To which status.
    pub to: BookingStatus,
    /// How the booking is cancelled, if it is.
    pub cancel_kind: Option<CancelKind>,
    /// Who may take the edge.
    pub takers: &'static [Taker],
    /// What must hold.
    pub conditions: &'static [Condition],
}

use BookingStatus::{Accepted, Cancelled, Completed, Pending};
use Condition::{
    AutoAccept, BeforeStart, Bookable, Ended, HoldLapsed, HoldRuns, PartiesActive, ReasonGiven,
};

const fn edge(
    verb: Verb,
    from: Option<BookingStatus>,
    to: BookingStatus,
    takers: &'static [Taker],
    conditions: &'static [Condition],
) -> Edge {
    let cancel_kind = match verb {
        Verb::Decline => Some(CancelKind::Declined),
        Verb::Withdraw => Some(CancelKind::Withdrawn),
        Verb::Expire => Some(CancelKind::Expired),
        Verb::Cancel => Some(CancelKind::Cancelled),
        Verb::Request | Verb::Accept | Verb::Complete => None,
    };
    Edge { verb, from, to, cancel_kind, takers, conditions }
}

/// Every edge of the state machine; nothing leaves `completed` or `cancelled`.
///
/// The rules look edges up here, the tests walk the table, and the documentation's diagram is
/// printed from it.
pub const EDGES: &[Edge] = &[
    edge(Verb::Request, None, Pending, &[Taker::Owner], &[Bookable]),
    edge(Verb::Request, None, Accepted, &[Taker::Owner], &[Bookable, AutoAccept]),
    edge(
        Verb::Accept,
        Some(Pending),
        Accepted,
        &[Taker::Trainer],
        &[HoldRuns, BeforeStart, PartiesActive],
    ),
    edge(Verb::Decline, Some(Pending), Cancelled, &[Taker::Trainer], &[]),
    edge(Verb::Withdraw, Some(Pending), Cancelled, &[Taker::Owner], &[]),
    edge(Verb::Expire, Some(Pending), Cancelled, &[Taker::System], &[HoldLapsed]),
    edge(
        Verb::Cancel,
        Some(Pending),
        Cancelled,
        &[Taker::Trainer, Taker::Admin],
        &[BeforeStart, ReasonGiven],
    ),
    edge(Verb::Cancel, Some(Accepted), Cancelled, &[Taker::Owner], &[BeforeStart]),
    edge(
        Verb::Cancel,
        Some(Accepted),
        Cancelled,
        &[Taker::Trainer, Taker::Admin],
        &[BeforeStart, ReasonGiven],
    ),
    edge(Verb::Complete, Some(Accepted), Completed, &[Taker::Trainer, Taker::System], &[Ended]),
];

impl Edge {
    /// Finds the edge by which `taker` does `verb` to a booking in the status `from`.
    #[must_use]
    pub fn find(verb: Verb, from: BookingStatus, taker: Taker) -> Option<&'static Self> {
        EDGES.iter().find(|edge| {
            edge.verb == verb && edge.from == Some(from) && edge.takers.contains(&taker)
        })
    }

    /// Says whether some edge leads from one status to another.
    #[must_use]
    pub fn exists(from: BookingStatus, to: BookingStatus) -> bool {
        EDGES.iter().any(|edge| edge.from == Some(from) && edge.to == to)
    }

    /// Prints the state machine as a Mermaid diagram.
    #[must_use]
    pub fn diagram() -> String {
        let mut text = String::from("stateDiagram-v2\n");
        for edge in EDGES {
            let from = edge.from.map_or("[*]", BookingStatus::code);
            let list = |codes: Vec<&str>| codes.join(", ");
            let takers = list(edge.takers.iter().map(|taker| taker.code()).collect());
            let conditions = list(edge.conditions.iter().map(|known| known.code()).collect());
            // Writing to a string cannot fail.
            let _ = write!(text, "    {from} --> {}: {} by {takers}", edge.to, edge.verb);
            if !conditions.is_empty() {
                let _ = write!(text, " if {conditions}");
            }
            text.push('\n');
        }
        for last in [Cancelled, Completed] {
            let _ = writeln!(text, "    {last} --> [*]");
        }
        text
    }
}
