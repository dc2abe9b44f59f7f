//! What a step of a payout writes beside its rows.

use crate::{
    audit::{Event, Subject, SubjectKind},
    authority::{Capacity, Denied},
    notification::NotificationKind,
    payout::{PayoutState, PayoutStep},
    platform::{acting::Acting, work::Work},
    repository::{Party, PayoutCase},
};

/// An admin decides as admin over nothing that they are paid.
pub(super) fn no_trainer_as_admin(acting: &Acting, trainer: &Party) -> Result<(), Denied> {
    let is_own = acting.user_id() == Some(trainer.user.id);
    if acting.is(Capacity::Admin) && is_own { Err(Denied::IsParty) } else { Ok(()) }
}

impl Work<'_> {
    /// Writes a step of a payout, with an audit entry; the trainer is told how it ended.
    pub(super) fn take_step(&mut self, case: &PayoutCase, step: PayoutStep) {
        let (payout, amount) = (case.payout.id, case.payout.amount);
        let subject = Subject::new(SubjectKind::Payout, payout);
        match step.payout.state {
            state if state == case.payout.state => self.record(Event::PayoutNamed { payout }),
            PayoutState::Created => {}
            PayoutState::InFlight => self.record(Event::PayoutSent { payout, amount }),
            PayoutState::Unknown => self.record(Event::PayoutLost { payout }),
            PayoutState::Processed => {
                self.record(Event::PayoutProcessed { payout, amount });
                self.notify(&case.party, NotificationKind::PayoutProcessed, subject);
            }
            PayoutState::Failed => {
                self.record(Event::PayoutFailed { payout });
                self.notify(&case.party, NotificationKind::PayoutFailed, subject);
            }
        }
        for item in step.items {
            if let Some(known) = case.items.iter().find(|known| known.entry == item.entry) {
                self.changes.update(known.with(item));
            }
        }
        for leg in step.legs {
            self.changes.append(leg);
        }
        self.changes.update(case.payout.with(step.payout));
    }
}
