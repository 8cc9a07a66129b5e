//! What a round of letters cost: time on the wall and time of processors, children's included.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::machine::{STEP, processor_time};

/// A number of letters, and what they took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    letters: usize,
    wall: Duration,
    cpu: Duration,
}

impl Cost {
    /// What was spent since a moment at which so much processor time had been spent.
    pub(crate) fn since(moment: Instant, before: Duration, letters: usize) -> anyhow::Result<Self> {
        let wall = moment.elapsed();
        Ok(Self { letters, wall, cpu: processor_time()?.saturating_sub(before) })
    }

    /// The letters that this cost has beyond another's, and what they took. A difference below the clock's step is taken for the step.
    pub(crate) fn beyond(&self, other: &Self, letters: usize) -> Self {
        let more = |this: Duration, that: Duration| this.saturating_sub(that).max(STEP);
        Self { letters, wall: more(self.wall, other.wall), cpu: more(self.cpu, other.cpu) }
    }

    /// Letters a second.
    pub(crate) fn rate(&self) -> f64 {
        self.letters as f64 / self.wall.as_secs_f64()
    }

    /// Milliseconds of processor time a letter.
    pub(crate) fn ms(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e3 / self.letters as f64
    }
}

/// Makes the letters from 0 on with that many threads, each taking the next one that nobody has taken.
pub(crate) fn measured(
    letters: usize,
    threads: usize,
    make: impl Fn(usize) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<Cost> {
    let (since, before) = (Instant::now(), processor_time()?);
    shared_out(letters, threads, make)?;
    let cost = Cost::since(since, before, letters)?;
    Ok(Cost { cpu: cost.cpu.max(STEP), ..cost })
}

/// As [`measured`], unmeasured.
pub(crate) fn shared_out(
    letters: usize,
    threads: usize,
    make: impl Fn(usize) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<()> {
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<()> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= letters {
                return Ok(());
            }
            make(number)?;
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a thread that made letters died")))
        })
    })
}

/// The middle of what was measured.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_process_is_not_on_the_letters_bill() {
        let cost =
            |letters, wall, cpu| Cost { letters, wall: Duration::from_millis(wall), cpu: Duration::from_millis(cpu) };
        let letters = cost(101, 5_000, 9_000).beyond(&cost(1, 3_000, 1_000), 100);
        assert_eq!((letters.rate(), letters.ms()), (50.0, 80.0));
    }

    #[test]
    fn every_letter_is_made_once_and_a_failure_is_told() {
        let made = std::sync::Mutex::new(Vec::new());
        shared_out(50, 2, |number| {
            made.lock().unwrap().push(number);
            Ok(())
        })
        .unwrap();
        let mut made = made.into_inner().unwrap();
        made.sort_unstable();
        assert_eq!(made, (0..50).collect::<Vec<_>>());
        let failed = shared_out(50, 2, |number| if number == 7 { anyhow::bail!("no seven") } else { Ok(()) });
        assert!(failed.unwrap_err().to_string().contains("no seven"));
    }
}
