use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::session::micros;
use crate::error::{InvalidValue, within};

/// When a trainer can be booked, beside the opening hours.
///
/// By default starts lie on a grid of 15 minutes, are asked for at least two hours before and at
/// most 60 days ahead, and nothing limits the lessons of a day or a week.
///
/// # Example: at most four lessons a day
///
/// ```
/// use sitstay::availability::SchedulingPolicy;
///
/// let policy = SchedulingPolicy::default()
///     .with_slot_step_minutes(30)?
///     .with_daily_limit(Some(4))?;
/// assert_eq!(policy.daily_limit(), Some(4));
/// assert!(policy.with_days_ahead(0).is_err());
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct SchedulingPolicy {
    slot_step_minutes: u32,
    notice_minutes: u32,
    days_ahead: u32,
    daily_limit: Option<u32>,
    weekly_limit: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Parts {
    slot_step_minutes: u32,
    notice_minutes: u32,
    days_ahead: u32,
    #[serde(default)]
    daily_limit: Option<u32>,
    #[serde(default)]
    weekly_limit: Option<u32>,
}

impl Default for SchedulingPolicy {
    fn default() -> Self {
        Self {
            slot_step_minutes: 15,
            notice_minutes: 2 * 60,
            days_ahead: 60,
            daily_limit: None,
            weekly_limit: None,
        }
    }
}

impl SchedulingPolicy {
    /// Sets the step of the grid on which lessons start, from 1 to 1,440 minutes.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside these bounds.
    pub fn with_slot_step_minutes(self, minutes: u32) -> Result<Self, InvalidValue> {
        within("slot_step_minutes", minutes, 1, 24 * 60)?;
        Ok(Self { slot_step_minutes: minutes, ..self })
    }

    /// Sets how long before its start a lesson must be asked for, up to 365 days in minutes.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if it is longer.
    pub fn with_notice_minutes(self, minutes: u32) -> Result<Self, InvalidValue> {
        within("notice_minutes", minutes, 0, 365 * 24 * 60)?;
        Ok(Self { notice_minutes: minutes, ..self })
    }

    /// Sets how many local dates after today a lesson may start, from 1 to 730.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside these bounds.
    pub fn with_days_ahead(self, days: u32) -> Result<Self, InvalidValue> {
        within("days_ahead", days, 1, 730)?;
        Ok(Self { days_ahead: days, ..self })
    }

    /// Sets how many lessons may start on one local date, from 1 to 1,000; `None` lifts the limit.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside these bounds.
    pub fn with_daily_limit(self, limit: Option<u32>) -> Result<Self, InvalidValue> {
        within("daily_limit", limit.unwrap_or(1), 1, 1_000)?;
        Ok(Self { daily_limit: limit, ..self })
    }

    /// Sets how many lessons may start in one ISO week, from 1 to 1,000; `None` lifts the limit.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside these bounds.
    pub fn with_weekly_limit(self, limit: Option<u32>) -> Result<Self, InvalidValue> {
        within("weekly_limit", limit.unwrap_or(1), 1, 1_000)?;
        Ok(Self { weekly_limit: limit, ..self })
    }

    /// Returns the step of the grid on which lessons start, in minutes.
    #[must_use]
    pub const fn slot_step_minutes(&self) -> u32 {
        self.slot_step_minutes
    }

    /// Returns how long before its start a lesson must be asked for, in minutes.
    #[must_use]
    pub const fn notice_minutes(&self) -> u32 {
        self.notice_minutes
    }

    /// Returns how long before its start a lesson must be asked for.
    #[must_use]
    pub fn notice(&self) -> TimeDelta {
        TimeDelta::microseconds(micros(self.notice_minutes))
    }

    /// Returns how many local dates after today a lesson may start.
    #[must_use]
    pub const fn days_ahead(&self) -> u32 {
        self.days_ahead
    }

    /// Returns how many lessons may start on one local date.
    #[must_use]
    pub const fn daily_limit(&self) -> Option<u32> {
        self.daily_limit
    }

    /// Returns how many lessons may start in one ISO week of local dates.
    #[must_use]
    pub const fn weekly_limit(&self) -> Option<u32> {
        self.weekly_limit
    }

    /// Says whether a day or a week can be full.
    #[must_use]
    pub const fn has_limits(&self) -> bool {
        self.daily_limit.is_some() || self.weekly_limit.is_some()
    }
}

impl TryFrom<Parts> for SchedulingPolicy {
    type Error = InvalidValue;

    fn try_from(parts: Parts) -> Result<Self, InvalidValue> {
        Self::default()
            .with_slot_step_minutes(parts.slot_step_minutes)?
            .with_notice_minutes(parts.notice_minutes)?
            .with_days_ahead(parts.days_ahead)?
            .with_daily_limit(parts.daily_limit)?
            .with_weekly_limit(parts.weekly_limit)
    }
}

impl From<SchedulingPolicy> for Parts {
    fn from(policy: SchedulingPolicy) -> Self {
        Self {
            slot_step_minutes: policy.slot_step_minutes,
            notice_minutes: policy.notice_minutes,
            days_ahead: policy.days_ahead,
            daily_limit: policy.daily_limit,
            weekly_limit: policy.weekly_limit,
        }
    }
}
