use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::Serialize;

use super::{Flag, Spare};
use crate::{
    account::RoleName,
    booking::BookingStatus,
    contact::CountryCode,
    ids::RoleId,
    money::{BasisPoints, Currency},
    provider::Provider,
    time::ZoneId,
    trainer::BookingPolicy,
};

/// What the plain schema does not say, and somebody who knows the service must.
///
/// # Example: a service in Berlin
///
/// ```
/// use sitstay::{
///     account::RoleName,
///     adoption::{Flag, Spare, Terms},
///     booking::BookingStatus,
///     money::{BasisPoints, Currency},
///     time::ZoneId,
/// };
///
/// let terms = Terms::new(Currency::EUR, ZoneId::UTC, "DE".parse()?, BasisPoints::new(1_500)?)
///     .trainer_zone("Europe/Berlin".parse()?)
///     .booking_status("confirmed", BookingStatus::Accepted)
///     .role("OWNER", RoleName::Owner)
///     .assuming(Flag::Verified, false)
///     .emptying([Spare::Phone]);
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[must_use = "terms do nothing until an adoption has them"]
pub struct Terms {
    pub(super) currency: Currency,
    pub(super) zone: ZoneId,
    pub(super) country: CountryCode,
    pub(super) fee: BasisPoints,
    pub(super) trainer_zone: ZoneId,
    pub(super) policy: BookingPolicy,
    /// In whole seconds.
    pub(super) auto_complete_after: i64,
    pub(super) statuses: BTreeMap<String, BookingStatus>,
    pub(super) roles: BTreeMap<String, RoleId>,
    pub(super) grants_roles: bool,
    pub(super) flags: BTreeMap<Flag, bool>,
    pub(super) emptied: BTreeSet<Spare>,
    pub(super) forgives_noise: bool,
    pub(super) payout_provider: Option<Provider>,
}

impl Terms {
    /// Declares the currency of every amount, the zone in which every `timestamp` is local time
    /// (UTC, if the service wrote that), the country of every location, and the platform's part of
    /// the price of every lesson that there is.
    pub fn new(currency: Currency, zone: ZoneId, country: CountryCode, fee: BasisPoints) -> Self {
        Self {
            currency,
            zone,
            country,
            fee,
            trainer_zone: zone,
            policy: BookingPolicy::default(),
            auto_complete_after: TimeDelta::hours(24).num_seconds(),
            statuses: BTreeMap::new(),
            roles: BTreeMap::new(),
            grants_roles: false,
            flags: BTreeMap::new(),
            emptied: BTreeSet::new(),
            forgives_noise: false,
            payout_provider: None,
        }
    }

    /// Declares the zone in which trainers' weekly hours are wall clock; the zone of the
    /// timestamps by default.
    pub fn trainer_zone(mut self, zone: ZoneId) -> Self {
        self.trainer_zone = zone;
        self
    }

    /// Declares the booking policy that every trainer gets. Its hold and its cancellation policy
    /// are those of the lessons that there are, too.
    pub fn policy(mut self, policy: BookingPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Declares how long after its end an accepted lesson counts as completed; 24 hours by
    /// default, as in [`PlatformPolicy`](crate::policy::PlatformPolicy). Parts of a second are cut
    /// off.
    pub fn auto_complete_after(mut self, span: TimeDelta) -> Self {
        self.auto_complete_after = span.num_seconds();
        self
    }

    /// Declares what a status of the service's own means for a booking.
    pub fn booking_status(mut self, code: impl Into<String>, meaning: BookingStatus) -> Self {
        self.statuses.insert(code.into(), meaning);
        self
    }

    /// Declares what a role that the service spells in its own way means; `owner`, `trainer` and
    /// `admin` mean what they say.
    pub fn role(mut self, name: impl Into<String>, meaning: RoleName) -> Self {
        self.roles.insert(name.into(), meaning.id());
        self
    }

    /// Declares that who has an owner's or a trainer's profile holds its role, also where
    /// `user_roles` does not say so. The report and the result count for how many it does not.
    pub fn granting_roles(mut self) -> Self {
        self.grants_roles = true;
        self
    }

    /// Declares what a flag counts as where it is not there. The report and the result count how
    /// many are not.
    pub fn assuming(mut self, flag: Flag, value: bool) -> Self {
        self.flags.insert(flag, value);
        self
    }

    /// Declares columns whose values may be left out where the domain refuses them.
    ///
    /// They are not listed any more, and the result counts how many were emptied.
    pub fn emptying(mut self, columns: impl IntoIterator<Item = Spare>) -> Self {
        self.emptied.extend(columns);
        self
    }

    /// Declares that the noise of floats is no fraction: an amount that is less than a millionth of
    /// a minor unit away from a whole number of them, such as 0.30000000000000004, is that number.
    /// The report and the result count how many are not exact.
    pub fn forgiving_noise(mut self) -> Self {
        self.forgives_noise = true;
        self
    }

    /// Declares who sent the payouts that there are; `stripe` by default.
    pub fn payouts_by(mut self, provider: Provider) -> Self {
        self.payout_provider = Some(provider);
        self
    }

    /// Returns which of the library's roles a name of the source means.
    pub(super) fn role_of(&self, name: &str) -> Option<RoleId> {
        let seeded = || RoleName::ALL.into_iter().find(|role| role.code() == name);
        self.roles.get(name).copied().or_else(|| seeded().map(RoleName::id))
    }
}
