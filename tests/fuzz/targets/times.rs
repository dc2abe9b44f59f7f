#![no_main]

use libfuzzer_sys::fuzz_target;
use sitstay::{
    availability::Window,
    time::{Instant, Interval, WallTime, ZoneId},
};
use sitstay_fuzz::settles;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let lines: Vec<&str> = text.lines().take(8).collect();
    for line in &lines {
        settles::<Instant>(line);
        settles::<WallTime>(line);
        settles::<ZoneId>(line);
    }
    for pair in lines.windows(2) {
        let [start, end] = [pair[0], pair[1]];
        if let Ok(interval) = Interval::parse(start, end) {
            assert!(interval.start() < interval.end());
            let again = Interval::parse(&interval.start().to_string(), &interval.end().to_string());
            assert_eq!(again, Ok(interval));
        }
        // Parsed or refused.
        let _ = Window::parse(start, end);
        // In every zone every instant has a date.
        if let (Ok(zone), Ok(at)) = (start.parse::<ZoneId>(), end.parse::<Instant>()) {
            let _ = zone.zone().date(at);
        }
    }
});
