use std::{future::poll_fn, pin::Pin, task::Poll};

/// As many reads as a store answers at once without others having to wait long.
const AT_ONCE: usize = 16;

/// Waits for many reads, some at a time, and returns their answers in order.
pub(super) async fn together<T, E, F>(reads: impl IntoIterator<Item = F>) -> Result<Vec<T>, E>
where
    F: Future<Output = Result<T, E>>,
{
    let mut reads = reads.into_iter();
    let mut answers = Vec::new();
    loop {
        let group: Vec<F> = reads.by_ref().take(AT_ONCE).collect();
        if group.is_empty() {
            return Ok(answers);
        }
        for answer in all(group).await {
            answers.push(answer?);
        }
    }
}

async fn all<F: Future>(group: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<Pin<Box<F>>> = group.into_iter().map(Box::pin).collect();
    let mut answers: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    poll_fn(move |context| {
        for (read, answer) in waiting.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let Poll::Ready(output) = read.as_mut().poll(context)
            {
                *answer = Some(output);
            }
        }
        if answers.iter().any(Option::is_none) {
            return Poll::Pending;
        }
        Poll::Ready(answers.iter_mut().filter_map(Option::take).collect())
    })
    .await
}
