use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::settling::sought;
use crate::{
    audit::SubjectKind,
    command::CommandKind,
    ids::PaymentId,
    payment::ReportOutcome,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    provider::{Happening, ProviderEvent, ProviderEventRecord},
    repository::{Caller, PaymentCase, PaymentSought, RepositoryError},
};

/// Takes in what a payment provider reports of a payment, its refunds and its disputes.
///
/// The event is written in one commit with its effect. Events come in any order and as often as the
/// provider likes: the effect depends on the set of those that were taken in. One that is about
/// no payment of ours is kept all the same, and what is told of it says so.
///
/// The command's id is best made of the provider and the event's id, so that a second delivery is
/// answered by the first one's outcome; also without that an event is taken in once.
///
/// # Errors
///
/// [`PaymentError::AlreadyReported`](crate::payment::PaymentError) where an event about no payment
/// of ours comes again under another command.
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
    /// What it came to.
    pub outcome: ReportOutcome,
    /// Whether the same event was taken in before.
    pub is_repeated: bool,
}

impl TakeReport {
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
    type Facts = Option<PaymentCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PaymentCase>), RepositoryError> {
        loading.repository.payment_case(loading.caller, &self.sought()).await
    }

    fn decide(
        &self,
        facts: Option<PaymentCase>,
        work: &mut Work<'_>,
    ) -> Result<ReportTaken, Error> {
        self.event.happening.check()?;
        let now = work.now();
        let record =
            ProviderEventRecord { id: work.next_id(), event: self.event.clone(), created_at: now };
        let Some(case) = facts else {
            work.changes.append(record);
            let outcome = ReportOutcome::Unmatched;
            return Ok(ReportTaken { payment: None, outcome, is_repeated: false });
        };
        let (file, payment, rows) = sought(Some(&case), SubjectKind::Payment)?;
        let before: Vec<_> = case.reports.iter().map(|report| &report.event).collect();
        let is_repeated = before.iter().any(|event| event.id == self.event.id);
        let before = before.into_iter().filter(|event| event.id != self.event.id);
        let reports = before.chain([&self.event]);
        let reported = rows.reported(reports, &mut work.ids, now)?;
        let outcome = reported.outcomes.last().copied().unwrap_or(ReportOutcome::Unmatched);
        if !is_repeated {
            work.changes.append(record);
        }
        work.settle(file, payment, reported.settlement);
        Ok(ReportTaken { payment: Some(case.payment), outcome, is_repeated })
    }
}
