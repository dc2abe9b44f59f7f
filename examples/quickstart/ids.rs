//! Ids that are derived from names, so that the same file gives the same ids in every run.

use sitstay::ids::Id;
use uuid::{Uuid, uuid};

const NAMESPACE: Uuid = uuid!("3f6d5b0a-6a0c-4b53-9d5f-2f1a6f0c8e11");

/// Derives the id of what has this name; kinds of things have names of their own.
pub(crate) fn id_of<T: Id>(name: &str) -> T {
    T::from_uuid(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
}
