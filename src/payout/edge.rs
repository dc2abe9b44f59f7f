use std::fmt::Write as _;

use super::{Payout, PayoutError, PayoutItem, PayoutState};
use crate::{
    code::codes,
    ids::IdSource,
    ledger::{Journal, LedgerEntry, Movement},
    text::Token,
    time::Instant,
};

codes! {
    /// What becomes of a payout.
    pub enum PayoutVerb as "payout_verb" {
        /// It is handed to the provider.
        Send = "send",
        /// The trainer has it.
        Process = "process",
        /// It did not arrive, and never will.
        Fail = "fail",
        /// The provider did not say what became of it.
        Lose = "lose",
    }
}

/// One edge of a payout's state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayoutEdge {
    /// What happens.
    pub verb: PayoutVerb,
    /// From which state.
    pub from: PayoutState,
    /// To which state.
    pub to: PayoutState,
    /// What moves in the ledger.
    pub movement: Option<Movement>,
}

use PayoutState::{Created, Failed, InFlight, Processed, Unknown};

const fn edge(
    verb: PayoutVerb,
    from: PayoutState,
    to: PayoutState,
    movement: Option<Movement>,
) -> PayoutEdge {
    PayoutEdge { verb, from, to, movement }
}

/// Every edge of a payout's state machine; nothing leaves `processed` or `failed`.
///
/// A payout is in flight from before the provider is asked, so that none is ever sent that the
/// ledger does not know.
pub const PAYOUT_EDGES: &[PayoutEdge] = &[
    edge(PayoutVerb::Send, Created, InFlight, Some(Movement::PayoutSent)),
    edge(PayoutVerb::Fail, Created, Failed, None),
    edge(PayoutVerb::Process, InFlight, Processed, Some(Movement::PayoutProcessed)),
    edge(PayoutVerb::Fail, InFlight, Failed, Some(Movement::PayoutFailed)),
    edge(PayoutVerb::Lose, InFlight, Unknown, None),
    edge(PayoutVerb::Process, Unknown, Processed, Some(Movement::PayoutProcessed)),
    edge(PayoutVerb::Fail, Unknown, Failed, Some(Movement::PayoutFailed)),
];

impl PayoutEdge {
    /// Finds the edge by which `verb` takes a payout on from a state.
    #[must_use]
    pub fn find(verb: PayoutVerb, from: PayoutState) -> Option<&'static Self> {
        PAYOUT_EDGES.iter().find(|edge| edge.verb == verb && edge.from == from)
    }

    /// Prints the state machine as a Mermaid diagram.
    #[must_use]
    pub fn diagram() -> String {
        let mut text = String::from("stateDiagram-v2\n    [*] --> created\n");
        for edge in PAYOUT_EDGES {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {} --> {}: {}", edge.from, edge.to, edge.verb);
        }
        for last in [Processed, Failed] {
            let _ = writeln!(text, "    {last} --> [*]");
        }
        text
    }
}

/// What a step of a payout writes, in one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutStep {
    /// The payout as it will be.
    pub payout: Payout,
    /// The items as they will be, where they change.
    pub items: Vec<PayoutItem>,
    /// The legs in the ledger.
    pub legs: Vec<LedgerEntry>,
}

impl PayoutStep {
    /// Joins another step to this one, which goes on from its payout.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.items.extend(next.items);
        self.legs.extend(next.legs);
        Self { payout: next.payout, ..self }
    }
}

impl Payout {
    /// Takes the payout along an edge.
    ///
    /// `items` are all of its items: they are released where it fails. `reference` is how the
    /// provider calls it, where that is known now.
    ///
    /// # Errors
    ///
    /// [`PayoutError::NoEdge`] if no edge leads on from its state.
    pub fn follow(
        &self,
        verb: PayoutVerb,
        items: &[PayoutItem],
        reference: Option<Token>,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<PayoutStep, PayoutError> {
        let edge = PayoutEdge::find(verb, self.state)
            .ok_or(PayoutError::NoEdge { verb, from: self.state })?;
        let currency = self.amount.currency();
        let mut journal = Journal::of_payout(self.trainer, Some(self.id), currency, now, ids);
        if let Some(movement) = edge.movement {
            journal.post(movement, &[self.amount.minor()]);
        }
        let released = items.iter().filter(|item| edge.to == Failed && item.is_live());
        let released =
            released.map(|item| PayoutItem { released_at: Some(now), updated_at: now, ..*item });
        Ok(PayoutStep {
            payout: Self {
                state: edge.to,
                provider_reference: self.provider_reference.clone().or(reference),
                processed_at: (edge.to == Processed).then_some(now),
                updated_at: now,
                ..self.clone()
            },
            items: released.collect(),
            legs: journal.into_entries(),
        })
    }
}
