use serde::{Deserialize, Serialize};

use crate::{
    audit::Subject,
    booking::BookingStatus,
    ids::{DogId, OwnerId, TrainerId, UserId},
    money::Currency,
    notification::NotificationKind,
    payment::PaymentStatus,
    payout::PayoutState,
    review::Points,
    time::Instant,
};

/// Asks for bookings in the order of their starts.
///
/// One of trainer, owner and dog, and the range, are found at once; by the statuses, and by a second
/// party, bookings are passed over one by one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonFilter {
    /// Of this trainer.
    pub trainer: Option<TrainerId>,
    /// Of this owner.
    pub owner: Option<OwnerId>,
    /// Of this dog.
    pub dog: Option<DogId>,
    /// That start at or after this instant.
    pub from: Option<Instant>,
    /// That start before this instant.
    pub until: Option<Instant>,
    /// In one of these statuses; empty: in any.
    pub statuses: Vec<BookingStatus>,
}

/// Whose payments are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentsOf {
    /// Those for lessons with this trainer.
    Trainer(TrainerId),
    /// Those for this owner's lessons.
    Owner(OwnerId),
}

/// Asks for payments, the newest first.
///
/// Whose they are and the range are found at once; by the statuses, payments of the same party are
/// passed over one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFilter {
    /// Whose.
    pub of: PaymentsOf,
    /// In one of these statuses; empty: in any.
    pub statuses: Vec<PaymentStatus>,
    /// That were started at or after this instant.
    pub from: Option<Instant>,
    /// That were started before this instant.
    pub until: Option<Instant>,
}

impl PaymentFilter {
    /// Asks for all payments for lessons with a trainer.
    #[must_use]
    pub const fn of_trainer(trainer: TrainerId) -> Self {
        Self::of(PaymentsOf::Trainer(trainer))
    }

    /// Asks for all payments for an owner's lessons.
    #[must_use]
    pub const fn of_owner(owner: OwnerId) -> Self {
        Self::of(PaymentsOf::Owner(owner))
    }

    const fn of(of: PaymentsOf) -> Self {
        Self { of, statuses: Vec::new(), from: None, until: None }
    }
}

/// Asks for reviews of a trainer, the newest first.
///
/// Those that are shown, or all, are found at once; by points, replies, and for hidden ones only,
/// reviews of the same trainer are passed over one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFilter {
    /// Of this trainer.
    pub trainer: TrainerId,
    /// With one of these numbers of points; empty: with any.
    pub points: Vec<Points>,
    /// Whether the trainer replied; `None`: either way.
    pub has_reply: Option<bool>,
    /// Whether an admin hid them; `None`: either way.
    pub is_hidden: Option<bool>,
    /// Of hidden ones only those that this owner wrote; `None`: whoever wrote them.
    pub hidden_of: Option<OwnerId>,
}

impl ReviewFilter {
    /// Asks for all reviews of a trainer, hidden ones too.
    #[must_use]
    pub const fn of(trainer: TrainerId) -> Self {
        Self { trainer, points: Vec::new(), has_reply: None, is_hidden: None, hidden_of: None }
    }

    /// Asks for all reviews of a trainer that are not hidden.
    #[must_use]
    pub const fn shown(trainer: TrainerId) -> Self {
        Self {
            trainer,
            points: Vec::new(),
            has_reply: None,
            is_hidden: Some(false),
            hidden_of: None,
        }
    }
}

impl From<TrainerId> for ReviewFilter {
    fn from(trainer: TrainerId) -> Self {
        Self::of(trainer)
    }
}

/// Asks for payouts to a trainer, the newest first.
///
/// By currency and state, payouts to the same trainer are passed over one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutFilter {
    /// To this trainer.
    pub trainer: TrainerId,
    /// In this currency; `None`: in any.
    pub currency: Option<Currency>,
    /// In one of these states; empty: in any.
    pub states: Vec<PayoutState>,
}

impl PayoutFilter {
    /// Asks for all payouts to a trainer.
    #[must_use]
    pub const fn of(trainer: TrainerId) -> Self {
        Self { trainer, currency: None, states: Vec::new() }
    }
}

impl From<TrainerId> for PayoutFilter {
    fn from(trainer: TrainerId) -> Self {
        Self::of(trainer)
    }
}

/// Asks for notifications of a user, the newest first.
///
/// Unread ones, or all, are found at once; by kind, notifications of the same user are passed over
/// one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationFilter {
    /// Of this user.
    pub user: UserId,
    /// Only those that the user has not read.
    pub unread_only: bool,
    /// Of one of these kinds; empty: of any.
    pub kinds: Vec<NotificationKind>,
}

impl NotificationFilter {
    /// Asks for all notifications of a user.
    #[must_use]
    pub const fn of(user: UserId) -> Self {
        Self { user, unread_only: false, kinds: Vec::new() }
    }

    /// Asks for all notifications that a user has not read.
    #[must_use]
    pub const fn unread(user: UserId) -> Self {
        Self { user, unread_only: true, kinds: Vec::new() }
    }
}

impl From<UserId> for NotificationFilter {
    fn from(user: UserId) -> Self {
        Self::of(user)
    }
}

/// Which part of the audit trail is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trail {
    /// What happened to a thing, whoever did it.
    About(Subject),
    /// What a user did, whatever it was done to.
    By(UserId),
}

/// Asks for entries of the audit trail, the newest first.
///
/// All of it is found at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFilter {
    /// Which part of the trail.
    pub trail: Trail,
    /// Made at or after this instant.
    pub from: Option<Instant>,
    /// Made before this instant.
    pub until: Option<Instant>,
}

impl AuditFilter {
    /// Asks for all that happened to a thing.
    #[must_use]
    pub const fn about(subject: Subject) -> Self {
        Self { trail: Trail::About(subject), from: None, until: None }
    }

    /// Asks for all that a user did.
    #[must_use]
    pub const fn by(user: UserId) -> Self {
        Self { trail: Trail::By(user), from: None, until: None }
    }
}

impl From<Subject> for AuditFilter {
    fn from(subject: Subject) -> Self {
        Self::about(subject)
    }
}
