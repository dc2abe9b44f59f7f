use super::fresh;
use crate::{
    conformance::fixtures::Fixtures,
    repository::{AccountQueries as _, ChangeSet, Repository as _, RepositoryError},
    sqlite::writer::Task,
};

#[tokio::test]
async fn a_panic_in_a_read_breaks_no_other() {
    let (repository, _folder) = fresh();
    for _ in 0..10 {
        let broken = repository.read(|_| -> crate::repository::Result<()> { panic!("on purpose") });
        assert!(matches!(broken.await, Err(RepositoryError::Backend { .. })));
    }
    repository.census().await.unwrap();
}

#[tokio::test]
async fn a_panic_in_a_write_leaves_no_trace_and_breaks_no_other() {
    let (repository, _folder) = fresh();
    let user = Fixtures::new().user();
    let before = repository.census().await.unwrap();
    let broken = repository.writer.write(Task::Panic(user.clone())).await;
    assert!(matches!(broken, Err(RepositoryError::Backend { .. })), "{broken:?}");
    assert_eq!(repository.census().await.unwrap(), before);

    repository.commit(ChangeSet::new().inserting(user.clone())).await.unwrap();
    assert!(repository.user(user.id).await.unwrap().is_some());
}
