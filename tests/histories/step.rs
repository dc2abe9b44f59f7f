//! What happens in a history.

use proptest::prelude::*;
use sitstay::{
    booking::Attendance,
    provider::{DisputeOutcome, RefundOutcome, fake::Behaviour},
};

/// One thing that somebody does. Numbers choose among what there is.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// An owner asks for a lesson, and the trainer accepts.
    Book { owner: usize, hour: i64 },
    /// An owner begins to pay, and the provider does as it is told.
    Pay { lesson: usize, behaviour: Behaviour },
    /// The provider gets the money, or does not.
    Collect { payment: usize, succeeds: bool },
    /// Everything that the provider has to tell is told.
    Deliver,
    /// A lesson is called off.
    Cancel { lesson: usize, by_trainer: bool },
    /// A lesson that is over is completed.
    Complete { lesson: usize, attendance: Attendance },
    /// An admin decides who came.
    Amend { lesson: usize, attendance: Attendance },
    /// An admin gives something back.
    GiveBack { payment: usize, percent: i64 },
    /// An admin thinks again.
    CallOff { refund: usize },
    /// All refunds of a lesson that are due are made.
    Refund { lesson: usize, behaviour: Behaviour },
    /// A refund changes how it stands at the provider.
    MoveRefund { refund: usize, outcome: RefundOutcome },
    /// Somebody gives something back at the provider.
    RefundElsewhere { payment: usize, percent: i64 },
    /// A bank disputes a payment.
    Dispute { payment: usize, percent: i64 },
    /// A bank decides a dispute.
    Decide { dispute: usize, outcome: DisputeOutcome },
    /// Time goes by.
    Wait { hours: i64 },
}

fn any_behaviour() -> impl Strategy<Value = Behaviour> {
    prop_oneof![
        5 => Just(Behaviour::Serve),
        2 => Just(Behaviour::Delay),
        1 => Just(Behaviour::Decline),
        1 => Just(Behaviour::Vanish),
        1 => Just(Behaviour::TimeOutAfter),
        1 => Just(Behaviour::TimeOutBefore),
    ]
}

fn any_attendance() -> impl Strategy<Value = Attendance> {
    prop_oneof![
        2 => Just(Attendance::Attended),
        1 => Just(Attendance::OwnerNoShow),
        1 => Just(Attendance::TrainerNoShow),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    let one = 0..8_usize;
    let outcome = prop_oneof![
        Just(RefundOutcome::Succeeded),
        Just(RefundOutcome::Canceled),
        Just(RefundOutcome::Failed),
    ];
    let decided = prop_oneof![Just(DisputeOutcome::Won), Just(DisputeOutcome::Lost)];
    prop_oneof![
        3 => (0..2_usize, 0..32_i64).prop_map(|(owner, hour)| Step::Book { owner, hour }),
        4 => (one.clone(), any_behaviour())
            .prop_map(|(lesson, behaviour)| Step::Pay { lesson, behaviour }),
        2 => (one.clone(), any::<bool>())
            .prop_map(|(payment, succeeds)| Step::Collect { payment, succeeds }),
        5 => Just(Step::Deliver),
        2 => (one.clone(), any::<bool>())
            .prop_map(|(lesson, by_trainer)| Step::Cancel { lesson, by_trainer }),
        3 => (one.clone(), any_attendance())
            .prop_map(|(lesson, attendance)| Step::Complete { lesson, attendance }),
        2 => (one.clone(), any_attendance())
            .prop_map(|(lesson, attendance)| Step::Amend { lesson, attendance }),
        2 => (one.clone(), 1..=100_i64)
            .prop_map(|(payment, percent)| Step::GiveBack { payment, percent }),
        1 => one.clone().prop_map(|refund| Step::CallOff { refund }),
        3 => (one.clone(), any_behaviour())
            .prop_map(|(lesson, behaviour)| Step::Refund { lesson, behaviour }),
        1 => (one.clone(), outcome)
            .prop_map(|(refund, outcome)| Step::MoveRefund { refund, outcome }),
        1 => (one.clone(), 1..=120_i64)
            .prop_map(|(payment, percent)| Step::RefundElsewhere { payment, percent }),
        1 => (one.clone(), 1..=120_i64)
            .prop_map(|(payment, percent)| Step::Dispute { payment, percent }),
        2 => (one, decided).prop_map(|(dispute, outcome)| Step::Decide { dispute, outcome }),
        3 => (1..72_i64).prop_map(|hours| Step::Wait { hours }),
    ]
}

/// Draws a history: groups of what happens at the same time.
pub(super) fn history() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let group = prop_oneof![
        3 => proptest::collection::vec(any_step(), 1..=1),
        1 => proptest::collection::vec(any_step(), 2..=3),
    ];
    let begin = (0..2_usize, 0..32_i64, any_behaviour()).prop_map(|(owner, hour, behaviour)| {
        vec![vec![Step::Book { owner, hour }], vec![Step::Pay { lesson: 0, behaviour }]]
    });
    let rest = proptest::collection::vec(group, 6..36);
    (begin, rest).prop_map(|(begin, rest)| begin.into_iter().chain(rest).collect())
}

/// What has to happen in some history, by the codes of the trail.
pub(super) const REACHED: &[&str] = &[
    "payment.succeeded",
    "payment.failed",
    "payment.refunded",
    "refund.due",
    "refund.sent",
    "refund.succeeded",
    "refund.failed",
    "refund.called_off",
    "dispute.opened",
    "dispute.won",
    "dispute.lost",
    "booking.cancelled",
    "booking.completed",
    "booking.attendance_amended",
];
