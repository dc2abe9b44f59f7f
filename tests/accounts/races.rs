//! Commands that are given at the same moment.

use std::{
    future::Future,
    sync::{Arc, Barrier},
};

use sitstay::{
    account::RoleName,
    command::Actor,
    ids::UserId,
    platform::{
        BecomeOwner, EraseUser, Error, GrantAdmin, RevokeAdmin, SetPreferences, SuspendUser,
    },
    repository::{AccountQueries, Repository},
};
use tokio::task::JoinSet;

use crate::world::{SYSTEM, World, now};

const ROUNDS: usize = 60;

/// Gives commands at the same moment, and returns the codes of the refusals.
async fn race<F, T>(commands: Vec<F>) -> Vec<&'static str>
where
    F: Future<Output = Result<T, Error>> + Send + 'static,
    T: Send + 'static,
{
    let barrier = Arc::new(Barrier::new(commands.len()));
    let mut tasks = JoinSet::new();
    for command in commands {
        let barrier = Arc::clone(&barrier);
        tasks.spawn(async move {
            // Blocks its worker, of which there are as many as commands.
            barrier.wait();
            command.await
        });
    }
    let results = tasks.join_all().await;
    results.into_iter().filter_map(|result| result.err().map(|error| error.code())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_the_users_who_sign_up_with_one_address_gets_it() {
    for _ in 0..ROUNDS {
        let world = Arc::new(World::new());
        let commands = (0..4).map(|_| {
            let world = Arc::clone(&world);
            let command = world.sign_up("ann@example.com");
            async move { world.give(SYSTEM, command).await }
        });
        assert_eq!(race(commands.collect()).await, ["account.email_taken"; 3]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_command_sent_many_times_at_once_succeeds_each_time_and_happens_once() {
    for _ in 0..ROUNDS {
        let world = Arc::new(World::new());
        let (call, command) = (world.call(SYSTEM), world.sign_up("ann@example.com"));
        let commands = (0..4).map(|_| {
            let (world, command) = (Arc::clone(&world), command.clone());
            async move { world.platform.execute(call, command).await }
        });
        assert_eq!(race(commands.collect()).await, [""; 0]);
        assert_eq!(world.trail().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_the_calls_that_make_a_user_an_owner_does() {
    for _ in 0..ROUNDS {
        let world = Arc::new(World::new());
        let user = world.member("ann@example.com").await;
        let commands = (0..4).map(|_| {
            let (world, owner) = (Arc::clone(&world), world.id());
            async move { world.give(Actor::member(user), BecomeOwner { user, owner }).await }
        });
        assert_eq!(race(commands.collect()).await, ["account.already_owner"; 3]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn first_preferences_that_are_set_at_once_all_succeed() {
    for _ in 0..ROUNDS {
        let world = Arc::new(World::new());
        let user = world.member("ann@example.com").await;
        let commands = (0..4).map(|_| {
            let world = Arc::clone(&world);
            async move { world.give(Actor::member(user), SetPreferences { muted: [].into() }).await }
        });
        assert_eq!(race(commands.collect()).await, [""; 0]);
    }
}

#[derive(Debug, Clone, Copy)]
enum Against {
    Revoke,
    Suspend,
    EraseOneself,
}

async fn act(world: Arc<World>, against: Against, me: UserId, other: UserId) -> Result<(), Error> {
    match against {
        Against::Revoke => world.give(Actor::admin(me), RevokeAdmin { user: other }).await,
        Against::Suspend => world.give(Actor::admin(me), SuspendUser { user: other }).await,
        Against::EraseOneself => {
            world.give(Actor::member(me), EraseUser { user: me }).await.map(drop)
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_admins_who_remove_each_other_at_once_leave_one() {
    use Against::{EraseOneself, Revoke, Suspend};
    let pairs = [
        (Revoke, Revoke),
        (Suspend, Suspend),
        (EraseOneself, EraseOneself),
        (Revoke, Suspend),
        (EraseOneself, Revoke),
        (EraseOneself, Suspend),
    ];
    for (one, other) in pairs {
        for _ in 0..ROUNDS {
            let world = Arc::new(World::new());
            let (a, b) = (world.admin("a@example.com").await, world.admin("b@example.com").await);
            let commands =
                vec![act(Arc::clone(&world), one, a, b), act(Arc::clone(&world), other, b, a)];
            race(commands).await;
            assert_eq!(active_admins(&world, [a, b]).await, 1, "{one:?} and {other:?}");
        }
    }
}

async fn active_admins(world: &World, users: [UserId; 2]) -> usize {
    let mut count = 0;
    for user in users {
        let account = world.platform.profile(SYSTEM, user, now()).await.unwrap().account.unwrap();
        let is_active = world.repository.user(user).await.unwrap().unwrap().is_active();
        count += usize::from(is_active && account.holds(RoleName::Admin));
    }
    count
}

#[tokio::test]
async fn granting_and_revoking_write_the_row_that_admins_are_counted_by() {
    let world = World::new();
    let admin = world.admin("root@example.com").await;
    let user = world.member("ann@example.com").await;
    let me = Actor::admin(admin);
    let role_writes = async || world.repository.census().await.unwrap().tables[0].1.writes;
    let mut before = role_writes().await;
    world.give(me, GrantAdmin { user }).await.unwrap();
    for step in 0..3 {
        assert_eq!(role_writes().await, before + 1, "step {step}");
        before += 1;
        match step {
            0 => world.give(me, SuspendUser { user }).await.unwrap(),
            1 => world.give(me, RevokeAdmin { user }).await.unwrap(),
            _ => {}
        }
    }
}
