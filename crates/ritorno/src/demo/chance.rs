//! Chance that repeats: the same seed gives the same history.

/// Dice with a seed (splitmix64, Steele et al. 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Dice of one thing among many (a customer, a cart), whatever was thrown for the others.
    pub fn of(seed: u64, n: u64) -> Dice {
        let mut dice = Dice(seed ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.unit() * (high - low + 1) as f64) as i64
    }

    /// How often in a row something of this probability happens, at most `most` times.
    pub fn run(&mut self, probability: f64, most: u32) -> u32 {
        (0..most).take_while(|_| self.chance(probability)).count() as u32
    }

    /// A wait with this mean, most of them shorter, some much longer; at most eight times the mean.
    pub fn wait(&mut self, mean: f64) -> f64 {
        (-(1.0 - self.unit()).ln() * mean).min(8.0 * mean)
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.between(0, of.len() as i64 - 1) as usize]
    }

    /// A place in a list of weights that were added up.
    pub fn place(&mut self, sums: &[f64]) -> usize {
        self.place_after(sums, 0.0)
    }

    /// As [`place`](Self::place), among those above a share of the whole, from 0 to 1.
    pub fn place_after(&mut self, sums: &[f64], share: f64) -> usize {
        let all = sums.last().copied().unwrap_or(0.0);
        let wanted = all * (share + (1.0 - share) * self.unit());
        sums.partition_point(|sum| *sum <= wanted).min(sums.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same() {
        let throws =
            |seed| (0..8).map(|_| 0).scan(Dice::new(seed), |dice, _: i32| Some(dice.next())).collect::<Vec<_>>();
        assert_eq!(throws(7), throws(7));
        assert_ne!(throws(7), throws(8));
    }

    #[test]
    fn throws_stay_within_their_bounds_and_near_their_means() {
        let mut dice = Dice::new(1);
        let n = 20_000;
        let throws: Vec<i64> = (0..n).map(|_| dice.between(1, 6)).collect();
        assert_eq!((throws.iter().min(), throws.iter().max()), (Some(&1), Some(&6)));
        let mean = (0..n).map(|_| dice.wait(10.0)).sum::<f64>() / f64::from(n);
        assert!((9.5..10.5).contains(&mean), "{mean}");
        let weights = [1.0, 1.0, 4.0];
        let third = (0..n).filter(|_| dice.place(&weights) == 2).count() as f64 / f64::from(n);
        assert!((0.73..0.77).contains(&third), "{third}");
        assert!((0..n).all(|_| dice.place_after(&weights, 0.5) == 2));
    }
}
