//! Figures out of many: the middle and the edges. What is measured comes from where the binary measures too.

pub use ritorno::bench::machine::{Shifted, Watch, cpu_seconds};

/// Resident memory in MiB.
pub fn resident_mib(pid: u32) -> f64 {
    ritorno::bench::machine::resident(pid) as f64 / f64::from(1 << 20)
}

/// The value below which `share` of the sorted values lie.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(((last as f64) * share).round() as usize).copied().unwrap_or(0.0)
}

/// Least, middle and greatest.
pub fn spread(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    (quantile(&sorted, 0.0), quantile(&sorted, 0.5), quantile(&sorted, 1.0))
}
