//! Payments, refunds and disputes: what owners and admins do, and what providers answer and report.

mod audit;
mod reading;
mod refunds;
mod reports;
mod settling;
mod start;

pub use audit::MoneyAudit;
pub use reading::PaymentSummary;
pub use refunds::{
    CallOffRefund, DecideDispute, GiveBack, RecordRefund, RefundGiven, RefundSent, RefundSettled,
    SendRefund,
};
pub use reports::{ApplyReports, ReportTaken, TakeReport};
pub use start::{PaymentRecorded, PaymentStarted, RecordPayment, StartPayment};
