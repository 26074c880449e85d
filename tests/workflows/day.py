"""A day with the workflows that `aboveboard init` writes: the files themselves, run by `act` on this machine.

Usage: day.py [--latency N], after `cargo build`; `act` is taken from beside Python, else from the path.

It checks what the runs leave behind: commits of main, rows of the branch `data`, published files. It does not show
Pages, permissions, tokens, concurrency groups, environments, GitHub's clock and queues, nor that one workflow starts
another: a stand-in for `gh` notes what is asked for, and the script does it then.

With --latency N it also measures N times from a target that fails to a page that says so, and prints JSON.
"""

import argparse
import datetime
import json
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from world import ACT, ADA, BEFORE_PUSH, BOT, BY_HAND, DATA, GRACE, MAIN, TOOL, Failure, World, expect, expect_in

GOOD, BAD = "website up 200", "website down 503"


def first_run(world):
    """a new site is pushed: probed, recorded, published"""
    world.status("push")
    expect("the history", world.rows(), [GOOD])
    expect("the page", world.says(), ("operational", "none", None))


def raised(world):
    """the target fails: an incident raised by itself, on main and on the page"""
    world.is_up = False
    world.status()
    expect("the history", world.rows(), [GOOD, BAD])
    expect("the commits of main", world.commits(), [f"{BOT} incident: Website is down", f"{BY_HAND} site"])
    expect("the page", world.says(), ("major_outage", "critical", "investigating"))
    expect_in("its words", "Website has failed our checks since", world.incident()["updates"][0]["text"])
    expect_in("its page", "Written automatically", world.published(f"incidents/{world.incident()['slug']}/index.html"))


def resolved_by_itself(world):
    """the target heals, and a person pushes a page while that is written: both are published"""

    def write_page():
        world.pull_by_hand()
        world.write("person/content/pages/about.md", "---\ntitle: About\n---\nHello.\n")
        world.push_by_hand("a page")

    world.is_up = True
    world.meanwhile[MAIN] = [write_page]
    run = world.status()
    expect_in("the run", "somebody else was faster, attempt 1", run.text)
    both = [f"{BOT} incident: Website is down (resolved)", f"{BY_HAND} a page"]
    expect("the newest commits of main", world.commits()[:2], both)
    expect("the page", world.says(), ("operational", "none", "resolved"))
    expect_in("what the person wrote", "Hello.", world.published("about/index.html"))
    before = world.commits()
    world.status()
    expect("the commits of main after a run without news", world.commits(), before)


def again(world):
    """it fails again: the same incident is opened again"""
    world.is_up = False
    world.status()
    expect("the newest commit of main", world.commits()[0], f"{BOT} incident: Website is down (investigating)")
    expect("the page", world.says(), ("major_outage", "critical", "investigating"))


def updated_beside_a_person(world):
    """updated by the form while a person changed the title: both are published"""

    def retitle():
        world.pull_by_hand()
        path = world.folder / "person/content/incidents" / f"{world.incident()['slug']}.md"
        path.write_text(path.read_text().replace("Website is down", "Website is down in Europe"))
        world.push_by_hand("a better title")

    world.meanwhile[BEFORE_PUSH] = [retitle]
    run = world.form("incident.yml", "update", status="identified", message="A disk is full.")
    expect_in("the run of the form", "somebody else was faster, attempt 1", run.text)
    both = [f"{ADA} incident: Website is down in Europe (identified)", f"{BY_HAND} a better title"]
    expect("the newest commits of main", world.commits()[:2], both)
    expect("the title", world.incident()["title"], "Website is down in Europe")
    expect("the page", world.says(), ("major_outage", "critical", "identified"))


def updated_against_a_person(world):
    """updated by the form while a person added an update too: both are published"""

    def update():
        world.pull_by_hand()
        words = ["incident", "update", "--push", "--message", "Typed at a desk."]
        world.command([TOOL, *words], "person", **GRACE)

    # Both add to the end of one file.
    world.meanwhile[MAIN] = [update]
    world.form("incident.yml", "update", status="monitoring", message="Typed on a phone.")
    title = "incident: Website is down in Europe"
    both = [f"{ADA} {title} (monitoring)", f"{BY_HAND} {title} (identified)"]
    expect("the newest commits of main", world.commits()[:2], both)
    expect("the page", world.says(), ("major_outage", "critical", "monitoring"))
    for text in ["A disk is full.", "Typed at a desk.", "Typed on a phone."]:
        expect_in("the updates", text, "\n".join(one["text"] for one in world.incident()["updates"]))


def two_at_once(world):
    """two runs record at the same moment: both succeed, the history has the rows of both"""
    before = world.rows()
    world.moments.clear()
    world.codes = [500, 502]
    both_are_here = threading.Barrier(2, timeout=30)
    world.meanwhile[DATA] = [both_are_here.wait, both_are_here.wait]
    with ThreadPoolExecutor(2) as pool:
        for run in [pool.submit(world.status), pool.submit(world.status)]:
            run.result()
    rows = world.rows()
    expect("the history that was there", rows[:-2], before)
    expect("the rows of both", sorted(rows[-2:]), ["website down 500", "website down 502"])
    expect("the pushes: two, and the slower one again", world.moments.count(DATA), 3)
    expect("the page", world.says(), ("major_outage", "critical", "monitoring"))


def resolved(world):
    """the target heals, a person has it in hand: a fact is added, and the form resolves"""
    world.is_up = True
    world.status()
    expect("the newest row", world.rows()[-1], GOOD)
    expect("the newest commit of main", world.commits()[0], f"{BOT} incident: Website is down in Europe (monitoring)")
    expect_in("the fact", "Website has passed our checks since", world.incident()["updates"][0]["text"])
    expect("the page", world.says()[0::2], ("operational", "monitoring"))
    world.form("incident.yml", "resolve", message="All is well.")
    expect("the newest commit of main", world.commits()[0], f"{ADA} incident: Website is down in Europe (resolved)")
    expect("the page", world.says(), ("operational", "none", "resolved"))
    theirs = [(one["name"], one["status"]) for one in world.published("api/v2/incidents.json")["incidents"]]
    expect_in("the Statuspage API", ("Website is down in Europe", "resolved"), theirs)


def declared(world):
    """declared, updated twice and resolved by the form: each is published"""
    world.about = "Slow queries"
    form = {"title": "Slow queries", "affects": "database=degraded_performance", "message": "Searches wait."}
    world.form("incident.yml", "declare", **form)
    expect("the newest commit of main", world.commits()[0], f"{ADA} incident: Slow queries")
    expect("the page", world.says(), ("operational", "minor", "investigating"))
    for status, message in [("identified", "An index is missing."), ("monitoring", "It is built.")]:
        world.form("incident.yml", "update", status=status, message=message)
        expect("the page", world.says(), ("operational", "minor", status))
    world.form("incident.yml", "resolve", message="Searches are fast.")
    expect("the page", world.says(), ("operational", "none", "resolved"))
    texts = ["Searches are fast.", "It is built.", "An index is missing.", "Searches wait."]
    expect("the updates", sorted(one["text"] for one in world.incident()["updates"]), sorted(texts))


def alerted(world):
    """a monitoring system calls: an incident is opened, and resolved"""

    def call(state, **more):
        world.asked.clear()
        payload = {"key": "db-7", "state": state} | more
        event = {"action": "alert", "client_payload": {"alert": payload}}
        return world.run_workflow("alert.yml", "repository_dispatch", payload=event)

    world.about = "Uploads fail"
    title = "Uploads fail `touch pwned` $(touch pwned) ${{ secrets.GITHUB_TOKEN }}"
    call("firing", title=title, affected={"database": "major_outage"}, message="Uploads fail.")
    expect("what it asks for", len(world.asked), 1)
    expect("the newest commit of main", world.commits()[0], f"{BOT} incident: {title}")
    world.status("workflow_dispatch")
    expect("the page", world.says(), ("operational", "critical", "investigating"))
    call("firing", affected={"database": "major_outage"})
    expect("what the same alert asks for", world.asked, [])
    call("resolved")
    world.status("workflow_dispatch")
    expect("the page", world.says(), ("operational", "none", "resolved"))


def planned(world):
    """maintenance is planned by the form: published"""
    day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
    form = {"title": "Database upgrade", "affects": "database", "message": "Short breaks."}
    world.form("maintenance.yml", "plan", start=day.strftime("%Y-%m-%d 02:00 UTC"), length="2h", **form)
    expect("the newest commit of main", world.commits()[0], f"{ADA} maintenance: Database upgrade")
    theirs = world.published("api/v2/scheduled-maintenances/upcoming.json")["scheduled_maintenances"]
    expect("the Statuspage API", [(one["name"], one["status"]) for one in theirs], [("Database upgrade", "scheduled")])
    expect_in("the page", "Database upgrade", world.published("index.html"))
    expect("the page", world.says(), ("operational", "none", "resolved"))


# In this order, each in the world that the one before left.
STAGES = [first_run, raised, resolved_by_itself, again, updated_beside_a_person, updated_against_a_person]
STAGES += [two_at_once, resolved, declared, alerted, planned]


def a_day(world):
    for stage in STAGES:
        begun = time.monotonic()
        stage(world)
        print(f"{time.monotonic() - begun:5.1f} s  {stage.__doc__}", flush=True)


def latency(world, times):
    """Seconds from a target that fails, at which moment a run starts, to a page that says so, and how much of it each
    step takes; `all else` is act itself."""
    totals, steps = [], {}
    for _ in range(times):
        world.is_up = True
        world.status()
        expect("the page before", world.says()[0], "operational")
        time.sleep(1 - time.time() % 1)
        world.is_up, begun = False, time.time()
        run = world.run_workflow("status.yml")
        expect("the page after", world.says()[0], "major_outage")
        # When the link to the new files was made.
        totals.append((world.folder / "published").lstat().st_mtime - begun)
        for name, seconds in [*run.seconds.items(), ("all else", totals[-1] - sum(run.seconds.values()))]:
            steps.setdefault(name, []).append(seconds)
    total = {"median": statistics.median(totals), "least": min(totals), "most": max(totals)}
    medians = {name: statistics.median(seconds) for name, seconds in steps.items()}
    rounded = [{name: round(seconds, 3) for name, seconds in one.items()} for one in (total, medians)]
    return {"runs": times, "total": rounded[0], "medians of steps": rounded[1]}


def in_a_world(does, **how):
    with tempfile.TemporaryDirectory(prefix="day-") as folder:
        world = World(folder, **how)
        try:
            return does(world)
        finally:
            world.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--latency", type=int, default=0, metavar="N")
    times = parser.parse_args().latency
    if not TOOL.exists() or not ACT:
        raise Failure("this needs target/debug/aboveboard (cargo build) and act (tests/workflows/requirements.txt)")
    in_a_world(a_day)
    if times:
        # A new site asks three times, three seconds apart, before it calls a service down.
        with_retries = in_a_world(lambda world: latency(world, times), retries=2)
        without = in_a_world(lambda world: latency(world, times), retries=0)
        print(json.dumps({"as a new site is": with_retries, "with `retries: 0`": without}, indent=2))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"does not hold: {failure}")
