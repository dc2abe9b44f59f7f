//! The algebra of intervals against `rangemap`.

use proptest::prelude::*;
use rangemap::RangeSet;
use sitstay::{availability::IntervalSet, time::Interval};

use crate::oracle::{at, between};

fn intervals() -> impl Strategy<Value = Vec<Interval>> {
    let interval =
        (0..200_i64, 1..40_i64).prop_map(|(start, length)| between(start, start + length));
    prop::collection::vec(interval, 0..30)
}

fn ranges(intervals: &[Interval]) -> RangeSet<i64> {
    intervals.iter().map(|interval| seconds(*interval)).collect()
}

fn seconds(interval: Interval) -> std::ops::Range<i64> {
    interval.start().as_seconds()..interval.end().as_seconds()
}

fn same(set: &IntervalSet, ranges: &RangeSet<i64>) -> Result<(), TestCaseError> {
    let ours: Vec<_> = set.iter().map(seconds).collect();
    let theirs: Vec<_> = ranges.iter().cloned().collect();
    prop_assert_eq!(ours, theirs);
    Ok(())
}

proptest! {
    #[test]
    fn sets_agree_with_rangemap(left in intervals(), right in intervals(), probe in intervals()) {
        let (set, other) = (IntervalSet::from_iter(left.clone()), IntervalSet::from_iter(right.clone()));
        let (range_set, other_ranges) = (ranges(&left), ranges(&right));
        same(&set, &range_set)?;
        prop_assert_eq!(set.is_empty(), left.is_empty());
        prop_assert!(set.clone().into_iter().eq(set.iter()));

        same(&set.union(&other), &range_set.union(&other_ranges).collect())?;

        let mut difference = range_set.clone();
        for range in other_ranges.iter() {
            difference.remove(range.clone());
        }
        same(&set.subtract(&other), &difference)?;

        for probe in probe {
            let clipped = range_set.intersection(&ranges(&[probe])).collect();
            same(&set.clip(probe), &clipped)?;
            prop_assert_eq!(set.is_free(probe), !range_set.overlaps(&seconds(probe)));
            prop_assert_eq!(set.covers(probe), range_set.gaps(&seconds(probe)).next().is_none());
            let start = probe.start().as_seconds();
            prop_assert_eq!(set.contains(at(start)), range_set.contains(&start));
        }
    }
}

#[test]
fn a_set_keeps_its_form_in_json() {
    let set: IntervalSet =
        [between(60, 120), between(0, 60), between(180, 240)].into_iter().collect();
    let json = serde_json::to_string(&set).unwrap();
    assert_eq!(
        json,
        r#"[{"start":"1970-01-01T00:00:00Z","end":"1970-01-01T00:02:00Z"},{"start":"1970-01-01T00:03:00Z","end":"1970-01-01T00:04:00Z"}]"#
    );
    assert_eq!(serde_json::from_str::<IntervalSet>(&json).unwrap(), set);
}
