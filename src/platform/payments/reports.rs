use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::settling::sought;
use crate::{
    audit::SubjectKind,
    command::{Actor, Call, CommandKind, SystemReason},
    ids::{CommandId, DerivedIds, PaymentId, PayoutId},
    payment::{Payment, PaymentError, ReportOutcome},
    platform::{
        Error, Platform,
        bookings::Case,
        execute::{Command, Loading},
        payouts::{payout_sought, take_payout_report},
        work::Work,
    },
    provider::{Happening, Provider, ProviderEvent, ProviderEventRecord},
    repository::{Caller, CallerQuery, PaymentCase, PaymentSought, PayoutCase, RepositoryError},
    text::Token,
};

/// Takes in what a payment provider reports of a payment, its refunds and its disputes, or of a
/// payout.
///
/// The event is written in one commit with its effect. Events come in any order and as often as the
/// provider likes: the effect depends on the set of those that were taken in. One that is about
/// nothing of ours is kept all the same, and what is told of it says so. A payment that was
/// collected a second time under another name becomes a payment of its own, surplus in most cases.
///
/// The command's id is best made of the provider and the event's id, so that a second delivery is
/// answered by the first one's outcome; also without that an event is taken in once.
///
/// # Errors
///
/// [`PaymentError::AlreadyReported`] where an event comes again with other content, or one about
/// nothing of ours under another command.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TakeReport {
    /// What is reported.
    pub event: ProviderEvent,
}

/// What became of a provider's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTaken {
    /// The payment that it is about.
    pub payment: Option<PaymentId>,
    /// The payout that it is about.
    #[serde(default)]
    pub payout: Option<PayoutId>,
    /// What it came to.
    pub outcome: ReportOutcome,
    /// Whether the same event was taken in before.
    pub is_repeated: bool,
}

/// What a report is about.
#[derive(Debug)]
pub enum Reported {
    /// A payment, a refund or a dispute.
    Payment(Option<Box<PaymentCase>>),
    /// A payout.
    Payout(Option<Box<PayoutCase>>),
}

impl TakeReport {
    /// Returns the name under which a payment was collected once more, if the report says so.
    fn collected_again(&self, payment: &Payment) -> Option<&Token> {
        let Happening::PaymentSucceeded { payment: Some(id), reference, .. } =
            &self.event.happening
        else {
            return None;
        };
        let is_other = payment.provider_reference.as_ref().is_some_and(|known| known != reference);
        let is_meant = *id == payment.id && payment.provider == self.event.provider;
        (is_meant && is_other && payment.status.was_paid()).then_some(reference)
    }

    fn sought(&self) -> PaymentSought {
        let (payment, refund) = match &self.event.happening {
            Happening::PaymentSucceeded { payment, .. }
            | Happening::PaymentFailed { payment, .. } => (*payment, None),
            Happening::Refund { refund, .. } => (None, *refund),
            _ => (None, None),
        };
        PaymentSought::Reported {
            provider: self.event.provider.clone(),
            reference: self.event.happening.reference().clone(),
            payment,
            refund,
        }
    }
}

#[async_trait]
impl Command for TakeReport {
    const KIND: CommandKind = CommandKind::TakeReport;
    type Outcome = ReportTaken;
    type Facts = Reported;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Reported), RepositoryError> {
        let Loading { repository, caller, .. } = loading;
        if let Some(sought) = payout_sought(&self.event) {
            let (caller, case) = repository.payout_case(caller, &sought).await?;
            return Ok((caller, Reported::Payout(case.map(Box::new))));
        }
        let (caller, case) = repository.payment_case(caller, &self.sought()).await?;
        Ok((caller, Reported::Payment(case.map(Box::new))))
    }

    fn decide(&self, facts: Reported, work: &mut Work<'_>) -> Result<ReportTaken, Error> {
        self.event.happening.check()?;
        let facts = match facts {
            Reported::Payment(case) => case.map(|case| *case),
            Reported::Payout(case) => {
                return take_payout_report(&self.event, case.map(|case| *case), work);
            }
        };
        let now = work.now();
        let record =
            ProviderEventRecord { id: work.next_id(), event: self.event.clone(), created_at: now };
        let Some(case) = facts else {
            work.changes.append(record);
            let outcome = ReportOutcome::Unmatched;
            return Ok(ReportTaken { payment: None, payout: None, outcome, is_repeated: false });
        };
        let (file, payment, rows) = sought(Some(&case), SubjectKind::Payment)?;
        let known = case.reports.iter().find(|report| report.event.id == self.event.id);
        if known.is_some_and(|known| known.event != self.event) {
            return Err(PaymentError::AlreadyReported.into());
        }
        let is_repeated = known.is_some();
        let before = case.reports.iter().map(|report| &report.event);
        let before = before.filter(|event| event.id != self.event.id);
        let reports = before.chain([&self.event]);
        let again = self.collected_again(payment);
        let again = again.map(|name| rows.collected_again(work.next_id(), name.clone(), now));
        let rows = again.as_ref().unwrap_or(&rows);
        let reported = rows.reported(reports, &mut work.ids, now)?;
        let outcome = reported.outcomes.last().copied().unwrap_or(ReportOutcome::Unmatched);
        if !is_repeated {
            work.changes.append(record);
        }
        let case_of = Case::from(file);
        let payment = match &again {
            None => {
                work.settle(&case_of, payment, reported.settlement);
                Some(payment.id)
            }
            Some(begun) if outcome == ReportOutcome::Counts => {
                work.settle_new(&case_of, &begun.payment, reported.settlement);
                Some(begun.payment.id)
            }
            Some(_) => None,
        };
        Ok(ReportTaken { payment, payout: None, outcome, is_repeated })
    }

    async fn follow_up(
        &self,
        platform: &Platform,
        call: Call,
        outcome: ReportTaken,
    ) -> Result<ReportTaken, Error> {
        // Its payment may have become known under this name while it was taken in as nobody's, and
        // others may have been taken in as nobody's while it gave its payment the name.
        let event = &self.event;
        if let Happening::Payout { reference, .. }
        | Happening::PayoutPartlyReturned { reference, .. } = &event.happening
        {
            platform.catch_up_payout(call, &event.provider, reference).await?;
            return Ok(outcome);
        }
        let may_name = matches!(
            event.happening,
            Happening::PaymentSucceeded { .. } | Happening::PaymentFailed { .. }
        );
        if outcome.payment.is_none() || may_name {
            platform.catch_up(call, &event.provider, event.happening.reference()).await?;
        }
        Ok(outcome)
    }
}

/// Applies what was reported under a name before a payment was known by it, as the system.
///
/// [`TakeReport`] and [`RecordPayment`](super::RecordPayment) do so by themselves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyReports {
    /// Who reported.
    pub provider: Provider,
    /// The provider's name for the payment.
    pub reference: Token,
}

impl ApplyReports {
    fn sought(&self) -> PaymentSought {
        let (provider, reference) = (self.provider.clone(), self.reference.clone());
        PaymentSought::Reported { provider, reference, payment: None, refund: None }
    }
}

#[async_trait]
impl Command for ApplyReports {
    const KIND: CommandKind = CommandKind::ApplyReports;
    type Outcome = ();
    type Facts = Option<PaymentCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PaymentCase>), RepositoryError> {
        loading.repository.payment_case(loading.caller, &self.sought()).await
    }

    fn decide(&self, facts: Option<PaymentCase>, work: &mut Work<'_>) -> Result<(), Error> {
        let (file, payment, rows) = sought(facts.as_ref(), SubjectKind::Payment)?;
        let reports = facts.iter().flat_map(|case| &case.reports).map(|report| &report.event);
        let now = work.now();
        let settlement = rows.reported(reports, &mut work.ids, now)?.settlement;
        if !settlement.is_empty() {
            work.settle(&Case::from(file), payment, settlement);
        }
        Ok(())
    }
}

impl Platform {
    /// Looks again at everything that was reported under a name, and applies what does not count
    /// yet.
    pub(super) async fn catch_up(
        &self,
        call: Call,
        provider: &Provider,
        reference: &Token,
    ) -> Result<(), Error> {
        let command = ApplyReports { provider: provider.clone(), reference: reference.clone() };
        let nobody = CallerQuery { command: call.id, user: None };
        let case = self.repository().payment_case(nobody, &command.sought()).await?.1;
        let Some((case, rows)) =
            case.as_ref().and_then(|case| Some((case, case.file.payment_file(case.payment)?)))
        else {
            return Ok(());
        };
        let reports = case.reports.iter().map(|report| &report.event);
        let mut ids = DerivedIds::new(call.id, call.now);
        if rows.reported(reports, &mut ids, call.now)?.settlement.is_empty() {
            return Ok(());
        }
        let id = CommandId::of_the_system(&format!("what was reported before {}", call.id));
        let call = Call::new(id, Actor::System(SystemReason::ProviderEvent), call.now);
        self.perform(call, &command).await
    }
}
