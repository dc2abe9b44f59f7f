//! Busy time of another calendar: imported in one commit, and in the way of lessons from then on.

use super::{
    fixtures::{at, between, days_later, minute, minutes},
    town::{Town, code, early, reasons},
    world::{World, first, race},
};
use crate::{
    availability::IntervalSet,
    command::Actor,
    ids::BookingId,
    platform::{
        CalendarWritten, Error, ImportBusyTime, LessonSought, OutsideLesson, SlotQuery, UnblockTime,
    },
    repository::{Table, Versioned},
    time::{Instant, Interval},
    trainer::{BlockSource, TimeBlock},
};

impl Town {
    async fn imports(
        &self,
        busy: impl IntoIterator<Item = Interval>,
        now: Instant,
    ) -> Result<CalendarWritten, Error> {
        self.gives(self.trainer(), now, ImportBusyTime { busy: busy.into_iter().collect() }).await
    }

    /// The trainer's blocks that are not long over, by start.
    async fn blocks(&self) -> Vec<Versioned<TimeBlock>> {
        self.desk_of(self.cast.trainer_user.id, early()).await.blocks
    }

    /// The trainer's imported busy time that is not long over.
    async fn imported(&self) -> IntervalSet {
        let blocks = self.blocks().await;
        let imported = blocks.iter().filter(|block| block.source == BlockSource::Imported);
        imported.map(|block| block.during).collect()
    }

    async fn listed(&self) -> Vec<Instant> {
        let lesson = LessonSought::Service(self.cast.service.id);
        let range = between("06:00", "22:00");
        let query = SlotQuery { trainer: self.cast.trainer.id, lesson, dog: None, range };
        self.platform.slots(Actor::Anonymous, query, early()).await.unwrap().starts
    }
}

fn written(outside: impl IntoIterator<Item = (BookingId, Instant)>) -> CalendarWritten {
    let outside = outside.into_iter().map(|(booking, start)| OutsideLesson { booking, start });
    CalendarWritten { outside: outside.collect() }
}

pub(super) async fn imported_busy_time_blocks_slots(world: World) {
    let town = Town::new(world).await;
    let free = town.listed().await;
    let busy = [between("10:00", "11:00"), between("15:30", "15:45")];
    assert_eq!(town.imports(busy, early()).await.unwrap(), written([]));
    let meets = |start: Instant| {
        let lesson = Interval::new(start, start.saturating_add(chrono::TimeDelta::hours(1)));
        busy.iter().any(|busy| busy.overlaps(lesson.unwrap()))
    };
    let left: Vec<_> = free.iter().copied().filter(|&start| !meets(start)).collect();
    assert_eq!(town.listed().await, left);
    for start in ["09:15", "10:45", "14:45", "15:30"].map(at) {
        assert_eq!(reasons(town.requests(start, early()).await), ["outside_availability"]);
    }
    town.requests(at("11:00"), early()).await.unwrap();

    // Once nothing is busy any more, all is free again.
    town.imports([], early()).await.unwrap();
    assert_eq!(town.blocks().await, []);
    town.requests(at("15:00"), early()).await.unwrap();
}

pub(super) async fn an_import_replaces_what_was_imported_before(world: World) {
    let town = Town::new(world).await;
    let make = &town.make;
    let block =
        |during, source| TimeBlock { source, ..make.time_block(&town.cast.trainer, during) };
    let imported = |during| block(during, BlockSource::Imported);
    let own = block(between("10:00", "11:00"), BlockSource::Manual);
    // Over at six in the morning, when everything is imported, and still running.
    let yesterday = Interval::new(days_later(early(), -1), early()).unwrap();
    let over = imported(yesterday);
    let running = imported(Interval::new(days_later(early(), -1), at("06:30")).unwrap());
    let (kept, twin) = (imported(between("12:00", "13:00")), imported(between("12:00", "13:00")));
    let gone = imported(between("14:00", "15:00"));
    for row in [&own, &over, &running, &kept, &twin, &gone] {
        town.insert(row.clone()).await;
    }
    let another = Town::new(town.world.clone()).await;
    another.imports([between("14:00", "15:00")], early()).await.unwrap();

    let busy = [
        running.during,
        // Touching ones are one.
        between("10:00", "10:30"),
        between("10:30", "11:00"),
        kept.during,
        between("14:00", "14:59"),
        // Over too.
        Interval::new(days_later(early(), -3), days_later(early(), -2)).unwrap(),
    ];
    town.imports(busy, early()).await.unwrap();
    let desk = town.desk_of(town.cast.trainer_user.id, days_later(early(), -30)).await;
    let mut rows: Vec<_> = desk.blocks.iter().map(|row| (row.during, row.source)).collect();
    let mut expected = [
        (over.during, BlockSource::Imported),
        (running.during, BlockSource::Imported),
        (own.during, BlockSource::Manual),
        (own.during, BlockSource::Imported),
        (kept.during, BlockSource::Imported),
        (between("14:00", "14:59"), BlockSource::Imported),
    ];
    let by_time = |(during, source): &(Interval, BlockSource)| (*during, source.code());
    expected.sort_by_key(by_time);
    rows.sort_by_key(by_time);
    assert_eq!(rows, expected);
    for stays in [&own, &over, &running] {
        assert!(desk.blocks.contains(&first(stays)), "{stays:?} was written again");
    }
    assert!([&kept, &twin].iter().any(|stays| desk.blocks.contains(&first(stays))));
    assert_eq!(another.imported().await, between("14:00", "15:00").into());

    // The same again writes no block, and one imported block can be opened by hand.
    let before = town.count(Table::TimeBlock).await;
    town.imports(busy, early()).await.unwrap();
    assert_eq!(town.count(Table::TimeBlock).await, before);
    let block = town.blocks().await.iter().find(|row| row.during == kept.during).unwrap().id;
    town.gives(town.trainer(), early(), UnblockTime { block }).await.unwrap();
    assert!(town.imported().await.is_free(kept.during));
}

pub(super) async fn an_import_names_the_lessons_that_are_outside(world: World) {
    let town = Town::new(world).await;
    let met = town.accepted(between("09:00", "10:00")).await;
    let touched = town.accepted(between("11:00", "12:00")).await;
    let lapsed = town.held_until(between("15:00", "16:00"), early()).await;
    let busy = [between("09:59", "11:00"), between("15:00", "16:00")];
    let told = town.imports(busy, early()).await.unwrap();
    assert_eq!(told, written([(met.id, at("09:00"))]));
    for lesson in [&met, &touched, &lapsed] {
        assert_eq!(&town.file_of(lesson.id).await.booking, lesson, "an import moves no lesson");
    }
    let calendar = town.platform.own_calendar(town.trainer(), early()).await.unwrap();
    assert_eq!(calendar.outside, told.outside);
    assert_eq!(town.imports([], early()).await.unwrap(), written([]));
}

pub(super) async fn an_import_has_a_bound(world: World) {
    let town = Town::new(world).await;
    let every_other_minute =
        |first: i64, count: usize| (0..count as i64).map(move |n| minutes(first + 2 * n, 1));
    let max = ImportBusyTime::MAX_STRETCHES;
    let begun = 6 * 60;
    let refused = town.imports(every_other_minute(begun, max + 1), early()).await;
    assert_eq!(code(refused), "trainer.too_much_busy_time");
    assert_eq!(town.blocks().await, []);
    town.imports(every_other_minute(begun, max), early()).await.unwrap();
    assert_eq!(town.blocks().await.len(), max);
    // All of them go and as many others come, at once.
    town.imports(every_other_minute(begun + 1, max), early()).await.unwrap();
    let blocks = town.blocks().await;
    assert_eq!(blocks.len(), max);
    assert_eq!(blocks[0].during.start(), minute(begun + 1));
}

pub(super) async fn racing_imports_leave_one_of_them(world: World) {
    let town = Town::new(world).await;
    // Each calendar has a time of its own, and one that all share.
    let calendars: Vec<[Interval; 2]> =
        (0..6).map(|n| [minutes(600 + 30 * n, 10), between("18:00", "19:00")]).collect();
    for _ in 0..3 {
        let imports = calendars.iter().map(|&busy| {
            let town = town.clone();
            async move { town.imports(busy, early()).await }
        });
        for outcome in race(imports.collect::<Vec<_>>()).await {
            outcome.unwrap();
        }
        let left = town.imported().await;
        let is_left = |busy: &[Interval; 2]| IntervalSet::from(busy.to_vec()) == left;
        assert_eq!(calendars.iter().filter(|busy| is_left(busy)).count(), 1, "{left:?}");
        assert_eq!(town.blocks().await.len(), 2, "the shared time is there once");
    }
}
