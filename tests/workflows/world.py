"""A world for workflows: a bare repository as the remote, a person's clone of it, runners by `act`, and a server.

The server is what the site probes, and where the setup action finds its release. It also hears of two moments, so that
people and other runs come in between exactly then: before `git push`, and before the remote takes what was pushed. Each
run begins in an empty folder, without settings, as on a runner. Nothing asks another machine.
"""

import hashlib
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "target/debug/aboveboard"
BESIDE = pathlib.Path(sys.executable).with_name("act")
ACT = BESIDE if BESIDE.exists() else shutil.which("act")
REPOSITORY = "acme/status"
# Moments: before a push begins, and before the remote takes one to these branches.
BEFORE_PUSH, MAIN, DATA = "before-push", "refs/heads/main", "refs/heads/data"
BOT = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
ADA, BY_HAND = "ada <7+ada@users.noreply.github.com>", "Grace <grace@acme.example>"
GRACE = {f"GIT_{role}_NAME": "Grace" for role in ["AUTHOR", "COMMITTER"]}
GRACE |= {f"GIT_{role}_EMAIL": "grace@acme.example" for role in ["AUTHOR", "COMMITTER"]}

# Stand-ins for the actions of others: the inputs that are used, and lines of bash. The setup action is the real one.
CHECKOUT = """
test "${{ inputs.persist-credentials }}" = false
git init --quiet --initial-branch="$GITHUB_REF_NAME" .
git remote add origin "file://@WORLD@/remote.git"
git fetch --quiet --no-tags --depth=1 origin "+$GITHUB_SHA:refs/remotes/origin/$GITHUB_REF_NAME"
git checkout --quiet -B "$GITHUB_REF_NAME" "refs/remotes/origin/$GITHUB_REF_NAME"
"""
UPLOAD = """
tar --create --dereference --hard-dereference --directory "${{ inputs.path }}" --file "$RUNNER_TEMP/artifact.tar" \
  --exclude=".[^/]*" .
"""
DEPLOY = """
folder=$(mktemp --directory "@WORLD@/deployed.XXXXXX")
tar --extract --file "$RUNNER_TEMP/artifact.tar" --directory "$folder"
ln --symbolic "$folder" "$folder.link"
mv --no-target-directory "$folder.link" "@WORLD@/published"
"""
STAND_INS = {
    "actions/checkout": (["persist-credentials"], CHECKOUT),
    "actions/cache": (["path", "key"], "echo 'setup did not find the release'; exit 1"),
    "actions/upload-pages-artifact": (["path"], UPLOAD),
    "actions/deploy-pages": ([], DEPLOY),
}
GH = '#!/bin/sh\nexec curl --silent --fail --get --data-urlencode "words=$*" "@URL@/gh"\n'
GIT = """#!/bin/sh
if [ "$1" = push ]; then curl --silent --fail "@URL@/moment/before-push" || exit 1; fi
exec "@GIT@" "$@"
"""
PRE_RECEIVE = """#!/bin/sh
while read -r old new ref; do curl --silent --fail "@URL@/moment/$ref" || exit 1; done
"""
# What fails once is an incident, so that the day is short.
COMPONENTS = """incidents: { raise_after: 0s, resolve_after: 0s }
components:
  - { id: website, name: Website, probes: [{ url: "@URL@/target" }] }
  - { id: database, name: Database }
"""


class Failure(Exception):
    """Something does not hold."""


def expect(what, found, wanted):
    if found != wanted:
        raise Failure(f"{what}\n  expected: {wanted!r}\n  found:    {found!r}")


def expect_in(what, part, whole):
    if part not in whole:
        raise Failure(f"{what}: {part!r} is not in\n{whole}")


class Run:
    """What act told of a run: whether it succeeded, the outcome of each step and how long it took, and all lines."""

    def __init__(self, output, code):
        self.good, self.outcomes, self.seconds, lines = code == 0, {}, {}, []
        for line in output.splitlines():
            entry = json.loads(line) if line.startswith("{") else {"msg": line}
            lines.append(entry.get("msg", "").rstrip("\n"))
            if entry.get("stage") == "Main" and len(entry["stepID"]) == 1 and "stepResult" in entry:
                name = re.sub("@.*", "", entry["step"]).split("/")[-1]
                self.outcomes[name] = entry["stepResult"]
                self.seconds[name] = entry.get("executionTime", 0) / 1e9
        self.text = "\n".join(lines)


class World:
    def __init__(self, folder, retries=0):
        self.folder = pathlib.Path(folder)
        self.about = "Website"  # how the title of the incident begins
        self.codes, self.is_up = [], True  # what the target answers next, and after that
        self.meanwhile = {}  # for a moment, what to do while the push waits: one for each of the next pushes
        self.moments, self.asked, self.trouble, self.release = [], [], [], {}
        self.serve()
        (self.folder / "home").mkdir()
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        self.runner = {"PATH": path, "HOME": f"{self.folder}/home", "GIT_CONFIG_NOSYSTEM": "1", "LANG": "C.UTF-8"}
        self.write("bin/gh", GH)
        self.write("bin/git", GIT.replace("@GIT@", shutil.which("git")))
        self.git(".", "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
        self.write("remote.git/hooks/pre-receive", PRE_RECEIVE)
        self.command([TOOL, "init", "--quiet", "person"], ".")
        self.actions = self.stand_ins()
        config = self.folder / "person/probes.yaml"
        text = config.read_text().split("\ncomponents:")[0] + "\n" + COMPONENTS
        expect_in("the configuration of a new site", "retries: 2 ", text)
        self.write("person/probes.yaml", text.replace("retries: 2 ", f"retries: {retries} "))
        self.git("person", "init", "--quiet", "--initial-branch=main")
        self.git("person", "remote", "add", "origin", f"file://{self.folder}/remote.git")
        self.push_by_hand("site")

    def serve(self):
        world = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                code, body = world.answer(urllib.parse.urlsplit(self.path))
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, url):
        if url.path == "/target":
            return (self.codes.pop(0) if self.codes else 200 if self.is_up else 503), b""
        if url.path == "/gh":
            self.asked += urllib.parse.parse_qs(url.query)["words"]
            return 200, b""
        if url.path.startswith("/moment/"):
            moment = url.path.removeprefix("/moment/")
            self.moments.append(moment)
            try:
                if self.meanwhile.get(moment):
                    self.meanwhile[moment].pop(0)()
            except Exception as error:  # told by the run that pushed
                self.trouble.append(error)
                return 500, b""
            return 200, b""
        return (200, self.release[url.path]) if url.path in self.release else (404, b"")

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("@WORLD@", str(self.folder)).replace("@URL@", self.url))
        file.chmod(0o755)

    def stand_ins(self):
        """Options of act that name a folder for each action of the workflows, at the very commit they ask for."""
        files = [*(self.folder / "person/.github/workflows").glob("*.yml"), ROOT / ".github/actions/setup/action.yml"]
        options = []
        for use in sorted({use for file in files for use in re.findall(r"uses: *([^\s@]+@\S+)", file.read_text())}):
            path, commit = use.split("@")
            name = "/".join(path.split("/")[:2])
            if path == f"{name}/.github/actions/setup":
                for part in ["Cargo.toml", "Cargo.lock", ".github/actions/setup/action.yml"]:
                    self.write(f"actions/{name}/{part}", (ROOT / part).read_text())
                self.pack(name)
            elif path in STAND_INS:
                inputs, lines = STAND_INS[path]
                runs = {"using": "composite", "steps": [{"shell": "bash", "run": lines}]}
                action = {"name": path, "inputs": {one: {"default": ""} for one in inputs}, "runs": runs}
                self.write(f"actions/{path}/action.yml", json.dumps(action))
            else:
                raise Failure(f"{use}: there is no stand-in for this action")
            options += ["--local-repository", f"{name}@{commit}={self.folder}/actions/{name}"]
        return options

    def pack(self, name):
        """A release for the setup action. It holds a link to the tool under test, so that it is unpacked at once."""
        version = re.search('^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M).group(1)
        machine = {"x86_64": "X64", "aarch64": "ARM64"}[os.uname().machine]
        file = f"aboveboard-v{version}-Linux-{machine}.tar.gz"
        (self.folder / "link").symlink_to(TOOL)
        with tarfile.open(self.folder / file, "w:gz") as archive:
            archive.add(self.folder / "link", "aboveboard")
        body = (self.folder / file).read_bytes()
        address = f"/{name}/releases/download/v{version}/{file}"
        line = f"{hashlib.sha256(body).hexdigest()}  {file}\n"
        self.release = {address: body, f"{address}.sha256": line.encode()}

    def command(self, words, folder, **variables):
        done = subprocess.run(
            words, cwd=self.folder / folder, env=self.runner | variables, capture_output=True, text=True, timeout=120
        )
        if done.returncode != 0:
            raise Failure(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout.rstrip("\n")

    def git(self, folder, *words):
        return self.command(["git", *words], folder, **GRACE)

    def pull_by_hand(self):
        self.git("person", "pull", "--quiet", "--rebase", "origin", "main")

    def push_by_hand(self, subject):
        self.git("person", "add", "--all")
        self.git("person", "commit", "--quiet", "--message", subject)
        self.git("person", "push", "--quiet", "--set-upstream", "origin", "main")

    def run_workflow(self, file, event="schedule", inputs=None, may_fail=False, payload=None):
        """Runs a workflow of the newest commit of main; `inputs` are those of a form, `payload` is the event's JSON."""
        job = pathlib.Path(tempfile.mkdtemp(prefix="job.", dir=self.folder))
        self.git(job, "clone", "--quiet", "--depth=1", f"file://{self.folder}/remote.git", "site")
        (job / "event.json").write_text(json.dumps(payload or {"inputs": inputs or {}}))
        words = [ACT, event, "--directory", job / "site", "--workflows", job / "site/.github/workflows" / file]
        words += ["--platform", "ubuntu-latest=-self-hosted", "--no-skip-checkout", "--no-cache-server", "--json"]
        words += ["--eventpath", job / "event.json", "--actor", "ada", "--secret", "GITHUB_TOKEN=none", *self.actions]
        # Whoever asks GitHub for anything asks this server.
        settings = {"GITHUB_SERVER_URL": self.url, "GITHUB_API_URL": self.url}
        for key, value in (settings | {"GITHUB_REPOSITORY": REPOSITORY, "GITHUB_ACTOR_ID": "7"}).items():
            words += ["--env", f"{key}={value}"]
        environment = self.runner | {"ACT_DISABLE_VERSION_CHECK": "1"}  # act would ask its maker otherwise
        done = subprocess.run(
            words, cwd=job, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120
        )
        run = Run(done.stdout, done.returncode)
        if self.trouble:
            raise self.trouble[0]
        if not run.good and not may_fail:
            raise Failure(f"{file} failed:\n{run.text}")
        return run

    def status(self, event="schedule"):
        """A run that probes and publishes. The history keeps whole seconds, so it begins in one of its own."""
        time.sleep(1 - time.time() % 1)
        return self.run_workflow("status.yml", event)

    def form(self, file, what, may_fail=False, **inputs):
        """Submits a form, and does what it asks for. A browser sends the first choice of a list left alone."""
        self.asked.clear()
        choices = {"status": "as before"} if file == "incident.yml" else {}
        run = self.run_workflow(file, "workflow_dispatch", choices | {"what": what} | inputs, may_fail)
        asked = [f"workflow run status.yml --repo {REPOSITORY} --ref main"] if run.good else []
        expect(f"what {file} asks for", self.asked, asked)
        if run.good:
            self.status("workflow_dispatch")
        return run

    def commits(self):
        """Authors and subjects on main, the newest first."""
        return self.git("remote.git", "log", "--format=%an <%ae> %s", "main").splitlines()

    def rows(self):
        """Probe, outcome and status code of all rows on the branch `data`, in the order of time."""
        files = self.git("remote.git", "ls-tree", "-r", "--name-only", "data").splitlines()
        texts = [self.git("remote.git", "show", f"data:{file}") for file in files if file.endswith(".csv")]
        rows = sorted(line for text in texts for line in text.splitlines()[1:])
        return [" ".join(row.split(",")[at] for at in (1, 2, 4)) for row in rows]

    def published(self, path="status.json"):
        file = self.folder / "published" / path
        expect(f"{path} is published", file.exists(), True)
        text = file.read_text()
        return json.loads(text) if path.endswith(".json") else text

    def incident(self):
        """The incident that the day is about as published, whose page must have all that was said."""
        all_of_them = self.published()["incidents"]
        incident = next((one for one in all_of_them if one["title"].startswith(self.about)), None)
        for update in incident["updates"] if incident else []:
            page = self.published(f"incidents/{incident['slug']}/index.html")
            expect_in("the page of the incident", update["text"], page)
        return incident

    def says(self):
        """What visitors are told: the component's status, the site's indicator, the newest incident's status."""
        status = next(one["status"] for one in self.published()["components"] if one["id"] == "website")
        summary, incident = self.published("api/v2/summary.json"), self.incident()
        theirs = next(one["status"] for one in summary["components"] if one["name"] == "Website")
        expect("the component in the Statuspage API", theirs, status)
        return status, summary["status"]["indicator"], incident and incident["status"]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
