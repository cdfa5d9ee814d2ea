"""Random saves in random worlds: many at a time, and what came of them."""

import collections
import itertools
import multiprocessing
import time
import traceback

from minimalsave import minimise, script
from playsaves import Broken, Tally, play

BROKEN = 10  # so many reports are enough


def one_world(task):
    """The counts of one world, and a report where something went wrong."""
    seed, extension = task
    tally, report = Tally(), None
    try:
        play(seed, extension, tally)
    except Broken as broken:
        report = "seed %d\n%s" % (seed, script(minimise(broken, extension, 10)))
    except Exception:
        report = "seed %d\n%s" % (seed, traceback.format_exc())
    return vars(tally), report


def seeds(fresh):
    """Those of every run, and new ones between them."""
    for i in itertools.count():
        yield i
        yield fresh + i


def run(extension, seconds, fresh):
    """Plays for so long. Returns passed and failed."""
    total, start = collections.Counter(), time.time()
    print("fresh seeds from %d" % fresh)
    with multiprocessing.Pool() as pool:
        tasks = ((seed, extension) for seed in limited(fresh, total))
        for counts, report in pool.imap_unordered(one_world, tasks, 4):
            total.update({name: n for name, n in counts.items() if isinstance(n, int)}, worlds=1)
            if report is not None:
                total["failed"] += 1
                print("\n" + report, flush=True)
            if time.time() - start > seconds or total["failed"] >= BROKEN:
                total["over"] = 1  # or the giver of tasks would wait on
                pool.terminate()
                break
    print("%d worlds: %d documents saved, %d of them fetched again, %d refused; %d left open by the rules" % (
        total["worlds"], total["saved"], total["fetched"], total["refused"], total["unclear"]))
    return total["saved"] + total["refused"], total["failed"]


def limited(fresh, total):
    """Not many more than are needed: the pool takes all that it can have."""
    for given, seed in enumerate(seeds(fresh)):
        while given > total["worlds"] + 200 and not total["over"]:
            time.sleep(0.02)
        if total["over"]:
            return
        yield seed
