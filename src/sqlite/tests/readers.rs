use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
};

use rusqlite::Connection;

use crate::sqlite::{readers::Readers, rows::Snapshot};

fn start(count: usize) -> Readers {
    let connections = (0..count).map(|_| Connection::open_in_memory().unwrap());
    Readers::start(connections.collect()).unwrap()
}

#[tokio::test]
async fn one_reader_answers_all_who_wait_in_their_order() {
    let readers = Arc::new(start(1));
    let (order, read) = mpsc::channel();
    let (go, mut held) = mpsc::channel();
    let mut asked = Vec::new();
    for number in 0..20 {
        let (readers, order) = (Arc::clone(&readers), order.clone());
        let held = (number == 0).then(|| std::mem::replace(&mut held, mpsc::channel::<()>().1));
        asked.push(tokio::spawn(async move {
            let work = move |_: Snapshot<'_>| {
                // The first one takes until all have asked.
                if let Some(held) = held {
                    held.recv().unwrap();
                }
                order.send(number).unwrap();
                Ok(number)
            };
            readers.read(work).await
        }));
    }
    tokio::task::yield_now().await;
    // Who stops waiting keeps nobody else from being answered.
    asked.drain(5..7).for_each(|gone| gone.abort());
    go.send(()).unwrap();
    let mut answers = Vec::new();
    for answer in asked {
        answers.push(answer.await.unwrap().unwrap());
    }
    assert_eq!(answers, (0..5).chain(7..20).collect::<Vec<_>>());
    drop((order, readers));
    assert_eq!(read.into_iter().collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_reader_that_read_last_reads_next() {
    let readers = start(3);
    let all = Arc::new(Barrier::new(3));
    let meet = || {
        let all = Arc::clone(&all);
        readers.read(move |_| Ok(all.wait().is_leader()))
    };
    // Each of the three does one of these, and is idle by then.
    let (one, two, three) = tokio::join!(meet(), meet(), meet());
    assert_eq!([one, two, three].into_iter().filter(|led| *led.as_ref().unwrap()).count(), 1);
    let mut threads = Vec::new();
    for _ in 0..20 {
        threads.push(readers.read(|_| Ok(thread::current().id())).await.unwrap());
    }
    threads.dedup();
    assert_eq!(threads.len(), 1);
}
