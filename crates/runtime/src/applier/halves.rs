//! Work on many cells that needs nothing of each other, shared between the loop's thread and one more.

use std::panic::resume_unwind;

/// Fewer are done sooner than a thread starts.
const SHARED_MIN: usize = 256;

/// `f` of each, in order. A panic in it comes out here.
pub(super) fn map<T: Send, R: Send>(mut items: Vec<T>, f: impl Fn(T) -> R + Sync) -> Vec<R> {
    if items.len() < SHARED_MIN {
        return items.into_iter().map(f).collect();
    }
    let second = items.split_off(items.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| second.into_iter().map(&f).collect::<Vec<R>>());
        let mut done: Vec<R> = items.into_iter().map(&f).collect();
        done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        done
    })
}
