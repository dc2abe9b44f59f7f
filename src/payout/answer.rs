use serde::{Deserialize, Serialize};

use super::{Payout, PayoutError, PayoutItem, PayoutState, PayoutStep, PayoutVerb};
use crate::{
    ids::IdSource,
    provider::{Answer, TransferOutcome},
    text::Token,
    time::Instant,
};

/// What asking the provider for a payout came to, or looking it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PayoutAnswer {
    /// The provider knows it.
    Known {
        /// The provider's name for it.
        reference: Token,
        /// How it stands.
        outcome: TransferOutcome,
    },
    /// The provider refused: nothing was carried out, and nothing will be.
    Declined,
    /// Nobody knows whether it was carried out.
    Missing,
}

impl From<Answer<TransferOutcome>> for PayoutAnswer {
    fn from(Answer { reference, outcome }: Answer<TransferOutcome>) -> Self {
        Self::Known { reference, outcome }
    }
}

impl Payout {
    /// Takes the payout where an answer of its provider takes it; `None` where that changes nothing,
    /// because a report said so before.
    ///
    /// `items` are all of its items. A missing answer makes a payout unknown that was in flight, and
    /// one that was not sent yet can only be called off, as one that was declined.
    ///
    /// # Errors
    ///
    /// [`PayoutError::OtherName`] if the provider called it otherwise before, and
    /// [`PayoutError::NoEdge`] if it was never sent, or ended otherwise.
    pub fn answered(
        &self,
        answer: &PayoutAnswer,
        items: &[PayoutItem],
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Option<PayoutStep>, PayoutError> {
        let (name, verb) = match answer {
            PayoutAnswer::Known { reference, outcome } => {
                let verb = match outcome {
                    TransferOutcome::InFlight => None,
                    TransferOutcome::Processed => Some(PayoutVerb::Process),
                    TransferOutcome::Failed => Some(PayoutVerb::Fail),
                };
                (Some(reference.clone()), verb)
            }
            PayoutAnswer::Declined => (None, Some(PayoutVerb::Fail)),
            PayoutAnswer::Missing => (None, Some(PayoutVerb::Lose)),
        };
        let known = self.provider_reference.as_ref();
        if known.is_some_and(|known| name.as_ref().is_some_and(|name| name != known)) {
            return Err(PayoutError::OtherName);
        }
        if self.state == PayoutState::Created && *answer != PayoutAnswer::Declined {
            let verb = verb.unwrap_or(PayoutVerb::Send);
            return Err(PayoutError::NoEdge { verb, from: self.state });
        }
        let says_nothing = match verb {
            None => true,
            Some(PayoutVerb::Lose) => self.state != PayoutState::InFlight,
            Some(PayoutVerb::Process) => self.state == PayoutState::Processed,
            Some(_) => self.state == PayoutState::Failed,
        };
        match verb.filter(|_| !says_nothing) {
            Some(verb) => self.follow(verb, items, name, ids, now).map(Some),
            None => Ok(name.and_then(|name| self.named(name, now))),
        }
    }
}
