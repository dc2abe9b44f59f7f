use crate::code::codes;

codes! {
    /// Where a booking stands.
    pub enum BookingStatus as "booking_status" {
        /// Asked for; holds its time until the trainer answers or the hold lapses.
        Pending = "pending",
        /// Accepted by the trainer.
        Accepted = "accepted",
        /// Ended without a lesson; final.
        Cancelled = "cancelled",
        /// The lesson's time is over; final.
        Completed = "completed",
    }
}

impl BookingStatus {
    /// Says whether a booking in this status takes its trainer's and its dog's time.
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Pending | Self::Accepted)
    }

    /// Says whether a booking in this status has a claim on its trainer's time; a completed one
    /// until it is released.
    #[must_use]
    pub const fn claims_trainer(self) -> bool {
        !matches!(self, Self::Cancelled)
    }

    /// Says whether a booking in this status has a claim on its dog's time.
    #[must_use]
    pub const fn claims_dog(self) -> bool {
        self.is_active()
    }
}

codes! {
    /// How a booking came to be cancelled.
    pub enum CancelKind as "cancel_kind" {
        /// The trainer turned the request down.
        Declined = "declined",
        /// The owner took the request back.
        Withdrawn = "withdrawn",
        /// The hold lapsed without an answer.
        Expired = "expired",
        /// It was called off.
        Cancelled = "cancelled",
    }
}

codes! {
    /// Who came to a completed lesson.
    pub enum Attendance as "attendance" {
        /// The lesson took place.
        Attended = "attended",
        /// The owner did not come; the trainer earns as usual.
        OwnerNoShow = "owner_no_show",
        /// The trainer did not come; the owner gets everything back.
        TrainerNoShow = "trainer_no_show",
    }
}
