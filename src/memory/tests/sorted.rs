use std::{
    collections::BTreeMap,
    ops::Bound::{self, Excluded, Included, Unbounded},
};

use proptest::prelude::*;

use crate::memory::sorted::Sorted;

/// What happens to some hundred keys, so that runs are filled, cut and emptied.
#[derive(Debug, Clone)]
struct Step {
    inserts: bool,
    first: u16,
    stride: u16,
    count: u16,
    backwards: bool,
}

impl Step {
    fn keys(&self) -> Vec<u16> {
        let keys = (0..self.count).map(|number| (self.first + number * self.stride) % 4_000);
        if self.backwards { keys.rev().collect() } else { keys.collect() }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let stride = prop::sample::select(vec![1, 2, 7, 1_237]);
    let step = (prop::bool::weighted(0.7), 0..4_000_u16, stride, 1..600_u16, any::<bool>());
    let step = step.prop_map(|(inserts, first, stride, count, backwards)| {
        // Far strides go round.
        let count = if stride > 7 { count.min(40) } else { count };
        Step { inserts, first, stride, count, backwards }
    });
    prop::collection::vec(step, 1..12)
}

/// A write, and how it is undone: by putting back what it returned.
fn put(sorted: &mut Sorted<u16, u32>, key: u16, value: Option<u32>) -> Option<u32> {
    match value {
        Some(value) => sorted.insert(key, value),
        None => sorted.remove(&key),
    }
}

fn assert_same(sorted: &Sorted<u16, u32>, model: &BTreeMap<u16, u32>) {
    let entries: Vec<_> = model.iter().map(|(key, value)| (*key, *value)).collect();
    assert_eq!(sorted.iter().copied().collect::<Vec<_>>(), entries);
    assert_eq!(sorted.count(), entries.len() as u64);
    assert_eq!(sorted.is_empty(), entries.is_empty());
    assert_eq!(sorted.least(), entries.first().map(|(key, _)| *key));
    assert_eq!(sorted.greatest(), entries.last().map(|(key, _)| *key));
    assert_eq!(format!("{sorted:?}"), format!("{model:?}"));
}

fn assert_same_around(sorted: &Sorted<u16, u32>, model: &BTreeMap<u16, u32>, key: u16) {
    assert_eq!(sorted.get(&key), model.get(&key));
    let from = sorted.from(key).map(|(key, value)| (key, value));
    assert!(from.eq(model.range(key..)), "from {key}");
    let ends: [Bound<u16>; 3] = [Unbounded, Included(key), Excluded(key)];
    for end in ends {
        let up_to = sorted.up_to(end).map(|(key, value)| (key, value));
        assert!(up_to.eq(model.range((Unbounded, end)).rev()), "up to {end:?}");
    }
}

proptest! {
    // Each case writes thousands of keys.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_sorted_map_does_what_a_tree_does_and_undoes_it(steps in steps(), asked in 0..4_000_u16) {
        let mut sorted = Sorted::default();
        let mut model = BTreeMap::new();
        let mut undo = Vec::new();
        let mut written = 0;
        for step in steps {
            for key in step.keys() {
                written += 1;
                let value = step.inserts.then_some(written);
                let old = put(&mut sorted, key, value);
                let expected = match value {
                    Some(value) => model.insert(key, value),
                    None => model.remove(&key),
                };
                prop_assert_eq!(old, expected);
                undo.push((key, old));
            }
            assert_same(&sorted, &model);
            for key in [0, asked, step.first, step.keys()[0], u16::MAX] {
                assert_same_around(&sorted, &model, key);
            }
        }
        for (key, old) in undo.into_iter().rev() {
            put(&mut sorted, key, old);
        }
        assert_same(&sorted, &BTreeMap::new());
    }
}

#[test]
fn the_runs_of_a_list_that_lost_most_entries_are_still_searched() {
    let mut sorted = Sorted::default();
    let mut model = BTreeMap::new();
    for key in 0..3_000_u16 {
        sorted.insert(key, 0);
        model.insert(key, 0);
    }
    for key in (0..3_000).filter(|key| key % 300 != 0) {
        assert_eq!(sorted.remove(&key), Some(0));
        model.remove(&key);
    }
    assert_same(&sorted, &model);
    for key in 0..3_000 {
        assert_same_around(&sorted, &model, key);
    }
}
