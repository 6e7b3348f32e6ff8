//! Parallelism on the CPU: all cores, and AVX2 vectors.

/// Runs `work` on each task: on all cores natively, one after the other in a browser.
pub(crate) fn each<T: Send>(tasks: impl Iterator<Item = T> + Send, work: impl Fn(T) + Send + Sync) {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        tasks.collect::<Vec<T>>().into_par_iter().for_each(work);
    }
    #[cfg(not(feature = "parallel"))]
    tasks.for_each(work);
}

/// How many tasks [`each`] runs at once, at most.
pub(crate) fn count() -> usize {
    #[cfg(feature = "parallel")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "parallel"))]
    1
}

/// Runs a loop compiled for AVX2 where this machine has it, otherwise for the compiler's target.
#[cfg(feature = "engine")]
#[inline(always)]
pub(crate) fn vectorised<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn wide<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: `wide` asks for AVX2 and nothing else; CPU and system have it, as just checked.
            return unsafe { wide(work) };
        }
    }
    work()
}
