//! Everything personal about a user, and what stands against erasing it.

use std::collections::{BTreeMap, BTreeSet};

use super::{stored::copies_of, tables::Tables};
use crate::{
    ids::{BookingId, OwnerId, TrainerId, UserId},
    ledger::Account,
    payment::{DisputeStatus, RefundStatus},
    repository::ErasureFile,
};

impl Tables {
    pub(super) fn erasure_file(&self, user: UserId) -> Option<ErasureFile> {
        let person = self.person(user)?;
        let owner = person.standing.owner.as_ref().map(|owner| owner.id);
        let trainer = person.standing.trainer.as_ref().map(|trainer| trainer.id);
        let bookings = self.bookings_of_sides(owner, trainer);
        let dogs = owner.map_or_else(Vec::new, |owner| self.all_dogs_of(owner));
        Some(ErasureFile {
            open_refunds: self.open_refunds(&bookings),
            open_disputes: self.open_disputes(&bookings),
            open_balances: trainer.map_or(0, |trainer| self.open_balances(trainer)),
            open_payouts: trainer.map_or(0, |trainer| self.open_payouts(trainer)),
            locations: copies_of(self.locations.by.user.of(user).values()),
            certifications: trainer.map_or_else(Vec::new, |id| self.certifications_of(id)),
            services: trainer.map_or_else(Vec::new, |id| self.services_of(id)),
            photos: dogs.iter().flat_map(|dog| self.photos_of(dog.id)).collect(),
            dogs,
            cancelled: self.bookings.all(self.bookings.by.cancelled_by.of(user).keys()),
            reviews: self.worded_reviews(owner, trainer),
            person,
        })
    }

    fn bookings_of_sides(
        &self,
        owner: Option<OwnerId>,
        trainer: Option<TrainerId>,
    ) -> BTreeSet<BookingId> {
        let by = &self.bookings.by;
        let as_owner =
            owner.into_iter().flat_map(|owner| by.diaries.of_owner(owner).lessons.keys());
        let as_trainer =
            trainer.into_iter().flat_map(|trainer| by.diaries.of_trainer(trainer).lessons.keys());
        as_owner.chain(as_trainer).map(|(_, id)| *id).collect()
    }

    fn open_refunds(&self, bookings: &BTreeSet<BookingId>) -> u64 {
        let refunds = bookings.iter().flat_map(|id| self.refunds_over(*id));
        let open =
            refunds.filter(|it| matches!(it.status, RefundStatus::Due | RefundStatus::Pending));
        open.count() as u64
    }

    fn open_disputes(&self, bookings: &BTreeSet<BookingId>) -> u64 {
        let disputes = bookings.iter().flat_map(|id| self.disputes_over(*id));
        disputes.filter(|dispute| dispute.status == DisputeStatus::Open).count() as u64
    }

    fn open_balances(&self, trainer: TrainerId) -> u64 {
        let mut balances = BTreeMap::new();
        for account in [Account::TrainerPayable(trainer), Account::TrainerInFlight(trainer)] {
            let entries = self.ledger.by.account.of(account).keys();
            for entry in entries.filter_map(|id| self.ledger.get(*id)) {
                let balance = balances.entry((entry.amount.currency(), account)).or_insert(0_i128);
                let amount = i128::from(entry.amount.minor());
                *balance += if entry.debit == account { amount } else { -amount };
            }
        }
        balances.retain(|_, balance| *balance != 0);
        balances.into_keys().map(|(currency, _)| currency).collect::<BTreeSet<_>>().len() as u64
    }
}
