//! What a provider reports of payouts.

use async_trait::async_trait;
use serde::Serialize;

use crate::{
    audit::SubjectKind,
    command::{Actor, Call, CommandKind, SystemReason},
    ids::{CommandId, DerivedIds, IdSource},
    payment::{PaymentError, ReportOutcome},
    payout::{Payout, PayoutError, PayoutItem, PayoutReported},
    platform::{
        Error, Platform,
        execute::{Command, Loading},
        payments::ReportTaken,
        work::Work,
    },
    provider::{Happening, Provider, ProviderEvent, ProviderEventRecord},
    repository::{Caller, CallerQuery, PayoutCase, PayoutSought, RepositoryError},
    text::Token,
    time::Instant,
};

/// Applies everything that was reported of a payout, to the payout as it is or is about to be.
pub(super) fn reported(
    payout: &Payout,
    case: &PayoutCase,
    ids: &mut impl IdSource,
    now: Instant,
) -> Result<PayoutReported, PayoutError> {
    let items: Vec<PayoutItem> = case.items.iter().map(|item| **item).collect();
    payout.reported(case.reports.iter().map(|report| &report.event), &items, ids, now)
}

/// Says which payout an event is about, if it is about one.
pub(in crate::platform) fn payout_sought(event: &ProviderEvent) -> Option<PayoutSought> {
    let (Happening::Payout { payout, reference, .. }
    | Happening::PayoutPartlyReturned { payout, reference, .. }) = &event.happening
    else {
        return None;
    };
    let (provider, reference) = (event.provider.clone(), reference.clone());
    Some(PayoutSought::Reported { provider, reference, payout: *payout })
}

/// Takes in what a provider reports of a payout.
pub(in crate::platform) fn take_payout_report(
    event: &ProviderEvent,
    case: Option<PayoutCase>,
    work: &mut Work<'_>,
) -> Result<ReportTaken, Error> {
    let now = work.now();
    let record = ProviderEventRecord { id: work.next_id(), event: event.clone(), created_at: now };
    let Some(mut case) = case else {
        work.changes.append(record);
        return Ok(ReportTaken {
            payment: None,
            payout: None,
            outcome: ReportOutcome::Unmatched,
            is_repeated: false,
        });
    };
    let known = case.reports.iter().position(|report| report.event.id == event.id);
    if known.is_some_and(|known| case.reports[known].event != *event) {
        return Err(PaymentError::AlreadyReported.into());
    }
    // The one that is taken in comes last, so that its outcome does.
    if let Some(known) = known {
        case.reports.remove(known);
    } else {
        work.changes.append(record.clone());
    }
    case.reports.push(record);
    let PayoutReported { step, outcomes } = reported(&case.payout, &case, &mut work.ids, now)?;
    let payout = Some(case.payout.id);
    if let Some(step) = step {
        work.take_step(&case, step);
    }
    let outcome = outcomes.last().copied().unwrap_or(ReportOutcome::Unmatched);
    Ok(ReportTaken { payment: None, payout, outcome, is_repeated: known.is_some() })
}

/// Applies what was reported under a name before a payout was known by it, as the system.
#[derive(Debug, Clone, Serialize)]
struct ApplyPayoutReports {
    provider: Provider,
    reference: Token,
}

impl ApplyPayoutReports {
    fn sought(&self) -> PayoutSought {
        let (provider, reference) = (self.provider.clone(), self.reference.clone());
        PayoutSought::Reported { provider, reference, payout: None }
    }
}

#[async_trait]
impl Command for ApplyPayoutReports {
    const KIND: CommandKind = CommandKind::ApplyReports;
    type Outcome = ();
    type Facts = Option<PayoutCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PayoutCase>), RepositoryError> {
        loading.repository.payout_case(loading.caller, &self.sought()).await
    }

    fn decide(&self, facts: Option<PayoutCase>, work: &mut Work<'_>) -> Result<(), Error> {
        let case = facts.ok_or(Error::NotFound(SubjectKind::Payout))?;
        let now = work.now();
        if let Some(step) = reported(&case.payout, &case, &mut work.ids, now)?.step {
            work.take_step(&case, step);
        }
        Ok(())
    }
}

impl Platform {
    /// Looks again at everything that was reported of a payout under a name, and applies what does
    /// not count yet.
    pub(in crate::platform) async fn catch_up_payout(
        &self,
        call: Call,
        provider: &Provider,
        reference: &Token,
    ) -> Result<(), Error> {
        let (provider, reference) = (provider.clone(), reference.clone());
        let command = ApplyPayoutReports { provider, reference };
        let nobody = CallerQuery { command: call.id, user: None };
        let case = self.repository().payout_case(nobody, &command.sought()).await?.1;
        let Some(case) = case else { return Ok(()) };
        let mut ids = DerivedIds::new(call.id, call.now);
        if reported(&case.payout, &case, &mut ids, call.now)?.step.is_none() {
            return Ok(());
        }
        let id = CommandId::of_the_system(&format!("what was reported before {}", call.id));
        let call = Call::new(id, Actor::System(SystemReason::ProviderEvent), call.now);
        self.perform(call, &command).await
    }
}
