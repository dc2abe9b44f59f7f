//! The terms on which a trainer's lessons can be booked.

use serde::{Deserialize, Serialize};
use sitstay::{
    cancellation::{CancellationPolicy, CutOff, Tier},
    error::InvalidValue,
    money::BasisPoints,
    platform::SetPolicy,
    time::WallTime,
    trainer::{BookingPolicy, CustomRequests},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::Done,
    app::App,
    extract::{Ask, Body},
    problem::Reply,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set_policy))
}

/// The terms on which lessons can be booked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    /// The grid of starts, 1 to 1,440.
    slot_step_minutes: u32,
    /// How long before its start a lesson must be asked for.
    notice_minutes: u32,
    /// How many days ahead it can be asked for, 1 to 730.
    days_ahead: u32,
    /// How many lessons a day at most.
    daily_limit: Option<u32>,
    /// How many lessons a week at most.
    weekly_limit: Option<u32>,
    /// How long a request holds its time without an answer, 1 to 43,200.
    hold_minutes: u32,
    /// Whether requests for a service are accepted at once.
    auto_accept: bool,
    /// On what terms lessons without a service can be asked for; without it, not at all.
    custom_requests: Option<Custom>,
    /// Until when an owner gets back which share after cancelling.
    cancellation: Vec<RefundTier>,
}

/// The bounds of lessons without a service.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Custom {
    min_minutes: u16,
    max_minutes: u16,
    /// In minor units.
    min_price: i64,
    /// In minor units.
    max_price: i64,
    #[schema(example = "EUR")]
    currency: String,
    #[serde(default)]
    buffer_before_minutes: u16,
    #[serde(default)]
    buffer_after_minutes: u16,
}

/// A share of the price that is given back until a moment before the start.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefundTier {
    until: Until,
    /// In hundredths of a per cent, 0 to 10,000.
    refund_basis_points: u16,
}

/// Until when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Until {
    /// This many minutes before the start.
    MinutesBefore(u32),
    /// A wall-clock time so many days before.
    LocalTime {
        days_before: u16,
        #[schema(example = "12:00")]
        time: String,
    },
}

impl From<BookingPolicy> for Policy {
    fn from(policy: BookingPolicy) -> Self {
        let scheduling = policy.scheduling;
        Self {
            slot_step_minutes: scheduling.slot_step_minutes(),
            notice_minutes: scheduling.notice_minutes(),
            days_ahead: scheduling.days_ahead(),
            daily_limit: scheduling.daily_limit(),
            weekly_limit: scheduling.weekly_limit(),
            hold_minutes: policy.hold_minutes,
            auto_accept: policy.auto_accept,
            custom_requests: policy.custom_requests.map(Custom::from),
            cancellation: policy.cancellation.tiers().iter().map(RefundTier::from).collect(),
        }
    }
}

impl Policy {
    fn terms(&self) -> Result<BookingPolicy, InvalidValue> {
        let BookingPolicy { scheduling, .. } = BookingPolicy::default();
        let scheduling = scheduling
            .with_slot_step_minutes(self.slot_step_minutes)?
            .with_notice_minutes(self.notice_minutes)?
            .with_days_ahead(self.days_ahead)?
            .with_daily_limit(self.daily_limit)?
            .with_weekly_limit(self.weekly_limit)?;
        let tiers = self.cancellation.iter().map(RefundTier::tier).collect::<Result<_, _>>()?;
        Ok(BookingPolicy {
            scheduling,
            hold_minutes: self.hold_minutes,
            auto_accept: self.auto_accept,
            custom_requests: self.custom_requests.as_ref().map(Custom::bounds).transpose()?,
            cancellation: CancellationPolicy::new(tiers)?,
        })
    }
}

impl From<CustomRequests> for Custom {
    fn from(custom: CustomRequests) -> Self {
        Self {
            min_minutes: custom.min_minutes,
            max_minutes: custom.max_minutes,
            min_price: custom.min_price,
            max_price: custom.max_price,
            currency: custom.currency.to_string(),
            buffer_before_minutes: custom.buffer_before_minutes,
            buffer_after_minutes: custom.buffer_after_minutes,
        }
    }
}

impl Custom {
    fn bounds(&self) -> Result<CustomRequests, InvalidValue> {
        Ok(CustomRequests {
            min_minutes: self.min_minutes,
            max_minutes: self.max_minutes,
            min_price: self.min_price,
            max_price: self.max_price,
            currency: self.currency.parse()?,
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
        })
    }
}

impl From<&Tier> for RefundTier {
    fn from(tier: &Tier) -> Self {
        let until = match tier.until {
            CutOff::MinutesBefore(minutes) => Until::MinutesBefore(minutes),
            CutOff::LocalTime { days_before, time } => {
                Until::LocalTime { days_before, time: time.to_string() }
            }
        };
        Self { until, refund_basis_points: tier.refund.get() }
    }
}

impl RefundTier {
    fn tier(&self) -> Result<Tier, InvalidValue> {
        let until = match &self.until {
            Until::MinutesBefore(minutes) => CutOff::MinutesBefore(*minutes),
            Until::LocalTime { days_before, time } => {
                CutOff::LocalTime { days_before: *days_before, time: time.parse::<WallTime>()? }
            }
        };
        Ok(Tier { until, refund: BasisPoints::new(self.refund_basis_points)? })
    }
}

/// Replaces the terms on which one's own lessons can be booked.
#[utoipa::path(
    put, path = "/me/policy", tag = "calendar",
    request_body = Policy, responses((status = 204)),
)]
async fn set_policy(ask: Ask, Body(body): Body<Policy>) -> Reply<Done> {
    ask.as_trainer(SetPolicy { policy: body.terms()? }).await.map(|()| Done)
}
