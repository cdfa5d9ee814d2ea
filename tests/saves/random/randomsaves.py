"""Random saves in random worlds: many at a time, and what came of them."""

import collections
import itertools
import time
import traceback

import workers
from minimalsave import minimise, script
from playsaves import Broken, Tally, play

BROKEN = 10  # so many reports are enough


def one_world(seed, extension):
    """The counts of one world, and a report where something went wrong."""
    tally, report = Tally(), None
    try:
        play(seed, extension, tally)
    except Broken as broken:
        report = "seed %d\n%s" % (seed, script(minimise(broken, extension, 10)))
    except Exception:
        report = "seed %d\n%s" % (seed, traceback.format_exc())
    return vars(tally), report


def task(arguments):
    return one_world(*arguments)


def run(extension, worlds, minutes):
    """Plays so many worlds, the same each time, or others for so long. Returns passed and failed."""
    total, start = collections.Counter(), time.time()
    first = int(start) * 1000 if minutes else 0
    playing = workers.results(task, ((seed, extension) for seed in itertools.count(first)))
    for counts, report in playing:
        total.update(counts, worlds=1)
        if report is not None:
            total["failed"] += 1
            print("\n" + report, flush=True)
        over = time.time() - start > minutes * 60 if minutes else total["worlds"] >= worlds
        if over or total["failed"] >= BROKEN:
            break
    playing.close()
    print("%d worlds: %d documents saved, %d of them fetched again, %d refused; %d left open by the rules" % (
        total["worlds"], total["saved"], total["fetched"], total["refused"], total["unclear"]))
    return total["saved"] + total["refused"], total["failed"]
