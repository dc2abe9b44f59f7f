//! Commands about payments, refunds and disputes.

use super::Trial;
use crate::{
    command::{Actor, CommandKind, CommandKind as K, SystemReason},
    conformance::town::early,
    ids::RefundId,
    money::Money,
    payment::Payment,
    platform::{
        ApplyReports, CallOffRefund, DecideDispute, Error, GiveBack, RecordPayment, RecordRefund,
        SendRefund, StartPayment, TakeReport,
    },
    provider::{DisputeOutcome, Happening, PaymentOutcome, ProviderEvent, RefundOutcome},
    repository::Versioned,
};

impl Trial {
    pub(super) async fn give_of_payments(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, make, now) = (&self.town, &self.town.make, early());
        let system = Actor::System(SystemReason::Maintenance);
        match kind {
            K::StartPayment => {
                let booking = self.accepted().await.id;
                let provider = "stripe".parse().unwrap();
                self.gives(now, StartPayment { payment: make.id(), booking, provider }).await
            }
            K::RecordPayment => {
                let payment = self.begun().await;
                let command = RecordPayment {
                    payment: payment.id,
                    provider: payment.provider.clone(),
                    reference: make.token(),
                    outcome: PaymentOutcome::Pending,
                };
                self.gives(now, command).await
            }
            K::GiveBack => {
                let command = self.goodwill().await;
                self.gives(now, command).await
            }
            K::CallOffRefund => {
                let refund = self.owed().await;
                self.gives(now, CallOffRefund { refund }).await
            }
            K::SendRefund => {
                let refund = self.owed().await;
                self.gives(now, SendRefund { refund }).await
            }
            K::RecordRefund => {
                let refund = self.owed().await;
                town.gives(system, now, SendRefund { refund }).await.unwrap();
                let (reference, outcome) = (Some(make.token()), RefundOutcome::Succeeded);
                self.gives(now, RecordRefund { refund, reference, outcome }).await
            }
            K::DecideDispute => {
                let payment = town.paid(&*self.accepted().await).await;
                let dispute = town.insert(make.provider_dispute(&payment)).await.id;
                self.gives(now, DecideDispute { dispute, outcome: DisputeOutcome::Won }).await
            }
            K::TakeReport => {
                let payment = self.begun().await;
                let event = ProviderEvent {
                    provider: payment.provider.clone(),
                    id: make.token(),
                    occurred_at: now,
                    happening: Happening::PaymentSucceeded {
                        payment: Some(payment.id),
                        reference: make.token(),
                        amount: payment.amount,
                    },
                };
                self.gives(now, TakeReport { event }).await
            }
            K::ApplyReports => {
                let payment = town.insert(make.payment(&*self.accepted().await)).await;
                let command = ApplyReports {
                    provider: payment.provider.clone(),
                    reference: payment.provider_reference.clone().unwrap(),
                };
                self.gives(now, command).await
            }
            other => panic!("{other} is tried elsewhere"),
        }
    }

    /// A payment of which the provider's name is not known yet.
    async fn begun(&self) -> Versioned<Payment> {
        let payment = self.town.make.payment(&*self.accepted().await);
        self.town.insert(Payment { provider_reference: None, ..payment }).await
    }

    async fn goodwill(&self) -> GiveBack {
        let payment = self.town.paid(&*self.accepted().await).await;
        let amount = Money::new(1, payment.amount.currency());
        GiveBack { payment: payment.id, refund: self.town.make.id(), amount }
    }

    /// A refund that is due.
    async fn owed(&self) -> RefundId {
        let command = self.goodwill().await;
        let refund = command.refund;
        let system = Actor::System(SystemReason::Maintenance);
        self.town.gives(system, early(), command).await.unwrap();
        refund
    }
}
