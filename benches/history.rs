//! How long it takes to fold a history, against splitting the same files into lines.
//!
//!     cargo bench --bench history            # 100 probes, one year, 10.5 million samples
//!
//! Each measured run is a process of its own. Linux only.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aboveboard::commands::history;
use aboveboard::model::Time;

const PROBES: usize = 100;
const DAYS: i64 = 365;
const NOW: i64 = 1_795_996_800;
const RUNS: usize = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["fold", folder] => {
            let started = std::time::Instant::now();
            let loaded = history::load(Path::new(folder), 900_000, Time::from_seconds(NOW));
            let loaded = loaded.unwrap_or_else(|why| panic!("{why:?}"));
            let probes = loaded.history.probes().count();
            println!("{} {probes}", started.elapsed().as_secs_f64());
        }
        ["split", folder] => split(Path::new(folder)),
        _ => compare(),
    }
}

/// Counts the lines of all files on all cores, and does nothing else with them.
fn split(folder: &Path) {
    let mut files: Vec<_> = walkdir::WalkDir::new(folder.join("data"))
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    files.sort();
    let started = std::time::Instant::now();
    let next = AtomicUsize::new(0);
    let total = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut buffer = vec![0; 1 << 18];
                let mut lines = 0;
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut file = std::fs::File::open(path).unwrap();
                    loop {
                        let count = file.read(&mut buffer).unwrap();
                        if count == 0 {
                            break;
                        }
                        // Each line in turn, as a reader of rows would want it.
                        for line in buffer[..count].split(|byte| *byte == b'\n') {
                            lines += usize::from(!std::hint::black_box(line).is_empty());
                        }
                    }
                }
                *total.lock().unwrap() += lines;
            });
        }
    });
    println!("{} {}", started.elapsed().as_secs_f64(), total.lock().unwrap());
}

/// A year of samples; one in a thousand is not up.
fn write(folder: &Path) -> (usize, u64) {
    let (mut rows, mut bytes) = (0, 0);
    let mut seed = 1_u64;
    for day in 0..DAYS {
        let start = NOW - (DAYS - day) * 86_400;
        let mut text = String::from("time,probe,outcome,latency_ms,code,detail\n");
        for round in 0..288 {
            let stamp = Time::from_seconds(start + round * 300).rfc3339();
            for probe in 0..PROBES {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let chance = seed >> 33;
                let rest = match chance % 1000 {
                    0 => "down,,,connection refused".to_owned(),
                    _ => format!("up,{},200,", 20 + chance % 400),
                };
                writeln!(text, "{stamp},probe-{probe},{rest}").unwrap();
                rows += 1;
            }
        }
        let date = &Time::from_seconds(start).rfc3339()[..10];
        let path = folder.join("data").join(&date[..4]).join(&date[5..7]);
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join(format!("{date}.csv")), &text).unwrap();
        bytes += text.len() as u64;
    }
    (rows, bytes)
}

/// Seconds that a run of this program says it took, and its highest memory in MiB.
fn run(mode: &str, folder: &Path) -> (f64, f64) {
    let own = std::env::current_exe().unwrap();
    let output = Command::new("/usr/bin/env")
        .args(["python3", "-c", "import resource,subprocess,sys; sys.stdout.write(subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,text=True,check=True).stdout); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024)"])
        .arg(own)
        .arg(mode)
        .arg(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut words = text.split_whitespace();
    let seconds = words.next().unwrap().parse().unwrap();
    (seconds, words.next_back().unwrap().parse().unwrap())
}

fn median(mut of: Vec<(f64, f64)>) -> (f64, f64) {
    of.sort_by(|a, b| a.0.total_cmp(&b.0));
    let memory = of.iter().map(|run| run.1).fold(0.0, f64::max);
    (of[of.len() / 2].0, memory)
}

fn compare() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path();
    let (rows, bytes) = write(site);
    let cache = site.join(".aboveboard-cache");
    run("split", site);
    let (mut split, mut cold, mut warm) = (Vec::new(), Vec::new(), Vec::new());
    // What was written a second ago is not trusted by its times alone.
    std::thread::sleep(std::time::Duration::from_secs(3));
    for _ in 0..RUNS {
        split.push(run("split", site));
        let _ = std::fs::remove_dir_all(&cache);
        cold.push(run("fold", site));
        warm.push(run("fold", site));
    }
    let ((split, _), (cold, cold_memory), (warm, warm_memory)) =
        (median(split), median(cold), median(warm));
    let millions = |seconds: f64| rows as f64 / seconds / 1e6;
    println!("{rows} rows, {} MiB, medians of {RUNS}", bytes >> 20);
    println!(
        "| run | seconds | million rows a second | × the split | memory |\n|---|---|---|---|---|"
    );
    println!("| lines split | {split:.3} | {:.1} | 1 | |", millions(split));
    println!(
        "| folded, cold | {cold:.3} | {:.1} | {:.2} | {cold_memory:.0} MiB |",
        millions(cold),
        cold / split
    );
    println!(
        "| folded, warm | {warm:.3} | {:.1} | {:.2} | {warm_memory:.0} MiB |",
        millions(warm),
        warm / split
    );
    println!("Warm is {:.3} of cold.", warm / cold);
}
