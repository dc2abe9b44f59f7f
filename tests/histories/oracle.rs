//! What the provider's own books say, told from its events and from nothing of ours.

use std::collections::BTreeMap;

use sitstay::{
    provider::{DisputeOutcome, Happening, PayoutOutcome, ProviderEvent, RefundOutcome},
    text::Token,
};

/// What has to happen in some history, by the codes of the trail.
pub(super) const REACHED: &[&str] = &[
    "payment.succeeded",
    "payment.failed",
    "payment.refunded",
    "refund.due",
    "refund.sent",
    "refund.succeeded",
    "refund.failed",
    "refund.called_off",
    "dispute.opened",
    "dispute.won",
    "dispute.lost",
    "booking.cancelled",
    "booking.completed",
    "booking.attendance_amended",
];

/// Returns how much the provider holds for the platform, in minor units.
pub(super) fn held(events: &[ProviderEvent]) -> i64 {
    let mut collected: BTreeMap<&Token, i64> = BTreeMap::new();
    let mut refunds: BTreeMap<&Token, (RefundOutcome, i64)> = BTreeMap::new();
    let mut disputes: BTreeMap<&Token, (DisputeOutcome, i64)> = BTreeMap::new();
    let mut payouts: BTreeMap<&Token, i64> = BTreeMap::new();
    for event in events {
        match &event.happening {
            Happening::PaymentSucceeded { reference, amount, .. } => {
                collected.insert(reference, amount.minor());
            }
            Happening::Refund { reference, amount, outcome, .. } => {
                let known = refunds.entry(reference).or_insert((*outcome, amount.minor()));
                known.0 = known.0.max(*outcome);
            }
            Happening::Dispute { reference, amount, outcome, .. } => {
                let known = disputes.entry(reference).or_insert((*outcome, amount.minor()));
                known.0 = known.0.max(*outcome);
            }
            Happening::Payout { reference, amount, outcome: PayoutOutcome::Processed, .. } => {
                payouts.insert(reference, amount.minor());
            }
            _ => {}
        }
    }
    let is_back = |(outcome, minor): &(RefundOutcome, i64)| {
        if *outcome == RefundOutcome::Succeeded { *minor } else { 0 }
    };
    let is_lost = |(outcome, minor): &(DisputeOutcome, i64)| {
        if *outcome == DisputeOutcome::Lost { *minor } else { 0 }
    };
    collected.values().sum::<i64>()
        - refunds.values().map(is_back).sum::<i64>()
        - disputes.values().map(is_lost).sum::<i64>()
        - payouts.values().sum::<i64>()
}
