"""Tasks, many at a time, in processes of their own: where one crashes, that is said, and nothing waits for it."""

import concurrent.futures
import itertools
import multiprocessing
import os
import sys
from concurrent.futures.process import BrokenProcessPool


def results(work, tasks):
    """What `work` makes of each of the tasks, as it comes. They are asked for as they are needed, so there may be
    no end of them. Where a process crashes, says of which task, and exits."""
    tasks, at_once = iter(tasks), 4 * (os.cpu_count() or 1)
    with concurrent.futures.ProcessPoolExecutor() as pool:
        running = {}
        try:
            while True:
                for task in itertools.islice(tasks, at_once - len(running)):
                    running[pool.submit(work, task)] = task
                if not running:
                    return
                done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
                for one in done:
                    result = one.result()
                    del running[one]
                    yield result
        except BrokenProcessPool:
            sys.exit(crashed(work, list(running.values())))
        finally:
            for one in running:
                one.cancel()


def crashed(work, some):
    """Which of the tasks ends its process."""
    for task in some:
        alone = multiprocessing.Process(target=work, args=(task,))
        alone.start()
        alone.join()
        if alone.exitcode != 0:
            return "%s %s ends the process: exit code %d" % (work.__name__, task, alone.exitcode)
    return "a process ended, with one of the tasks %s" % some
