//! What the documents say is what the code says.

use sitstay::{booking::Edge, payout::PayoutEdge};

#[test]
fn the_design_record_shows_the_state_machines_of_the_code() {
    let document = include_str!("../DESIGN.md");
    for diagram in [Edge::diagram(), PayoutEdge::diagram()] {
        let is_shown = document.contains(&format!("```mermaid\n{diagram}```"));
        assert!(is_shown, "put this into DESIGN.md:\n\n```mermaid\n{diagram}```");
    }
}
