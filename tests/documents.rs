//! What the documents say is what the code says.

use sitstay::{booking::Edge, payout::PayoutEdge};

#[test]
fn the_design_record_shows_the_state_machines_of_the_code() {
    let document = include_str!("../DESIGN.md");
    for diagram in [Edge::diagram(), PayoutEdge::diagram()] {
        // With its fences: what stands outside of one is no diagram.
        let diagram = format!(
            "
```mermaid
{diagram}```
"
        );
        assert!(
            document.contains(&diagram),
            "put this into DESIGN.md:
{diagram}"
        );
    }
}

#[test]
fn the_guide_shows_the_program_of_the_first_booking() {
    let guide = include_str!("../src/guide/first_booking.md");
    let visible: Vec<_> = guide.lines().filter(|line| !line.starts_with("# ")).collect();
    let visible = visible.join("\n");
    let steps = [
        ("open", include_str!("../examples/first_booking/open.rs")),
        ("give", include_str!("../examples/first_booking/give.rs")),
        ("trainer", include_str!("../examples/first_booking/trainer.rs")),
        ("owner", include_str!("../examples/first_booking/owner.rs")),
        ("request", include_str!("../examples/first_booking/request.rs")),
        ("payment", include_str!("../examples/first_booking/payment.rs")),
        ("lesson", include_str!("../examples/first_booking/lesson.rs")),
    ];
    for (name, step) in steps {
        // What a file takes from another one is in scope on the page.
        let shown: Vec<_> =
            step.split("\n\n").filter(|part| !part.starts_with("use super::")).collect();
        let shown = format!("\n{}", shown.join("\n\n"));
        assert!(visible.contains(&shown), "put examples/first_booking/{name}.rs into the guide");
    }
}
