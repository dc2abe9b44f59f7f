//! Commands about dogs, and about trainers and their calendars.

use super::Trial;
use crate::{
    availability::{DatedHours, WeeklyHours, Window},
    command::{CommandKind, CommandKind as K},
    conformance::{
        fixtures::{between, date},
        town::early,
    },
    platform::{
        AddCertification, AddDog, AddPhoto, AddService, BlockTime, ChangeZone, Error,
        ImportBusyTime, RemoveCertification, RemoveDog, RemoveException, RemovePhoto, SetException,
        SetHours, SetPolicy, UnblockTime, UpdateCertification, UpdateDog, UpdateService,
        UpdateTrainer,
    },
    time::Weekday,
    trainer::{BlockSource, BookingPolicy},
};

impl Trial {
    pub(super) async fn give_of_profiles(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, make, now) = (&self.town, &self.town.make, early());
        let (dog, trainer) = (&town.cast.dog, &town.cast.trainer);
        match kind {
            K::AddDog => self.gives(now, AddDog { dog: make.id(), facts: self.facts() }).await,
            K::UpdateDog => self.gives(now, UpdateDog { dog: dog.id, facts: self.facts() }).await,
            K::RemoveDog => self.gives(now, RemoveDog { dog: dog.id }).await,
            K::AddPhoto => {
                let url = make.photo(dog).url;
                self.gives(now, AddPhoto { dog: dog.id, photo: make.id(), url }).await
            }
            K::RemovePhoto => {
                let photo = town.insert(make.photo(dog)).await.id;
                self.gives(now, RemovePhoto { dog: dog.id, photo }).await
            }
            K::UpdateTrainer => {
                let (years_of_experience, bio) = (trainer.years_of_experience, trainer.bio.clone());
                let search_location = None;
                let command = UpdateTrainer { years_of_experience, bio, search_location };
                self.gives(now, command).await
            }
            K::ChangeZone => {
                let zone = "Europe/Paris".parse().unwrap();
                self.gives(now, ChangeZone { zone }).await
            }
            K::SetHours => {
                let window = Window::parse("08:00", "12:00").unwrap();
                let hours = WeeklyHours::disjoint([(Weekday::Monday, window)]).unwrap();
                self.gives(now, SetHours { hours }).await
            }
            K::SetException => {
                self.gives(now, SetException { hours: DatedHours::closed(date(3)) }).await
            }
            K::RemoveException => {
                town.insert(make.exception(trainer, date(3))).await;
                self.gives(now, RemoveException { date: date(3) }).await
            }
            K::BlockTime => {
                let (block, during) = (make.id(), between("18:00", "19:00"));
                self.gives(now, BlockTime { block, during, source: BlockSource::Manual }).await
            }
            K::UnblockTime => {
                let block = make.time_block(trainer, between("18:00", "19:00"));
                let block = town.insert(block).await.id;
                self.gives(now, UnblockTime { block }).await
            }
            K::ImportBusyTime => {
                let busy = between("18:00", "19:00").into();
                self.gives(now, ImportBusyTime { busy }).await
            }
            K::SetPolicy => {
                let policy = BookingPolicy::default();
                self.gives(now, SetPolicy { policy }).await
            }
            K::AddService => {
                let (trainer, service) = (trainer.id, make.id());
                self.gives(now, AddService { trainer, service, terms: self.terms() }).await
            }
            K::UpdateService => {
                let (trainer, service) = (trainer.id, town.cast.service.id);
                self.gives(now, UpdateService { trainer, service, terms: self.terms() }).await
            }
            K::AddCertification => {
                let (certification, certificate) = (make.id(), self.certificate());
                self.gives(now, AddCertification { certification, certificate }).await
            }
            K::UpdateCertification => {
                let certification = town.insert(make.certification(trainer)).await.id;
                let certificate = self.certificate();
                self.gives(now, UpdateCertification { certification, certificate }).await
            }
            _ => {
                let certification = town.insert(make.certification(trainer)).await.id;
                self.gives(now, RemoveCertification { certification }).await
            }
        }
    }
}
