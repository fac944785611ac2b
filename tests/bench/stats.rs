//! The arithmetic: medians of rounds, and the two questions asked of timings, Welch's t on trimmed samples
//! and the area under the curve. Trimmed, because a few slow outliers widen the plain t until it hides a
//! leak.

/// The share cut off each end of a sample.
const TRIM: f64 = 0.1;

/// Several figures of one thing.
pub struct Spread {
    /// The one in the middle.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
}

impl Spread {
    /// Of some figures.
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let sorted = sorted(figures);
        Self {
            median: percentile(&sorted, 0.5),
            least: percentile(&sorted, 0.0),
            most: percentile(&sorted, 1.0),
        }
    }
}

/// The median.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    Spread::of(figures).median
}

/// In order.
pub fn sorted(figures: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = figures.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The figure below which this share of a sorted sample lies; not a number when there are none.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = (last as f64 * share).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// How two samples of timings differ.
pub struct Difference {
    /// Yuen's form of Welch's t: trimmed means over winsorised variances.
    pub t: f64,
    /// The chance that one of the first is larger than one of the second.
    pub auc: f64,
    /// The difference of the trimmed means.
    pub shift: f64,
}

impl Difference {
    /// Between two samples.
    pub fn of(first: &[f64], second: &[f64]) -> Self {
        let (a, b) = (sorted(first.iter().copied()), sorted(second.iter().copied()));
        let ((mean_a, error_a), (mean_b, error_b)) = (trimmed(&a), trimmed(&b));
        Self { t: (mean_a - mean_b) / (error_a + error_b).sqrt(), auc: auc(&a, &b), shift: mean_a - mean_b }
    }

    /// Whether it would tell the two apart.
    pub fn tells(&self) -> bool {
        self.t.abs() >= 4.5 || (self.auc - 0.5).abs() > 0.02
    }
}

/// The trimmed mean of a sorted sample and its squared error.
fn trimmed(sorted: &[f64]) -> (f64, f64) {
    let all = sorted.len() as f64;
    let cut = (all * TRIM) as usize;
    let kept = sorted.get(cut..sorted.len().saturating_sub(cut)).unwrap_or_default();
    let count = kept.len() as f64;
    let mean = kept.iter().sum::<f64>() / count;
    let (low, high) = (percentile(kept, 0.0), percentile(kept, 1.0));
    let winsorised = || sorted.iter().map(|figure| figure.clamp(low, high));
    let centre = winsorised().sum::<f64>() / all;
    let squares: f64 = winsorised().map(|figure| (figure - centre).powi(2)).sum();
    (mean, squares / (count * (count - 1.0)))
}

/// The share of pairs in which the first sample's is larger; ties count half. Both are sorted.
fn auc(first: &[f64], second: &[f64]) -> f64 {
    let mut wins = 0.0;
    for figure in first {
        let below = second.partition_point(|other| other < figure);
        let equal = second.partition_point(|other| other <= figure) - below;
        wins += below as f64 + equal as f64 / 2.0;
    }
    wins / (first.len() as f64 * second.len() as f64)
}
