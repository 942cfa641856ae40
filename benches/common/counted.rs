//! Counts allocated bytes: resident memory would depend on what the process did before.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Wraps around: what was allocated before counting began may be given back since.
static BYTES: AtomicUsize = AtomicUsize::new(0);

/// While off, timed threads do not wait for a shared count.
static IS_ON: AtomicBool = AtomicBool::new(false);

#[global_allocator]
static COUNTED: Counted = Counted;

/// Runs `work`, and counts the bytes it allocated and kept, as requested from the allocator.
pub(crate) fn kept<R>(work: impl FnOnce() -> R) -> (R, u64) {
    let before = BYTES.load(Ordering::Relaxed);
    IS_ON.store(true, Ordering::Relaxed);
    let result = work();
    IS_ON.store(false, Ordering::Relaxed);
    let more = BYTES.load(Ordering::Relaxed).wrapping_sub(before);
    (result, more.cast_signed().max(0) as u64)
}

fn add(bytes: usize) {
    if IS_ON.load(Ordering::Relaxed) {
        BYTES.fetch_add(bytes, Ordering::Relaxed);
    }
}

fn subtract(bytes: usize) {
    if IS_ON.load(Ordering::Relaxed) {
        BYTES.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The system's allocator, with a count.
struct Counted;

// SAFETY: all memory is the system allocator's, asked for and given back as the caller says.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's promise is handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        add(size);
        subtract(layout.size());
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        subtract(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}
