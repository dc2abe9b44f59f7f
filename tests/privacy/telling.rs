//! All that the library tells of a platform.

use serde::Serialize;
use sitstay::{
    account::RoleName,
    command::{Actor, SystemReason},
    conformance::settled,
    geo::GeoPoint,
    platform::SearchRequest,
    repository::{CallerQuery, LessonFilter, PageRequest, ReviewFilter},
    search::TrainerSearch,
};

use super::{
    columns::require,
    marks::Mark,
    story::{Person, Story},
};

/// Erases somebody, and checks what is told before and after.
pub(crate) async fn check(story: &mut Story, victim: usize) {
    let told = of(story).await;
    require(story, None, |mark| find(&told, mark));
    story.erases(victim).await;
    let told = of(story).await;
    require(story, Some(victim), |mark| find(&told, mark));
}

fn find(told: &str, mark: &Mark) -> Option<String> {
    told.contains(&mark.in_json()).then(|| "what the library tells".to_owned())
}

/// Returns it as JSON, in lower case.
async fn of(story: &Story) -> String {
    let repository = story.platform.repository();
    let (system, page) = (Actor::System(SystemReason::Maintenance), PageRequest::MAX);
    let mut told = String::new();
    for person in &story.people {
        let user = repository.user(person.user).await.unwrap().unwrap();
        told += user.password.as_ref().map_or("", |hash| hash.expose());
        hear(&mut told, &story.platform.export(system, person.user).await.unwrap());
        told += &found_by(story, person).await;
    }
    for (trainer, _) in &story.coaches {
        hear(&mut told, &repository.trainer_card(*trainer).await.unwrap());
        hear(&mut told, &repository.services(*trainer).await.unwrap());
        hear(&mut told, &repository.reviews(&ReviewFilter::of(*trainer), page).await.unwrap());
    }
    for (owner, dogs) in &story.keepers {
        hear(&mut told, &repository.dogs(*owner).await.unwrap());
        for dog in dogs {
            hear(&mut told, &repository.dog(*dog).await.unwrap());
            hear(&mut told, &repository.photos(*dog).await.unwrap());
        }
    }
    hear(&mut told, &repository.lessons(&LessonFilter::default(), page).await.unwrap());
    for booking in &story.bookings {
        let lesson = story.platform.lesson(system, *booking, story.now).await.unwrap();
        hear(&mut told, &lesson);
    }
    for command in &story.calls {
        let query = CallerQuery { command: *command, user: None };
        hear(&mut told, &repository.caller(query).await.unwrap().replay.unwrap());
    }
    for known in settled(repository).await {
        hear(&mut told, &known.entry);
    }
    told.to_lowercase()
}

fn hear(told: &mut String, it: &impl Serialize) {
    *told += &serde_json::to_string(it).unwrap();
}

/// Returns the marks by which somebody is found: by what they offer, and by e-mail address.
async fn found_by(story: &Story, person: &Person) -> String {
    let mut found = String::new();
    for (_, mark) in person.marks.all() {
        let Mark::Text(text) = mark else { continue };
        let is_found = if let Ok(key) = format!("{text}@example.com").parse() {
            story.platform.repository().user_by_email(&key).await.unwrap().is_some()
        } else {
            person.role == RoleName::Trainer && offers(story, text).await
        };
        if is_found {
            found += text;
        }
    }
    found
}

/// Says whether somebody is found by words of a service.
async fn offers(story: &Story, words: &str) -> bool {
    let centre = GeoPoint::new(490_000_000, 65_000_000).unwrap();
    let search = TrainerSearch::near(centre, 100_000).unwrap().with_text(words).unwrap();
    let page = story.platform.search(&search, SearchRequest::default(), story.now).await;
    !page.unwrap().trainers.is_empty()
}
