"""Reads a served site with clients that others wrote, and prints as JSON what each understood.

Usage: read.py BASE_URL, which ends with a slash.
"""

import json
import os
import subprocess
import sys
import tempfile

import feedparser
import requests
from discordstatus import DiscordStatus
from statuscheck.services.bases._statuspageio import BaseStatusPageAPI

BASE = sys.argv[1]


def exporter():
    """The whole program, once, as a cron job would run it."""
    with tempfile.TemporaryDirectory() as folder:
        services = {"acme": {"url": f"{BASE}api/v2/summary.json", "name": "Acme"}}
        with open(os.path.join(folder, "services.json"), "w") as file:
            json.dump(services, file)
        metrics = os.path.join(folder, "metrics.prom")
        environment = {**os.environ, "RUN_MODE": "once", "METRICS_TEXTFILE_PATH": metrics}
        program = os.path.join(os.path.dirname(sys.executable), "statuspage-prometheus-exporter")
        done = subprocess.run(
            [program], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
        )
        if done.returncode != 0:
            return {"failed": done.stderr}
        with open(metrics) as file:
            lines = [line.strip() for line in file if not line.startswith("#")]
        return [line for line in lines if "timestamp" not in line and "response_time" not in line]


class Service(BaseStatusPageAPI):
    name = "Acme"

    def _get_base_url(self):
        return f"{BASE}api/v2/"


def statuscheck():
    """Strict: a word that it does not know is an exception."""
    return Service().get_summary().as_dict()


def discord():
    client = DiscordStatus()
    client.base_target = f"{BASE}api/v2"
    return {
        "summary": client.summary,
        "status": client.status,
        "components": client.components,
        "unresolved": client.unresolved_incidents,
        "incidents": client.all_incidents,
        "upcoming": client.upcoming_maintenances,
        "active": client.active_maintenances,
        "maintenances": client.all_maintenances,
    }


def feed(path):
    """With the headers that the host sends, as a reader sees it."""
    read = feedparser.parse(f"{BASE}{path}")
    return {
        "version": read.version,
        "bozo": bool(read.bozo),
        "status": read.get("status"),
        "title": read.feed.title,
        "links": [link.get("rel") for link in read.feed.links],
        "entries": [
            {
                "id": entry.id,
                "title": entry.title,
                "link": entry.link,
                "updated": entry.get("updated") or entry.get("published"),
                "tags": [tag.get("label") or tag.term for tag in entry.get("tags", [])],
                "html": entry.content[0].value if "content" in entry else entry.summary,
                "summary": entry.summary,
            }
            for entry in read.entries
        ],
    }


FEEDS = ["feed.atom", "feed.rss", "history.atom", "history.rss", "components/api/feed.atom", "components/api/feed.rss"]

print(
    json.dumps(
        {
            "exporter": exporter(),
            "statuscheck": statuscheck(),
            "discord": discord(),
            "feeds": {path: feed(path) for path in FEEDS},
            "json_feed": requests.get(f"{BASE}feed.json", timeout=10).json(),
        }
    )
)
