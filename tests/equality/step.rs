//! One command of a sequence, by numbers that a scene turns into ids.

use proptest::prelude::*;

/// What somebody does, some minutes after the step before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) later: i64,
    pub(crate) act: Act,
}

/// A start: a day, and a quarter of an hour after 08:00.
pub(crate) type Start = (i64, i64);

macro_rules! acts {
    ($($name:ident($($ty:ty),*) $weight:literal $strategy:expr;)+) => {
        #[derive(Debug, Clone, Copy)]
        pub(crate) enum Act { $($name($($ty),*),)+ }

        /// The names of all acts.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),+];

        impl Act {
            pub(crate) fn name(&self) -> &'static str {
                match self { $(Self::$name(..) => stringify!($name),)+ }
            }
        }

        fn act() -> impl Strategy<Value = Act> {
            let all = vec![$(($weight, $strategy.boxed()),)+];
            proptest::strategy::Union::new_weighted(all)
        }
    };
}

const OWNERS: std::ops::Range<usize> = 0..3;
const TRAINERS: std::ops::Range<usize> = 0..2;

/// One of the things that were made, counted from the latest.
fn some() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![4 => 0..3_usize, 1 => 0..12_usize]
}

fn start() -> impl Strategy<Value = Start> + Clone {
    (0..3_i64, 0..16_i64)
}

acts! {
    // Owner, trainer, start, whether it is a custom one.
    Request(usize, usize, Start, bool) 30
        (OWNERS, TRAINERS, start(), prop::bool::weighted(0.2)).prop_map(|(o, t, s, c)| Act::Request(o, t, s, c));
    // Owner, trainer, start, number of lessons.
    Series(usize, usize, Start, usize) 3
        (OWNERS, TRAINERS, start(), 2..5_usize).prop_map(|(o, t, s, n)| Act::Series(o, t, s, n));
    // An earlier request once more: under its id, or with another content.
    Repeat(usize, bool) 3 (some(), any::<bool>()).prop_map(|(n, b)| Act::Repeat(n, b));
    Accept(usize) 16 some().prop_map(Act::Accept);
    Decline(usize) 2 some().prop_map(Act::Decline);
    Withdraw(usize) 2 some().prop_map(Act::Withdraw);
    // By the owner, the trainer, an admin, or somebody else.
    Cancel(usize, u8) 6 (some(), 0..4_u8).prop_map(|(n, by)| Act::Cancel(n, by));
    CancelSeries(usize, u8) 2 (some(), 0..2_u8).prop_map(|(n, by)| Act::CancelSeries(n, by));
    Move(usize, Start) 8 (some(), start()).prop_map(|(n, s)| Act::Move(n, s));
    Propose(usize, Start) 8 (some(), start()).prop_map(|(n, s)| Act::Propose(n, s));
    AcceptProposal(usize, bool) 8 (some(), any::<bool>()).prop_map(|(n, b)| Act::AcceptProposal(n, b));
    DeclineProposal(usize, bool) 4 (some(), any::<bool>()).prop_map(|(n, b)| Act::DeclineProposal(n, b));
    WithdrawProposal(usize, bool) 4 (some(), any::<bool>()).prop_map(|(n, b)| Act::WithdrawProposal(n, b));
    // Time passes until the lesson is over, and the trainer says who came.
    Complete(usize, u8) 10 (some(), 0..3_u8).prop_map(|(n, a)| Act::Complete(n, a));
    ClaimNoShow(usize) 2 some().prop_map(Act::ClaimNoShow);
    Contest(usize) 2 some().prop_map(Act::Contest);
    Amend(usize, u8) 2 (some(), 0..3_u8).prop_map(|(n, a)| Act::Amend(n, a));
    Review(usize, u8) 10 (some(), 1..6_u8).prop_map(|(n, p)| Act::Review(n, p));
    EditReview(usize, u8) 4 (some(), 1..6_u8).prop_map(|(n, p)| Act::EditReview(n, p));
    Reply(usize) 3 some().prop_map(Act::Reply);
    Hide(usize, bool) 4 (some(), any::<bool>()).prop_map(|(n, b)| Act::Hide(n, b));
    // Trainer, start, hours.
    Block(usize, Start, i64) 2 (TRAINERS, start(), 1..4_i64).prop_map(|(t, s, h)| Act::Block(t, s, h));
    Unblock(usize) 1 some().prop_map(Act::Unblock);
    Exception(usize, i64, bool) 3 (TRAINERS, 0..2_i64, any::<bool>()).prop_map(|(t, d, c)| Act::Exception(t, d, c));
    RemoveException(usize, i64) 4 (TRAINERS, 0..2_i64).prop_map(|(t, d)| Act::RemoveException(t, d));
    // Trainer, daily limit or none, whether requests are accepted at once, minutes of a hold.
    Policy(usize, u32, bool, u32) 3
        (TRAINERS, 0..4_u32, any::<bool>(), prop_oneof![Just(30_u32), Just(600)])
            .prop_map(|(t, l, a, h)| Act::Policy(t, l, a, h));
    AddDog(usize) 2 OWNERS.prop_map(Act::AddDog);
    RemoveDog(usize) 1 OWNERS.prop_map(Act::RemoveDog);
    Suspend(usize) 1 (0..5_usize).prop_map(Act::Suspend);
    Reactivate(usize) 4 (0..5_usize).prop_map(Act::Reactivate);
    Erase(usize) 1 OWNERS.prop_map(Act::Erase);
    ReadAll(usize) 2 OWNERS.prop_map(Act::ReadAll);
    Due(u16) 5 (1..40_u16).prop_map(Act::Due);
}

/// A sequence that shrinks to fewer and earlier steps.
pub(crate) fn sequence() -> impl Strategy<Value = Vec<Step>> {
    let later = prop_oneof![6 => Just(0_i64), 3 => 1..45_i64, 1 => 60..900_i64];
    prop::collection::vec((later, act()).prop_map(|(later, act)| Step { later, act }), 1..60)
}
