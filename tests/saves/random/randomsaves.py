"""Random saves in random worlds: many at a time, and what came of them."""

import collections
import concurrent.futures
import itertools
import multiprocessing
import os
import time
import traceback
from concurrent.futures.process import BrokenProcessPool

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


def played(extension, first):
    """Counts and reports of one world after the other, as they come."""
    number, at_once = itertools.count(first), 4 * (os.cpu_count() or 1)
    with concurrent.futures.ProcessPoolExecutor() as pool:
        running = {}
        try:
            while True:
                while len(running) < at_once:
                    seed = next(number)
                    running[pool.submit(one_world, seed, extension)] = seed
                done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
                for one in done:
                    yield one.result()
                    del running[one]
        except BrokenProcessPool:
            yield {}, crashed(sorted(running.values()), extension)
        finally:
            for one in running:
                one.cancel()


def crashed(some, extension):
    """Which of the seeds ends its process."""
    for seed in some:
        alone = multiprocessing.Process(target=one_world, args=(seed, extension))
        alone.start()
        alone.join()
        if alone.exitcode != 0:
            return "seed %d\nends the process: exit code %d" % (seed, alone.exitcode)
    return "a process ended, with one of the seeds %s" % some


def run(extension, worlds, minutes):
    """Plays so many worlds, the same each time, or others for so long. Returns passed and failed."""
    total, start = collections.Counter(), time.time()
    playing = played(extension, int(start) * 1000 if minutes else 0)
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
