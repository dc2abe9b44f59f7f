//! The feed tells every consumer of every audit entry exactly once.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    fixtures::{at, minute},
    world::World,
};
use crate::{
    audit::{AuditEntry, FeedEntry, FeedPosition},
    ids::AuditId,
    repository::ChangeSet,
};

/// Goes on from a position in steps of `limit`, keeping it as text in between.
async fn follow(world: &World, mut from: FeedPosition, limit: u16) -> Vec<FeedEntry> {
    let mut seen: Vec<FeedEntry> = Vec::new();
    loop {
        let entries = world.feed(from, limit).await.unwrap();
        assert!(entries.len() <= usize::from(limit));
        let Some(last) = entries.last() else { return seen };
        from = last.position.to_string().parse().unwrap();
        seen.extend(entries);
    }
}

pub(super) async fn the_feed_tells_each_entry_once_in_a_stable_order(world: World) {
    let user = world.insert(world.make.user()).await;
    assert_eq!(world.feed(FeedPosition::START, 10).await.unwrap(), []);
    let mut written = Vec::new();
    for commit in 0..6 {
        // What is said of the time has no say in the order of commits.
        let created_at = minute(60 - commit);
        let mut changes = ChangeSet::new();
        for _ in 0..=commit % 3 {
            let entry = AuditEntry { created_at, ..world.make.audit_entry(&user) };
            changes.append(entry.clone());
            written.push(entry);
        }
        world.commits(changes).await;
    }
    let whole = world.whole_feed().await;
    let entries: Vec<_> = whole.iter().map(|entry| entry.entry.clone()).collect();
    assert_eq!(entries, written);
    assert!(whole.is_sorted_by(|one, two| one.position < two.position));
    for limit in 1..=13 {
        assert_eq!(follow(&world, FeedPosition::START, limit).await, whole);
    }
    for (index, entry) in whole.iter().enumerate() {
        assert_eq!(follow(&world, entry.position, 4).await, whole[index + 1..]);
    }
}

pub(super) async fn a_refused_commit_is_not_in_the_feed(world: World) {
    let user = world.insert(world.make.user()).await;
    let mut written = Vec::new();
    for _ in 0..3 {
        let before = world.whole_feed().await;
        let mut refused = vec![
            ChangeSet::new()
                .appending(world.make.audit_entry(&user))
                .inserting(world.make.owner(&world.make.user())),
        ];
        // Who writes an entry again must not move it to another place either.
        refused.extend(written.iter().map(|entry: &AuditEntry| {
            ChangeSet::new().appending(world.make.audit_entry(&user)).appending(entry.clone())
        }));
        for changes in refused {
            assert!(world.commit(changes).await.is_err());
            assert_eq!(world.whole_feed().await, before);
        }
        written.push(world.append(world.make.audit_entry(&user)).await);
        assert_eq!(world.audited().await, written);
    }
}

/// A consumer that goes on while eight writers commit misses nothing, also nothing that was begun
/// early and committed late.
pub(super) async fn the_feed_skips_nothing_while_others_write(world: World) {
    const WRITERS: usize = 8;
    const COMMITS: usize = 40;
    let count: usize = WRITERS * (0..COMMITS).map(|commit| 1 + commit % 2).sum::<usize>();
    let user = world.insert(world.make.user()).await;
    let done = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (world, user, done) = (world.clone(), user.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let mut written: Vec<AuditId> = Vec::new();
                for commit in 0..COMMITS {
                    let mut changes = ChangeSet::new().inserting(world.make.notification(&user));
                    for _ in 0..=commit % 2 {
                        let entry = world.make.audit_entry(&user);
                        written.push(entry.id);
                        changes.append(AuditEntry { created_at: at("07:00"), ..entry });
                    }
                    world.commits(changes).await;
                }
                done.fetch_add(1, Ordering::Release);
                written
            })
        })
        .collect();

    let mut seen: Vec<FeedEntry> = Vec::new();
    loop {
        let finished = done.load(Ordering::Acquire) == WRITERS;
        let last = seen.last().map_or(FeedPosition::START, |entry| entry.position);
        let entries = world.feed(last, 7).await.unwrap();
        let is_empty = entries.is_empty();
        seen.extend(entries);
        if finished && is_empty && seen.len() >= count {
            break;
        }
        tokio::task::yield_now().await;
    }
    let mut written = BTreeSet::new();
    for writer in writers {
        let ids = writer.await.unwrap();
        // The feed keeps the order in which one writer committed.
        let order: Vec<_> =
            seen.iter().map(|entry| entry.entry.id).filter(|id| ids.contains(id)).collect();
        assert_eq!(order, ids);
        written.extend(ids);
    }
    assert!(seen.is_sorted_by(|one, two| one.position < two.position));
    let ids: Vec<_> = seen.iter().map(|entry| entry.entry.id).collect();
    assert_eq!(ids.len(), written.len(), "told twice, or not at all");
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), written);
    assert_eq!(follow(&world, FeedPosition::START, 50).await, seen, "the order changed");
}
