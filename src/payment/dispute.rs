use serde::Serialize;

use crate::{
    code::codes,
    ids::{BookingId, DisputeId, PaymentId, UserId},
    money::Money,
    text::Token,
    time::Instant,
};

codes! {
    /// What a dispute is about.
    pub enum DisputeKind as "dispute_kind" {
        /// Who came to a lesson. It moves no money; it only blocks the payout.
        Attendance = "attendance",
        /// A payment, disputed at the provider.
        Provider = "provider",
    }
}

codes! {
    /// Where a dispute stands.
    pub enum DisputeStatus as "dispute_status" {
        /// Not decided.
        Open = "open",
        /// Decided for the platform and the trainer; for one of attendance: closed.
        Won = "won",
        /// Decided against them.
        Lost = "lost",
    }
}

/// A dispute (table `disputes`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dispute {
    /// The key.
    pub id: DisputeId,
    /// What it is about.
    pub kind: DisputeKind,
    /// Over which booking.
    pub booking: BookingId,
    /// Over which payment; `None` for one of attendance.
    pub payment: Option<PaymentId>,
    /// How much is disputed; `None` for one of attendance.
    pub amount: Option<Money>,
    /// Where it stands.
    pub status: DisputeStatus,
    /// Who opened it; `None` when the provider did.
    pub opened_by: Option<UserId>,
    /// The provider's name for it, unique per provider.
    pub provider_reference: Option<Token>,
    /// When it was decided.
    pub closed_at: Option<Instant>,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}
