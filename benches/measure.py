"""Runs a command; prints its wall time, CPU time (seconds) and highest memory (MiB) as JSON.

    measure.py COMMAND ARGUMENTS...

What it costs this script to start its first command is taken off the CPU time.
"""

import json
import resource
import subprocess
import sys
import time


def high_water(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0


def cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


subprocess.run(["true"], check=True)
nothing = cpu()
start = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
memory = 0
while child.poll() is None:
    memory = max(memory, high_water(child.pid))
    time.sleep(0.002)
wall = time.monotonic() - start
if child.returncode:
    sys.exit(f"{sys.argv[1]} ended with {child.returncode}: {child.stderr.read().decode()}")
print(json.dumps({"wall": wall, "cpu": cpu() - nothing, "memory": memory}))
