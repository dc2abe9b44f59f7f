//! The picture itself: a column for each day, a line for each hour.

use std::fmt::{self, Write as _};

use super::week::{DAYS, Lesson, Stretch, Week};

const LEFT: i64 = 58;
const TOP: i64 = 86;
const COLUMN: i64 = 124;
const HOUR: i64 = 46;
const FIRST_HOUR: i64 = 8;
const LAST_HOUR: i64 = 20;
const WIDTH: i64 = LEFT + 7 * COLUMN + 18;
const BOTTOM: i64 = TOP + (LAST_HOUR - FIRST_HOUR) * HOUR;
const HEIGHT: i64 = BOTTOM + 54;

/// A text is a small piece of the picture as it is written.
struct Svg(String);

impl Svg {
    fn add(&mut self, piece: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.0.write_fmt(piece);
        self.0.push('\n');
    }

    /// Adds a rectangle where a stretch is, a little smaller on each side.
    fn stretch(&mut self, at: Stretch, less: i64, look: &str) {
        let (top, bottom) = (y(at.from), y(at.to));
        if top < bottom {
            self.add(format_args!(
                r#"<rect x="{}" y="{top}" width="{}" height="{}" {look}/>"#,
                x(at.day) + less,
                COLUMN - 2 * less,
                bottom - top
            ));
        }
    }

    fn text(&mut self, x: i64, y: i64, look: &str, text: &str) {
        self.add(format_args!(r#"<text x="{x}" y="{y}" {look}>{text}</text>"#));
    }
}

const fn x(day: i64) -> i64 {
    LEFT + day * COLUMN
}

/// Where a minute of the day is; what lies outside of the picture stands at its edge.
fn y(minute: i64) -> i64 {
    let shown = minute.clamp(FIRST_HOUR * 60, LAST_HOUR * 60) - FIRST_HOUR * 60;
    TOP + shown * HOUR / 60
}

/// Draws a week.
pub(crate) fn draw(week: &Week) -> String {
    let mut svg = Svg(String::new());
    svg.add(format_args!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#24313f">"##
    ));
    svg.add(format_args!("<title>{}</title>", escaped(&week.title)));
    svg.add(format_args!(
        r##"<defs><pattern id="buffer" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#dbe8f6"/><path d="M0 0V6" stroke="#9dbde0" stroke-width="3"/></pattern><pattern id="block" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="7" height="7" fill="#e6e3df"/><path d="M0 0V7" stroke="#c9c4bd" stroke-width="3"/></pattern></defs>"##
    ));
    svg.add(format_args!(
        r##"<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="#fbfaf8" stroke="#d8d5d0"/>"##
    ));
    svg.text(18, 30, r#"font-size="16" font-weight="bold""#, &escaped(&week.title));
    draw_days(&mut svg, week);
    draw_time(&mut svg, week);
    draw_legend(&mut svg);
    svg.0.push_str("</svg>\n");
    svg.0
}

fn draw_days(svg: &mut Svg, week: &Week) {
    for (day, date) in (0_i64..).zip(week.first.iter_days().take(DAYS)) {
        let middle = x(day) + COLUMN / 2;
        let look = r#"text-anchor="middle" font-weight="bold""#;
        svg.text(middle, 58, look, &date.format("%a %-d %b").to_string());
        if let Some((_, words)) = week.notes.iter().find(|(known, _)| *known == day) {
            let look = r##"text-anchor="middle" font-size="11" fill="#b3541e""##;
            svg.text(middle, 75, look, words);
        }
    }
}

fn draw_time(svg: &mut Svg, week: &Week) {
    let (height, width) = (BOTTOM - TOP, 7 * COLUMN);
    svg.add(format_args!(
        r##"<rect x="{LEFT}" y="{TOP}" width="{width}" height="{height}" fill="#efede9"/>"##
    ));
    for &open in &week.open {
        svg.stretch(open, 0, r##"fill="#ffffff""##);
    }
    for hour in FIRST_HOUR..=LAST_HOUR {
        let line = y(hour * 60);
        svg.add(format_args!(
            r##"<path d="M{LEFT} {line}h{width}" stroke="#dedad4" stroke-width="1"/>"##
        ));
        let look = r##"text-anchor="end" font-size="11" fill="#6b7682""##;
        svg.text(LEFT - 8, line + 4, look, &format!("{hour:02}:00"));
    }
    for day in 0..=7 {
        svg.add(format_args!(
            r##"<path d="M{} {TOP}v{height}" stroke="#cfcbc4" stroke-width="1"/>"##,
            x(day)
        ));
    }
    for &start in &week.starts {
        draw_start(svg, start);
    }
    for &blocked in &week.blocked {
        svg.stretch(blocked, 1, r#"fill="url(#block)""#);
        svg.text(
            x(blocked.day) + COLUMN / 2,
            (y(blocked.from) + y(blocked.to)) / 2 + 4,
            r##"text-anchor="middle" fill="#6b645b""##,
            "blocked",
        );
    }
    for &taken in &week.taken {
        svg.stretch(taken, 5, r#"rx="6" fill="url(#buffer)""#);
    }
    for lesson in &week.lessons {
        draw_lesson(svg, lesson);
    }
}

/// A bar as long as half an hour, so that the bars of starts on a grid of that do not meet.
fn draw_start(svg: &mut Svg, start: Stretch) {
    let (left, top) = (x(start.day) + 8, y(start.from) + 2);
    svg.add(format_args!(
        r##"<rect x="{left}" y="{top}" width="{}" height="18" rx="4" fill="#e4f3e8"/>"##,
        COLUMN - 16
    ));
    svg.add(format_args!(
        r##"<rect x="{left}" y="{top}" width="4" height="18" rx="2" fill="#3f9a5c"/>"##
    ));
    let time = format!("{:02}:{:02}", start.from / 60, start.from % 60);
    svg.text(left + 11, top + 13, r##"font-size="11" fill="#2f7a47""##, &time);
}

fn draw_lesson(svg: &mut Svg, Lesson { at, words, is_pending }: &Lesson) {
    let (frame, ink) = if *is_pending {
        (
            r##"rx="6" fill="#ffffff" stroke="#2f6db3" stroke-width="1.5" stroke-dasharray="5 3""##,
            "#2f6db3",
        )
    } else {
        (r##"rx="6" fill="#2f6db3""##, "#ffffff")
    };
    svg.stretch(*at, 5, frame);
    let (left, top) = (x(at.day) + 13, y(at.from));
    let look = format!(r#"font-weight="bold" fill="{ink}""#);
    svg.text(left, top + 18, &look, &escaped(words));
    let (from, to) = (at.from, at.to);
    let time = format!("{:02}:{:02}–{:02}:{:02}", from / 60, from % 60, to / 60, to % 60);
    let time = if *is_pending { format!("{time}?") } else { time };
    svg.text(left, top + 34, &format!(r#"font-size="11" fill="{ink}""#), &time);
}

fn draw_legend(svg: &mut Svg) {
    let entries = [
        (r##"fill="#2f6db3""##, "lesson", 86),
        (
            r##"fill="#ffffff" stroke="#2f6db3" stroke-dasharray="4 2""##,
            "asked for, not answered",
            190,
        ),
        (r#"fill="url(#buffer)""#, "buffer", 86),
        (r##"fill="#e4f3e8" stroke="#3f9a5c""##, "a lesson can start", 150),
        (r##"fill="#ffffff" stroke="#cfcbc4""##, "open", 76),
        (r#"fill="url(#block)""#, "blocked", 92),
        (r##"fill="#efede9" stroke="#cfcbc4""##, "closed", 80),
    ];
    let (mut left, top) = (LEFT, BOTTOM + 20);
    for (look, words, width) in entries {
        svg.add(format_args!(
            r#"<rect x="{left}" y="{top}" width="16" height="14" rx="3" {look}/>"#
        ));
        svg.text(left + 22, top + 11, "", words);
        left += width;
    }
}

/// Writes text so that it is text in XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
