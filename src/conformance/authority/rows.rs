//! What commands are about.

use super::Trial;
use crate::{
    booking::{Attendance, Booking, ProposalStatus, Proposer, Reschedule},
    conformance::fixtures::{at, between, closed, completed},
    dog::DogFacts,
    repository::{ChangeSet, RatingDelta, Versioned},
    review::Review,
    trainer::{Certificate, ServiceTerms},
};

impl Trial {
    pub(super) async fn pending(&self) -> Versioned<Booking> {
        let booking = self.town.make.booking(&self.town.cast, between("09:00", "10:00"));
        self.town.insert(booking).await
    }

    pub(super) async fn accepted(&self) -> Versioned<Booking> {
        self.town.accepted(between("09:00", "10:00")).await
    }

    pub(super) async fn completed(&self, attendance: Attendance) -> Versioned<Booking> {
        let booking = self.town.make.booking(&self.town.cast, between("09:00", "10:00"));
        let attendance = Some(attendance);
        self.town.insert(Booking { attendance, ..completed(booking) }).await
    }

    pub(super) async fn proposed(
        &self,
        status: ProposalStatus,
    ) -> (Versioned<Booking>, Reschedule) {
        let booking = self.accepted().await;
        let user = &self.town.cast.trainer_user;
        let proposal = Reschedule {
            proposer: Proposer::Trainer,
            ..self.town.make.reschedule(&booking, user, between("11:00", "12:00"))
        };
        let proposal =
            if status == ProposalStatus::Open { proposal } else { closed(proposal, status) };
        (booking, self.town.insert(proposal).await.into_value())
    }

    pub(super) async fn reviewed(&self, is_hidden: bool) -> Review {
        let booking = self.completed(Attendance::Attended).await;
        let review =
            Review { is_hidden, created_at: at("10:00"), ..self.town.make.review(&booking) };
        let mut changes = ChangeSet::new().inserting(review.clone());
        if !is_hidden {
            changes.rate(RatingDelta {
                trainer: review.trainer,
                sum: review.rating.get().into(),
                count: 1,
            });
        }
        self.town.commits(changes).await;
        review
    }

    pub(super) fn terms(&self) -> ServiceTerms {
        let service = &self.town.cast.service;
        ServiceTerms {
            name: service.name.clone(),
            description: service.description.clone(),
            duration_minutes: service.duration_minutes,
            price: service.price,
            is_active: true,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            accepted_dog_sizes: std::collections::BTreeSet::new(),
        }
    }

    pub(super) fn facts(&self) -> DogFacts {
        let dog = &self.town.cast.dog;
        DogFacts {
            name: dog.name.clone(),
            breed: dog.breed.clone(),
            age: dog.age,
            size: dog.size,
            notes: dog.notes.clone(),
        }
    }

    pub(super) fn certificate(&self) -> Certificate {
        let known = self.town.make.certification(&self.town.cast.trainer);
        Certificate { name: known.name, issued_by: known.issued_by, issued_at: known.issued_at }
    }
}
