use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::settling::sought;
use crate::{
    audit::SubjectKind,
    command::CommandKind,
    ids::{DisputeId, PaymentId, RefundId},
    money::Money,
    payment::{DisputeStatus, PaymentFile, RefundStatus, Settlement},
    platform::{
        Error,
        bookings::{Case, no_party_as_admin},
        execute::{Command, Loading},
        work::Work,
    },
    provider::{DisputeOutcome, RefundOutcome},
    repository::{Caller, PaymentCase, PaymentSought, RepositoryError},
    text::Token,
};

/// Gives something of a payment back that no rule asks for, as an admin or the system.
///
/// It becomes due, as every refund does, and is [sent](SendRefund) then.
///
/// # Errors
///
/// [`PaymentError`](crate::payment::PaymentError) if the payment is not paid, for more than is free
/// of it, or for an amount that its currency does not know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveBack {
    /// Of which payment.
    pub payment: PaymentId,
    /// The id of the new refund, made by the caller.
    pub refund: RefundId,
    /// How much; more than zero.
    pub amount: Money,
}

/// A refund that became due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundGiven {
    /// Which refund.
    pub refund: RefundId,
    /// How much.
    pub amount: Money,
}

#[async_trait]
impl Command for GiveBack {
    const KIND: CommandKind = CommandKind::GiveBack;
    type Outcome = RefundGiven;
    type Facts = Option<PaymentCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PaymentCase>), RepositoryError> {
        let sought = PaymentSought::Payment(self.payment);
        loading.repository.payment_case(loading.caller, &sought).await
    }

    fn decide(
        &self,
        facts: Option<PaymentCase>,
        work: &mut Work<'_>,
    ) -> Result<RefundGiven, Error> {
        let (file, payment, rows) = sought(facts.as_ref(), SubjectKind::Payment)?;
        no_party_as_admin(work.acting, file)?;
        let now = work.now();
        let money = &work.policy.money;
        let given = rows.goodwill(self.refund, self.amount, money, &mut work.ids, now)?;
        work.settle(&Case::from(file), payment, given);
        Ok(RefundGiven { refund: self.refund, amount: self.amount })
    }
}

/// Calls off a refund that is due and that no rule asks for, as an admin or the system.
///
/// # Errors
///
/// [`PaymentError`](crate::payment::PaymentError) if it is not due any more, or has to go back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CallOffRefund {
    /// Which refund.
    pub refund: RefundId,
}

#[async_trait]
impl Command for CallOffRefund {
    const KIND: CommandKind = CommandKind::CallOffRefund;
    type Outcome = ();
    type Facts = Option<PaymentCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PaymentCase>), RepositoryError> {
        let sought = PaymentSought::Refund(self.refund);
        loading.repository.payment_case(loading.caller, &sought).await
    }

    fn decide(&self, facts: Option<PaymentCase>, work: &mut Work<'_>) -> Result<(), Error> {
        let (file, payment, rows) = sought(facts.as_ref(), SubjectKind::Refund)?;
        no_party_as_admin(work.acting, file)?;
        let now = work.now();
        let called_off = rows.call_off(self.refund, &mut work.ids, now)?;
        work.settle(&Case::from(file), payment, called_off);
        Ok(())
    }
}

/// Takes a refund that is due on its way, right before the provider is asked for it.
///
/// What the provider is asked for is what the outcome says: a refund shrinks to what is still
/// there, for instance after a bank took the rest.
///
/// # Errors
///
/// [`PaymentError`](crate::payment::PaymentError) if it is not due, or an open dispute takes what
/// is to go back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendRefund {
    /// Which refund.
    pub refund: RefundId,
}

/// A refund that is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundSent {
    /// Which refund.
    pub refund: RefundId,
    /// What the provider is to be asked for; `None` where nothing is left to give back, and the
    /// refund was called off.
    pub amount: Option<Money>,
    /// The provider's name for the payment, where it is known.
    pub payment_reference: Option<Token>,
}

#[async_trait]
impl Command for SendRefund {
    const KIND: CommandKind = CommandKind::SendRefund;
    type Outcome = RefundSent;
    type Facts = Option<PaymentCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PaymentCase>), RepositoryError> {
        let sought = PaymentSought::Refund(self.refund);
        loading.repository.payment_case(loading.caller, &sought).await
    }

    fn decide(&self, facts: Option<PaymentCase>, work: &mut Work<'_>) -> Result<RefundSent, Error> {
        let (file, payment, rows) = sought(facts.as_ref(), SubjectKind::Refund)?;
        no_party_as_admin(work.acting, file)?;
        let now = work.now();
        let sent = rows.send(self.refund, &mut work.ids, now)?;
        let amount = sent
            .refunds
            .iter()
            .find(|refund| refund.id == self.refund && refund.status == RefundStatus::Pending)
            .map(|refund| refund.amount);
        let payment_reference = payment.provider_reference.clone();
        work.settle(&Case::from(file), payment, sent);
        Ok(RefundSent { refund: self.refund, amount, payment_reference })
    }
}

/// Records how the provider answered when it was asked for a refund, or what looking it up showed.
///
/// An obligation that was canceled or failed is due again, under a refund of its own.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such refund.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordRefund {
    /// Which refund.
    pub refund: RefundId,
    /// The provider's name for it, where the answer says.
    pub reference: Option<Token>,
    /// How it stands.
    pub outcome: RefundOutcome,
}

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundSettled {
    /// Which refund.
    pub refund: RefundId,
    /// How it stands.
    pub status: RefundStatus,
    /// The refund that is due for what this one was owed for, where it did not arrive.
    pub successor: Option<RefundId>,
}

impl RefundSettled {
    fn of(refund: RefundId, rows: &PaymentFile, settlement: &Settlement) -> Self {
        let after = rows.settled(settlement);
        let status = after.refunds.iter().find(|known| known.id == refund);
        let status = status.map_or(RefundStatus::Canceled, |refund| refund.status);
        let successor = after.refunds.iter().find(|known| {
            known.status == RefundStatus::Due && known.cause.is_obligation() && status.is_lost()
        });
        Self { refund, status, successor: successor.map(|refund| refund.id) }
    }
}

#[async_trait]
impl Command for RecordRefund {
    const KIND: CommandKind = CommandKind::RecordRefund;
    type Outcome = RefundSettled;
    type Facts = Option<PaymentCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PaymentCase>), RepositoryError> {
        let sought = PaymentSought::Refund(self.refund);
        loading.repository.payment_case(loading.caller, &sought).await
    }

    fn decide(
        &self,
        facts: Option<PaymentCase>,
        work: &mut Work<'_>,
    ) -> Result<RefundSettled, Error> {
        let (file, payment, rows) = sought(facts.as_ref(), SubjectKind::Refund)?;
        let (reference, now) = (self.reference.as_ref(), work.now());
        let reports = facts.iter().flat_map(|case| &case.reports).map(|report| &report.event);
        let ids = &mut work.ids;
        let answered =
            rows.refund_answered(self.refund, reference, self.outcome, reports, ids, now)?;
        let settled = RefundSettled::of(self.refund, &rows, &answered);
        work.settle(&Case::from(file), payment, answered);
        Ok(settled)
    }
}

/// Records how a dispute at the provider ended, as an admin was told, or the system.
///
/// What the provider itself reports needs no such command. A dispute over attendance is closed by
/// [`AmendAttendance`](crate::platform::AmendAttendance).
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such dispute at the provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecideDispute {
    /// Which dispute.
    pub dispute: DisputeId,
    /// How it ended.
    pub outcome: DisputeOutcome,
}

#[async_trait]
impl Command for DecideDispute {
    const KIND: CommandKind = CommandKind::DecideDispute;
    type Outcome = DisputeStatus;
    type Facts = Option<PaymentCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PaymentCase>), RepositoryError> {
        let sought = PaymentSought::Dispute(self.dispute);
        loading.repository.payment_case(loading.caller, &sought).await
    }

    fn decide(
        &self,
        facts: Option<PaymentCase>,
        work: &mut Work<'_>,
    ) -> Result<DisputeStatus, Error> {
        let (file, payment, rows) = sought(facts.as_ref(), SubjectKind::Dispute)?;
        no_party_as_admin(work.acting, file)?;
        let now = work.now();
        let decided = rows.dispute_decided(self.dispute, self.outcome, &mut work.ids, now)?;
        let after = rows.settled(&decided);
        let dispute = after.disputes.iter().find(|known| known.id == self.dispute);
        let status = dispute.map(|dispute| dispute.status);
        work.settle(&Case::from(file), payment, decided);
        status.ok_or(Error::NotFound(SubjectKind::Dispute))
    }
}
