use sitstay::{
    command::{Actor, SystemReason},
    dog::{DogFacts, DogSize},
    ids::DogId,
    platform::{AddDog, BecomeOwner, Error, Platform, SignUp},
    time::Instant,
};

use super::give::{give, new_id};

/// An owner with a dog.
pub(crate) struct Owner {
    pub(crate) dog: DogId,
    pub(crate) actor: Actor,
}

pub(crate) async fn join(platform: &Platform, now: Instant) -> Result<Owner, Error> {
    let user = new_id();
    let sign_up = SignUp {
        user,
        email: "noor@example.com".parse()?,
        password: None,
        first_name: "Noor".parse()?,
        last_name: "Haddad".parse()?,
        phone: None,
    };
    give(platform, Actor::System(SystemReason::SignUp), now, sign_up).await?;
    give(platform, Actor::member(user), now, BecomeOwner { user, owner: new_id() }).await?;

    let (actor, dog) = (Actor::owner(user), new_id());
    let facts = DogFacts {
        name: "Rex".parse()?,
        breed: None,
        age: Some(3.try_into()?),
        size: DogSize::Medium,
        notes: "Pulls towards ducks.".parse()?,
    };
    give(platform, actor, now, AddDog { dog, facts }).await?;
    Ok(Owner { dog, actor })
}
