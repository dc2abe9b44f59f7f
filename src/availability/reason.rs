use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $text:literal;)+) => {
        /// Why a start cannot be booked.
        ///
        /// The order is that in which refusals name them. In JSON a reason is its code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl Reason {
            /// All reasons in their order.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Returns the stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }

        impl fmt::Display for Reason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text,)+ })
            }
        }
    };
}

reasons! {
    /// The owner, the trainer, the service or a user behind them is not active.
    NotActive = "not_active", "one of the parties or the service is not active";
    /// An owner cannot book a service of their own.
    OwnService = "own_service", "the service is the owner's own";
    /// Something that the request names does not exist, or not for this caller. Ends the list.
    NotFound = "not_found", "something that the request names does not exist";
    /// The service takes dogs of other sizes only.
    DogNotAccepted = "dog_not_accepted", "the service does not take a dog of this size";
    /// The trainer takes no requests without a service.
    CustomNotAllowed = "custom_not_allowed", "the trainer takes no custom requests";
    /// The price or length of a custom request is outside the trainer's bounds.
    PriceOutOfBounds = "price_out_of_bounds", "the price is outside the trainer's bounds";
    /// The request's time is empty or outside the accepted instants. Ends the list.
    InvalidInterval = "invalid_interval", "the lesson has no valid start and end";
    /// The start is not after now.
    InPast = "in_past", "the start is not in the future";
    /// The start is nearer than the trainer's notice.
    Notice = "notice", "the trainer needs more notice";
    /// The start is on a later local date than the trainer can be booked for.
    TooFarAhead = "too_far_ahead", "the trainer cannot be booked that far ahead";
    /// The lesson is not inside opening hours, or the trainer blocked time it needs.
    OutsideAvailability = "outside_availability", "the trainer is not available then";
    /// The start lies in a window, but not on its grid.
    OffGrid = "off_grid", "lessons do not start at this minute";
    /// The trainer is occupied.
    TrainerConflict = "trainer_conflict", "the trainer is occupied then";
    /// The dog has another lesson.
    DogConflict = "dog_conflict", "the dog has another lesson then";
    /// The trainer's local day is full.
    DailyLimit = "daily_limit", "the trainer's day is full";
    /// The trainer's ISO week is full.
    WeeklyLimit = "weekly_limit", "the trainer's week is full";
}

/// A set of [`Reason`]s, always in their order.
///
/// In JSON it is a list of codes.
///
/// # Example: reasons come out in order
///
/// ```
/// use sitstay::availability::{Reason, Reasons};
///
/// let reasons: Reasons = [Reason::TrainerConflict, Reason::InPast].into_iter().collect();
/// assert_eq!(reasons.iter().collect::<Vec<_>>(), [Reason::InPast, Reason::TrainerConflict]);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Reason>", into = "Vec<Reason>")]
pub struct Reasons(u16);

impl Reasons {
    /// No reason: the start can be booked.
    pub const NONE: Self = Self(0);

    /// Says whether there is no reason.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Says whether `reason` is among them.
    #[must_use]
    pub const fn contains(self, reason: Reason) -> bool {
        self.0 & bit(reason) != 0
    }

    /// Adds a reason.
    pub const fn insert(&mut self, reason: Reason) {
        self.0 |= bit(reason);
    }

    /// Adds a reason where `applies` holds.
    pub(super) const fn insert_if(&mut self, applies: bool, reason: Reason) {
        if applies {
            self.insert(reason);
        }
    }

    /// Returns the reasons in their order.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.iter().copied().filter(move |&reason| self.contains(reason))
    }
}

const fn bit(reason: Reason) -> u16 {
    1 << reason as u16
}

impl From<Reason> for Reasons {
    fn from(reason: Reason) -> Self {
        Self(bit(reason))
    }
}

impl FromIterator<Reason> for Reasons {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        Self(reasons.into_iter().fold(0, |bits, reason| bits | bit(reason)))
    }
}

impl Extend<Reason> for Reasons {
    fn extend<I: IntoIterator<Item = Reason>>(&mut self, reasons: I) {
        self.0 |= reasons.into_iter().collect::<Self>().0;
    }
}

impl From<Vec<Reason>> for Reasons {
    fn from(reasons: Vec<Reason>) -> Self {
        reasons.into_iter().collect()
    }
}

impl From<Reasons> for Vec<Reason> {
    fn from(reasons: Reasons) -> Self {
        reasons.iter().collect()
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, reason) in self.iter().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            fmt::Display::fmt(&reason, f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
