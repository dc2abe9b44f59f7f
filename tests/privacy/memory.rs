use std::sync::Arc;

use sitstay::memory::MemoryRepository;

use super::{
    story::{Story, VICTIMS},
    telling,
};

#[tokio::test]
async fn memory_tells_nothing_of_whom_it_erased() {
    for victim in VICTIMS {
        let mut story = Story::tell(Arc::new(MemoryRepository::new())).await;
        telling::check(&mut story, victim).await;
    }
}
