#![no_main]

use std::fmt::{Debug, Display};

use libfuzzer_sys::fuzz_target;
use sitstay::{
    account::{ErasureObstacle, UserStatus},
    audit::{FeedPosition, SubjectKind},
    authority::Capacity,
    booking::{
        Attendance, BookingStatus, CancelKind, Condition, ProposalStatus, Proposer, Taker, Verb,
    },
    command::CommandKind,
    dog::DogSize,
    ical::UnreadReason,
    ids::{BookingId, CommandId, PaymentId, UserId},
    ledger::{Account, Movement, Side},
    notification::{NotificationKind, Placeholder},
    payment::{
        DisputeKind, DisputeStatus, PaymentStatus, RefundCause, RefundStatus, ReportOutcome,
    },
    payout::{PayoutState, PayoutStatus, PayoutVerb},
    repository::Cursor,
    search::{Order, SearchCursor},
    stripe::{CaptureMethod, Mode},
    trainer::BlockSource,
};
use sitstay_fuzz::settles;

/// A code has one form.
fn is_exact<T: std::str::FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(code) = text.parse::<T>() {
        assert_eq!(code.to_string(), text);
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    settles::<UserId>(text);
    settles::<BookingId>(text);
    settles::<PaymentId>(text);
    settles::<CommandId>(text);
    settles::<Cursor>(text);
    settles::<SearchCursor>(text);
    settles::<FeedPosition>(text);
    settles::<Account>(text);

    is_exact::<UserStatus>(text);
    is_exact::<ErasureObstacle>(text);
    is_exact::<SubjectKind>(text);
    is_exact::<Capacity>(text);
    is_exact::<BookingStatus>(text);
    is_exact::<CancelKind>(text);
    is_exact::<Attendance>(text);
    is_exact::<ProposalStatus>(text);
    is_exact::<Proposer>(text);
    is_exact::<Condition>(text);
    is_exact::<Taker>(text);
    is_exact::<Verb>(text);
    is_exact::<CommandKind>(text);
    is_exact::<DogSize>(text);
    is_exact::<UnreadReason>(text);
    is_exact::<Movement>(text);
    is_exact::<Side>(text);
    is_exact::<NotificationKind>(text);
    is_exact::<Placeholder>(text);
    is_exact::<PaymentStatus>(text);
    is_exact::<RefundStatus>(text);
    is_exact::<RefundCause>(text);
    is_exact::<DisputeStatus>(text);
    is_exact::<DisputeKind>(text);
    is_exact::<ReportOutcome>(text);
    is_exact::<PayoutState>(text);
    is_exact::<PayoutStatus>(text);
    is_exact::<PayoutVerb>(text);
    is_exact::<Order>(text);
    is_exact::<CaptureMethod>(text);
    is_exact::<Mode>(text);
    is_exact::<BlockSource>(text);
});
