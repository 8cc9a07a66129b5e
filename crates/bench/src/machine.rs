//! The machine that a run stands on, and what its kernel knows of this process: processor time and memory, read from `/proc`.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;

/// The kernel tells processor time in hundredths of a second (`USER_HZ`), whatever its own clock's step.
pub(crate) const STEP: Duration = Duration::from_millis(10);

/// Day, processor and how busy it is, in words.
pub(crate) fn described() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processor = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        line.split_once(": ").map(|(_, name)| name.to_owned())
    });
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    let load = load.as_deref().and_then(|text| text.split(' ').next()).unwrap_or("unknown");
    format!(
        "{}; {cores} cores of {}; load {load} at the start",
        jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC"),
        processor.as_deref().unwrap_or("an unknown processor"),
    )
}

/// Processor time so far, of all threads of this process and of all its children that have ended, in user mode and in the kernel.
pub(crate) fn processor_time() -> anyhow::Result<Duration> {
    let path = Path::new("/proc/self/stat");
    let text = std::fs::read_to_string(path).context("processor time is read from /proc, as Linux has it")?;
    let steps = steps(&text).context("/proc/self/stat does not read as proc(5) says")?;
    Ok(STEP * steps)
}

/// `utime`, `stime`, `cutime` and `cstime`: the 14th field and the next three. The second one is a name that may hold anything.
fn steps(stat: &str) -> Option<u32> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let times: Vec<u32> = after_name.split_whitespace().skip(11).take(4).map_while(|time| time.parse().ok()).collect();
    (times.len() == 4).then(|| times.iter().sum())
}

/// What of this process lies in memory, in kB.
pub(crate) fn resident() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status").context("memory is read from /proc, as Linux has it")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let figure = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    figure.context("/proc/self/status does not read as proc(5) says")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_time_and_children_s_are_added_whatever_the_program_is_called() {
        let stat = "7 (a ) 1 2 (b) S 1 7 7 0 -1 4194304 100 200 0 0 31 4 120 8 20 0 2 0 55 1 2";
        assert_eq!(steps(stat), Some(31 + 4 + 120 + 8));
        assert_eq!(steps("7 (a) S 1 7"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_takes_processor_time_and_memory() {
        let before = processor_time().unwrap();
        let mut held = Vec::new();
        while processor_time().unwrap() < before + 2 * STEP {
            held.push(std::hint::black_box(vec![7_u8; 4096]));
        }
        assert!(resident().unwrap() as usize > held.len() * 4);
    }
}
