use super::{Payout, PayoutError, PayoutItem, PayoutState, PayoutStep, PayoutVerb};
use crate::{
    ids::IdSource,
    payment::ReportOutcome,
    provider::{Happening, PayoutOutcome, ProviderEvent},
    time::Instant,
};

impl Payout {
    /// Applies what a provider reports of the payout: the first report that ends it counts.
    ///
    /// `items` are all of its items. A report on a payout that is only created waits: it is in flight
    /// before the provider hears of it.
    ///
    /// # Errors
    ///
    /// [`PayoutError`] where stored amounts do not fit together.
    pub fn reported(
        &self,
        report: &ProviderEvent,
        items: &[PayoutItem],
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<(Option<PayoutStep>, ReportOutcome), PayoutError> {
        let Happening::Payout { payout, reference, amount, outcome } = &report.happening else {
            return Ok((None, ReportOutcome::Unmatched));
        };
        let is_named = self.provider_reference.as_ref() == Some(reference);
        let is_ours = *payout == Some(self.id) && self.provider_reference.is_none();
        if !is_named && !is_ours {
            return Ok((None, ReportOutcome::Unmatched));
        }
        if *amount != self.amount {
            return Ok((None, ReportOutcome::AmountDiffers));
        }
        let verb = match outcome {
            PayoutOutcome::InFlight if self.state == PayoutState::Created => {
                return Ok((None, ReportOutcome::Waits));
            }
            // That it is on its way was known when the provider was asked.
            PayoutOutcome::InFlight => return Ok((None, ReportOutcome::Counts)),
            PayoutOutcome::Processed => PayoutVerb::Process,
            PayoutOutcome::Failed => PayoutVerb::Fail,
        };
        match self.state {
            PayoutState::Created => Ok((None, ReportOutcome::Waits)),
            PayoutState::Processed | PayoutState::Failed => Ok((None, ReportOutcome::Counts)),
            PayoutState::InFlight | PayoutState::Unknown => {
                let step = self.follow(verb, items, Some(reference.clone()), ids, now)?;
                Ok((Some(step), ReportOutcome::Counts))
            }
        }
    }
}
