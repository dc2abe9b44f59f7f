//! Commands about payouts.

use super::Trial;
use crate::{
    booking::Attendance,
    command::{Actor, CommandKind, CommandKind as K, SystemReason},
    conformance::{
        fixtures::days_later,
        town::{early, forint},
    },
    ids::PayoutId,
    ledger::LedgerEntry,
    money::{Currency, Money},
    payout::{Payout, PayoutAnswer, PayoutState},
    platform::{CreatePayout, Error, RecordPayout, SendPayout, WriteOffRest},
    repository::ChangeSet,
};

const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

impl Trial {
    pub(super) async fn give_of_payouts(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, now) = (&self.town, days_later(early(), 30));
        match kind {
            K::CreatePayout => {
                let command = self.earned().await;
                self.gives(now, command).await
            }
            K::SendPayout => {
                let payout = self.created().await;
                self.gives(now, SendPayout { payout }).await
            }
            K::RecordPayout => {
                let payout = self.created().await;
                town.gives(SYSTEM, now, SendPayout { payout }).await.unwrap();
                let (provider, answer) = ("acme".parse().unwrap(), PayoutAnswer::Missing);
                self.gives(now, RecordPayout { payout, provider, answer }).await
            }
            _ => {
                let (trainer, currency) = (town.cast.trainer.id, forint());
                let last = Payout {
                    state: PayoutState::Processed,
                    processed_at: Some(early()),
                    amount: Money::new(100, currency),
                    carried_out: 50,
                    ..town.make.payout(&town.cast.trainer)
                };
                town.insert(last).await;
                self.gives(now, WriteOffRest { trainer, currency }).await
            }
        }
    }

    /// Gives the trainer a completed lesson that is paid, and returns the command that pays it out.
    async fn earned(&self) -> CreatePayout {
        let (town, booking) = (&self.town, self.completed(Attendance::Attended).await);
        let payment = town.paid(&booking).await;
        let entry = LedgerEntry { payment: Some(payment.id), ..town.make.ledger_entry(&booking) };
        town.commits(ChangeSet::new().appending(entry)).await;
        CreatePayout {
            trainer: town.cast.trainer.id,
            currency: Currency::EUR,
            provider: "acme".parse().unwrap(),
            is_last: false,
        }
    }

    async fn created(&self) -> PayoutId {
        let command = self.earned().await;
        let now = days_later(early(), 30);
        self.town.gives(SYSTEM, now, command).await.unwrap().payout
    }
}
