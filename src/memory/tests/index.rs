use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::world::{at, id};
use crate::{
    ids::{BookingId, UserId},
    ledger::Account,
    memory::{
        by_id::ById,
        index::{Edit, Index, Pairs},
    },
    time::Instant,
};

proptest! {
    #[test]
    fn a_map_by_id_does_what_a_tree_does_and_undoes_it(
        writes in prop::collection::vec((0..60_u128, any::<Option<u8>>()), 0..300),
    ) {
        let mut by_id = ById::<UserId, u8>::default();
        let mut model = BTreeMap::<UserId, u8>::new();
        let mut undo = Vec::new();
        for (number, value) in writes {
            let (key, (old, expected)) = (id(number), match value {
                Some(value) => (by_id.insert(id(number), value), model.insert(id(number), value)),
                None => (by_id.remove(&id(number)), model.remove(&id(number))),
            });
            prop_assert_eq!(old, expected);
            prop_assert_eq!(by_id.get(&key), model.get(&key));
            prop_assert_eq!(by_id.count(), model.len() as u64);
            prop_assert_eq!(format!("{by_id:?}"), format!("{model:?}"));
            undo.push((key, old));
        }
        for (key, old) in undo.into_iter().rev() {
            match old {
                Some(value) => by_id.insert(key, value),
                None => by_id.remove(&key),
            };
        }
        prop_assert_eq!(by_id.iter().count(), 0);
    }

    #[test]
    fn indexes_hold_what_was_added_and_not_removed(
        edits in prop::collection::vec((0..4_u128, 0..6_u128, any::<bool>()), 0..60),
    ) {
        let mut index = Index::<UserId, BookingId>::default();
        let mut pairs = Pairs::<UserId, (Instant, BookingId)>::default();
        let mut model = BTreeSet::<(UserId, BookingId)>::new();
        let vacant = format!("{index:?} {pairs:?}");
        for (user, booking, adds) in edits {
            let (user, booking) = (id(user), id(booking));
            let edit = if adds { Edit::Add } else { Edit::Remove };
            edit.index(&mut index, user, booking);
            edit.pair(&mut pairs, user, (at(0), booking));
            if adds { model.insert((user, booking)) } else { model.remove(&(user, booking)) };
        }
        for user in (0..4).map(id) {
            let expected: Vec<_> = model.iter().filter(|(of, _)| *of == user).map(|(_, key)| *key).collect();
            prop_assert_eq!(index.of(user).keys().copied().collect::<Vec<_>>(), expected.clone());
            let beside: Vec<_> = pairs.of(user).map(|(_, booking)| *booking).collect();
            prop_assert_eq!(beside, expected.clone());
            let since = pairs.of_since(user, (at(0), id(3))).map(|(_, booking)| *booking);
            let expected: Vec<_> = expected.into_iter().filter(|booking| *booking >= id(3)).collect();
            prop_assert_eq!(since.collect::<Vec<_>>(), expected);
        }
        for (user, booking) in model {
            Edit::Remove.index(&mut index, user, booking);
            Edit::Remove.pair(&mut pairs, user, (at(0), booking));
        }
        prop_assert_eq!(format!("{index:?} {pairs:?}"), vacant);
    }
}

#[test]
fn ids_that_differ_little_have_hashes_that_differ() {
    let by_id = ById::<UserId, ()>::default();
    let counted = (0..10_000).map(Uuid::from_u128);
    let timed = (1..=10_000).map(|number| Uuid::from_u128((number << 80) | 7));
    let hashes: BTreeSet<u64> =
        counted.chain(timed).map(|uuid| by_id.hash(&UserId::from_uuid(uuid))).collect();
    assert_eq!(hashes.len(), 20_000);
    // The lowest bits choose the bucket, the highest seven tell its entries apart.
    for shift in [0, 57] {
        let parts: BTreeSet<u64> = hashes.iter().map(|hash| (hash >> shift) & 0x7f).collect();
        assert_eq!(parts.len(), 128);
    }
}

#[test]
fn variants_with_the_same_id_have_hashes_that_differ() {
    let by_id = ById::<Account, ()>::default();
    let (payable, in_flight) = (Account::TrainerPayable(id(1)), Account::TrainerInFlight(id(1)));
    assert_ne!(by_id.hash(&payable), by_id.hash(&in_flight));
}

#[test]
fn every_map_hashes_its_own_way() {
    let (one, other) = (ById::<UserId, ()>::default(), ById::<UserId, ()>::default());
    assert_ne!(one.hash(&id(1)), other.hash(&id(1)));
}
