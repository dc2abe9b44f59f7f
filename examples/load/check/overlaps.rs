//! Looks for two lessons at one time, in the bookings themselves.

use std::fmt::Debug;

use sitstay::{booking::BookingStatus, ids::BookingId, time::Interval};

use super::{
    Findings, Promise,
    bookings::{Bookings, Stored, holds_trainer},
    trail::Trail,
};

pub(super) fn check(bookings: &Bookings, trail: &Trail, findings: &mut Findings) {
    let held = |booking: &&Stored| booking.status != BookingStatus::Cancelled;
    let lessons = || bookings.all.iter().filter(held);
    sweep(lessons().map(|one| (one.trainer, one.session, one.id)).collect(), findings);
    sweep(lessons().map(|one| (one.dog, one.session, one.id)).collect(), findings);
    // A pause may begin before now, where the time of an earlier lesson was released.
    let claiming = lessons().filter(|one| holds_trainer(one, trail));
    sweep(claiming.map(|one| (one.trainer, one.occupied, one.id)).collect(), findings);
}

/// Goes over everybody's time in order, and finds what begins before something earlier has ended.
fn sweep<R: Ord + Copy + Debug>(mut taken: Vec<(R, Interval, BookingId)>, findings: &mut Findings) {
    taken.sort_unstable();
    let mut last: Option<(R, Interval, BookingId)> = None;
    for next in taken {
        if let Some(before) = last.filter(|before| before.0 == next.0) {
            findings.require(!before.1.overlaps(next.1), Promise::Overlaps, || {
                format!("{:?}: {} and {} overlap", next.0, before.2, next.2)
            });
            if before.1.end() >= next.1.end() {
                continue;
            }
        }
        last = Some(next);
    }
}
