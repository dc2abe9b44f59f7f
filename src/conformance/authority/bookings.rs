//! Commands about bookings and reviews.

use super::Trial;
use crate::{
    booking::{Attendance, Booking, ProposalStatus},
    command::{CommandKind, CommandKind as K},
    conformance::{
        fixtures::{accepted, at, between, days_later},
        town::early,
    },
    platform::{
        AcceptBooking, AcceptProposal, AmendAttendance, CancelBooking, CancelSeries, ClaimNoShow,
        CompleteBooking, ContestNoShow, DeclineBooking, DeclineProposal, EditReview, Error,
        ExpireBooking, ExpireProposal, HideReview, MoveBooking, ProposeMove, ReleaseTime,
        ReplyToReview, RequestBooking, RequestSeries, SendReminder, UnhideReview, WithdrawBooking,
        WithdrawProposal, WriteReview,
    },
    review::Points,
    text::{Reason, Text},
};

impl Trial {
    pub(super) async fn give_of_bookings(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, make, now) = (&self.town, &self.town.make, early());
        let reason = Some(Reason::parse("The hall is flooded.").unwrap());
        let (rating, comment) = (Points::new(5).unwrap(), Text::parse("Good.").unwrap());
        match kind {
            K::RequestQuote => self.gives(now, town.enquiry(at("14:00"))).await,
            K::RequestBooking => self.gives(now, town.wish(at("14:00"))).await,
            K::RequestSeries => {
                let RequestBooking { trainer, dog, wish, start, .. } = town.wish(at("14:00"));
                let (series, bookings) = (make.id(), vec![make.id(), make.id()]);
                let every_weeks = 1;
                let command =
                    RequestSeries { series, bookings, trainer, dog, wish, start, every_weeks };
                self.gives(now, command).await
            }
            K::AcceptBooking => {
                let booking = self.pending().await.id;
                self.gives(now, AcceptBooking { booking }).await
            }
            K::DeclineBooking => {
                let booking = self.pending().await.id;
                self.gives(now, DeclineBooking { booking, reason }).await
            }
            K::WithdrawBooking => {
                let booking = self.pending().await.id;
                self.gives(now, WithdrawBooking { booking }).await
            }
            K::CancelBooking => {
                let booking = self.accepted().await.id;
                self.gives(now, CancelBooking { booking, reason }).await
            }
            K::CancelSeries => {
                let series = town.insert(make.series(&town.cast)).await.id;
                let lesson = make.booking(&town.cast, between("09:00", "10:00"));
                let lesson = Booking { series: Some(series), ..accepted(lesson) };
                town.insert(lesson).await;
                self.gives(now, CancelSeries { series, from: at("09:00"), reason }).await
            }
            K::CompleteBooking => {
                let booking = self.accepted().await.id;
                let attendance = Attendance::Attended;
                let command = CompleteBooking { booking, attendance };
                self.gives(days_later(at("10:00"), 1), command).await
            }
            K::MoveBooking => {
                let (booking, proposal) = (self.accepted().await.id, make.id());
                self.gives(now, MoveBooking { booking, start: at("14:00"), proposal }).await
            }
            K::ProposeMove => {
                let (booking, proposal) = (self.accepted().await.id, make.id());
                self.gives(now, ProposeMove { booking, start: at("14:00"), proposal }).await
            }
            K::AcceptProposal => {
                let (booking, proposal) = self.proposed(ProposalStatus::Open).await;
                let (booking, proposal, start) =
                    (booking.id, proposal.id, proposal.session.start());
                self.gives(now, AcceptProposal { booking, proposal, start }).await
            }
            K::DeclineProposal => {
                let (booking, proposal) = self.proposed(ProposalStatus::Open).await;
                let (booking, proposal) = (booking.id, proposal.id);
                self.gives(now, DeclineProposal { booking, proposal }).await
            }
            K::WithdrawProposal => {
                let (booking, proposal) = self.proposed(ProposalStatus::Open).await;
                let (booking, proposal) = (booking.id, proposal.id);
                self.gives(now, WithdrawProposal { booking, proposal }).await
            }
            K::ClaimNoShow => {
                let (booking, dispute) = (self.accepted().await.id, make.id());
                self.gives(at("09:30"), ClaimNoShow { booking, dispute }).await
            }
            K::ContestNoShow => {
                let booking = self.completed(Attendance::OwnerNoShow).await.id;
                let dispute = make.id();
                self.gives(at("11:00"), ContestNoShow { booking, dispute }).await
            }
            K::AmendAttendance => {
                let booking = self.completed(Attendance::Attended).await.id;
                let attendance = Attendance::OwnerNoShow;
                self.gives(at("11:00"), AmendAttendance { booking, attendance }).await
            }
            K::ExpireBooking => {
                let booking = self.pending().await.id;
                self.gives(at("09:00"), ExpireBooking { booking }).await
            }
            K::ExpireProposal => {
                let (booking, proposal) = self.proposed(ProposalStatus::Open).await;
                let (booking, proposal) = (booking.id, proposal.id);
                self.gives(at("08:00"), ExpireProposal { booking, proposal }).await
            }
            K::ReleaseTime => {
                let booking = self.completed(Attendance::Attended).await.id;
                self.gives(at("10:00"), ReleaseTime { booking }).await
            }
            K::SendReminder => {
                let booking = self.accepted().await.id;
                self.gives(now, SendReminder { booking }).await
            }
            K::WriteReview => {
                let booking = self.completed(Attendance::Attended).await.id;
                let command = WriteReview { review: make.id(), booking, rating, comment };
                self.gives(at("11:00"), command).await
            }
            K::EditReview => {
                let review = self.reviewed(false).await.id;
                self.gives(at("11:00"), EditReview { review, rating, comment }).await
            }
            K::ReplyToReview => {
                let review = self.reviewed(false).await.id;
                self.gives(at("11:00"), ReplyToReview { review, reply: comment }).await
            }
            K::HideReview => {
                let review = self.reviewed(false).await.id;
                self.gives(at("11:00"), HideReview { review }).await
            }
            K::UnhideReview => {
                let review = self.reviewed(true).await.id;
                self.gives(at("11:00"), UnhideReview { review }).await
            }
            other => panic!("{other} is tried elsewhere"),
        }
    }
}
