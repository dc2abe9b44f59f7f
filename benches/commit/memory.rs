//! The memory backend: nobody to compare with, and above all others.

use std::sync::Arc;

use sitstay::memory::MemoryRepository;

use crate::{
    Options,
    measure::{Library, Setting, compare},
    scene::{Crowd, Scene, settle},
};

pub(crate) async fn run(options: &Options, existing: u64) {
    let repository = Arc::new(MemoryRepository::new());
    settle(&*repository).await;
    let scene = Scene::new();
    let library = Arc::new(Library(repository));
    for number in 0..existing {
        library.0.commit(scene.request(Crowd::Spread, number).into()).await.unwrap();
    }
    let mut next = existing;
    for &crowd in &options.crowds {
        let setting = Setting { backend: "memory", existing, clients: 1, crowd };
        next = compare::<_, Library>(options, setting, next, &library, None).await;
    }
}
