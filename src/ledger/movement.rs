use super::Account;
use crate::{code::codes, ids::TrainerId};

codes! {
    /// What moved money: the one table of which event makes which [legs](Self::legs).
    pub enum Movement as "movement" {
        /// A payment succeeded.
        Paid = "paid",
        /// A refund became due.
        RefundDue = "refund_due",
        /// A refund is not owed any more.
        RefundGivenBack = "refund_given_back",
        /// The owner has a refund.
        RefundSucceeded = "refund_succeeded",
        /// A refund that the owner had came back.
        RefundReturned = "refund_returned",
        /// A dispute took hold of a payment.
        DisputeOpened = "dispute_opened",
        /// A dispute let go of a payment.
        DisputeWon = "dispute_won",
        /// The owner's bank took what was disputed.
        DisputeLost = "dispute_lost",
        /// What the bank took is covered by a refund instead.
        DisputeReturned = "dispute_returned",
        /// What was due for the owner is disputed instead.
        RefundDisputed = "refund_disputed",
        /// What was disputed is due for the owner instead.
        DisputeRefunded = "dispute_refunded",
        /// More left the provider than the payment had.
        Excess = "excess",
        /// What had left beyond the payment is covered now.
        ExcessReturned = "excess_returned",
        /// A payout is on its way.
        PayoutSent = "payout_sent",
        /// The trainer has a payout.
        PayoutProcessed = "payout_processed",
        /// A payout came back.
        PayoutFailed = "payout_failed",
        /// What was too little to be paid out was left behind.
        RestLeft = "rest_left",
    }
}

codes! {
    /// A side of a leg: an account, whoever the trainer is.
    pub enum Side as "side" {
        /// [`Account::ProviderClearing`].
        ProviderClearing = "provider_clearing",
        /// [`Account::PlatformFees`].
        PlatformFees = "platform_fees",
        /// [`Account::TrainerPayable`].
        TrainerPayable = "trainer_payable",
        /// [`Account::TrainerInFlight`].
        TrainerInFlight = "trainer_in_flight",
        /// [`Account::RefundsDue`].
        RefundsDue = "refunds_due",
        /// [`Account::Disputes`].
        Disputes = "disputes",
        /// [`Account::Discrepancies`].
        Discrepancies = "discrepancies",
    }
}

/// One leg of a movement: from the credited side to the debited one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Leg {
    /// Where the amount goes to.
    pub debit: Side,
    /// Where it comes from.
    pub credit: Side,
}

use Side::{
    Discrepancies, Disputes, PlatformFees, ProviderClearing, RefundsDue, TrainerInFlight,
    TrainerPayable,
};

const fn leg(debit: Side, credit: Side) -> Leg {
    Leg { debit, credit }
}

impl Movement {
    /// Returns the legs: where there are two, the trainer's part and then the platform's.
    ///
    /// No two movements share a leg, so that a leg [tells](Self::of) its movement.
    #[must_use]
    pub const fn legs(self) -> &'static [Leg] {
        match self {
            Self::Paid => {
                &const { [leg(ProviderClearing, TrainerPayable), leg(ProviderClearing, PlatformFees)] }
            }
            Self::RefundDue => {
                &const { [leg(TrainerPayable, RefundsDue), leg(PlatformFees, RefundsDue)] }
            }
            Self::RefundGivenBack => {
                &const { [leg(RefundsDue, TrainerPayable), leg(RefundsDue, PlatformFees)] }
            }
            Self::RefundSucceeded => &const { [leg(RefundsDue, ProviderClearing)] },
            Self::RefundReturned => &const { [leg(ProviderClearing, RefundsDue)] },
            Self::DisputeOpened => {
                &const { [leg(TrainerPayable, Disputes), leg(PlatformFees, Disputes)] }
            }
            Self::DisputeWon => {
                &const { [leg(Disputes, TrainerPayable), leg(Disputes, PlatformFees)] }
            }
            Self::DisputeLost => &const { [leg(Disputes, ProviderClearing)] },
            Self::DisputeReturned => &const { [leg(ProviderClearing, Disputes)] },
            Self::RefundDisputed => &const { [leg(RefundsDue, Disputes)] },
            Self::DisputeRefunded => &const { [leg(Disputes, RefundsDue)] },
            Self::Excess => &const { [leg(Discrepancies, ProviderClearing)] },
            Self::ExcessReturned => &const { [leg(ProviderClearing, Discrepancies)] },
            Self::PayoutSent => &const { [leg(TrainerPayable, TrainerInFlight)] },
            Self::PayoutProcessed => &const { [leg(TrainerInFlight, ProviderClearing)] },
            Self::PayoutFailed => &const { [leg(TrainerInFlight, TrainerPayable)] },
            Self::RestLeft => &const { [leg(TrainerPayable, Discrepancies)] },
        }
    }

    /// Returns the movement that makes a leg between two accounts; `None` if none does.
    ///
    /// # Example: what a leg from the trainer to the owner means
    ///
    /// ```
    /// use sitstay::{ids::TrainerId, ledger::{Account, Movement}};
    ///
    /// let trainer = TrainerId::from_uuid(uuid::Uuid::nil());
    /// let movement = Movement::of(Account::TrainerPayable(trainer), Account::RefundsDue);
    /// assert_eq!(movement, Some(Movement::RefundDue));
    /// assert_eq!(Movement::of(Account::RefundsDue, Account::RefundsDue), None);
    /// ```
    #[must_use]
    pub fn of(debit: Account, credit: Account) -> Option<Self> {
        let leg = Leg { debit: debit.side(), credit: credit.side() };
        Self::ALL.iter().copied().find(|movement| movement.legs().contains(&leg))
    }
}

impl Account {
    /// Returns the account as a side of a leg.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::ProviderClearing => ProviderClearing,
            Self::PlatformFees => PlatformFees,
            Self::TrainerPayable(_) => TrainerPayable,
            Self::TrainerInFlight(_) => TrainerInFlight,
            Self::RefundsDue => RefundsDue,
            Self::Disputes => Disputes,
            Self::Discrepancies => Discrepancies,
        }
    }
}

impl Side {
    /// Returns the account of this side where the trainer is `trainer`.
    #[must_use]
    pub const fn account(self, trainer: TrainerId) -> Account {
        match self {
            Self::ProviderClearing => Account::ProviderClearing,
            Self::PlatformFees => Account::PlatformFees,
            Self::TrainerPayable => Account::TrainerPayable(trainer),
            Self::TrainerInFlight => Account::TrainerInFlight(trainer),
            Self::RefundsDue => Account::RefundsDue,
            Self::Disputes => Account::Disputes,
            Self::Discrepancies => Account::Discrepancies,
        }
    }
}
