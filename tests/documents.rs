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
