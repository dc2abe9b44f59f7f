use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::step::no_trainer_as_admin;
use crate::{
    audit::{Event, SubjectKind},
    command::CommandKind,
    ids::{PayoutId, TrainerId},
    money::{Currency, Money},
    payout::{NewPayout, PayoutRequest, PayoutStanding},
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    provider::Provider,
    repository::{Caller, PayoutRound, RepositoryError},
};

/// Makes a payout of all that a trainer can be paid in a currency, as an admin who is not that
/// trainer, or the system.
///
/// Nothing is sent yet: [`SendPayout`](super::SendPayout) comes next. Mostly
/// [`run_payouts`](crate::platform::Platform::run_payouts) does both for everybody.
///
/// # Errors
///
/// [`PayoutError`](crate::payout::PayoutError) while another payout is on its way, for a trainer
/// who is suspended, and for less than the smallest payout.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreatePayout {
    /// To whom.
    pub trainer: TrainerId,
    /// In which currency.
    pub currency: Currency,
    /// Who is to send it.
    pub provider: Provider,
    /// Whether it is the last one before the trainer is erased, for which there is no smallest
    /// payout; what it leaves below the step of payouts is for
    /// [`WriteOffRest`](super::WriteOffRest).
    #[serde(default)]
    pub is_last: bool,
}

/// A payout that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutCreated {
    /// Which payout.
    pub payout: PayoutId,
    /// How much.
    pub amount: Money,
}

#[async_trait]
impl Command for CreatePayout {
    const KIND: CommandKind = CommandKind::CreatePayout;
    type Outcome = PayoutCreated;
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
    ) -> Result<PayoutCreated, Error> {
        let round = facts.ok_or(Error::NotFound(SubjectKind::Trainer))?;
        no_trainer_as_admin(work.acting, &round.party)?;
        let standing = match (round.party.user.is_active(), self.is_last) {
            (false, _) => PayoutStanding::Suspended,
            (true, true) => PayoutStanding::Leaving,
            (true, false) => PayoutStanding::Active,
        };
        let request =
            PayoutRequest { id: work.next_id(), provider: self.provider.clone(), standing };
        let earnings = round.earnings();
        let made = request.decide(&round.payable(&earnings), work.policy, work.now())?;
        let NewPayout { payout, items } = made;
        work.changes.expect(&round.party.user);
        // What changes a payment's entries bumps its row, and what disputes a booking that one's.
        for file in &round.earnings {
            let is_held = |entry| items.iter().any(|item| item.entry == entry);
            if file.entries.iter().any(|entry| is_held(entry.id)) {
                work.changes.expect(&file.payment);
                work.changes.expect(&file.booking);
            }
        }
        let (id, amount) = (payout.id, payout.amount);
        work.changes.insert(payout);
        for item in items {
            work.changes.insert(item);
        }
        work.record(Event::PayoutCreated { payout: id, trainer: self.trainer, amount });
        Ok(PayoutCreated { payout: id, amount })
    }
}
