//! The memory backend: nobody to compare with, and above all others. Its clients are on threads of
//! their own, because it answers without ever waiting.

use std::sync::Arc;

use sitstay::memory::MemoryRepository;

use crate::{
    Options,
    measure::{Library, Setting, compare},
    scene::{Crowd, Scene},
};

pub(crate) async fn run(options: &Options, existing: u64) {
    let repository = Arc::new(MemoryRepository::new());
    let scene = Scene::new();
    scene.settle(&*repository).await;
    let library = Arc::new(Library(repository));
    for number in 0..existing {
        library.0.commit(scene.request(Crowd::Spread, number).into()).await.unwrap();
    }
    let mut next = existing;
    for &crowd in &options.crowds {
        for &clients in &options.clients {
            let setting = Setting { backend: "memory", existing, clients, crowd };
            next = compare::<_, Library>(options, setting, next, &library, None).await;
        }
    }
}
