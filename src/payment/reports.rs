//! What providers report of a payment, in whatever order and however often.

use std::collections::BTreeMap;

use super::{PaymentFile, Settlement};
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
        /// It is about nothing of this payment.
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
        let reports: Vec<&ProviderEvent> = reports.into_iter().collect();
        let mut outcomes = vec![ReportOutcome::Unmatched; reports.len()];
        let mut ordered: Vec<usize> = (0..reports.len()).collect();
        ordered.sort_by_key(|&place| (reports[place].occurred_at, &reports[place].id));
        ordered.retain(|&place| reports[place].provider == self.payment.provider);

        let mut after = self.clone();
        let mut docket = Docket { reports: &reports, outcomes: &mut outcomes };
        after.collect(&ordered, &mut docket, ids, now);
        after.follow_refunds(&ordered, &mut docket, ids, now);
        after.follow_disputes(&ordered, &mut docket, ids, now);
        Ok(Reported { settlement: after.settle(self, ids, now)?, outcomes })
    }

    /// Says what each report on the payment comes to, with all others seen.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn outcomes(&self, reports: &[ProviderEvent]) -> Result<Vec<ReportOutcome>, MoneyError> {
        let now = self.payment.updated_at;
        // What is computed is thrown away, and its ids with it.
        let mut ids = DerivedIds::new(CommandId::from_uuid(self.payment.id.as_uuid()), now);
        Ok(self.reported(reports, &mut ids, now)?.outcomes)
    }

    /// Takes the payment to where the reports on it say that it is.
    fn collect(
        &mut self,
        ordered: &[usize],
        docket: &mut Docket<'_>,
        ids: &mut impl IdSource,
        now: Instant,
    ) {
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
                    self.become_paid(report.occurred_at.min(now), ids, now);
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
        let mut groups: BTreeMap<&Token, Vec<RefundReport>> = BTreeMap::new();
        for &place in ordered {
            let report = docket.reports[place];
            if let Happening::Refund { refund, reference, payment_reference, amount, outcome } =
                &report.happening
                && self.is_due_for(payment_reference, place, docket)
            {
                let (refund, amount, outcome) = (*refund, *amount, *outcome);
                let report = RefundReport { place, refund, amount, outcome };
                groups.entry(reference).or_default().push(report);
            }
        }
        for (reference, mut reports) in groups {
            let currency = self.payment.amount.currency();
            let Some(amount) = docket.agree(&mut reports, currency) else { continue };
            let own = reports.iter().find_map(|report| report.refund);
            let id = self.match_refund(reference, own, amount, ids, now);
            // Ours is of the amount that we asked for, whatever a report says.
            if self.refunds.iter().any(|refund| refund.id == id && refund.amount != amount) {
                for report in &reports {
                    docket.outcomes[report.place] = ReportOutcome::AmountDiffers;
                }
                continue;
            }
            if let Some(outcome) = reports.iter().map(|report| report.outcome).max() {
                self.move_refund(id, outcome, ids, now);
            }
        }
    }

    fn follow_disputes(
        &mut self,
        ordered: &[usize],
        docket: &mut Docket<'_>,
        ids: &mut impl IdSource,
        now: Instant,
    ) {
        let mut groups: BTreeMap<&Token, Vec<DisputeReport>> = BTreeMap::new();
        for &place in ordered {
            let report = docket.reports[place];
            if let Happening::Dispute { reference, payment_reference, amount, outcome } =
                &report.happening
                && self.is_due_for(payment_reference, place, docket)
            {
                let (amount, outcome, at) = (*amount, *outcome, report.occurred_at.min(now));
                let report = DisputeReport { place, amount, outcome, at };
                groups.entry(reference).or_default().push(report);
            }
        }
        for (reference, mut reports) in groups {
            let currency = self.payment.amount.currency();
            let Some(amount) = docket.agree(&mut reports, currency) else { continue };
            let place = self.match_dispute(reference, ids, now);
            let dispute = &mut self.disputes[place];
            dispute.amount = Some(amount);
            for report in reports {
                dispute.advance(report.outcome, report.at);
            }
        }
    }
}

/// The reports with what each comes to.
struct Docket<'d> {
    reports: &'d [&'d ProviderEvent],
    outcomes: &'d mut [ReportOutcome],
}

impl Docket<'_> {
    /// Returns the amount that the reports on one thing agree on: that of the first one in a
    /// currency that fits. Those that say something else are taken out.
    fn agree<R: OfAmount>(&mut self, reports: &mut Vec<R>, currency: Currency) -> Option<Money> {
        let mut amounts = reports.iter().map(OfAmount::amount);
        let agreed = amounts.find(|amount| amount.currency() == currency);
        reports.retain(|report| {
            let fits = Some(report.amount()) == agreed;
            self.outcomes[report.place()] =
                if fits { ReportOutcome::Counts } else { ReportOutcome::AmountDiffers };
            fits
        });
        agreed
    }
}

trait OfAmount {
    fn place(&self) -> usize;
    fn amount(&self) -> Money;
}

struct RefundReport {
    place: usize,
    refund: Option<RefundId>,
    amount: Money,
    outcome: RefundOutcome,
}

struct DisputeReport {
    place: usize,
    amount: Money,
    outcome: DisputeOutcome,
    at: Instant,
}

impl OfAmount for RefundReport {
    fn place(&self) -> usize {
        self.place
    }

    fn amount(&self) -> Money {
        self.amount
    }
}

impl OfAmount for DisputeReport {
    fn place(&self) -> usize {
        self.place
    }

    fn amount(&self) -> Money {
        self.amount
    }
}
