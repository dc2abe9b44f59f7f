//! All that the storage contract tells of a town.

use std::fmt::Debug;

use sitstay::{
    audit::{Subject, SubjectKind},
    command::Actor,
    conformance::{fixtures::days_later, settled},
    ids::CommandId,
    platform::{LessonSought, SlotQuery},
    repository::{
        AuditFilter, CallerQuery, LessonFilter, NotificationFilter, PageRequest, PaymentFilter,
        ReviewFilter, ScheduleQuery,
    },
    time::Interval,
};
use uuid::Uuid;

use super::{scene::Scene, town::on};

/// Returns what there is to see, by what it is called.
pub(crate) async fn of(scene: &Scene) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    let mut see = |what: String, it: &dyn Debug| seen.push((what, format!("{it:?}")));
    let (town, page) = (&scene.town, PageRequest::MAX);
    let repository = town.repository();
    let nobody = CallerQuery { command: CommandId::from_uuid(Uuid::nil()), user: None };
    let range = Interval::new(on(0, "00:00"), on(40, "00:00")).unwrap();

    let census = repository.census().await.unwrap();
    see("the census".to_owned(), &census);
    see("mismatches".to_owned(), &repository.mismatched_claims(100).await.unwrap());
    see("lessons".to_owned(), &repository.lessons(&LessonFilter::default(), page).await.unwrap());
    for (number, (user, trainer, service)) in town.trainers.iter().enumerate() {
        let filter = LessonFilter { trainer: Some(trainer.id), ..LessonFilter::default() };
        see(format!("trainer {number}"), &repository.trainer(trainer.id).await.unwrap());
        see(format!("card {number}"), &repository.trainer_card(trainer.id).await.unwrap());
        see(format!("lessons of {number}"), &repository.lessons(&filter, page).await.unwrap());
        for filter in [ReviewFilter::of(trainer.id), ReviewFilter::shown(trainer.id)] {
            let reviews = repository.reviews(&filter, page).await.unwrap();
            see(format!("reviews of {number}"), &reviews);
        }
        let filter = PaymentFilter::of_trainer(trainer.id);
        let payments = repository.lesson_payments(&filter, page).await.unwrap();
        see(format!("payments of {number}"), &payments);
        let desk = repository.desk(nobody, user.id, on(0, "00:00")).await.unwrap();
        see(format!("desk {number}"), &desk);
        let query = ScheduleQuery {
            trainer: trainer.id,
            service: Some(service.id),
            dog: Some(town.owners[0].2.id),
            quote: None,
            range,
            now: scene.now,
        };
        see(format!("schedule {number}"), &repository.schedule(query).await.unwrap());
        let slots = SlotQuery {
            trainer: trainer.id,
            lesson: LessonSought::Service(service.id),
            dog: None,
            range: Interval::new(scene.now, days_later(scene.now, 4)).unwrap(),
        };
        let slots = town.platform.slots(Actor::Anonymous, slots, scene.now).await;
        see(format!("slots {number}"), &slots.map_err(|error| error.code()));
    }
    for (number, (user, owner, dog)) in town.owners.iter().enumerate() {
        see(format!("dogs of {number}"), &repository.dogs(owner.id).await.unwrap());
        see(format!("dog of {number}"), &repository.dog(dog.id).await.unwrap());
        let filter = LessonFilter { owner: Some(owner.id), ..LessonFilter::default() };
        see(format!("lessons with {number}"), &repository.lessons(&filter, page).await.unwrap());
        let filter = PaymentFilter::of_owner(owner.id);
        let payments = repository.lesson_payments(&filter, page).await.unwrap();
        see(format!("payments by {number}"), &payments);
        let file = repository.erasure_file(nobody, user.id).await.unwrap();
        see(format!("file of {number}"), &file);
    }
    let owners = town.owners.iter().map(|(user, ..)| user.id);
    let users = owners.chain(town.trainers.iter().map(|(user, ..)| user.id)).chain([town.admin.id]);
    for user in users {
        see(format!("user {user}"), &repository.user(user).await.unwrap());
        see(format!("person {user}"), &repository.person(nobody, user).await.unwrap());
        for filter in [NotificationFilter::of(user), NotificationFilter::unread(user)] {
            let told = repository.notifications(&filter, page).await.unwrap();
            see(format!("notifications of {user}"), &told);
        }
        see(format!("unread of {user}"), &repository.unread_count(user).await.unwrap());
        let about = AuditFilter::about(Subject::new(SubjectKind::User, user));
        for filter in [about, AuditFilter::by(user)] {
            let history = repository.history(&filter, page).await.unwrap();
            see(format!("history of {user}"), &entries(history.items));
        }
    }
    for asked in &scene.asked {
        let id = asked.booking;
        see(format!("file of {id}"), &repository.booking_file(nobody, id).await.unwrap());
        see(format!("claims of {id}"), &repository.claims(id).await.unwrap());
        see(format!("refunds of {id}"), &repository.refunds(id).await.unwrap());
        see(format!("disputes of {id}"), &repository.disputes(id).await.unwrap());
        let about = Subject::new(SubjectKind::Booking, id).into();
        let history = repository.history(&about, page).await.unwrap();
        see(format!("history of {id}"), &entries(history.items));
    }
    for (id, _) in &scene.reviews {
        see(format!("review {id}"), &repository.review(*id).await.unwrap());
    }
    let due = repository.due(scene.now, scene.now, scene.now, 100).await.unwrap();
    see("due".to_owned(), &due);

    see("the feed".to_owned(), &entries(settled(repository).await));
    seen
}

/// Positions are each backend's own.
fn entries(entries: Vec<sitstay::audit::FeedEntry>) -> Vec<sitstay::audit::AuditEntry> {
    entries.into_iter().map(|entry| entry.entry).collect()
}
