//! What the documents say is what the code says.

use sitstay::booking::Edge;

#[test]
fn the_design_record_shows_the_state_machine_of_the_code() {
    let document = include_str!("../DESIGN.md");
    // With its fences: what stands outside of one is no diagram.
    let diagram = format!("\n```mermaid\n{}```\n", Edge::diagram());
    assert!(document.contains(&diagram), "put this into DESIGN.md:\n{diagram}");
}
