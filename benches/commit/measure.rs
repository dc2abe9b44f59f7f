//! Slices of requests, by the library and by the plain code in turns, and what comes out of them.

use std::{
    sync::Arc,
    time::{Duration, Instant as Stopwatch},
};

use sitstay::repository::{ChangeSet, Repository, RepositoryError};

use crate::{
    Options,
    scene::{Crowd, Request, Scene},
};

/// Who carries out requests.
pub(crate) trait Contender: Send + Sync + 'static {
    type Work: Send + 'static;

    fn work(request: Request) -> Self::Work;

    /// Carries a request out, and says whether it was not refused.
    fn carry_out(&self, work: Self::Work) -> impl Future<Output = bool> + Send;
}

/// A repository as a service uses it.
pub(crate) struct Library(pub(crate) Arc<dyn Repository>);

impl Contender for Library {
    type Work = ChangeSet;

    fn work(request: Request) -> ChangeSet {
        request.into()
    }

    async fn carry_out(&self, work: ChangeSet) -> bool {
        match self.0.commit(work).await {
            Ok(()) => true,
            Err(RepositoryError::TimeTaken { .. }) => false,
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// How many requests a slice took, and how long they took together.
#[derive(Debug, Clone, Copy)]
struct Slice {
    attempts: u64,
    refused: u64,
    took: Duration,
}

impl Slice {
    fn rate(self) -> f64 {
        self.attempts as f64 / self.took.as_secs_f64()
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) backend: &'static str,
    pub(crate) existing: u64,
    pub(crate) clients: u64,
    pub(crate) crowd: Crowd,
}

/// Measures one setting from the request `next` on, and returns the number of the next one.
pub(crate) async fn compare<L: Contender, R: Contender>(
    options: &Options,
    setting: Setting,
    mut next: u64,
    library: &Arc<L>,
    raw: Option<&Arc<R>>,
) -> u64 {
    let scene = Scene::new();
    let mut attempts = 4 * setting.clients;
    // Warms both up, and finds how many requests fill a slice.
    for _ in 0..6 {
        let slice = run(&scene, setting, next, attempts, library).await;
        if let Some(raw) = raw {
            run(&scene, setting, next, attempts, raw).await;
        }
        next += attempts;
        let fitting = u128::from(attempts) * u128::from(options.slice_ms) * 1_000_000
            / slice.took.as_nanos().max(1);
        attempts = u64::try_from(fitting)
            .unwrap()
            .clamp(attempts, 8 * attempts)
            .next_multiple_of(setting.clients);
    }
    let mut slices = [Vec::new(), Vec::new()];
    let mut refusals = [0, 0];
    for round in 0..options.slices {
        let mut refused = [0, 0];
        for side in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            let slice = match (side, raw) {
                (0, _) => run(&scene, setting, next, attempts, library).await,
                (_, Some(raw)) => run(&scene, setting, next, attempts, raw).await,
                (_, None) => continue,
            };
            refused[side] = slice.refused;
            slices[side].push(slice.rate());
        }
        if setting.crowd == Crowd::Spread {
            assert_eq!(refused, [0, 0], "free time was refused");
        }
        if setting.clients == 1 && raw.is_some() {
            assert_eq!(refused[0], refused[1], "one client's requests come in one order");
        }
        for (all, refused) in refusals.iter_mut().zip(refused) {
            *all += refused;
        }
        next += attempts;
    }
    if setting.crowd == Crowd::Colliding {
        let sides = 1 + usize::from(raw.is_some());
        assert!(refusals[..sides].iter().all(|refused| *refused > 0), "nobody was refused");
    }
    print(setting, &slices);
    next
}

async fn run<C: Contender>(
    scene: &Scene,
    setting: Setting,
    first: u64,
    attempts: u64,
    contender: &Arc<C>,
) -> Slice {
    let mut shares: Vec<Vec<C::Work>> = (0..setting.clients).map(|_| Vec::new()).collect();
    for (number, share) in (first..first + attempts).zip((0..shares.len()).cycle()) {
        shares[share].push(C::work(scene.request(setting.crowd, number)));
    }
    let watch = Stopwatch::now();
    let refused = if shares.len() == 1 {
        // One client needs no thread of its own.
        serve(Arc::clone(contender), shares.swap_remove(0)).await
    } else {
        let serve = |share| serve(Arc::clone(contender), share);
        let clients: tokio::task::JoinSet<u64> = shares.into_iter().map(serve).collect();
        clients.join_all().await.into_iter().sum()
    };
    Slice { attempts, refused, took: watch.elapsed() }
}

/// Carries requests out one after the other, and counts those that are refused.
async fn serve<C: Contender>(contender: Arc<C>, share: Vec<C::Work>) -> u64 {
    let mut refused = 0;
    for work in share {
        refused += u64::from(!contender.carry_out(work).await);
    }
    refused
}

fn print(setting: Setting, [library, raw]: &[Vec<f64>; 2]) {
    let Setting { backend, existing, clients, crowd } = setting;
    let head = format!("{backend:<8} {existing:>9} {clients:>7} {:<9}", crowd.name());
    let ratios: Vec<f64> = library.iter().zip(raw).map(|(library, raw)| library / raw).collect();
    let library = quantile(library, 2);
    if raw.is_empty() {
        println!("{head} {library:>11.0}");
    } else {
        println!(
            "{head} {library:>11.0} {:>11.0} {:>6.2} {:>5.2}-{:.2}",
            quantile(raw, 2),
            quantile(&ratios, 2),
            quantile(&ratios, 1),
            quantile(&ratios, 3),
        );
    }
}

fn quantile(values: &[f64], quarter: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) * quarter / 4]
}
