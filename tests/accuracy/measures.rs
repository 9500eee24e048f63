//! Figures: shares with their 95 % interval, recall of a ranking, area under a curve.

use std::fmt;

/// A share of cases, printed with its Wilson interval: of few cases a share says little.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Share {
    pub hits: usize,
    pub of: usize,
}

impl Share {
    pub fn count(&mut self, is_hit: bool) {
        self.hits += usize::from(is_hit);
        self.of += 1;
    }

    pub fn value(self) -> f64 {
        if self.of == 0 { f64::NAN } else { self.hits as f64 / self.of as f64 }
    }

    /// The interval that holds the true share with 95 % confidence (Wilson 1927).
    pub fn interval(self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        let (n, p, z) = (self.of as f64, self.value(), 1.96_f64);
        let middle = p + z * z / (2.0 * n);
        let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let whole = 1.0 + z * z / n;
        ((middle - reach).max(0.0) / whole, (middle + reach) / whole)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of == 0 {
            return write!(f, "–");
        }
        let (low, high) = self.interval();
        write!(f, "{:.3} ({}/{}, {:.2}–{:.2})", self.value(), self.hits, self.of, low, high)
    }
}

/// A mean of values from 0 to 1.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mean {
    sum: f64,
    pub of: usize,
}

impl Mean {
    pub fn add(&mut self, value: f64) {
        self.sum += value;
        self.of += 1;
    }

    pub fn value(self) -> f64 {
        if self.of == 0 { f64::NAN } else { self.sum / self.of as f64 }
    }
}

/// Recall at 1 and 3 and the reciprocal rank of the relevant among the ranked, repetitions left out.
pub fn recall<T: PartialEq>(ranked: &[T], relevant: &[T]) -> (f64, f64, f64) {
    let mut seen: Vec<&T> = Vec::new();
    for one in ranked {
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    let within = |k: usize| seen.iter().take(k).filter(|s| relevant.contains(s)).count() as f64 / k.min(relevant.len()) as f64;
    let reciprocal = seen.iter().position(|s| relevant.contains(s)).map_or(0.0, |at| 1.0 / (at + 1) as f64);
    (within(1), within(3), reciprocal)
}

/// How often a value of the first list is greater than one of the second; a tie counts half.
pub fn area_under_curve(greater: &[f64], less: &[f64]) -> f64 {
    if greater.is_empty() || less.is_empty() {
        return f64::NAN;
    }
    let mut sum = 0.0;
    for a in greater {
        for b in less {
            sum += if a > b {
                1.0
            } else if (a - b).abs() < f64::EPSILON {
                0.5
            } else {
                0.0
            };
        }
    }
    sum / (greater.len() * less.len()) as f64
}

#[test]
fn figures_are_those_of_the_textbook() {
    let share = Share { hits: 8, of: 10 };
    let (low, high) = share.interval();
    assert!((low - 0.490).abs() < 0.001 && (high - 0.943).abs() < 0.001, "{low} {high}");
    assert_eq!(recall(&["b", "b", "a", "c"], &["a", "d"]), (0.0, 0.5, 0.5));
    assert!((area_under_curve(&[3.0, 2.0], &[1.0, 2.0]) - 0.875).abs() < 1e-9);
}
