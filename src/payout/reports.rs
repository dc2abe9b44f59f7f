use super::{Payout, PayoutError, PayoutItem, PayoutState, PayoutStep, PayoutVerb};
use crate::{
    ids::IdSource,
    payment::ReportOutcome,
    provider::{Happening, PayoutOutcome, ProviderEvent},
    text::Token,
    time::Instant,
};

/// What all reports on a payout come to, taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutReported {
    /// What has to be written, if anything.
    pub step: Option<PayoutStep>,
    /// What each report comes to, in the order in which they were given.
    pub outcomes: Vec<ReportOutcome>,
}

/// A report that is about the payout, of its amount.
#[derive(Debug, Clone, Copy)]
struct Fitting<'e> {
    event: &'e ProviderEvent,
    outcome: PayoutOutcome,
}

impl PayoutOutcome {
    /// Returns the state that a report of this outcome ends a payout in, if it ends it.
    const fn end(self) -> Option<PayoutState> {
        match self {
            Self::InFlight => None,
            Self::Processed => Some(PayoutState::Processed),
            Self::Failed => Some(PayoutState::Failed),
        }
    }
}

impl Payout {
    /// Applies all reports of the payout that were ever seen: the first one that ends it counts, by
    /// the provider's clock.
    ///
    /// `items` are all of its items. A report is the payout's if it names it as its provider does,
    /// or by our id as long as that name is not known. One on a payout that is only created waits:
    /// a payout is in flight before the provider hears of it. One that contradicts how the payout
    /// ended changes nothing.
    ///
    /// # Errors
    ///
    /// [`PayoutError`] where stored amounts do not fit together.
    pub fn reported<'e>(
        &self,
        reports: impl IntoIterator<Item = &'e ProviderEvent>,
        items: &[PayoutItem],
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<PayoutReported, PayoutError> {
        let reports: Vec<&ProviderEvent> = reports.into_iter().collect();
        let name = self.name_by(&reports);
        let read = reports.iter().copied().map(|report| self.read(report, name.as_ref()));
        let read: Vec<Result<Fitting<'e>, ReportOutcome>> = read.collect();
        let mut fitting: Vec<Fitting<'e>> =
            read.iter().filter_map(|report| report.as_ref().ok().copied()).collect();
        fitting.sort_by_key(|report| (report.event.occurred_at, &report.event.id));

        let end = if self.state.is_running() {
            fitting.iter().find_map(|report| report.outcome.end())
        } else {
            Some(self.state)
        };
        let is_sent = self.state != PayoutState::Created;
        let step = match end {
            Some(end) if is_sent && self.state.is_running() => {
                let verb = match end {
                    PayoutState::Processed => PayoutVerb::Process,
                    _ => PayoutVerb::Fail,
                };
                Some(self.follow(verb, items, name, ids, now)?)
            }
            _ if is_sent => name.and_then(|name| self.named(name, now)),
            _ => None,
        };
        let outcome = |report: &Result<Fitting<'_>, ReportOutcome>| match report {
            Err(outcome) => *outcome,
            Ok(_) if !is_sent => ReportOutcome::Waits,
            Ok(report) if report.outcome.end().is_none_or(|told| Some(told) == end) => {
                ReportOutcome::Counts
            }
            Ok(_) => ReportOutcome::Contradicts,
        };
        Ok(PayoutReported { step, outcomes: read.iter().map(outcome).collect() })
    }

    /// Returns how the provider calls the payout: what is known, or what the first report by our id
    /// says.
    fn name_by(&self, reports: &[&ProviderEvent]) -> Option<Token> {
        let own = |report: &&&ProviderEvent| {
            matches!(&report.happening, Happening::Payout { payout, amount, .. }
                if *payout == Some(self.id) && *amount == self.amount)
                && report.provider == self.provider
        };
        let first = || {
            let own = reports.iter().filter(own);
            own.min_by_key(|report| (report.occurred_at, &report.id))
        };
        let told = || first().map(|report| report.happening.reference().clone());
        self.provider_reference.clone().or_else(told)
    }

    /// Reads a report, or says why it is none on the payout.
    fn read<'e>(
        &self,
        event: &'e ProviderEvent,
        name: Option<&Token>,
    ) -> Result<Fitting<'e>, ReportOutcome> {
        let (Happening::Payout { payout, reference, .. }
        | Happening::PayoutPartlyReturned { payout, reference, .. }) = &event.happening
        else {
            return Err(ReportOutcome::Unmatched);
        };
        let is_unnamed = self.provider_reference.is_none() && *payout == Some(self.id);
        let is_meant = name.is_none() || name == Some(reference);
        if event.provider != self.provider || !is_meant || (name.is_none() && !is_unnamed) {
            return Err(ReportOutcome::Unmatched);
        }
        // A payout is paid whole or not at all.
        let Happening::Payout { amount, outcome, .. } = &event.happening else {
            return Err(ReportOutcome::Contradicts);
        };
        if *amount != self.amount {
            return Err(ReportOutcome::AmountDiffers);
        }
        Ok(Fitting { event, outcome: *outcome })
    }

    /// Notes how the provider calls the payout, where that was not known.
    pub(super) fn named(&self, name: Token, now: Instant) -> Option<PayoutStep> {
        if self.provider_reference.is_some() {
            return None;
        }
        let payout = Self { provider_reference: Some(name), updated_at: now, ..self.clone() };
        Some(PayoutStep { payout, items: Vec::new(), legs: Vec::new() })
    }
}
