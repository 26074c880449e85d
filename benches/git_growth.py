"""How much git the history costs: simulates days of results through `aboveboard record`.

    cargo build --release && python3 benches/git_growth.py          # writes docs/git-growth.md

Each five minutes, rows of all probes are appended as the prober writes them, and the real
program records them in a local bare repository. 30 days take about 20 minutes.
"""

import argparse
import datetime
import os
import pathlib
import random
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = "time,probe,outcome,latency_ms,code,detail\n"
NAMES = """api web auth search billing mail cdn login upload docs queue cache db-primary db-replica
payments webhooks exports imports metrics support""".split()
FAILURES = [
    (",503,", "down", "http status 503"),
    (",,", "down", "connection refused (3 of 3 attempts)"),
    (",,", "down", "connect timeout after 10 s (3 of 3 attempts)"),
    (",200,", "up", "1 of 2 attempts failed: connection reset"),
]


def git(folder, *arguments):
    environment = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null")
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout.strip()


def size(folder):
    """The bytes of all objects of a repository, loose and packed."""
    return sum(file.stat().st_size for file in (folder / "objects").rglob("*") if file.is_file())


def line(stamp, probe, median, chance):
    """One row as the prober writes it: latencies scatter, and one row of 500 tells a failure."""
    latency = max(1, round(median * chance.lognormvariate(0, 0.35)))
    if chance.random() < 0.002:
        code, outcome, detail = chance.choice(FAILURES)
        return f"{stamp},{probe},{outcome},{latency if code == ',200,' else ''}{code}{detail}\n"
    return f"{stamp},{probe},up,{latency},200,\n"


def simulate(options, days, rows_a_run):
    """Days of results in runs five minutes apart; what they cost."""
    chance = random.Random(1)
    names = [NAMES[number % 20] + (f"-{number // 20 + 1}" if number >= 20 else "") for number in range(options.probes)]
    medians = {name: chance.uniform(5, 400) for name in names}
    start = datetime.datetime(2026, 10, 1, 0, 3, tzinfo=datetime.timezone.utc)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        remote, site = folder / "remote.git", folder / "site"
        git(folder, "init", "--quiet", "--bare", str(remote))
        git(folder, "init", "--quiet", str(site))
        git(site, "remote", "add", "origin", str(remote))
        runs = days * 288
        for run in range(runs):
            # Hosted schedulers start a job when they get round to it.
            late = min(290, chance.expovariate(1 / 90)) if rows_a_run == 1 else 0
            begin = start + datetime.timedelta(minutes=5 * run, seconds=late)
            for number in range(rows_a_run):
                now = begin + datetime.timedelta(seconds=300 / rows_a_run * number)
                path = site / "data" / now.strftime("%Y/%m/%Y-%m-%d.csv")
                path.parent.mkdir(parents=True, exist_ok=True)
                text = "" if path.exists() else HEADER
                for probe, median in medians.items():
                    # All begin at once, unless a second ends meanwhile.
                    stamp = now + datetime.timedelta(seconds=chance.random() < 0.03)
                    text += line(stamp.strftime("%Y-%m-%dT%H:%M:%SZ"), probe, median, chance)
                with path.open("a") as file:
                    file.write(text)
            stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
            subprocess.run([options.program, "record", "--quiet", "--now", stamp], cwd=site, check=True)
        pushed = size(remote)
        git(remote, "gc", "--quiet", "--prune=now")
        packed = size(remote)
        commits = int(git(remote, "rev-list", "--count", "data"))
        plain = sum(file.stat().st_size for file in (site / "data").rglob("*.csv"))
        rows = sum(file.read_text().count("\n") - 1 for file in (site / "data").rglob("*.csv"))
        paths = git(remote, "ls-tree", "-r", "--name-only", "data").splitlines()
        recorded = [git(remote, "show", f"data:{path}").count("\n") for path in paths if path.endswith(".csv")]
        assert sum(recorded) == rows == runs * rows_a_run * options.probes, (recorded, rows)
    year = packed / options.probes * 365 / days
    return f"{rows:,} | {mib(plain)} | {mib(packed)} in {commits} commits | {mib(pushed)} | **{mib(year)}**"


def mib(number):
    return f"{number / 2**20:.2f} MiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--probes", type=int, default=20)
    parser.add_argument("--program", default=str(ROOT / "target/release/aboveboard"))
    parser.add_argument("--output", default=str(ROOT / "docs/git-growth.md"))
    options = parser.parse_args()
    began = time.monotonic()
    short = max(1, options.days // 10)
    five_minutes = simulate(options, options.days, 1)
    half_minute = simulate(options, short, 10)
    minutes = (time.monotonic() - began) / 60
    pathlib.Path(options.output).write_text(f"""# What the history costs in git

Written by `python3 benches/git_growth.py`, which sends the results of {options.probes} probes through
`aboveboard record` into a local bare repository, a run every five minutes: jobs start up to five
minutes late, latencies scatter, and one row of 500 tells a failure. It took {minutes:.0f} minutes.

| simulated | rows | as text | after `git gc` | as pushed, before the host tidies up | a probe and year, after `git gc` |
|---|---|---|---|---|---|
| {options.days} days, checks every 5 minutes | {five_minutes} |
| {short} days, checks every 30 seconds | {half_minute} |

A commit costs more than the rows in it, for every commit names new trees. So `aboveboard record`
writes its newest commit anew while that is younger than an hour, and adds 24 commits a day however
often it runs. What is no longer named is removed when the host tidies up; a host that never does
keeps what was pushed. Ids that differ in a digit only (`service-01`, `service-02`) cost about a
quarter more: git then takes one day for a change of another.
""")
    print(pathlib.Path(options.output).read_text())


if __name__ == "__main__":
    main()
