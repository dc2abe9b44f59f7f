//! The memory backend: nobody to compare with, and above all others. Where there are several clients,
//! they are on threads of their own, because it answers without ever waiting.

use std::sync::Arc;

use sitstay::memory::MemoryRepository;

use crate::{
    Options,
    measure::{Library, Setting, compare},
    scene::{Crowd, Scene},
};

/// How many times shorter a slice is than those of other backends, and how many times as many there are.
/// A long one would hold a hundred thousand requests, and most of the time would go into fetching them
/// from far memory, while a service commits what it has just put together.
const SHORTER: u64 = 100;

pub(crate) async fn run(options: &Options, existing: u64) {
    let shorter = SHORTER.min(options.slice_ms).max(1);
    let options = &Options {
        slices: options.slices * usize::try_from(shorter).unwrap(),
        slice_ms: options.slice_ms / shorter,
        ..options.clone()
    };
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
