use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    error::{InvalidValue, Problem},
    ids::TrainerId,
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

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Account {
    /// Returns the trainer whose account it is.
    #[must_use]
    pub const fn trainer(self) -> Option<TrainerId> {
        match self {
            Self::TrainerPayable(trainer) | Self::TrainerInFlight(trainer) => Some(trainer),
            Self::ProviderClearing
            | Self::PlatformFees
            | Self::RefundsDue
            | Self::Disputes
            | Self::Discrepancies => None,
        }
    }
}
