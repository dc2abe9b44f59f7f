//! Cases that take turns, and how long a run of each takes.

use std::{
    hint::black_box,
    rc::Rc,
    time::{Duration, Instant as Stopwatch},
};

/// What is measured.
pub(crate) struct Case {
    pub(crate) name: String,
    run: Box<dyn Fn()>,
    check: Box<dyn Fn()>,
}

impl Case {
    /// Whatever a run makes is made in full, and dropped within what is measured. `check` stops
    /// where it is wrong.
    pub(crate) fn new<T>(
        name: impl Into<String>,
        run: impl Fn() -> T + 'static,
        check: impl Fn(T) + 'static,
    ) -> Self {
        let run = Rc::new(run);
        let checked = Rc::clone(&run);
        Self {
            name: name.into(),
            run: Box::new(move || drop(black_box(run()))),
            check: Box::new(move || check(checked())),
        }
    }

    pub(crate) fn check(&self) {
        (self.check)();
    }

    pub(crate) fn run(&self, times: u32) -> Duration {
        let watch = Stopwatch::now();
        for _ in 0..times {
            (self.run)();
        }
        watch.elapsed()
    }

    /// How often it can run within a slice, at least once.
    fn runs_within(&self, slice: Duration) -> u32 {
        let mut runs = 1;
        while self.run(runs) < slice / 2 {
            runs *= 2;
        }
        runs
    }
}

/// How long one run takes, in nanoseconds: the quartiles of all slices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quartiles {
    pub(crate) first: f64,
    pub(crate) median: f64,
    pub(crate) third: f64,
}

/// Measures each case in so many slices, in turns, so that whatever else the machine does falls on
/// all of them.
pub(crate) fn measure(cases: &[Case], slices: usize, slice: Duration) -> Vec<Quartiles> {
    let runs: Vec<u32> = cases.iter().map(|case| case.runs_within(slice)).collect();
    let mut took = vec![Vec::with_capacity(slices); cases.len()];
    for _ in 0..slices {
        for ((case, &runs), took) in cases.iter().zip(&runs).zip(&mut took) {
            took.push(case.run(runs).as_secs_f64() * 1e9 / f64::from(runs));
        }
    }
    took.into_iter().map(Quartiles::of).collect()
}

impl Quartiles {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let quartile = |quarter| values[(values.len() - 1) * quarter / 4];
        Self { first: quartile(1), median: quartile(2), third: quartile(3) }
    }
}
