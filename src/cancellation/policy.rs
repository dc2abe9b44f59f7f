use serde::{Deserialize, Serialize};

use super::CutOff;
use crate::{
    error::{InvalidValue, Problem},
    money::BasisPoints,
    time::{Instant, WallTime, Zone},
};

/// One step of a cancellation policy: this share is given back until the cut-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tier {
    /// Until when the tier applies.
    pub until: CutOff,
    /// The share of what was paid that is given back.
    pub refund: BasisPoints,
}

/// Which share of what was paid an owner gets back, depending on when the owner cancels.
///
/// Tiers follow each other towards the start and their shares fall. From the last cut-off on, and
/// from the start on in any case, nothing is given back, so that every instant is covered; a policy
/// without tiers never gives anything back. Where a wall-clock cut-off and one in elapsed time
/// cross for some booking, the tier with the higher share counts. So the share never rises as time
/// goes on.
///
/// In JSON it is the list of tiers, short enough to be stored with each booking.
///
/// # Example: full refund until noon of the day before
///
/// ```
/// use sitstay::{cancellation::CancellationPolicy, money::BasisPoints, time::ZoneId};
///
/// let policy = CancellationPolicy::one_day();
/// let zone = "America/New_York".parse::<ZoneId>()?.zone();
/// let start = "2027-03-02T15:00:00Z".parse()?;
/// let share = |now: &str| Ok::<_, sitstay::error::InvalidValue>(
///     policy.refund_share(start, &zone, now.parse()?)
/// );
/// assert_eq!(share("2027-03-01T16:59:59Z")?, BasisPoints::FULL);
/// assert_eq!(share("2027-03-01T17:00:00Z")?, BasisPoints::HALF);
/// assert_eq!(share("2027-03-02T15:00:00Z")?, BasisPoints::NONE);
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Tier>", into = "Vec<Tier>")]
pub struct CancellationPolicy {
    tiers: Vec<Tier>,
}

impl CancellationPolicy {
    /// The largest number of tiers.
    pub const MAX_TIERS: usize = 8;

    /// Takes the tiers from the one that applies first to the one nearest to the start.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if there are more than [`MAX_TIERS`](Self::MAX_TIERS), a cut-off is more
    /// than 365 days before the start, a share is not lower than the one before it, or a cut-off
    /// could come after the one before it for no start at all.
    pub fn new(tiers: Vec<Tier>) -> Result<Self, InvalidValue> {
        let refuse = |problem| Err(InvalidValue::new("cancellation_policy", problem));
        if tiers.len() > Self::MAX_TIERS {
            return refuse(Problem::TooLong { max: Self::MAX_TIERS as u64 });
        }
        for tier in &tiers {
            tier.until.require_sound()?;
        }
        let pairs = || tiers.iter().zip(tiers.iter().skip(1));
        if pairs().any(|(earlier, later)| earlier.refund <= later.refund) {
            return refuse(Problem::Malformed("tiers whose shares fall towards the start"));
        }
        if pairs().any(|(earlier, later)| !earlier.until.can_precede(later.until)) {
            return refuse(Problem::Malformed("tiers whose cut-offs come nearer to the start"));
        }
        Ok(Self { tiers })
    }

    /// Gives everything back until 2 hours before the start, then nothing.
    #[must_use]
    pub fn same_day() -> Self {
        Self { tiers: vec![Tier { until: CutOff::MinutesBefore(120), refund: BasisPoints::FULL }] }
    }

    /// Gives everything back until 12:00 local time of the day before, then half until the start.
    #[must_use]
    pub fn one_day() -> Self {
        Self {
            tiers: vec![
                Tier { until: noon(1), refund: BasisPoints::FULL },
                Tier { until: CutOff::MinutesBefore(0), refund: BasisPoints::HALF },
            ],
        }
    }

    /// Gives everything back until 12:00 local time three days before, half until 12:00 of the day
    /// before, then nothing.
    #[must_use]
    pub fn three_days() -> Self {
        Self {
            tiers: vec![
                Tier { until: noon(3), refund: BasisPoints::FULL },
                Tier { until: noon(1), refund: BasisPoints::HALF },
            ],
        }
    }

    /// Gives everything back until 12:00 local time seven days before, half until 12:00 three days
    /// before, then nothing.
    #[must_use]
    pub fn seven_days() -> Self {
        Self {
            tiers: vec![
                Tier { until: noon(7), refund: BasisPoints::FULL },
                Tier { until: noon(3), refund: BasisPoints::HALF },
            ],
        }
    }

    /// Returns the tiers, the one that applies first in front.
    #[must_use]
    pub fn tiers(&self) -> &[Tier] {
        &self.tiers
    }

    /// Returns the share that is given back if the owner cancels at `now`.
    ///
    /// `zone` is the one stored with the booking. The cap of a moved booking is the caller's:
    /// `share.min(refund_cap)`.
    #[must_use]
    pub fn refund_share(&self, start: Instant, zone: &Zone, now: Instant) -> BasisPoints {
        self.tiers
            .iter()
            .find(|tier| now < tier.until.instant(start, zone))
            .map_or(BasisPoints::NONE, |tier| tier.refund)
    }

    /// Lists until when, the instant itself left out, which share is given back, for people to read.
    ///
    /// Tiers that never apply to this start are left out.
    #[must_use]
    pub fn deadlines(&self, start: Instant, zone: &Zone) -> Vec<(Instant, BasisPoints)> {
        let mut deadlines: Vec<(Instant, BasisPoints)> = Vec::new();
        for tier in &self.tiers {
            let until = tier.until.instant(start, zone);
            if deadlines.last().is_none_or(|(reached, _)| *reached < until) {
                deadlines.push((until, tier.refund));
            }
        }
        deadlines
    }
}

const fn noon(days_before: u16) -> CutOff {
    CutOff::LocalTime { days_before, time: WallTime::NOON }
}

/// The policy of [`one_day`](CancellationPolicy::one_day).
impl Default for CancellationPolicy {
    fn default() -> Self {
        Self::one_day()
    }
}

impl TryFrom<Vec<Tier>> for CancellationPolicy {
    type Error = InvalidValue;

    fn try_from(tiers: Vec<Tier>) -> Result<Self, InvalidValue> {
        Self::new(tiers)
    }
}

impl From<CancellationPolicy> for Vec<Tier> {
    fn from(policy: CancellationPolicy) -> Self {
        policy.tiers
    }
}
