use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

use crate::{
    error::{InvalidValue, Problem, within},
    ids::{BookingId, LedgerEntryId, MovementId, PaymentId, TrainerId},
    money::{Money, Price},
    time::Instant,
};

/// An account of the ledger.
///
/// Stored and sent as text; the accounts of a trainer end in the trainer's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What the payment provider holds for the platform.
    ProviderClearing,
    /// What the platform earned.
    PlatformFees,
    /// What a trainer is owed.
    TrainerPayable(TrainerId),
    /// What is on its way to a trainer.
    TrainerInFlight(TrainerId),
    /// What owners are owed.
    RefundsDue,
    /// What is disputed.
    Disputes,
    /// What does not fit anywhere else and wants a person's eyes.
    Discrepancies,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProviderClearing => f.write_str("provider_clearing"),
            Self::PlatformFees => f.write_str("platform_fees"),
            Self::TrainerPayable(trainer) => write!(f, "trainer_payable:{trainer}"),
            Self::TrainerInFlight(trainer) => write!(f, "trainer_in_flight:{trainer}"),
            Self::RefundsDue => f.write_str("refunds_due"),
            Self::Disputes => f.write_str("disputes"),
            Self::Discrepancies => f.write_str("discrepancies"),
        }
    }
}

impl FromStr for Account {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if let Some(trainer) = text.strip_prefix("trainer_payable:") {
            return trainer.parse().map(Self::TrainerPayable);
        }
        if let Some(trainer) = text.strip_prefix("trainer_in_flight:") {
            return trainer.parse().map(Self::TrainerInFlight);
        }
        match text {
            "provider_clearing" => Ok(Self::ProviderClearing),
            "platform_fees" => Ok(Self::PlatformFees),
            "refunds_due" => Ok(Self::RefundsDue),
            "disputes" => Ok(Self::Disputes),
            "discrepancies" => Ok(Self::Discrepancies),
            _ => Err(InvalidValue::new("account", Problem::Malformed("an account's name"))),
        }
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One balanced leg of a movement (table `ledger_entries`, append-only).
///
/// Each row debits one account and credits another, so all entries sum to zero by construction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerEntry {
    /// The key.
    pub id: LedgerEntryId,
    /// The movement that the leg belongs to.
    pub movement: MovementId,
    /// Where the amount goes to.
    pub debit: Account,
    /// Where it comes from.
    pub credit: Account,
    /// How much; more than zero.
    pub amount: Money,
    /// Over which booking.
    pub booking: Option<BookingId>,
    /// Over which payment.
    pub payment: Option<PaymentId>,
    /// When it was booked.
    pub created_at: Instant,
}

impl LedgerEntry {
    /// Checks that the amount is more than zero and the accounts differ.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if not.
    pub fn check(&self) -> Result<(), InvalidValue> {
        within("amount", self.amount.minor(), 1, Price::MAX_MINOR)?;
        if self.debit == self.credit {
            return Err(InvalidValue::new("credit_account", Problem::Malformed("another account")));
        }
        Ok(())
    }
}
