use std::sync::Arc;

use sitstay::{
    command::{Actor, SystemReason},
    memory::MemoryRepository,
    platform::Export,
};

use super::{
    marks::Fate,
    story::{Person, Story, VICTIMS},
};

fn json(export: &Export) -> String {
    serde_json::to_string(export).unwrap().to_lowercase()
}

async fn export(story: &Story, person: &Person) -> Export {
    story.platform.export(person.actor(), person.user).await.unwrap()
}

#[tokio::test]
async fn an_export_holds_all_that_its_person_wrote_and_of_others_what_they_told() {
    let story = Story::tell(Arc::new(MemoryRepository::new())).await;
    for person in &story.people {
        let stored = story.platform.repository().user(person.user).await.unwrap().unwrap();
        let hash = stored.password.as_ref().unwrap().expose().to_lowercase();
        let export = json(&export(&story, person).await);
        assert!(!export.contains(&hash), "a password hash");
        for (fate, mark) in person.marks.all().filter(|(_, mark)| !hash.contains(&mark.in_json())) {
            let is_there = export.contains(&mark.in_json());
            assert_eq!(is_there, *fate != Fate::Replaced, "{mark:?} of a {:?}", person.role);
        }
        for other in story.people.iter().filter(|other| other.user != person.user) {
            for (fate, mark) in other.marks.all() {
                let is_there = export.contains(&mark.in_json());
                assert!(*fate == Fate::Told || !is_there, "{mark:?} told to a {:?}", person.role);
            }
        }
    }
}

#[tokio::test]
async fn an_export_leaves_out_a_review_that_is_hidden_from_its_person() {
    let story = Story::tell(Arc::new(MemoryRepository::new())).await;
    let [_, owner, trainer] = VICTIMS.map(|index| &story.people[index]);
    let hidden = story.platform.repository().review(story.hidden.unwrap()).await.unwrap().unwrap();
    let (comment, reply) = (hidden.comment.as_str(), hidden.reply.as_ref().unwrap().as_str());
    let (comment, reply) = (comment.to_lowercase(), reply.to_lowercase());
    let (of_owner, of_trainer) =
        (json(&export(&story, owner).await), json(&export(&story, trainer).await));
    assert!(of_owner.contains(&comment) && of_owner.contains(&reply));
    assert!(!of_trainer.contains(&comment) && of_trainer.contains(&reply));
}

#[tokio::test]
async fn an_export_is_for_its_person_for_admins_and_for_the_system() {
    let story = Story::tell(Arc::new(MemoryRepository::new())).await;
    let [admin, owner, trainer] = VICTIMS.map(|index| &story.people[index]);
    let own = export(&story, owner).await;
    let readers =
        [Actor::member(owner.user), admin.actor(), Actor::System(SystemReason::Maintenance)];
    for reader in readers {
        assert_eq!(story.platform.export(reader, owner.user).await.unwrap(), own, "{reader:?}");
    }
    let unknown = Actor::System(SystemReason::Maintenance);
    let strangers = [
        (trainer.actor(), owner.user),
        (Actor::member(admin.user), owner.user),
        (Actor::Anonymous, owner.user),
        (unknown, sitstay::ids::UserId::from_uuid(uuid::Uuid::nil())),
    ];
    for (reader, user) in strangers {
        let refused = story.platform.export(reader, user).await.unwrap_err();
        assert_eq!(refused.code(), "not_found", "{reader:?}");
    }
    assert!(own.trainer.is_none() && own.owner.is_some_and(|owner| owner.dogs.len() == 2));
    assert!(!own.history.is_empty() && !own.trail.is_empty() && !own.notifications.is_empty());
}

#[tokio::test]
async fn debug_of_an_export_shows_no_way_to_reach_its_person() {
    let story = Story::tell(Arc::new(MemoryRepository::new())).await;
    for person in &story.people {
        let export = export(&story, person).await;
        let debug = format!("{export:?}");
        let phone = export.user.phone.as_ref().unwrap();
        let lines = export.locations.iter().map(|place| place.address.line().as_str());
        for secret in lines.chain([export.user.email.as_str(), phone.as_str()]) {
            assert!(!debug.contains(secret), "{secret}");
        }
    }
}
