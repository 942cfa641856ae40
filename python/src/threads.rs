//! The threads of one process.
//!
//! In: work. Out: its result, computed on threads that belong to this process.
//!
//! A process that Python forks has none of its parent's threads, and work handed to them would never
//! end. So the threads are made anew in each process that asks for them.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// The pool of this process; `None` if the system gives no threads.
fn pool() -> Option<Arc<ThreadPool>> {
    let process = std::process::id();
    let mut held = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    match &*held {
        Some((owner, pool)) if *owner == process => Some(Arc::clone(pool)),
        _ => {
            let made = Arc::new(ThreadPoolBuilder::new().build().ok()?);
            // To drop the parent's pool would wait for threads that are not here.
            std::mem::forget(held.replace((process, Arc::clone(&made))));
            Some(made)
        }
    }
}

/// Runs `work` on the threads of this process: as many as `RAYON_NUM_THREADS` says, or as there are
/// cores. The caller has let go of the interpreter.
pub(crate) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match pool() {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
