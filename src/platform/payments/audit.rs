use serde::Serialize;

use crate::{
    authority::Denied,
    command::Actor,
    ledger::{Auditor, Difference},
    payment::ReportOutcome,
    platform::{Error, Platform},
};

/// How many payments, payouts and the like are read at a time.
const PAGE: u16 = 200;

/// How many bookings with wrong claims are named at most.
const CLAIMS: u16 = 1_000;

/// What an audit of all money found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoneyAudit {
    /// How many payments were looked at.
    pub payments: u64,
    /// How many payouts were looked at.
    pub payouts: u64,
    /// Whether the accounts' totals were compared with all that was looked at. That needs a while in
    /// which nothing is booked.
    pub is_total: bool,
    /// Everything that does not fit together.
    pub differences: Vec<Difference>,
}

impl Platform {
    /// Recomputes all that money did from the ledger's entries, and compares it with payments,
    /// refunds, disputes, payouts, bookings and what providers reported; for admins and the system.
    ///
    /// It reads everything, page by page, and may run beside the service; a replica may answer. Each
    /// payment and each payout is looked at as it was at one moment.
    ///
    /// # Errors
    ///
    /// [`Denied::NotPermitted`] for anybody else.
    pub async fn audit_money(&self, actor: Actor) -> Result<MoneyAudit, Error> {
        if !self.reader(actor).await?.sees_all() {
            return Err(Denied::NotPermitted.into());
        }
        let store = self.repository();
        let before = store.account_totals().await?;
        let mut auditor = Auditor::new();
        let (mut payments, mut payouts) = (0, 0);
        let mut last = None;
        loop {
            let page = store.audited_payments(last, PAGE).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.file.payment.id);
            for audited in &page {
                auditor.payment(audited);
                payments += 1;
            }
        }
        let mut last = None;
        loop {
            let page = store.audited_payouts(last, PAGE).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.payout.id);
            for audited in &page {
                auditor.payout(audited);
                payouts += 1;
            }
        }
        let mut last = None;
        loop {
            let page = store.stray_entries(last, PAGE).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.id);
            page.iter().for_each(|entry| auditor.other_entry(entry));
        }
        let mut last = None;
        loop {
            let page = store.stray_reports(last, PAGE).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.id);
            for report in &page {
                auditor.report(&report.event, ReportOutcome::Unmatched);
            }
        }
        for booking in store.mismatched_claims(CLAIMS).await? {
            auditor.mismatched_claim(booking);
        }
        let totals = store.account_totals().await?;
        let is_total = totals == before;
        if is_total {
            auditor.totals(&totals);
        }
        Ok(MoneyAudit { payments, payouts, is_total, differences: auditor.finish() })
    }
}
