use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{reports::reported, step::no_trainer_as_admin};
use crate::{
    audit::SubjectKind,
    command::{Call, CommandKind},
    ids::{PayoutId, TrainerId},
    money::Money,
    payout::{PayoutAnswer, PayoutError, PayoutItem, PayoutState, PayoutStep, PayoutVerb},
    platform::{
        Error, Platform,
        execute::{Command, Loading},
        work::Work,
    },
    provider::Provider,
    repository::{Caller, PayoutCase, PayoutSought, RepositoryError},
};

/// Takes a payout on its way, right before the provider is asked to send it.
///
/// # Errors
///
/// [`PayoutError`] if it was sent before, or its trainer is suspended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendPayout {
    /// Which payout.
    pub payout: PayoutId,
}

/// A payout that is on its way: what the provider is to be
/// [asked for](crate::provider::Transfer).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutSent {
    /// Which payout.
    pub payout: PayoutId,
    /// To whom.
    pub trainer: TrainerId,
    /// How much.
    pub amount: Money,
    /// Who is to send it.
    pub provider: Provider,
}

#[async_trait]
impl Command for SendPayout {
    const KIND: CommandKind = CommandKind::SendPayout;
    type Outcome = PayoutSent;
    type Facts = Option<PayoutCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PayoutCase>), RepositoryError> {
        let sought = PayoutSought::Payout(self.payout);
        loading.repository.payout_case(loading.caller, &sought).await
    }

    fn decide(&self, facts: Option<PayoutCase>, work: &mut Work<'_>) -> Result<PayoutSent, Error> {
        let case = facts.ok_or(Error::NotFound(SubjectKind::Payout))?;
        no_trainer_as_admin(work.acting, &case.party)?;
        let now = work.now();
        let step = case.payout.follow(PayoutVerb::Send, &[], None, &mut work.ids, now)?;
        if !case.party.user.is_active() {
            return Err(PayoutError::Suspended.into());
        }
        work.changes.expect(&case.party.user);
        let payout = &case.payout;
        let sent = PayoutSent {
            payout: payout.id,
            trainer: payout.trainer,
            amount: payout.amount,
            provider: payout.provider.clone(),
        };
        work.take_step(&case, step);
        Ok(sent)
    }
}

/// Records what the provider answered when it was asked for a payout, or what looking it up showed.
///
/// What the provider reported under the name that the answer tells counts as well.
///
/// # Errors
///
/// [`Error::NotFound`] if the provider sends no such payout, or calls another one so;
/// [`PayoutError`] if it calls this one by another name, or it ended otherwise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordPayout {
    /// Which payout.
    pub payout: PayoutId,
    /// Who answered.
    pub provider: Provider,
    /// What.
    pub answer: PayoutAnswer,
}

/// How a payout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutSettled {
    /// Which payout.
    pub payout: PayoutId,
    /// Where it stands.
    pub state: PayoutState,
}

#[async_trait]
impl Command for RecordPayout {
    const KIND: CommandKind = CommandKind::RecordPayout;
    type Outcome = PayoutSettled;
    type Facts = Option<PayoutCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PayoutCase>), RepositoryError> {
        let sought = match &self.answer {
            PayoutAnswer::Known { reference, .. } => PayoutSought::Reported {
                provider: self.provider.clone(),
                reference: reference.clone(),
                payout: Some(self.payout),
            },
            PayoutAnswer::Declined | PayoutAnswer::Missing => PayoutSought::Payout(self.payout),
        };
        loading.repository.payout_case(loading.caller, &sought).await
    }

    fn decide(
        &self,
        facts: Option<PayoutCase>,
        work: &mut Work<'_>,
    ) -> Result<PayoutSettled, Error> {
        let is_meant = |case: &PayoutCase| {
            case.payout.id == self.payout && case.payout.provider == self.provider
        };
        let case = facts.filter(is_meant).ok_or(Error::NotFound(SubjectKind::Payout))?;
        no_trainer_as_admin(work.acting, &case.party)?;
        let now = work.now();
        let items: Vec<PayoutItem> = case.items.iter().map(|item| **item).collect();
        let answered = case.payout.answered(&self.answer, &items, &mut work.ids, now)?;
        let payout = answered.as_ref().map_or(&*case.payout, |step| &step.payout);
        let told = reported(payout, &case, &mut work.ids, now)?.step;
        let step = match (answered, told) {
            (Some(answered), Some(told)) => Some(answered.then(told)),
            (answered, told) => answered.or(told),
        };
        let state =
            step.as_ref().map_or(case.payout.state, |PayoutStep { payout, .. }| payout.state);
        if let Some(step) = step {
            work.take_step(&case, step);
        }
        Ok(PayoutSettled { payout: self.payout, state })
    }

    async fn follow_up(
        &self,
        platform: &Platform,
        call: Call,
        outcome: PayoutSettled,
    ) -> Result<PayoutSettled, Error> {
        // What was taken in meanwhile did not find the payout yet.
        if let PayoutAnswer::Known { reference, .. } = &self.answer {
            platform.catch_up_payout(call, &self.provider, reference).await?;
        }
        Ok(outcome)
    }
}
