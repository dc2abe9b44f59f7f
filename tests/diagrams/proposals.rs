//! The machine of proposals: everybody does everything to one, and the trail says what became of it.

use std::sync::Arc;

use sitstay::{
    account::RoleName,
    audit::FeedPosition,
    booking::{Booking, ProposalStatus, Proposer, Reschedule, Taker},
    command::{Actor, Call, SystemReason},
    conformance::fixtures::{Cast, Fixtures, accepted, at, between},
    ids::{RescheduleId, UserId},
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    platform::{
        AcceptProposal, CancelBooking, Command, DeclineProposal, MoveBooking, Platform,
        ProposeMove, WithdrawProposal,
    },
    policy::PlatformPolicy,
    repository::{ChangeSet, Repository},
    text::Reason,
};

use super::machine::{Arrow, Machine};

/// What is tried.
#[derive(Debug, Clone, Copy)]
enum Attempt {
    Propose,
    Accept,
    Decline,
    Withdraw,
    /// Call the lesson off.
    EndLesson,
    /// Do what is due, once the proposal has lapsed.
    Wait,
}

const ATTEMPTS: [Attempt; 6] = [
    Attempt::Propose,
    Attempt::Accept,
    Attempt::Decline,
    Attempt::Withdraw,
    Attempt::EndLesson,
    Attempt::Wait,
];

impl Attempt {
    const fn verb(self) -> &'static str {
        match self {
            Self::Propose => "propose",
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Withdraw => "withdraw",
            Self::EndLesson => "end the lesson",
            Self::Wait => "lapse",
        }
    }
}

/// A lesson on Monday at ten that may move to two in the afternoon.
struct Scene {
    platform: Platform,
    make: Fixtures,
    cast: Cast,
    admin: UserId,
    booking: Booking,
    proposal: RescheduleId,
}

impl Scene {
    /// Stores the lesson, with an open proposal if somebody made one.
    async fn new(proposer: Option<Proposer>) -> Self {
        let make = Fixtures::new();
        let (cast, admin) = (make.cast(), make.user());
        let booking = accepted(make.booking(&cast, between("10:00", "11:00")));
        let proposal = make.reschedule(&booking, &cast.owner_user, between("14:00", "15:00"));
        let mut changes = ChangeSet::new();
        cast.insert_into(&mut changes);
        changes.insert(admin.clone());
        changes.insert(make.user_role(&admin, RoleName::Admin));
        changes.insert(make.hours(&cast.trainer));
        changes.insert(booking.clone());
        let (id, admin) = (proposal.id, admin.id);
        if let Some(proposer) = proposer {
            let proposed_by = match proposer {
                Proposer::Owner => cast.owner_user.id,
                Proposer::Trainer => cast.trainer_user.id,
            };
            changes.insert(Reschedule { proposer, proposed_by, ..proposal });
        }
        let repository = MemoryRepository::new();
        repository.commit(changes).await.unwrap();
        let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
        let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
        let platform = Platform::new(Arc::new(repository), policy);
        Self { platform, make, cast, admin, booking, proposal: id }
    }

    fn actor(&self, taker: Taker) -> Actor {
        match taker {
            Taker::Owner => Actor::owner(self.cast.owner_user.id),
            Taker::Trainer => Actor::trainer(self.cast.trainer_user.id),
            Taker::Admin => Actor::admin(self.admin),
            Taker::System => Actor::System(SystemReason::Maintenance),
        }
    }

    /// Gives a command before the proposal lapses; that it is refused is an answer too.
    async fn give<C: Command>(&self, taker: Taker, command: C) {
        let call = Call::new(self.make.id(), self.actor(taker), at("07:00"));
        let _ = self.platform.execute(call, command).await;
    }

    async fn tries(&self, attempt: Attempt, taker: Taker) {
        let (booking, proposal, start) = (self.booking.id, self.proposal, at("14:00"));
        match attempt {
            Attempt::Propose => {
                self.give(taker, MoveBooking { booking, start, proposal }).await;
                self.give(taker, ProposeMove { booking, start, proposal }).await;
            }
            Attempt::Accept => self.give(taker, AcceptProposal { booking, proposal, start }).await,
            Attempt::Decline => self.give(taker, DeclineProposal { booking, proposal }).await,
            Attempt::Withdraw => self.give(taker, WithdrawProposal { booking, proposal }).await,
            Attempt::EndLesson => {
                let reason = Some(Reason::parse("Fever.").unwrap());
                self.give(taker, CancelBooking { booking, reason }).await;
            }
            Attempt::Wait if taker == Taker::System => {
                let _ = self.platform.run_due(at("08:00"), 100).await.unwrap();
            }
            Attempt::Wait => {}
        }
    }

    /// Returns what the trail last says of the proposal; nothing, if it says nothing.
    async fn status(&self) -> Option<ProposalStatus> {
        let system = self.actor(Taker::System);
        let feed = self.platform.feed(system, FeedPosition::START, 1_000).await.unwrap();
        let mut codes =
            feed.iter().filter_map(|known| known.entry.event.code().strip_prefix("reschedule."));
        codes.next_back().map(|code| match code {
            "proposed" => ProposalStatus::Open,
            code => code.parse().unwrap(),
        })
    }
}

/// Returns the machine that all attempts on a proposal, or on a lesson without one, show.
pub(super) async fn machine() -> Machine {
    let mut arrows = Vec::new();
    for proposer in [None, Some(Proposer::Owner), Some(Proposer::Trainer)] {
        for attempt in ATTEMPTS {
            for &taker in Taker::ALL {
                let scene = Scene::new(proposer).await;
                scene.tries(attempt, taker).await;
                let Some(status) = scene.status().await else { continue };
                let from = proposer.map(|_| ProposalStatus::Open.code());
                arrows.push(Arrow {
                    ends: (from, status.code()),
                    verb: attempt.verb().to_owned(),
                    by: by(attempt, taker, proposer),
                    condition: String::new(),
                });
            }
        }
    }
    Machine::new("proposal", ProposalStatus::ALL.iter().map(|status| status.code()), arrows)
}

/// Says who did it, seen from the proposal.
fn by(attempt: Attempt, taker: Taker, proposer: Option<Proposer>) -> String {
    let side = match taker {
        Taker::Owner => Some(Proposer::Owner),
        Taker::Trainer => Some(Proposer::Trainer),
        Taker::Admin | Taker::System => None,
    };
    match (attempt, side, proposer) {
        // Whoever may end a lesson is told by the booking's own machine.
        (Attempt::EndLesson, ..) => String::new(),
        (Attempt::Propose, Some(_), None) => "by either side".to_owned(),
        (_, Some(side), Some(proposer)) if side == proposer => "by whoever made it".to_owned(),
        (_, Some(_), Some(_)) => "by the other side".to_owned(),
        _ => format!("by {taker}"),
    }
}
