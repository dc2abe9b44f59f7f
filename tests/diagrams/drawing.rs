//! Draws a machine as SVG that stands in a page of the documentation: it takes the page's colour, so
//! that it fits light and dark themes.

use std::fmt::Write as _;

use super::{
    layouts::{Anchor, Layout, Place},
    machine::{Arrow, Ends, Machine, words},
};

/// Half the width and half the height of a state.
const STATE: Place = Place { x: 52, y: 17 };
/// The same of the dot from which everything begins.
const DOT: Place = Place { x: 10, y: 10 };
/// How far the two arrows of a pair are moved apart.
const APART: i32 = 8;
const LINE: i32 = 16;

/// Draws a machine, as HTML without blank lines.
pub(super) fn draw(machine: &Machine, layout: &Layout) -> String {
    layout.check(machine);
    let (name, Place { x: width, y: height }) = (machine.name, layout.size);
    // Writing to a string cannot fail.
    let mut svg = format!(
        "<div style=\"overflow-x: auto\">\n\
         <svg role=\"img\" aria-label=\"The states of a {name}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" style=\"min-width: {width}px\" \
         font-family=\"Fira Sans, Arial, sans-serif\" font-size=\"13\" fill=\"currentColor\" \
         stroke=\"none\">\n\
         <defs><marker id=\"tip-{name}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" \
         markerHeight=\"8\" orient=\"auto\"><path d=\"M0 1 L10 5 L0 9 z\"/></marker></defs>\n"
    );
    for ends in machine.ends() {
        let (from, to) = line(machine, layout, ends);
        let _ = writeln!(
            svg,
            "<path d=\"M{} {} L{} {}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.6\" \
             stroke-width=\"1.5\" marker-end=\"url(#tip-{name})\"/>",
            from.x, from.y, to.x, to.y
        );
    }
    for &(state, place) in layout.states {
        draw_state(&mut svg, state, place, machine.is_final(state));
    }
    if let Some(Place { x, y }) = layout.begin {
        let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"7\"/>");
    }
    for ends in machine.ends() {
        let arrows = machine.arrows.iter().filter(|arrow| arrow.ends == ends);
        draw_label(&mut svg, arrows, layout.label(ends));
    }
    svg.push_str("</svg>\n</div>\n");
    svg
}

fn draw_state(svg: &mut String, state: &str, Place { x, y }: Place, is_final: bool) {
    let frame = |svg: &mut String, less: i32, fill: &str| {
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"#4a90d9\" \
             fill-opacity=\"{fill}\" stroke=\"#4a90d9\" stroke-width=\"1.5\"/>",
            x - STATE.x + less,
            y - STATE.y + less,
            2 * (STATE.x - less),
            2 * (STATE.y - less),
            10 - less
        );
    };
    frame(svg, 0, "0.15");
    if is_final {
        frame(svg, 4, "0");
    }
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-weight=\"500\">{}</text>",
        y + 5,
        words(state)
    );
}

/// Writes what happens on the way, line below line.
fn draw_label<'a>(
    svg: &mut String,
    arrows: impl Iterator<Item = &'a Arrow>,
    (place, anchor, width): (Place, Anchor, usize),
) {
    let mut y = place.y;
    for arrow in arrows {
        let by = if arrow.by.is_empty() { String::new() } else { format!(" {}", arrow.by) };
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{y}\" text-anchor=\"{}\"><tspan font-weight=\"500\">{}</tspan>{by}</text>",
            place.x,
            anchor.code(),
            arrow.verb
        );
        y += LINE;
        for line in wrapped(&arrow.condition, width) {
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{y}\" text-anchor=\"{}\" font-size=\"12\" fill-opacity=\"0.7\">{line}</text>",
                place.x,
                anchor.code()
            );
            y += LINE;
        }
    }
}

/// Cuts words into lines of at most so many characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Returns where an arrow begins and ends: at the frames of its states, beside its counterpart if it
/// has one.
fn line(machine: &Machine, layout: &Layout, ends: Ends) -> (Place, Place) {
    let (from, to) = ends;
    let (mut start, mut end) = (layout.place(from), layout.place(Some(to)));
    if from.is_some_and(|from| machine.ends().contains(&(Some(to), from))) {
        let (dx, dy) = (end.x - start.x, end.y - start.y);
        for place in [&mut start, &mut end] {
            if dx.abs() > dy.abs() {
                place.y += APART * dx.signum();
            } else {
                place.x += APART * dy.signum();
            }
        }
    }
    let half = if from.is_some() { STATE } else { DOT };
    (frame(start, end, half), frame(end, start, STATE))
}

/// Returns where the line from the middle of a box to somewhere else leaves the box.
fn frame(middle: Place, other: Place, half: Place) -> Place {
    let (dx, dy) = (other.x - middle.x, other.y - middle.y);
    if dx.abs() * half.y > dy.abs() * half.x {
        Place { x: middle.x + half.x * dx.signum(), y: middle.y + dy * half.x / dx.abs() }
    } else {
        Place { x: middle.x + dx * half.y / dy.abs(), y: middle.y + half.y * dy.signum() }
    }
}
