//! What providers report of a payment, in whatever order and however often.

use std::collections::BTreeMap;

use super::{PaymentFile, Refund, RefundCause, Settlement};
use crate::{
    code::codes,
    ids::{CommandId, DerivedIds, IdSource, PaymentId, RefundId},
    money::{Currency, Money, MoneyError},
    provider::{DisputeOutcome, Happening, ProviderEvent, RefundOutcome},
    text::Token,
    time::Instant,
};

codes! {
    /// What a report of a provider comes to.
    pub enum ReportOutcome as "report_outcome" {
        /// It counts, whether or not it said anything new.
        Counts = "counts",
        /// It waits until the payment is paid.
        Waits = "waits",
        /// Its amount or currency is not what was expected: it moves no money.
        AmountDiffers = "amount_differs",
        /// It is about nothing of ours.
        Unmatched = "unmatched",
        /// It contradicts how a payout ended: it changes nothing.
        Contradicts = "contradicts",
    }
}

/// What all reports on a payment come to, taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// What has to be written.
    pub settlement: Settlement,
    /// What each report comes to, in the order in which they were given.
    pub outcomes: Vec<ReportOutcome>,
}

impl PaymentFile {
    /// Applies all reports on the payment that were ever seen: the stored ones and the new ones.
    ///
    /// The effect depends on the set of reports only. It may be computed again at any time, and
    /// reports that were applied before change nothing. Until the payment is paid, reports on its
    /// refunds and disputes wait. A refund or dispute that was never heard of makes its row.
    ///
    /// Give it every report whose [reference](Happening::reference) is the payment's, or that names
    /// the payment's id.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn reported<'e>(
        &self,
        reports: impl IntoIterator<Item = &'e ProviderEvent>,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Reported, MoneyError> {
        let mut after = self.clone();
        let outcomes = after.follow(reports, ids, now);
        Ok(Reported { settlement: after.settle(self, ids, now)?, outcomes })
    }

    /// Takes the rows to where all reports say that they are.
    pub(super) fn follow<'e>(
        &mut self,
        reports: impl IntoIterator<Item = &'e ProviderEvent>,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Vec<ReportOutcome> {
        let reports: Vec<&ProviderEvent> = reports.into_iter().collect();
        let mut outcomes = vec![ReportOutcome::Unmatched; reports.len()];
        let mut ordered: Vec<usize> = (0..reports.len()).collect();
        ordered.sort_by_key(|&place| (reports[place].occurred_at, &reports[place].id));
        ordered.retain(|&place| reports[place].provider == self.payment.provider);

        let mut docket = Docket { reports: &reports, outcomes: &mut outcomes };
        self.collect(&ordered, &mut docket, now);
        self.follow_refunds(&ordered, &mut docket, ids, now);
        self.follow_disputes(&ordered, &mut docket, ids, now);
        outcomes
    }

    /// Computes once more what all stored reports come to, for an audit: nothing is left to be written
    /// where everything was.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn recomputed(&self, reports: &[ProviderEvent]) -> Result<Reported, MoneyError> {
        // What is computed is thrown away, and its ids with it.
        let command = CommandId::from_uuid(self.payment.id.as_uuid());
        let mut ids = DerivedIds::new(command, self.payment.updated_at);
        // Late enough that no report lies ahead.
        self.reported(reports, &mut ids, Instant::MAX)
    }

    /// Takes the payment to where the reports on it say that it is.
    fn collect(&mut self, ordered: &[usize], docket: &mut Docket<'_>, now: Instant) {
        for &place in ordered {
            let report = docket.reports[place];
            match &report.happening {
                Happening::PaymentSucceeded { payment, reference, amount } => {
                    if !self.is_meant(*payment, reference) {
                        continue;
                    }
                    if *amount != self.payment.amount {
                        docket.outcomes[place] = ReportOutcome::AmountDiffers;
                        continue;
                    }
                    docket.outcomes[place] = ReportOutcome::Counts;
                    self.payment.provider_reference = Some(reference.clone());
                    self.become_paid(report.occurred_at.min(now), now);
                }
                Happening::PaymentFailed { payment, reference }
                    if self.is_meant(*payment, reference) =>
                {
                    docket.outcomes[place] = ReportOutcome::Counts;
                    self.payment.provider_reference.get_or_insert_with(|| reference.clone());
                }
                _ => {}
            }
        }
        let failed = |&place: &usize| {
            let is_failure =
                matches!(docket.reports[place].happening, Happening::PaymentFailed { .. });
            is_failure && docket.outcomes[place] == ReportOutcome::Counts
        };
        if ordered.iter().any(failed) {
            self.become_failed();
        }
    }

    /// Says whether a report on a payment means this one. The provider's name decides; our id does
    /// as long as the money was not collected under another name.
    fn is_meant(&self, id: Option<PaymentId>, reference: &Token) -> bool {
        match &self.payment.provider_reference {
            Some(known) if known == reference => true,
            Some(_) => id == Some(self.payment.id) && !self.payment.status.was_paid(),
            None => id == Some(self.payment.id),
        }
    }

    /// Sorts out the reports that belong to a refund or a dispute of this payment.
    fn is_due_for(&self, reference: &Token, place: usize, docket: &mut Docket<'_>) -> bool {
        if self.payment.provider_reference.as_ref() != Some(reference) {
            return false;
        }
        let is_paid = self.payment.status.was_paid();
        if !is_paid {
            docket.outcomes[place] = ReportOutcome::Waits;
        }
        is_paid
    }

    fn follow_refunds(
        &mut self,
        ordered: &[usize],
        docket: &mut Docket<'_>,
        ids: &mut impl IdSource,
        now: Instant,
    ) {
        let mut groups: BTreeMap<&Token, Vec<Standing<RefundOutcome>>> = BTreeMap::new();
        for &place in ordered {
            let report = docket.reports[place];
            if let Happening::Refund { refund, reference, payment_reference, amount, outcome } =
                &report.happening
                && self.is_due_for(payment_reference, place, docket)
            {
                let (refund, amount, outcome) = (*refund, *amount, *outcome);
                let at = report.occurred_at.min(now);
                let report = Standing { place, refund, amount, outcome, at };
                groups.entry(reference).or_default().push(report);
            }
        }
        for (reference, reports) in groups {
            let own = reports.iter().find_map(|report| report.refund);
            let asked = self.amount_asked(reference, own);
            let Some(furthest) = docket.furthest(reports, self.payment.amount.currency(), asked)
            else {
                continue;
            };
            let id = self.match_refund(reference, own, furthest.amount, ids, now);
            self.place_refund(id, furthest.outcome);
        }
    }

    /// Returns what we asked for, where a report is about a refund of ours: what goes back under its
    /// name is that or nothing that we know.
    fn amount_asked(&self, reference: &Token, own: Option<RefundId>) -> Option<Money> {
        let is_named = |refund: &&Refund| {
            refund.provider_reference.as_ref() == Some(reference)
                && refund.cause != RefundCause::Provider
        };
        let is_own =
            |refund: &&Refund| Some(refund.id) == own && refund.provider_reference.is_none();
        let ours = self.refunds.iter().find(is_named);
        let ours = ours.or_else(|| self.refunds.iter().find(is_own));
        ours.map(|refund| refund.amount)
    }

    fn follow_disputes(
        &mut self,
        ordered: &[usize],
        docket: &mut Docket<'_>,
        ids: &mut impl IdSource,
        now: Instant,
    ) {
        let mut groups: BTreeMap<&Token, Vec<Standing<DisputeOutcome>>> = BTreeMap::new();
        for &place in ordered {
            let report = docket.reports[place];
            if let Happening::Dispute { reference, payment_reference, amount, outcome } =
                &report.happening
                && self.is_due_for(payment_reference, place, docket)
            {
                let (amount, outcome, at) = (*amount, *outcome, report.occurred_at.min(now));
                let report = Standing { place, refund: None, amount, outcome, at };
                groups.entry(reference).or_default().push(report);
            }
        }
        for (reference, reports) in groups {
            let Some(furthest) = docket.furthest(reports, self.payment.amount.currency(), None)
            else {
                continue;
            };
            let place = self.match_dispute(reference, ids, now);
            let dispute = &mut self.disputes[place];
            dispute.amount = Some(furthest.amount);
            dispute.advance(furthest.outcome, furthest.first_at);
        }
    }
}

/// The reports with what each comes to.
struct Docket<'d> {
    reports: &'d [&'d ProviderEvent],
    outcomes: &'d mut [ReportOutcome],
}

/// How one report says that a refund or a dispute stands.
struct Standing<O> {
    place: usize,
    /// Our id of a refund.
    refund: Option<RefundId>,
    amount: Money,
    outcome: O,
    at: Instant,
}

/// What several reports on one refund or dispute come to.
struct Furthest<O> {
    amount: Money,
    outcome: O,
    /// When the first report of that outcome says that it came to be.
    first_at: Instant,
}

impl Docket<'_> {
    /// Returns what the reports on one thing, from the earliest on, come to: the last one of the
    /// furthest outcome counts. Those in another currency, or of another amount than was asked for,
    /// are left out.
    fn furthest<O: Ord + Copy>(
        &mut self,
        reports: Vec<Standing<O>>,
        currency: Currency,
        asked: Option<Money>,
    ) -> Option<Furthest<O>> {
        let mut furthest: Option<Furthest<O>> = None;
        for report in reports {
            let fits = report.amount.currency() == currency
                && asked.is_none_or(|asked| asked == report.amount);
            self.outcomes[report.place] =
                if fits { ReportOutcome::Counts } else { ReportOutcome::AmountDiffers };
            if !fits {
                continue;
            }
            let Standing { amount, outcome, at, .. } = report;
            furthest = match furthest {
                Some(known) if known.outcome > outcome => Some(known),
                Some(known) if known.outcome == outcome => Some(Furthest { amount, ..known }),
                _ => Some(Furthest { amount, outcome, first_at: at }),
            };
        }
        furthest
    }
}
