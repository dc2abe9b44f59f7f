use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::step::no_trainer_as_admin;
use crate::{
    audit::{Event, SubjectKind},
    command::CommandKind,
    ids::TrainerId,
    money::{Currency, Money},
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, PayoutRound, RepositoryError},
    trainer::Trainer,
};

/// Writes off what a trainer is owed below the step of payouts, as an admin who is not that trainer,
/// or the system: what can never be paid out would keep the trainer from being erased.
///
/// It comes after the last payout, or where nothing reaches a step.
///
/// # Errors
///
/// [`PayoutError`](crate::payout::PayoutError) while a payout is on its way, while anything is
/// pending or disputed, and unless the balance lies between zero and the step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteOffRest {
    /// Whose.
    pub trainer: TrainerId,
    /// In which currency.
    pub currency: Currency,
}

/// What was written off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestWrittenOff {
    /// How much.
    pub amount: Money,
}

#[async_trait]
impl Command for WriteOffRest {
    const KIND: CommandKind = CommandKind::WriteOffRest;
    type Outcome = RestWrittenOff;
    type Facts = Option<PayoutRound>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PayoutRound>), RepositoryError> {
        loading.repository.payout_round(loading.caller, self.trainer, self.currency).await
    }

    fn decide(
        &self,
        facts: Option<PayoutRound>,
        work: &mut Work<'_>,
    ) -> Result<RestWrittenOff, Error> {
        let round = facts.ok_or(Error::NotFound(SubjectKind::Trainer))?;
        no_trainer_as_admin(work.acting, &round.party)?;
        let (earnings, now) = (round.earnings(), work.now());
        let owed = round.payable(&earnings);
        let legs = owed.write_off(work.policy, &mut work.ids, now)?;
        for file in &round.earnings {
            work.changes.expect(&file.payment);
            work.changes.expect(&file.booking);
        }
        // The row is bumped, so that of two one sees the other.
        work.changes.update(round.trainer.map(|trainer| Trainer { updated_at: now, ..trainer }));
        let amount = Money::checked_sum(self.currency, legs.iter().map(|leg| leg.amount))?;
        for leg in legs {
            work.changes.append(leg);
        }
        work.record(Event::RestWrittenOff { trainer: self.trainer, amount });
        Ok(RestWrittenOff { amount })
    }
}
